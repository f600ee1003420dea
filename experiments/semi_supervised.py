"""Accuracy against the number of labels: a semi-supervised GAN, and its classifier trained on the labels alone.

python -m experiments.semi_supervised --dataset=mnist --labels=25,50,100,1000 --draws=3 --set width=16

Each draw of labels is a run of its own under the workdir, with all that `experiments.train` leaves. Stopped, the same
command goes on where it was. At the end the workdir holds results.json, results.csv and accuracy.png.
"""

import csv
import pathlib

import keras
import numpy as np
from absl import flags

import ganzoo
from experiments.support import cli, run
from experiments.support.cached_runs import mean_and_deviation, once
from experiments.support.config import Config, parse_settings, parse_shape, versions
from ganzoo import data, images
from ganzoo.callbacks import figures, history_plot
from ganzoo.files import atomic_write, write_json


def compare(config, budgets, draws, workdir, updates=2000):
    """Trains for each budget and draw, and returns rows {labels, draw, epochs, gan, alone, best, seconds}.

    `gan` is the accuracy on the split "test" at the end, `best` that over the tested epochs (chosen on that split, so
    never a result), `alone` that of the same network after so many `updates` without the GAN. Raises ValueError as
    `run` does, also where the workdir holds runs of another configuration.
    """
    workdir, rows = pathlib.Path(workdir), []
    for labels in budgets:
        for draw in range(draws):
            print(f"\n{config.variant}, {labels} labels, draw {draw + 1} of {draws}")
            one = Config(**vars(config) | {"labels": labels, "seed": config.seed + draw})
            folder, asked = workdir / f"{labels}-labels-draw-{draw}", vars(one) | {"updates": updates}
            found = once(folder, asked, lambda: _entry(one, folder, updates))  # noqa: B023
            rows.append({"labels": labels, "draw": draw} | found)
            write(rows, config, workdir)
    return rows


def _entry(config, folder, updates):
    """The figures of one run."""
    run.run(config, folder, resume=(folder / "config.json").exists())
    test = run.test_batches(config, run.test_examples(config, run.load_examples(config)))
    history = history_plot.read(folder / "history.csv")
    return {
        "epochs": len(history),
        "gan": ganzoo.load(run.find(folder)).evaluate(test, verbose=0)["accuracy"],
        "alone": alone(config, updates),
        "best": max(row["val_accuracy"] for row in history if "val_accuracy" in row),
        "seconds": round(sum(row["seconds"] for row in history), 1),
    }


def alone(config, updates):
    """The test accuracy of the variant's classifier after so many updates on the labelled examples alone."""
    keras.utils.set_random_seed(config.seed)
    train = run.load_examples(config)
    test = run.test_batches(config, run.test_examples(config, train))
    labelled = np.flatnonzero(train.labels >= 0)
    train = data.Examples(train.images[labelled], train.labels[labelled], train.num_classes)
    gan = run.create(config, train)
    model = keras.Model(gan.discriminator.inputs, gan.discriminator.outputs[0])
    own = gan.discriminator_optimizer.get_config()
    model.compile(
        keras.optimizers.Adam(own["learning_rate"], own["beta_1"]),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    batches = data.batches(train, min(config.batch_size, len(train)), config.seed, labels=True, start=0)
    model.fit(batches, steps_per_epoch=updates, shuffle=False, verbose=0)
    return model.evaluate(test, verbose=0, return_dict=True)["accuracy"]


def write(rows, config, workdir):
    """Leaves results.json, results.csv and accuracy.png in the workdir."""
    table = summary(rows)
    content = {"variant": config.variant, "dataset": config.dataset, "settings": config.settings}
    write_json(workdir / "results.json", content | {"summary": table, "rows": rows, "versions": versions()})
    with atomic_write(workdir / "results.csv") as beside, open(beside, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    images.save_png(workdir / "accuracy.png", figures.accuracies(table, config.variant))


def summary(rows):
    """Mean and standard deviation over the draws, a dict for each number of labels."""
    table = []
    for labels in sorted({row["labels"] for row in rows}):
        line = {"labels": labels, "draws": sum(row["labels"] == labels for row in rows)}
        for name in ("gan", "alone"):
            values = [row[name] for row in rows if row["labels"] == labels]
            line[name], line[f"{name}_sd"] = mean_and_deviation(values)
        table.append(line)
    return table


def parse_budgets(texts):
    """Numbers of labels from a flag's list of strings."""
    try:
        budgets = [int(text) for text in texts]
    except ValueError:
        budgets = []
    if not budgets or min(budgets) < 1:
        raise ValueError(f"--labels are integers above 0, for instance 25,50,100; got {','.join(texts)}.")
    return budgets


def described(table):
    """The summary as lines of text."""
    lines = ["labels  draws  GAN             labels alone"]
    for line in table:
        cells = [_cell(line[name], line[f"{name}_sd"]) for name in ("gan", "alone")]
        lines.append(f"{line['labels']:6d}  {line['draws']:5d}  {cells[0]:14s}  {cells[1]}")
    return "\n".join(lines)


def _cell(mean, deviation):
    return f"{mean:.4f}" if deviation is None else f"{mean:.4f} +- {deviation:.4f}"


def define_flags():
    """Of this script."""
    flags.DEFINE_string("variant", "sgan", "A semi-supervised variant: sgan, improved_gan or catgan.")
    flags.DEFINE_string("dataset", "digits", "Labelled data with the splits train and test.")
    flags.DEFINE_list("data_shape", None, "Height,width,channels to resize images to. Default: as they are.")
    flags.DEFINE_list("labels", ["25", "50", "100", "1000"], "Numbers of labels.")
    flags.DEFINE_integer("draws", 3, "Draws of labels, each with a seed of its own.", lower_bound=1)
    flags.DEFINE_integer("epochs", 60, "Passes over the data, of the GAN.", lower_bound=1)
    flags.DEFINE_integer("batch_size", 100, "Examples in a batch, a fifth of them labelled.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Of the first draw; each later one adds 1.", lower_bound=0)
    flags.DEFINE_integer("test_every", None, "Epochs between tests. Default: 10 tests a run.", lower_bound=1)
    flags.DEFINE_integer("updates_alone", 2000, "Updates of the classifier on the labels alone.", lower_bound=1)
    flags.DEFINE_string("workdir", None, "Default: runs/semi-supervised-VARIANT-DATASET.")
    flags.DEFINE_multi_string("set", [], "A setting of the variant, as key=value; may be repeated.")


def main(given):
    """Compares as the flags say."""
    config = Config(
        variant=given.variant,
        dataset=given.dataset,
        data_shape=parse_shape(given.data_shape),
        epochs=given.epochs,
        batch_size=given.batch_size,
        seed=given.seed,
        test_every=given.test_every or -(-given.epochs // 10),
        settings=parse_settings(given.set),
    )
    workdir = given.workdir or f"runs/semi-supervised-{config.variant}-{pathlib.Path(config.dataset).stem}"
    rows = compare(config, parse_budgets(given.labels), given.draws, workdir, given.updates_alone)
    print(f"\n{described(summary(rows))}\n\n{pathlib.Path(workdir) / 'accuracy.png'}")


if __name__ == "__main__":
    cli.start(define_flags, main, "Go on with the same command.")
