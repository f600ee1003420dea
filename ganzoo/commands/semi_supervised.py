"""Measures accuracy against the number of labels, of a semi-supervised GAN and of its classifier trained without it.

ganzoo semi_supervised --dataset=mnist --labels=25,50,100,1000 --draws=3 --set width=16

Each draw of labels is a run of its own in the workdir, with all files of `ganzoo train`. If the script is stopped,
the same command continues where it was. Writes results.json, results.csv and accuracy.png to the workdir.
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_string("variant", "sgan", "A semi-supervised variant: sgan, improved_gan or catgan.")
    data_flags.define("Labelled data with the splits 'train' and 'test'.")
    flags.DEFINE_list(
        "data_shape", None, "Height,width,channels to which images are resized. Default: their own shape."
    )
    flags.DEFINE_list("labels", ["25", "50", "100", "1000"], "Numbers of labels.")
    flags.DEFINE_integer("draws", 3, "Number of draws of labels, each with a seed of its own.", lower_bound=1)
    flags.DEFINE_integer("epochs", 60, "Number of passes of the GAN over the data.", lower_bound=1)
    flags.DEFINE_integer(
        "batch_size", 100, "Number of examples in a batch, of which a fifth are labelled.", lower_bound=1
    )
    flags.DEFINE_integer("seed", 0, "Seed of the first draw; each later draw adds 1.", lower_bound=0)
    flags.DEFINE_integer("test_every", None, "Epochs between tests. Default: 10 tests in a run.", lower_bound=1)
    flags.DEFINE_integer(
        "updates_alone", 2000, "Number of updates of the classifier that is trained on the labels alone.", lower_bound=1
    )
    flags.DEFINE_string("workdir", None, "Folder for the results. Default: runs/semi-supervised-VARIANT-DATASET.")
    flags.DEFINE_multi_string("set", [], "A setting of the variant, as key=value; may be repeated.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

import csv
import pathlib
from collections.abc import Sequence

import keras
import numpy as np

from ganzoo import data, images, plots
from ganzoo.callbacks import history_plot
from ganzoo.commands.support import run as runs
from ganzoo.commands.support import run_data, run_model
from ganzoo.commands.support.cached_runs import load_or_run, mean_and_deviation
from ganzoo.commands.support.config import Config, parse_settings, parse_shape, versions
from ganzoo.commands.support.locks import hold
from ganzoo.commands.support.workdir import load_model
from ganzoo.files import AnyPath, as_path, atomic_write, write_json


def compare(
    config: Config, budgets: Sequence[int], draws: int, workdir: AnyPath | str, updates: int = 2000
) -> list[dict]:
    """Trains a run for each number of labels and each draw of them, and returns a row for each run.

    A row is {labels, draw, epochs, gan, alone, best, seconds}. `gan` is the final accuracy on the split "test", and
    `alone` that of the same classifier after `updates` updates without the GAN. `best` is the best accuracy over all
    tested epochs, which is not a result, since it is chosen on that split.

    Raises:
        ValueError: as `run` does, for instance if the workdir holds runs with another configuration.
    """
    workdir, rows = as_path(workdir), []
    for labels in budgets:
        for draw in range(draws):
            print(f"\n{config.variant}, {labels} labels, draw {draw + 1} of {draws}")
            own = Config(**vars(config) | {"labels": labels, "seed": config.seed + draw})
            folder, settings = workdir / f"{labels}-labels-draw-{draw}", vars(own) | {"updates": updates}
            found = load_or_run(folder, settings, lambda: _train_and_test(own, folder, updates))  # noqa: B023
            rows.append({"labels": labels, "draw": draw} | found)
            write(rows, config, workdir)
    return rows


def _train_and_test(config, folder, updates):
    runs.run(config, folder, resume=(folder / "config.json").exists())
    _, test = run_data.load_both(config)
    gan = load_model(folder)
    history = history_plot.read(folder / "history.csv")
    return {
        "epochs": len(history),
        "gan": gan.evaluate(run_data.test_batches(config, test), verbose=0)["accuracy"],
        "alone": train_alone(config, updates),
        "best": max(row["val_accuracy"] for row in history if "val_accuracy" in row),
        "seconds": round(sum(row["seconds"] for row in history), 1),
    }


def train_alone(config: Config, updates: int) -> float:
    """Trains the variant's classifier on the labelled examples alone, and returns its accuracy on the split "test"."""
    keras.utils.set_random_seed(config.seed)
    train, test = run_data.load_both(config)
    test = run_data.test_batches(config, test)
    labelled = np.flatnonzero(train.labels >= 0)
    train = data.Examples(train.images[labelled], train.labels[labelled], train.num_classes)
    gan = run_model.create(config, train)
    classifier = keras.Model(gan.discriminator.inputs, gan.discriminator.output["logits"])
    adam = gan.optimizer_of("discriminator").get_config()
    classifier.compile(
        keras.optimizers.Adam(adam["learning_rate"], adam["beta_1"]),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    batches = data.batches(train, min(config.batch_size, len(train)), config.seed, labels=True, start=0)
    classifier.fit(batches, steps_per_epoch=updates, shuffle=False, verbose=0)
    return classifier.evaluate(test, verbose=0, return_dict=True)["accuracy"]


def write(rows: list[dict], config: Config, workdir: AnyPath) -> None:
    """Writes results.json, results.csv and accuracy.png to the workdir."""
    table = summarize(rows)
    content = {"variant": config.variant, "dataset": config.dataset, "settings": config.settings}
    write_json(workdir / "results.json", content | {"summary": table, "rows": rows, "versions": versions()})
    with atomic_write(workdir / "results.csv") as path, open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    images.save_png(workdir / "accuracy.png", plot_accuracies(table, config.variant))


def summarize(rows: list[dict]) -> list[dict]:
    """Returns a dict for each number of labels, with means and standard deviations over the draws."""
    table = []
    for labels in sorted({row["labels"] for row in rows}):
        line = {"labels": labels, "draws": sum(row["labels"] == labels for row in rows)}
        for name in ("gan", "alone"):
            values = [row[name] for row in rows if row["labels"] == labels]
            line[name], line[f"{name}_sd"] = mean_and_deviation(values)
        table.append(line)
    return table


def plot_accuracies(table: list[dict], variant: str) -> np.ndarray:
    """Returns a plot of the summary, accuracy against the number of labels; bars are one standard deviation."""
    figure = plots.figure(width=4.8, height=3.8)
    axes = figure.add_subplot()
    for key, label, colour in (("gan", variant, plots.GENERATED), ("alone", "labels alone", plots.JUDGE)):
        deviations = [row[f"{key}_sd"] or 0 for row in table]
        labels, means = [row["labels"] for row in table], [row[key] for row in table]
        axes.errorbar(labels, means, deviations, color=colour, label=label, lw=1.5, marker="o", ms=4, capsize=3)
    axes.set_xscale("log")
    axes.set_xticks(labels, labels, minor=False)
    axes.minorticks_off()
    plots.decorate(axes, "Accuracy on test data", "labels", "accuracy")
    axes.legend(fontsize=8, edgecolor="none")
    return plots.picture(figure)


def parse_budgets(texts: Sequence[str]) -> list[int]:
    """Returns the numbers of labels in a flag's list of strings."""
    try:
        budgets = [int(text) for text in texts]
    except ValueError:
        budgets = []
    if not budgets or min(budgets) < 1:
        raise ValueError(f"--labels are integers of at least 1, for instance 25,50,100; got {','.join(texts)}.")
    return budgets


def format_table(table: list[dict]) -> str:
    """Returns the summary as lines of text."""
    lines = ["labels  draws  GAN                labels alone"]
    for line in table:
        gan, alone = (_cell(line[name], line[f"{name}_sd"]) for name in ("gan", "alone"))
        lines.append(f"{line['labels']:6d}  {line['draws']:5d}  {gan:17s}  {alone}")
    return "\n".join(lines)


def _cell(mean, deviation):
    return f"{mean:.4f}" if deviation is None else f"{mean:.4f} +- {deviation:.4f}"


def main(args: flags.FlagValues) -> None:
    """Compares the accuracies and prints a table."""
    config = Config(
        variant=args.variant,
        **data_flags.settings(args),
        data_shape=parse_shape(args.data_shape),
        epochs=args.epochs,
        batch_size=args.batch_size,
        seed=args.seed,
        test_every=args.test_every or -(-args.epochs // 10),
        settings=parse_settings(args.set),
    )
    workdir = args.workdir or f"runs/semi-supervised-{config.variant}-{pathlib.PurePath(config.dataset).stem}"
    with hold(workdir, "semi_supervised"):
        rows = compare(config, parse_budgets(args.labels), args.draws, workdir, args.updates_alone)
    print(f"\n{format_table(summarize(rows))}\n\n{as_path(workdir) / 'accuracy.png'}")


if __name__ == "__main__":
    main(flags.FLAGS)
