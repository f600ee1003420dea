"""Compares variants on one data set: trains each for as long, with several seeds, and measures it as it trains.

python -m experiments.compare --variants=dcgan,lsgan,wgan_gp --minutes=3
python -m experiments.compare --variants=dcgan,r1,sngan --dataset=mnist --minutes=8 --seeds=3 --set width=16
python -m experiments.compare --run=hinge --run="hinge penalties=r1:10" --dataset=mnist --images=200000

A setting given with --set applies to the variants that have it. The time for measuring does not count as training time.
If the script is stopped, the same command continues with the next run. Writes results.json, results.md, curves.png and
samples.png to the workdir.
"""

from absl import flags

from experiments.support import cli, data_flags, flag_values, metric_flags


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

from experiments.support.cached_runs import load_array, load_or_run, mean_and_deviation
from experiments.support.config import Config, parse_settings, parse_shape, versions
from experiments.support.locks import hold
from experiments.support.run import create
from experiments.support.run_data import load_both, takes_labels
from ganzoo import data, images, metrics, plots
from ganzoo.files import AnyPath, as_path, atomic_write, write_json
from ganzoo.zoo import variants

CLOCKS = {"wall": time.monotonic, "cpu": time.process_time}
PLACES = ("seconds", "images", "step", "epochs")
"""What a row says of its place in the training; all else in it are metrics."""


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

    Returns {"curve": rows}. A row {seconds, images, step, epochs, metric: number} is measured when so many images are
    taken, or at the end of the first epoch that ends after its time.
    """
    examples, test = load_both(config)
    names = config.metrics or metrics.default_names(test)
    suite = metrics.Suite(names, examples, test, verbose=cli.verbosity())
    gan = create(config, examples)
    suite.check(gan)
    batch_size, labels = config.batch_size * gan.shares, takes_labels(config)
    of_data = {"seed": config.seed, "labels": labels, "as_bytes": True}
    per_epoch, taken, seconds, share, curve = max(1, len(examples) // batch_size), 0, 0.0, 0.0, []
    gan.check_batch(next(iter(data.batches(examples, batch_size, **of_data))))
    with tqdm(total=100, desc=f"{config.variant}, seed {config.seed}", unit=" %") as progress:
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
    gan.save(folder / "last.keras")
    with atomic_write(folder / "samples.npy") as path:
        np.save(path, images.to_uint8(gan.sample(30, seed=config.seed)))
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
        settings = {**vars(config), **vars(length), "looks": looks}
        found = load_or_run(folder, settings, lambda: train(config, length, looks, folder), ["samples.npy"])  # noqa: B023
        rows.append({"variant": name, "seed": config.seed, **found})
        write(rows, workdir, settings)
    return rows


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


def _metric_names(rows):
    return [name for name in rows[0]["curve"][0] if name not in PLACES and not re.search("_(sd|se|sigma)_", name)]


def summarize(rows: list[dict]) -> list[dict]:
    """Returns a dict for each variant: the mean and deviation over seeds of each metric, at the end and at its best."""
    table = []
    for variant in dict.fromkeys(row["variant"] for row in rows):
        of_seeds = [row["curve"] for row in rows if row["variant"] == variant]
        line = {"variant": variant, "seeds": len(of_seeds), "steps": [curve[-1]["step"] for curve in of_seeds]}
        for name in _metric_names(rows):
            last = [curve[-1][name] for curve in of_seeds]
            best = [(min if lower_is_better(name) else max)(row[name] for row in curve) for curve in of_seeds]
            line[name], line[f"{name}_best"] = mean_and_deviation(last), mean_and_deviation(best)
        table.append(line)
    return table


def lower_is_better(name: str) -> bool:
    """Returns whether a metric is a distance or an error."""
    return name.startswith(("frechet", "kernel", "sliced_wasserstein", "neighbour_error", "two_sample", "reverse_kl"))


def format_table(table: list[dict]) -> str:
    """Returns the summary in Markdown: the last measurement of each metric, and the best one in brackets."""
    names = [name for name in table[0] if f"{name}_best" in table[0]]
    lines = ["| variant | steps | " + " | ".join(names) + " |", "|---" * (len(names) + 2) + "|"]
    for line in sorted(table, key=lambda line: line[names[0]][0], reverse=not lower_is_better(names[0])):
        cells = [f"{_format(*line[name])} ({_format(*line[f'{name}_best'])})" for name in names]
        lines.append(f"| {line['variant']} | {np.mean(line['steps']):.0f} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _format(mean, deviation):
    return f"{mean:.3g}" + ("" if deviation is None else f" +- {deviation:.2g}")


def curves(rows: list[dict], against: str = "seconds") -> np.ndarray:
    """Returns a panel for each metric, against seconds or images, with a line of means for each variant."""
    names = _metric_names(rows)
    figure = plots.figure(width=4.6 * len(names) + 1, height=3.8)
    for number, name in enumerate(names, 1):
        axes = figure.add_subplot(1, len(names), number)
        for index, variant in enumerate(dict.fromkeys(row["variant"] for row in rows)):
            of_seeds = [row["curve"] for row in rows if row["variant"] == variant]
            length = min(map(len, of_seeds))
            places, values = (
                np.mean([[point[key] for point in curve[:length]] for curve in of_seeds], axis=0)
                for key in (against, name)
            )
            axes.plot(places, values, marker="o", ms=3, label=variant, color=f"C{index}", ls=("-", "--")[index >= 10])
        if lower_is_better(name) and min(min(line.get_ydata()) for line in axes.lines) > 0:
            axes.set_yscale("log")
        plots.decorate(axes, name, {"seconds": "seconds of training", "images": "training images"}[against], "")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper", fontsize=8, edgecolor="none")
    return plots.picture(figure)


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
