"""Measures what a trained model makes: a table on the screen, and a line in metrics.jsonl beside its checkpoint.

python -m experiments.evaluate --checkpoint=runs/dcgan-mnist-1 --dataset=mnist
python -m experiments.evaluate --checkpoint=runs/nsgan-mnist-1 --dataset=mnist --metrics=parzen_pixels_10k
"""

import json
import pathlib
import time

from absl import app, flags, logging

import ganzoo
from experiments.config import versions
from experiments.run import find
from ganzoo import data, metrics

METRICS = ["frechet_classifier_10k", "kernel_classifier_10k", "score_classifier_10k", "precision_recall_classifier_10k"]


def evaluate(checkpoint, dataset, names=tuple(METRICS), seed=0, cache=metrics.CACHE):
    """Appends a line to metrics.jsonl in the folder of the checkpoint, or of the run, and returns it as a dict.

    Raises ValueError for an unknown metric, or data of another shape than the model's; FileNotFoundError for no
    checkpoint.
    """
    path = pathlib.Path(checkpoint)
    found = find(path)
    gan = ganzoo.load(found)
    train, test = (
        data.examples(dataset, split, gan.data_shape if len(gan.data_shape) == 3 else None)
        for split in ("train", "test")
    )
    suite = metrics.Suite(names, train, test, cache, seed, verbose=1)
    start = time.time()
    numbers = suite(gan)
    line = {
        "checkpoint": found.name,
        "variant": gan.name,
        "step": int(gan.step.numpy()),
        "dataset": dataset,
        "seed": seed,
        "metrics": numbers,
        "extractors": {name: extractor.about for name, extractor in suite.extractors.items()},
        "seconds": round(time.time() - start, 1),
        "versions": versions(),
    }
    out = (path if path.is_dir() else path.parent) / "metrics.jsonl"
    with open(out, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    return line


def described(line):
    """The line as text, a metric to each row."""
    rows = [f"{line['variant']}, step {line['step']}, {line['dataset']}"]
    rows += [f"  {name:40s} {number:12.5g}" for name, number in line["metrics"].items()]
    rows += [f"  by {about}" for about in line["extractors"].values()]
    return "\n".join([*rows, f"  {line['seconds']} s"])


def define_flags():
    """Here, not on import, so that one process can import several scripts."""
    flags.DEFINE_string("checkpoint", None, "A .keras file, or the workdir of a run.", required=True)
    flags.DEFINE_string("dataset", "digits", "Data with the splits train and test.")
    flags.DEFINE_list(
        "metrics",
        METRICS,
        f"FORMULA_EXTRACTOR_COUNT each; formulas: {', '.join(metrics.FORMULAS)}; extractors: "
        f"{', '.join(metrics.features.names())}.",
    )
    flags.DEFINE_integer("seed", 0, "Of the samples.", lower_bound=0)
    flags.DEFINE_string("cache", str(metrics.CACHE), "Where classifiers and features of real images are kept.")


def main(arguments):
    """Evaluates as the flags say."""
    logging.set_verbosity(logging.ERROR)
    if len(arguments) > 1:
        raise app.UsageError(f"Flags are written --name=value; did not understand: {' '.join(arguments[1:])}")
    given = flags.FLAGS
    try:
        line = evaluate(given.checkpoint, given.dataset, given.metrics, given.seed, given.cache)
    except (ValueError, OSError) as error:
        raise SystemExit(f"Error: {error}") from error
    print(described(line))


if __name__ == "__main__":
    define_flags()
    app.run(main)
