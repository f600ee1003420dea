"""What the codes of an infogan mean: grids over their values (Chen et al., 2016, Figure 2), and a classifier's word.

python -m experiments.train --variant=infogan --dataset=mnist --workdir=runs/infogan
python -m experiments.codes --checkpoint=runs/infogan --dataset=mnist
"""

import pathlib

import numpy as np
import tensorflow as tf
from absl import flags

import ganzoo
from experiments.clusters import assign
from experiments.support import cli
from experiments.support.config import versions
from experiments.support.run import find, folder_of
from ganzoo import data, images, metrics
from ganzoo.files import write_json
from ganzoo.priors import Codes

ROWS, WIDEST = 8, 2.0


def measure(checkpoint, dataset, count=10_000, seed=0, out=None, cache=metrics.CACHE):
    """Writes codes.json and a picture for each kind of code in `out`, and returns the first.

    `agreement` is the share of `count` samples, as many of each value of the first categorical code, that a classifier
    of the real images takes for the class that it takes most samples of that value for; `classes` are these classes,
    `of_each_value` the shares. codes-category.png has a column for each value and other latents in each row;
    codes-continuous.png moves each continuous code from -2 to 2, though it is drawn from [-1, 1], on 8 rows of it.

    Raises ValueError for a model without a categorical code, or data without labels.
    """
    out, gan = folder_of(checkpoint, out), ganzoo.load(find(pathlib.Path(checkpoint)))
    if not (isinstance(gan.prior, Codes) and gan.prior.categories):
        raise ValueError(f"{checkpoint} holds {gan.name}, which has no categorical code: choose an infogan, say.")
    train, test = (data.examples(dataset, split, gan.data_shape) for split in ("train", "test"))
    if test.labels is None:
        raise ValueError(f"Codes are compared with classes, and {dataset} has no labels: choose labelled data.")
    judge, size = metrics.classifier(train, test, cache), gan.prior.categories[0]
    values = np.arange(count) % size
    samples = _drawn(gan, gan.prior.with_codes(gan.prior.sample(count, seed), category=values))
    found = judge.classes(samples)
    classes = assign(values, found, size)
    agrees = classes[values] == found
    result = {
        "agreement": float(agrees.mean()),
        "classes": classes.tolist(),
        "of_each_value": [float(agrees[values == value].mean()) for value in range(size)],
        "count": count,
        "seed": seed,
        "step": int(gan.step.numpy()),
        "dataset": dataset,
        "classifier_accuracy_on_test": judge.accuracy,
        "versions": versions(),
    }
    write_json(out / "codes.json", result)
    latents = gan.prior.sample(ROWS, seed)
    _save(gan, out / "codes-category.png", [gan.prior.with_codes(latents, category=value) for value in range(size)])
    if gan.prior.continuous:
        moved = np.linspace(-WIDEST, WIDEST, 10)
        rows = [
            [gan.prior.with_codes(latents, continuous=value, which=code) for value in moved]
            for code in range(gan.prior.continuous)
        ]
        _save(gan, out / "codes-continuous.png", [tf.concat(column, axis=0) for column in zip(*rows, strict=True)])
    return result


def _save(gan, path, columns):
    """A picture of latents (rows, dim) for each of the columns."""
    latents = tf.stack(columns, axis=1)
    images.save_png(path, images.grid(_drawn(gan, tf.reshape(latents, (-1, latents.shape[-1]))), columns=len(columns)))


def _drawn(gan, latents):
    return gan.predict(latents, batch_size=500, verbose=0)


def define_flags():
    """Of this script."""
    flags.DEFINE_string("checkpoint", None, "A .keras file of an infogan, or the workdir of its run.", required=True)
    flags.DEFINE_string("dataset", "digits", "The data it was trained on, with labels and a split test.")
    flags.DEFINE_integer("count", 10_000, "Samples for the classifier.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Of the latents.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: that of --checkpoint.")
    flags.DEFINE_string("cache", str(metrics.CACHE), "Where classifiers of real images are kept.")


def main(given):
    """Measures as the flags say."""
    result = measure(given.checkpoint, given.dataset, given.count, given.seed, given.out, given.cache)
    each = ", ".join(
        f"{value}: {label} ({share:.0%})"
        for value, (label, share) in enumerate(zip(result["classes"], result["of_each_value"], strict=True))
    )
    print(f"{result['agreement']:.1%} of the samples are of their value's most frequent class. Values: {each}.")


if __name__ == "__main__":
    cli.start(define_flags, main)
