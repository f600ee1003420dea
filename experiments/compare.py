"""Compares variants on one data set: trains each for the same time, with several seeds, and measures it as it trains.

python -m experiments.compare --variants=dcgan,lsgan,wgan_gp --minutes=3
python -m experiments.compare --variants=dcgan,r1,sngan --dataset=mnist --minutes=8 --seeds=3 --set width=16

A setting given with --set applies to the variants that have it. The time for measuring does not count as training time.
If the script is stopped, the same command continues with the next run. Writes results.json, results.md, curves.png and
samples.png to the workdir.
"""

from absl import flags

from experiments.support import cli, data_flags, flag_values


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_list("variants", ["dcgan", "lsgan", "wgan_gp"], f"Some of: {', '.join(flag_values.VARIANTS)}.")
    data_flags.define("Data with the splits 'train' and 'test'.")
    flags.DEFINE_list(
        "data_shape", None, "Height,width,channels to which images are resized. Default: their own shape."
    )
    flags.DEFINE_float("minutes", 3, "Training time of each run.", lower_bound=0.001)
    flags.DEFINE_enum(
        "clock", "wall", ["wall", "cpu"], "How time is measured; cpu, summed over all threads, ignores other programs."
    )
    flags.DEFINE_integer("looks", 6, "Number of measurements in that time.", lower_bound=1)
    flags.DEFINE_integer("seeds", 1, "Number of runs of each variant.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Seed of the first run; each later run adds 1.", lower_bound=0)
    flags.DEFINE_integer("batch_size", 64, "Number of examples for each discriminator step.", lower_bound=1)
    flags.DEFINE_list("metrics", list(flag_values.METRICS), "Metrics, named as in experiments.evaluate.")
    flags.DEFINE_string("workdir", None, "Folder for the results. Default: runs/compare-DATASET.")
    flags.DEFINE_multi_string("set", [], "A setting, as key=value, for the variants that have it; may be repeated.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

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


def train(config: Config, seconds: float, clock: str, looks: int, folder: AnyPath) -> dict:
    """Trains one run for `seconds`, and measures it `looks` times, at equal intervals.

    Returns {"curve": rows}. A row {seconds, step, epochs, metric: number} is measured at the end of the first epoch
    that ends after its time.
    """
    examples, test = load_both(config)
    suite = metrics.Suite(config.metrics, examples, test)
    gan = create(config, examples)
    suite.check(gan)
    batch_size, labels = config.batch_size * gan.shares, takes_labels(config)
    batches = data.batches(examples, batch_size, seed=config.seed, labels=labels, start=0)
    steps, epoch, spent, curve = max(1, len(examples) // batch_size), 0, 0.0, []
    gan.check_batch(next(iter(batches)))
    with tqdm(total=round(seconds), desc=f"{config.variant}, seed {config.seed}", unit=" s") as progress:
        while spent < seconds or not curve:
            start = CLOCKS[clock]()
            gan.fit(batches, initial_epoch=epoch, epochs=epoch + 1, steps_per_epoch=steps, verbose=0)
            epoch, spent = epoch + 1, spent + CLOCKS[clock]() - start
            progress.update(min(round(spent), progress.total) - progress.n)
            if spent >= seconds * (len(curve) + 1) / looks:
                curve.append({"seconds": round(spent, 1), "step": int(gan.step.numpy()), "epochs": epoch, **suite(gan)})
    gan.save(folder / "last.keras")
    with atomic_write(folder / "samples.npy") as path:
        np.save(path, images.to_uint8(gan.sample(30, seed=config.seed)))
    return {"curve": curve}


def compare(
    configs: Sequence[Config], workdir: AnyPath | str, seconds: float, clock: str = "wall", looks: int = 6
) -> list[dict]:
    """Trains the runs that are not in the workdir yet, and returns rows {variant, seed, curve} of all of them.

    Raises:
        ValueError: before any training, for an unknown variant or metric.
    """
    for config in configs:
        variants.settings_of(config.variant)
    workdir, rows = as_path(workdir), []
    for config in configs:
        folder = workdir / f"{config.variant}-seed-{config.seed}"
        folder.mkdir(parents=True, exist_ok=True)
        settings = {**vars(config), "seconds": seconds, "clock": clock, "looks": looks}
        found = load_or_run(folder, settings, lambda: train(config, seconds, clock, looks, folder), ["samples.npy"])  # noqa: B023
        rows.append({"variant": config.variant, "seed": config.seed, **found})
        write(rows, workdir, settings)
    return rows


def write(rows: list[dict], workdir: AnyPath, settings: dict) -> None:
    """Writes results.json, results.md, curves.png and samples.png to the workdir."""
    table = summarize(rows)
    shared = {name: value for name, value in settings.items() if name not in ("variant", "seed", "settings")}
    content = {"asked": shared, "summary": table, "rows": rows, "versions": versions()}
    write_json(workdir / "results.json", content)
    with atomic_write(workdir / "results.md") as path:
        path.write_text(format_table(table))
    images.save_png(workdir / "curves.png", curves(rows))
    first_rows = {row["variant"]: row for row in reversed(rows)}
    samples = [load_array(workdir / f"{name}-seed-{row['seed']}" / "samples.npy") for name, row in first_rows.items()]
    drawable = [one for one in reversed(samples) if images.drawable(one.shape[1:])]
    if drawable:
        images.save_png(workdir / "samples.png", images.grid(np.concatenate(drawable), columns=15))


def _metric_names(rows):
    others = ("seconds", "step", "epochs")
    return [name for name in rows[0]["curve"][0] if name not in others and not re.search("_(sd|se|sigma)_", name)]


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


def curves(rows: list[dict]) -> np.ndarray:
    """Returns a plot of metrics against training time: a panel for each metric, a line of means for each variant."""
    names = _metric_names(rows)
    figure = plots.figure(width=4.6 * len(names) + 1, height=3.8)
    for number, name in enumerate(names, 1):
        axes = figure.add_subplot(1, len(names), number)
        for index, variant in enumerate(dict.fromkeys(row["variant"] for row in rows)):
            of_seeds = [row["curve"] for row in rows if row["variant"] == variant]
            length = min(map(len, of_seeds))
            seconds, values = (
                np.mean([[point[key] for point in curve[:length]] for curve in of_seeds], axis=0)
                for key in ("seconds", name)
            )
            axes.plot(seconds, values, marker="o", ms=3, label=variant, color=f"C{index}", ls=("-", "--")[index >= 10])
        if lower_is_better(name) and min(min(line.get_ydata()) for line in axes.lines) > 0:
            axes.set_yscale("log")
        plots.decorate(axes, name, "seconds of training", "")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper", fontsize=8, edgecolor="none")
    return plots.picture(figure)


def main(args: flags.FlagValues) -> None:
    """Compares the variants and prints a table."""
    settings, configs = parse_settings(args.set), []
    for seed in range(args.seed, args.seed + args.seeds):
        for variant in args.variants:
            known = variants.settings_of(variant)
            configs.append(
                Config(
                    variant=variant,
                    **data_flags.settings(args),
                    data_shape=parse_shape(args.data_shape),
                    batch_size=args.batch_size,
                    seed=seed,
                    metrics=tuple(args.metrics),
                    settings={name: value for name, value in settings.items() if name in known},
                )
            )
    workdir = args.workdir or f"runs/compare-{pathlib.PurePath(args.dataset).stem}"
    with hold(workdir, "compare"):
        rows = compare(configs, workdir, args.minutes * 60, args.clock, args.looks)
    print(f"\n{format_table(summarize(rows))}\n{as_path(workdir) / 'curves.png'}")


if __name__ == "__main__":
    main(flags.FLAGS)
