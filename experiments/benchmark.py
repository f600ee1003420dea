"""Measures the speed of `gan.fit` beside hand-written loops, the GAN of Keras's guides, and PyTorch's example.

python -m experiments.benchmark --workloads=toy,mlp,dcgan28
python -m experiments.benchmark --workloads=mlp --contenders=ganzoo,by_hand --repetitions=5
python -m experiments.benchmark --workloads=r3gan64,stylegan2_64,projection64,sagan64,biggan64,fastgan64 --repetitions=3

All contenders train the same networks. Those of the last line are the variants of these names, with their losses,
penalties and schedules, at 64 x 64 and small widths; ganzoo and PyTorch alone train them. Each measurement runs in a
process of its own, and the contenders take turns, so that other load on the machine affects all of them alike. Writes
every measurement to benchmark.json.

If the script is stopped, the same command continues where it was. Measurements by the same commit and versions are
kept: to measure again, choose another --workdir.
"""

from absl import flags

from experiments.support import listed_names
from ganzoo.commands.support import cli

CONTENDERS = ("ganzoo", "ganzoo_simultaneous", "by_hand", "by_hand_inside", "by_hand_xla", "guide", "pytorch")
FOR_GPUS = ("by_hand_inside_xla", "ganzoo_bfloat16", "pytorch_bfloat16")


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_list(
        "workloads", ["toy", "mlp", "dcgan28", "wgan_gp"], f"Some of {', '.join(listed_names.WORKLOADS)}."
    )
    flags.DEFINE_list("contenders", list(CONTENDERS), f"Some of {', '.join(CONTENDERS + FOR_GPUS)}.")
    flags.DEFINE_integer("repetitions", 5, "Number of measurements of each contender.", lower_bound=1)
    flags.DEFINE_float("seconds", 4.0, "Duration of each measurement.", lower_bound=0.1)
    flags.DEFINE_string("workdir", "runs/benchmark", "Folder for benchmark.json.")
    flags.DEFINE_string("one", None, "WORKLOAD:CONTENDER, to measure only that one, in this process.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

import functools
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence

import keras
from tqdm import tqdm

from experiments.support import baselines, workloads
from ganzoo import registry
from ganzoo.commands.support.cached_runs import load_or_run
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.locks import hold
from ganzoo.files import AnyPath, as_path, write_json


def measure_one(workload: str, contender: str, seconds: float = 4.0) -> dict[str, float]:
    """Measures one contender in this process, for about `seconds` after a warm-up.

    Returns a dict of
        images_per_second
        first_step: the seconds of the first step, tracing included
        step: the seconds of a later step
        share_of_peak: the operations that a step needs, relative to those of a product of two large matrices in the
            same time, which is measured just before and after; left out if the workload's operations are not counted
        peak_memory_gib
    """
    chosen = workloads.WORKLOADS[workload]
    run = prepare(contender, chosen)
    start = time.perf_counter()
    run(1)
    first = time.perf_counter() - start
    run(chosen.steps_per_epoch)
    start = time.perf_counter()
    run(chosen.steps_per_epoch)
    steps = chosen.steps_per_epoch * max(1, round(seconds / (time.perf_counter() - start)))
    peak = workloads.peak_operations_per_second()
    start = time.perf_counter()
    run(steps)
    step = (time.perf_counter() - start) / steps
    peak = (peak + workloads.peak_operations_per_second()) / 2
    operations = chosen.operations()
    return {
        "images_per_second": chosen.batch_size * chosen.k / step,
        "first_step": first,
        "step": step,
        "peak_memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    } | ({} if operations is None else {"share_of_peak": operations / step / peak})


def prepare(contender: str, workload: workloads.Workload | workloads.VariantWorkload) -> Callable[[int], object]:
    """Returns `run(steps)` of the contender with that name; raises ValueError if it cannot train the workload."""
    if not workload.suits(contender):
        raise ValueError(f"{contender} cannot train {workload.name}: choose another contender, or another workload.")
    if contender.endswith("_bfloat16"):
        keras.config.set_dtype_policy("mixed_bfloat16")
    if contender.startswith("pytorch"):
        from experiments.support import pytorch_baseline  # PyTorch may be missing

        return pytorch_baseline.pytorch(workload, bfloat16=contender == "pytorch_bfloat16")
    functions = {
        "ganzoo": baselines.ganzoo_fit,
        "ganzoo_bfloat16": baselines.ganzoo_fit,
        "ganzoo_simultaneous": functools.partial(baselines.ganzoo_fit, simultaneous=True),
        "by_hand": baselines.by_hand,
        "by_hand_xla": functools.partial(baselines.by_hand, jit_compile=True),
        "by_hand_inside": baselines.by_hand_inside,
        "by_hand_inside_xla": functools.partial(baselines.by_hand_inside, jit_compile=True),
        "guide": baselines.guide,
    }
    return functions[contender](workload)


def measure(
    workload_names: Sequence[str],
    contenders: Sequence[str],
    repetitions: int,
    workdir: AnyPath | str,
    seconds: float = 4.0,
) -> dict:
    """Makes the measurements that are not in the workdir yet, writes benchmark.json and returns its content.

    "found" holds {workload: {contender: {quantity: [one number for each repetition]}}}.

    Raises:
        ValueError: for an unknown workload or contender.
    """
    check_workloads(workload_names)
    for name in contenders:
        if name not in CONTENDERS + FOR_GPUS:
            raise ValueError(registry.nearest("contender", name, CONTENDERS + FOR_GPUS))
    entered = {name: [one for one in contenders if _can_train(one, name)] for name in workload_names}
    found = {name: {contender: {} for contender in entered[name]} for name in workload_names}
    turns = [
        (name, contender, number)
        for name in workload_names
        for number in range(repetitions)
        for contender in entered[name]
    ]
    about = {"cores": os.cpu_count(), "versions": versions()}
    for workload, contender, number in tqdm(turns, unit=" measurements"):
        one = f"{workload}:{contender}"
        folder = as_path(workdir) / "measurements" / f"{workload}-{contender}-{number}"
        numbers = load_or_run(
            folder,
            about | {"seconds": seconds},
            lambda: run_in_process("experiments.benchmark", one, f"--seconds={seconds}"),  # noqa: B023
        )
        for name, number in numbers.items():
            found[workload][contender].setdefault(name, []).append(number)
    result = {"found": found} | about
    write_json(as_path(workdir) / "benchmark.json", result)
    return result


def check_workloads(names: Iterable[str]) -> None:
    """Raises ValueError for an unknown workload."""
    for name in names:
        if name not in workloads.WORKLOADS:
            raise ValueError(registry.nearest("workload", name, workloads.WORKLOADS))


def _can_train(contender, workload):
    if contender.startswith("pytorch") and importlib.util.find_spec("torch") is None:
        return False
    return workloads.WORKLOADS[workload].suits(contender)


def run_in_process(script: str, one: str, *arguments: str) -> dict:
    """Runs `python -m script --one=one`, and returns its last line, read as JSON."""
    return json.loads(last_line(["-m", script, f"--one={one}", *arguments]))


def last_line(arguments: Sequence[str]) -> str:
    """Runs Python with these arguments, and returns the last line that it prints.

    Raises:
        ValueError: with the last line of its errors, if it fails.
    """
    environment = os.environ | {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}  # TensorFlow must leave some of a GPU to PyTorch
    process = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment)
    if process.returncode:
        raise ValueError(f"{' '.join(arguments)} failed: {process.stderr.strip().splitlines()[-1]}")
    return process.stdout.strip().splitlines()[-1]


def format_table(result: dict) -> str:
    """Returns a table with a row of medians for each contender, and the range of its speed."""
    lines = []
    for load, found in result["found"].items():
        lines.append(f"{load:22} images/s    from      to     ganzoo is   of peak   first step   memory")
        ganzoo = statistics.median(found["ganzoo"]["images_per_second"]) if "ganzoo" in found else None
        for contender, numbers in found.items():
            medians = {name: statistics.median(values) for name, values in numbers.items()}
            speeds = numbers["images_per_second"]
            median, least, most = medians["images_per_second"], min(speeds), max(speeds)
            digits = 1 if median < 100 else 0
            times = f"{ganzoo / median:5.2f} times" if ganzoo else ""
            share = f"{medians['share_of_peak']:.2f}" if "share_of_peak" in medians else "-"
            lines.append(
                f"  {contender:20} {median:8.{digits}f} {least:7.{digits}f} {most:7.{digits}f}   {times:11}   "
                f"{share:>7}   {medians['first_step']:8.2f} s   {medians['peak_memory_gib']:.2f} GiB"
            )
    return "\n".join(lines)


def main(args: flags.FlagValues) -> None:
    """Runs the benchmark, or one measurement of it."""
    if args.one:
        print(json.dumps(measure_one(*args.one.split(":"), seconds=args.seconds)))
        return
    with hold(args.workdir, "benchmark"):
        print(format_table(measure(args.workloads, args.contenders, args.repetitions, args.workdir, args.seconds)))


if __name__ == "__main__":
    main(flags.FLAGS)
