"""Variants beside each other on one data set: each trains for equal time, several seeds, measured as it goes.

python -m experiments.compare --variants=dcgan,lsgan,wgan_gp --minutes=3
python -m experiments.compare --variants=dcgan,r1,sngan --dataset=mnist --minutes=8 --seeds=3 --set width=16

A setting given by --set goes to the variants that know it. Measuring takes no time of the training's. Stopped, the same
command goes on with the next run. The workdir then holds results.json, results.md, curves.png and samples.png.
"""

import pathlib
import re
import time

import numpy as np
from absl import flags
from tqdm import tqdm

import ganzoo
from experiments.evaluate import METRICS
from experiments.support import cli, run
from experiments.support.cached_runs import mean_and_deviation, once
from experiments.support.config import Config, parse_settings, parse_shape, versions
from ganzoo import data, images, metrics, plots
from ganzoo.files import atomic_write, write_json
from ganzoo.zoo import variants

CLOCKS = {"wall": time.monotonic, "cpu": time.process_time}


def train(config, seconds, clock, looks, folder):
    """Trains one run for so many `seconds`, and returns {"curve": rows}, a row of metrics for each of `looks`.

    A row is {seconds, step, epochs, name: number}; the rows lie at equal parts of the time, each on the first epoch's
    end after it.
    """
    examples = run.load_examples(config)
    suite = metrics.Suite(config.metrics, examples, run.test_examples(config, examples))
    gan = run.create(config, examples)
    suite.check(gan)
    k = gan.discriminator_steps
    labels = run.takes_labels(config)
    batches = data.batches(examples, config.batch_size * k, seed=config.seed, labels=labels, start=0)
    steps, epoch, spent, curve = max(1, len(examples) // (config.batch_size * k)), 0, 0.0, []
    gan.check_batch(next(iter(batches)))
    gan.make_train_function()
    with tqdm(total=round(seconds), desc=f"{config.variant}, seed {config.seed}", unit=" s") as progress:
        while spent < seconds or not curve:
            start = CLOCKS[clock]()
            gan.fit(batches, initial_epoch=epoch, epochs=epoch + 1, steps_per_epoch=steps, verbose=0)
            epoch, spent = epoch + 1, spent + CLOCKS[clock]() - start
            progress.update(min(round(spent), progress.total) - progress.n)
            if spent >= seconds * (len(curve) + 1) / looks:
                curve.append({"seconds": round(spent, 1), "step": int(gan.step.numpy()), "epochs": epoch, **suite(gan)})
    gan.save(folder / "last.keras")
    np.save(folder / "samples.npy", images.to_uint8(gan.sample(30, seed=config.seed)))
    return {"curve": curve}


def compare(configs, workdir, seconds, clock="wall", looks=6):
    """Trains what is not there yet, and returns rows {variant, seed, curve}.

    Raises ValueError for an unknown variant or metric before anything is trained.
    """
    for config in configs:
        variants.settings_of(config.variant)
    workdir, rows = pathlib.Path(workdir), []
    for config in configs:
        folder = workdir / f"{config.variant}-seed-{config.seed}"
        folder.mkdir(parents=True, exist_ok=True)
        asked = {**vars(config), "seconds": seconds, "clock": clock, "looks": looks}
        found = once(folder, asked, lambda: train(config, seconds, clock, looks, folder))  # noqa: B023
        rows.append({"variant": config.variant, "seed": config.seed, **found})
        write(rows, workdir, asked)
    return rows


def write(rows, workdir, asked):
    """Leaves results.json, results.md, curves.png and samples.png in the workdir."""
    table = summary(rows)
    shared = {name: value for name, value in asked.items() if name not in ("variant", "seed", "settings")}
    content = {"asked": shared, "summary": table, "rows": rows, "versions": versions()}
    write_json(workdir / "results.json", content)
    with atomic_write(workdir / "results.md") as beside:
        beside.write_text(described(table))
    images.save_png(workdir / "curves.png", curves(rows))
    firsts = {row["variant"]: row for row in reversed(rows)}
    shown = [np.load(workdir / f"{name}-seed-{row['seed']}" / "samples.npy") for name, row in reversed(firsts.items())]
    shown = [images.side_by_side(samples) for samples in shown if images.drawable(samples.shape[1:])]
    if shown:
        images.save_png(workdir / "samples.png", images.grid(np.concatenate(shown), columns=15))


def _names(rows):
    beside = ("seconds", "step", "epochs")
    return [name for name in rows[0]["curve"][0] if name not in beside and not re.search("_(sd|se|sigma)_", name)]


def summary(rows):
    """A dict for each variant: of each metric the mean and deviation over the seeds at the end, and at its best."""
    table = []
    for variant in dict.fromkeys(row["variant"] for row in rows):
        curves_of = [row["curve"] for row in rows if row["variant"] == variant]
        line = {"variant": variant, "seeds": len(curves_of), "steps": [curve[-1]["step"] for curve in curves_of]}
        for name in _names(rows):
            last = [curve[-1][name] for curve in curves_of]
            best = [(min if lower_is_better(name) else max)(row[name] for row in curve) for curve in curves_of]
            line[name], line[f"{name}_best"] = mean_and_deviation(last), mean_and_deviation(best)
        table.append(line)
    return table


def lower_is_better(name):
    """Whether that metric is a distance or an error."""
    return name.startswith(("frechet", "kernel", "sliced_wasserstein", "neighbour_error", "two_sample", "reverse_kl"))


def described(table):
    """The summary as Markdown: the last measurement, the best one in brackets."""
    names = [name for name in table[0] if f"{name}_best" in table[0]]
    lines = ["| variant | steps | " + " | ".join(names) + " |", "|---" * (len(names) + 2) + "|"]
    for line in sorted(table, key=lambda line: line[names[0]][0], reverse=not lower_is_better(names[0])):
        cells = [f"{_number(line[name])} ({_number(line[f'{name}_best'])})" for name in names]
        lines.append(f"| {line['variant']} | {np.mean(line['steps']):.0f} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _number(mean_and_sd):
    mean, deviation = mean_and_sd
    return f"{mean:.3g}" + ("" if deviation is None else f" +- {deviation:.2g}")


def curves(rows):
    """Metrics against the seconds of training, a panel each, a line for each variant, the mean of its seeds."""
    names = _names(rows)
    variants = list(dict.fromkeys(row["variant"] for row in rows))
    figure = plots.figure(width=4.6 * len(names) + 1, height=3.8)
    for number, name in enumerate(names, 1):
        axes = figure.add_subplot(1, len(names), number)
        for index, variant in enumerate(variants):
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


def define_flags():
    """Of this script."""
    flags.DEFINE_list("variants", ["dcgan", "lsgan", "wgan_gp"], f"Some of: {', '.join(ganzoo.names())}.")
    flags.DEFINE_string("dataset", "digits", "Data with the splits train and test.")
    flags.DEFINE_list("data_shape", None, "Height,width,channels to resize images to. Default: as they are.")
    flags.DEFINE_float("minutes", 3, "Of training, for each run.", lower_bound=0)
    flags.DEFINE_enum("clock", "wall", list(CLOCKS), "cpu: of all threads, which other programs do not disturb.")
    flags.DEFINE_integer("looks", 6, "How often to measure in that time.", lower_bound=1)
    flags.DEFINE_integer("seeds", 1, "Runs of each variant.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Of the first run; each later one adds 1.", lower_bound=0)
    flags.DEFINE_integer("batch_size", 64, "Examples for each discriminator step.", lower_bound=1)
    flags.DEFINE_list("metrics", METRICS, "Metrics by name, as of experiments.evaluate.")
    flags.DEFINE_string("workdir", None, "Default: runs/compare-DATASET.")
    flags.DEFINE_multi_string("set", [], "A setting, as key=value, of the variants that know it; may be repeated.")


def main(given):
    """Compares as the flags say."""
    settings, configs = parse_settings(given.set), []
    for seed in range(given.seed, given.seed + given.seeds):
        for variant in given.variants:
            known = variants.settings_of(variant)
            configs.append(
                Config(
                    variant=variant,
                    dataset=given.dataset,
                    data_shape=parse_shape(given.data_shape),
                    batch_size=given.batch_size,
                    seed=seed,
                    metrics=tuple(given.metrics),
                    settings={name: value for name, value in settings.items() if name in known},
                )
            )
    workdir = given.workdir or f"runs/compare-{pathlib.Path(given.dataset).stem}"
    rows = compare(configs, workdir, given.minutes * 60, given.clock, given.looks)
    print(f"\n{described(summary(rows))}\n{pathlib.Path(workdir) / 'curves.png'}")


if __name__ == "__main__":
    cli.start(define_flags, main, "Go on with the same command.")
