"""Measures how clusters found without labels agree with classes: the error of Springenberg (2016).

ganzoo train --variant=catgan --dataset=mnist --labels=0 --set num_classes=20 --workdir=runs/clusters
ganzoo clusters --checkpoint=runs/clusters --dataset=mnist
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file of a catgan, or the workdir of its run.")
    data_flags.define("The labelled data that the model was trained on, with a split 'test'.")
    flags.DEFINE_integer("count", 10_000, "Number of training images whose labels name the clusters.", lower_bound=1)
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds


import numpy as np

from ganzoo import images
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.workdir import load_model, results_folder
from ganzoo.files import AnyPath, write_json


def measure(
    checkpoint: AnyPath | str, dataset: Dataset | str, count: int = 10_000, out: AnyPath | str | None = None
) -> dict:
    """Writes clusters.json and clusters.png, and returns the content of the former.

    Each cluster is assigned the most frequent class among its members in the first `count` training images. `error` is
    the share of test images whose class is not that of their cluster, and `sizes` are the numbers of test images in the
    clusters. The picture has a row of up to 20 test images for each cluster.

    Raises:
        ValueError: if the model does not classify, or the data has no labels.
    """
    out, gan = results_folder(checkpoint, out), load_model(checkpoint)
    if not hasattr(gan, "classify"):
        raise ValueError(f"{checkpoint} holds {gan.name}, which does not classify: choose a catgan, for instance.")
    train, test, _ = as_dataset(dataset).both(gan.data_shape)
    if test.labels is None:
        raise ValueError(f"Clusters are compared with classes, but {dataset} has no labels: choose labelled data.")
    train_clusters, test_clusters = (
        gan.classify(images.floats(pictures)).argmax(axis=1) for pictures in (train.images[:count], test.images)
    )
    classes = most_frequent_classes(train_clusters, train.labels[:count], gan.num_classes)
    result = {
        "error": float((classes[test_clusters] != test.labels).mean()),
        "classes": classes.tolist(),
        "sizes": np.bincount(test_clusters, minlength=gan.num_classes).tolist(),
        "assigned_by": len(train_clusters),
        "step": int(gan.step.numpy()),
        "dataset": str(dataset),
        "versions": versions(),
    }
    write_json(out / "clusters.json", result)
    images.save_png(out / "clusters.png", picture(images.floats(test.images), test_clusters, gan.num_classes))
    return result


def most_frequent_classes(clusters: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """Returns the most frequent label in each of `count` clusters; for an empty cluster, the most frequent of all."""
    table = np.zeros((count, labels.max() + 1), int)
    np.add.at(table, (clusters, labels), 1)
    return np.where(table.any(axis=1), table.argmax(axis=1), np.bincount(labels).argmax())


def picture(examples: np.ndarray, clusters: np.ndarray, count: int, columns: int = 20) -> np.ndarray:
    """Returns a grid with a row for each cluster: its first examples, then white if there are too few."""
    rows = np.ones((count, columns, *examples.shape[1:]), "float32")
    for cluster, row in enumerate(rows):
        members = examples[clusters == cluster][:columns]
        row[: len(members)] = members
    return images.grid(rows.reshape(-1, *examples.shape[1:]), columns=columns)


def main(args: flags.FlagValues) -> None:
    """Measures the clusters and prints a summary."""
    result = measure(args.checkpoint, data_flags.chosen(args), args.count, args.out)
    sizes = result["sizes"]
    print(
        f"{result['error']:.2%} of the test images are in a cluster of another class. The {len(sizes)} clusters hold "
        f"{min(sizes)} to {max(sizes)} images each."
    )


if __name__ == "__main__":
    main(flags.FLAGS)
