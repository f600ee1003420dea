"""Compares variants on one data set: trains each for as long, with several seeds, and measures it as it trains.

ganzoo compare --variants=dcgan,lsgan,wgan_gp --minutes=3
ganzoo compare --variants=dcgan,r1,sngan --dataset=mnist --minutes=8 --seeds=3 --set width=16
ganzoo compare --run=hinge --run="hinge penalties=r1:10" --dataset=mnist --images=200000

A setting given with --set applies to the variants that have it. The time for measuring does not count as training time.
If the script is stopped, the same command goes on from the last measurement. Writes results.json, results.md,
curves.png and samples.png to the workdir.
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags, flag_values, metric_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_list("variants", ["dcgan", "lsgan", "wgan_gp"], f"Some of: {', '.join(flag_values.VARIANTS)}.")
    flags.DEFINE_multi_string(
        "run", [], "A variant with settings of its own, as 'hinge penalties=r1:10', in place of --variants; many times."
    )
    data_flags.define("Data with the splits 'train' and 'test'.")
    flags.DEFINE_list(
        "data_shape", None, "Height,width,channels to which images are resized. Default: their own shape."
    )
    flags.DEFINE_float("minutes", 3, "Training time of each run.", lower_bound=0.001)
    flags.DEFINE_integer("images", None, "Training examples that each run takes, in place of --minutes.", lower_bound=1)
    flags.DEFINE_enum(
        "clock", "wall", ["wall", "cpu"], "How time is measured; cpu, summed over all threads, ignores other programs."
    )
    flags.DEFINE_integer("looks", 6, "Number of measurements in the course of a run.", lower_bound=1)
    flags.DEFINE_integer("seeds", 1, "Number of runs of each variant.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Seed of the first run; each later run adds 1.", lower_bound=0)
    flags.DEFINE_integer("batch_size", 64, "Number of examples for each discriminator step.", lower_bound=1)
    metric_flags.define("Metrics", metric_flags.SUITED)
    flags.DEFINE_string("workdir", None, "Folder for the results. Default: runs/compare-DATASET.")
    flags.DEFINE_multi_string("set", [], "A setting, as key=value, for the variants that have it; may be repeated.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

import dataclasses
import math
import pathlib
import re
import time
from collections.abc import Sequence

import numpy as np
from tqdm import tqdm

from ganzoo import data, images, metrics
from ganzoo.commands.support.cached_runs import Unfinished, load_array, load_or_run
from ganzoo.commands.support.comparison_tables import PLACES, curves, format_table, summarize
from ganzoo.commands.support.config import Config, parse_settings, parse_shape, versions
from ganzoo.commands.support.locks import hold
from ganzoo.commands.support.run_data import load_both, takes_labels
from ganzoo.commands.support.run_model import create
from ganzoo.files import AnyPath, as_path, atomic_write, write_json
from ganzoo.zoo import variants

CLOCKS = {"wall": time.monotonic, "cpu": time.process_time}


@dataclasses.dataclass(frozen=True)
class Length:
    """How long each run lasts: `seconds` of a clock or, if it is given, a number of `images`."""

    seconds: float
    clock: str = "wall"
    images: int | None = None

    def share(self, seconds: float, images: int) -> float:
        """Returns how much of a run is done."""
        return images / self.images if self.images else seconds / self.seconds


def train(config: Config, length: Length, looks: int, folder: AnyPath) -> dict:
    """Trains one run, and measures it `looks` times, at equal intervals.

    At each measurement the model is saved, and a run that was interrupted goes on from there.

    Returns {"curve": rows}. A row {seconds, images, step, epochs, metric: number} is measured when so many images are
    taken, or at the end of the first epoch that ends after its time.
    """
    examples, test = load_both(config)
    names = config.metrics or metrics.default_names(test)
    suite = metrics.Suite(names, examples, test, verbose=cli.verbosity())
    begun = Unfinished(folder, _settings(config, length, looks))
    gan, curve = begun.load() or (create(config, examples), [])
    suite.check(gan)
    batch_size, labels = config.batch_size * gan.shares, takes_labels(config)
    of_data = {"seed": config.seed, "labels": labels, "as_bytes": True}
    per_epoch, seconds = max(1, len(examples) // batch_size), curve[-1]["seconds"] if curve else 0.0
    taken = curve[-1]["images"] // batch_size if curve else 0
    share = length.share(seconds, taken * batch_size)
    gan.check_batch(next(iter(data.batches(examples, batch_size, **of_data))))
    with tqdm(total=100, initial=int(100 * share), desc=f"{config.variant}, seed {config.seed}", unit=" %") as progress:
        while share < 1:
            steps = per_epoch - taken % per_epoch
            if length.images:
                next_look = math.ceil(length.images * (len(curve) + 1) / looks / batch_size)
                steps = max(1, min(steps, next_look - taken))
            batches, start = data.batches(examples, batch_size, start=taken, **of_data), CLOCKS[length.clock]()
            gan.fit(batches, steps_per_epoch=steps, verbose=0)
            taken, seconds = taken + steps, seconds + CLOCKS[length.clock]() - start
            share = length.share(seconds, taken * batch_size)
            progress.update(min(int(100 * share), 100) - progress.n)
            if share >= (len(curve) + 1) / looks:
                place = (round(seconds, 1), taken * batch_size, int(gan.step.numpy()), round(taken / per_epoch, 2))
                curve.append(dict(zip(PLACES, place, strict=True)) | suite(gan))
                begun.save(gan, curve)
    gan.save(folder / "last.keras")
    with atomic_write(folder / "samples.npy") as path:
        np.save(path, images.to_uint8(gan.sample(30, seed=config.seed)))
    begun.remove()
    return {"curve": curve}


def compare(runs: Sequence[tuple[str, Config]], workdir: AnyPath | str, length: Length, looks: int = 6) -> list[dict]:
    """Trains the runs that are not in the workdir yet, and returns rows {variant, seed, curve} of all of them.

    Args:
        runs: pairs (name, config). The name stands in the column "variant" of tables; runs that differ in the seed
            alone share it.
        workdir: a folder for the results.
        length: how long each run lasts.
        looks: the number of measurements in that time.

    Raises:
        ValueError: before any training, for an unknown variant.
    """
    for _, config in runs:
        variants.settings_of(config.variant)
    workdir, rows = as_path(workdir), []
    for name, config in runs:
        folder = folder_of(workdir, name, config.seed)
        folder.mkdir(parents=True, exist_ok=True)
        settings = _settings(config, length, looks)
        found = load_or_run(folder, settings, lambda: train(config, length, looks, folder), ["samples.npy"])  # noqa: B023
        rows.append({"variant": name, "seed": config.seed, **found})
        write(rows, workdir, settings)
    return rows


def _settings(config, length, looks):
    """Returns all that decides the results of a run."""
    return {**vars(config), **vars(length), "looks": looks}


def folder_of(workdir: AnyPath, name: str, seed: int) -> AnyPath:
    """Returns the folder of a run."""
    return workdir / f"{re.sub('[^A-Za-z0-9_.=-]+', '-', name)}-seed-{seed}"


def write(rows: list[dict], workdir: AnyPath, settings: dict) -> None:
    """Writes results.json, results.md, curves.png and samples.png to the workdir."""
    table = summarize(rows)
    shared = {name: value for name, value in settings.items() if name not in ("variant", "seed", "settings")}
    content = {"asked": shared, "summary": table, "rows": rows, "versions": versions()}
    write_json(workdir / "results.json", content)
    with atomic_write(workdir / "results.md") as path:
        path.write_text(format_table(table))
    images.save_png(workdir / "curves.png", curves(rows, "images" if settings["images"] else "seconds"))
    first_rows = {row["variant"]: row for row in reversed(rows)}
    samples = [load_array(folder_of(workdir, name, row["seed"]) / "samples.npy") for name, row in first_rows.items()]
    drawable = [one for one in reversed(samples) if images.drawable(one.shape[1:])]
    if drawable:
        images.save_png(workdir / "samples.png", images.grid(np.concatenate(drawable), columns=15))


def main(args: flags.FlagValues) -> None:
    """Compares the variants and prints a table."""
    metric_flags.use_weights(args)
    of_all, runs = parse_settings(args.set), []
    for seed in range(args.seed, args.seed + args.seeds):
        for name in args.run or args.variants:
            variant, *own = name.split() or [""]
            known = variants.settings_of(variant)
            config = Config(
                variant=variant,
                **data_flags.settings(args),
                data_shape=parse_shape(args.data_shape),
                batch_size=args.batch_size,
                seed=seed,
                metrics=metric_flags.names(args),
                settings={key: value for key, value in of_all.items() if key in known} | parse_settings(own),
            )
            runs.append((name, config))
    workdir = args.workdir or f"runs/compare-{pathlib.PurePath(args.dataset).stem}"
    with hold(workdir, "compare"):
        rows = compare(runs, workdir, Length(args.minutes * 60, args.clock, args.images), args.looks)
    print(f"\n{format_table(summarize(rows))}\n{as_path(workdir) / 'curves.png'}")


if __name__ == "__main__":
    main(flags.FLAGS)
