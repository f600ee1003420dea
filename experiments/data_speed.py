"""Measures how fast folders of images are read: by ganzoo, and beside it by Pillow, Keras and PyTorch.

python -m experiments.data_speed --torch_python=venv-with-torch/bin/python
python -m experiments.data_speed --sizes=64 --counts=20000 --only=prepare,pipeline --readers=ganzoo,keras

Makes folders of JPEG files from a small data set, if they are not there. Each measurement runs in a process of its own,
on Linux, and the readers take turns. The parts are:

    prepare     the first start, with nothing in ganzoo's cache, beside a loop with Pillow that writes all pixels
    pipeline    the batches alone: images per second in the first epoch and in the second
    first_step  the second start, until a DCGAN has made its first step, beside one that needs no folder
    step        a step of a DCGAN, and the share of it that goes when one batch repeats

Files were written or read shortly before, so the operating system has most of them in memory. Writes results.json and
results.md.

A step of the paper's DCGAN takes many seconds without a GPU: --width=16 makes it a small one, of which reading is a
larger share.

If the script is stopped, the same command continues where it was. Measurements by the same commit and versions are
kept: to measure again, choose another --workdir.
"""

from absl import flags

from ganzoo.commands.support import cli

PARTS = {
    "prepare": ("ganzoo", "pillow"),
    "pipeline": ("ganzoo", "keras", "keras_cached", "pytorch"),
    "first_step": ("ganzoo", "keras", "same_batch"),
    "step": ("ganzoo", "keras"),
}
READERS = ("ganzoo", "pillow", "keras", "keras_cached", "pytorch", "same_batch")


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_string("folder", "runs/data_speed/folders", "Where the folders of images are, or are made.")
    flags.DEFINE_list("sizes", ["64", "256"], "The height and width of the images of each folder.")
    flags.DEFINE_list("counts", ["200000", "20000"], "The number of images of each folder.")
    flags.DEFINE_string("dataset", "cifar10", "The labelled images from which the files are made.")
    flags.DEFINE_integer("seed", 0, "The seed of the files.", lower_bound=0)
    flags.DEFINE_list("only", list(PARTS), "Some of the parts.")
    flags.DEFINE_list("readers", list(READERS), f"Some of {', '.join(READERS)}.")
    flags.DEFINE_integer("size", 64, "The height and width to which images are resized.", lower_bound=1)
    flags.DEFINE_integer("batch_size", 128, "Images per batch.", lower_bound=1)
    flags.DEFINE_float("seconds", 10.0, "How much of an epoch of the pipeline alone is measured.", lower_bound=0.01)
    flags.DEFINE_integer("steps", 1, "Steps of a DCGAN in each of three measured epochs.", lower_bound=1)
    flags.DEFINE_integer("width", None, "The width of the DCGAN, by default that of its paper.", lower_bound=1)
    flags.DEFINE_integer("repetitions", 3, "Number of measurements of each kind.", lower_bound=1)
    flags.DEFINE_string("torch_python", None, "The Python interpreter that has PyTorch and torchvision.")
    flags.DEFINE_string("workdir", "runs/data_speed", "Folder for the results, and for ganzoo's cache.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import product

from tqdm import tqdm

from experiments.support import folder_readers, jpeg_folders, reading_table
from experiments.support.watched_process import run_watched
from ganzoo import registry
from ganzoo.commands.support.cached_runs import load_or_run
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.locks import hold
from ganzoo.files import AnyPath, as_path, atomic_write, write_json

MOST_OF_MEMORY = 0.6
"""The share of the free memory that a cache of batches may take."""


@dataclasses.dataclass(frozen=True)
class Folder:
    """A folder of images, how it is read, and the programs (part, reader) that read it."""

    settings: folder_readers.Settings
    programs: Sequence[tuple[str, str]]


def prepare_folders(args: flags.FlagValues, torch_python: str) -> dict[str, Folder]:
    """Makes the folders that are not there yet, and returns {name: Folder}.

    Raises:
        ValueError: if flags are not possible.
    """
    for kind, names, known in (("part", args.only, PARTS), ("reader", args.readers, READERS)):
        for name in set(names) - set(known):
            raise ValueError(registry.nearest(kind, name, known))
    sizes, counts = numbers("sizes", args.sizes), numbers("counts", args.counts)
    if len(sizes) != len(counts) or len(set(sizes)) < len(sizes):
        raise ValueError("--sizes and --counts need one number for each folder, and sizes must differ.")
    if min(counts) < 2 * args.batch_size:
        raise ValueError("--counts must be at least twice --batch_size, as the first batch of an epoch is not timed.")
    has_pytorch = "pytorch" in args.readers and "pipeline" in args.only and can_import_pytorch(torch_python)
    found = {}
    for size, count in zip(sizes, counts, strict=True):
        name = f"jpeg{size}"
        place = as_path(args.folder) / name
        jpeg_folders.make(place, size, count, args.dataset, args.seed)
        cache = as_path(args.workdir) / "cache" / name
        settings = folder_readers.Settings(
            *(str(place), size, args.size, args.batch_size, args.seconds, args.steps, args.width, str(cache))
        )
        left_out = set() if has_pytorch else {"pytorch"}
        if "keras_cached" in args.readers and "pipeline" in args.only and not fits_in_memory(count, args.size):
            print(f"The memory that is free is too small for Keras's cache of {name}, so it is not measured.")
            left_out.add("keras_cached")
        readers = set(args.readers) - left_out
        programs = [(part, reader) for part in PARTS if part in args.only for reader in PARTS[part]]
        found[name] = Folder(settings, [program for program in programs if program[1] in readers])
    return found


def numbers(flag: str, values: Sequence[str]) -> list[int]:
    """Returns the positive integers in a flag's list of strings; raises ValueError for anything else."""
    if not all(value.isdecimal() and int(value) for value in values):
        raise ValueError(f"--{flag} is a list of positive integers, for instance 64,256; got {','.join(values)}.")
    return [int(value) for value in values]


def can_import_pytorch(python: str) -> bool:
    """Returns whether an interpreter has PyTorch and torchvision, and says so if it does not."""
    if subprocess.run([python, "-c", "import torch, torchvision"], capture_output=True).returncode == 0:
        return True
    print(f"PyTorch or torchvision is not installed for {python}, so they are not measured: give --torch_python.")
    return False


def fits_in_memory(count: int, size: int) -> bool:
    """Returns whether the free memory has room for that many images of float32."""
    lines = as_path("/proc/meminfo").read_text().splitlines()
    free = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) * 1024
    return count * size * size * 3 * 4 < MOST_OF_MEMORY * free


def measure(folders: dict[str, Folder], repetitions: int, workdir: AnyPath | str, torch_python: str) -> dict:
    """Makes the measurements that are not in the workdir yet, writes results.json and returns its content.

    "found" holds {folder: {part: {reader: {quantity: [one number for each repetition]}}}}.
    """
    about = {"cores": os.cpu_count(), "versions": versions()}
    settings = {name: dataclasses.asdict(folder.settings) for name, folder in folders.items()}
    found = {name: {part: {} for part, _ in folder.programs} for name, folder in folders.items()}
    turns = [
        (name, turn, *program)
        for name, folder in folders.items()
        for turn, program in product(range(repetitions), folder.programs)
    ]
    for name, turn, part, reader in tqdm(turns, unit=" measurements"):
        place = as_path(workdir) / "measurements" / f"{name}-{part}-{reader}-{turn}"
        python = torch_python if reader == "pytorch" else sys.executable
        measurement = load_or_run(
            place,
            about | settings[name],
            lambda: run(part, reader, settings[name], python),  # noqa: B023
        )
        for quantity, number in measurement.items():
            found[name][part].setdefault(reader, {}).setdefault(quantity, []).append(number)
    # Where the folders are says nothing of the measurement.
    kept = {name: {key: one[key] for key in one if key not in ("folder", "cache")} for name, one in settings.items()}
    result = {"found": found, "settings": kept} | about
    write_json(as_path(workdir) / "results.json", result)
    return result


def run(part: str, reader: str, settings: dict, python: str) -> dict:
    """Measures one program. A first start finds no cache; before any other, the cache is made if it is missing."""
    cache = as_path(settings["cache"]) / reader
    if part == "prepare":
        shutil.rmtree(cache, ignore_errors=True)
        os.sync()  # what earlier measurements wrote and deleted still keeps the disk busy
    elif reader == "ganzoo" and not cache.exists():
        run_program("prepare", reader, settings, python)
    found = run_program(part, reader, settings, python)
    cache.mkdir(parents=True, exist_ok=True)  # ganzoo reads small folders anew each time, and makes no cache for them
    if reader == "pillow":
        shutil.rmtree(cache)
    return found


def run_program(part: str, reader: str, settings: dict, python: str) -> dict:
    """Runs a program of `folder_readers` in a process, and returns what it measured."""
    values = json.dumps(settings | {"began": time.time()})
    return run_watched([python, "-m", folder_readers.__name__, f"{part}:{reader}", values])


def main(args: flags.FlagValues) -> None:
    """Makes the folders, measures, and writes and prints the tables."""
    torch_python = args.torch_python or sys.executable
    with hold(args.workdir, "data_speed"):
        folders = prepare_folders(args, torch_python)
        table = reading_table.format_tables(measure(folders, args.repetitions, args.workdir, torch_python))
        with atomic_write(as_path(args.workdir) / "results.md") as temporary:
            temporary.write_text(table)
    print(table)


if __name__ == "__main__":
    main(flags.FLAGS)
