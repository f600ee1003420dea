"""How the clusters that a classifier found without labels agree with classes: the error of Springenberg (2016).

python -m experiments.train --variant=catgan --dataset=mnist --labels=0 --set num_classes=20 --workdir=runs/clusters
python -m experiments.clusters --checkpoint=runs/clusters --dataset=mnist
"""

import pathlib

import numpy as np
from absl import flags

import ganzoo
from experiments.support import cli
from experiments.support.config import versions
from experiments.support.run import find, folder_of
from ganzoo import data, images
from ganzoo.files import write_json


def measure(checkpoint, dataset, count=10_000, out=None):
    """Writes clusters.json and clusters.png in `out`, and returns the first.

    A cluster stands for the class that most of the first `count` training images in it have; `error` is the share of
    test images of another class than their cluster's. `sizes` are numbers of test images. The picture has a row of test
    images for each cluster, blank where there are fewer than 20.

    Raises ValueError for a model that does not classify, or data without labels.
    """
    out, gan = folder_of(checkpoint, out), ganzoo.load(find(pathlib.Path(checkpoint)))
    if not hasattr(gan, "classify"):
        raise ValueError(f"{checkpoint} holds {gan.name}, which does not classify: choose a catgan, say.")
    train, test = (data.examples(dataset, split, gan.data_shape) for split in ("train", "test"))
    if test.labels is None:
        raise ValueError(f"Clusters are compared with classes, and {dataset} has no labels: choose labelled data.")
    known, found = (gan.classify(images.floats(some)).argmax(axis=1) for some in (train.images[:count], test.images))
    classes = assign(known, train.labels[:count], gan.num_classes)
    result = {
        "error": float((classes[found] != test.labels).mean()),
        "classes": classes.tolist(),
        "sizes": np.bincount(found, minlength=gan.num_classes).tolist(),
        "assigned_by": len(known),
        "step": int(gan.step.numpy()),
        "dataset": dataset,
        "versions": versions(),
    }
    write_json(out / "clusters.json", result)
    images.save_png(out / "clusters.png", picture(images.floats(test.images), found, gan.num_classes))
    return result


def assign(clusters, labels, count):
    """The class (count,) that most members of each cluster have; that of most of all, for a cluster of none."""
    common = np.bincount(labels).argmax()
    table = np.zeros((count, labels.max() + 1), int)
    np.add.at(table, (clusters, labels), 1)
    return np.where(table.any(axis=1), table.argmax(axis=1), common)


def picture(examples, clusters, count, columns=20):
    """A row of the first examples of each cluster, on white."""
    rows = np.ones((count, columns, *examples.shape[1:]), "float32")
    for cluster, row in enumerate(rows):
        members = examples[clusters == cluster][:columns]
        row[: len(members)] = members
    return images.grid(rows.reshape(-1, *examples.shape[1:]), columns=columns)


def define_flags():
    """Of this script."""
    flags.DEFINE_string("checkpoint", None, "A .keras file of a catgan, or the workdir of its run.", required=True)
    flags.DEFINE_string("dataset", "digits", "The data it was trained on, with labels and a split test.")
    flags.DEFINE_integer("count", 10_000, "Training images whose labels name the clusters.", lower_bound=1)
    flags.DEFINE_string("out", None, "Folder for the results. Default: that of --checkpoint.")


def main(given):
    """Measures as the flags say."""
    result = measure(given.checkpoint, given.dataset, given.count, given.out)
    print(
        f"{result['error']:.2%} of the test images are in a cluster of another class; the {len(result['sizes'])} "
        f"clusters hold from {min(result['sizes'])} to {max(result['sizes'])} of them."
    )


if __name__ == "__main__":
    cli.start(define_flags, main)
