"""How many samples of a conditional GAN look like their label: judged by a classifier trained on the real images.

python -m experiments.label_accuracy --checkpoint=runs/cdcgan-mnist-1 --dataset=mnist
"""

import pathlib

import numpy as np
from absl import flags

import ganzoo
from experiments.support import cli
from experiments.support.config import versions
from experiments.support.run import find, folder_of
from ganzoo import data, images, metrics
from ganzoo.files import write_json


def measure(checkpoint, dataset, count=10_000, seed=0, out=None, cache=metrics.CACHE):
    """Writes label_accuracy.json and label_accuracy.png (a row of samples for each class) in `out`, returns the first.

    One good picture for each class has an accuracy of 1 too: hence `spread_within_classes`, the standard deviation of a
    pixel among the samples of a class, divided by that among the test images; and `gan_train`, the accuracy on test
    images of a classifier trained on the samples alone, beside `as_many_real`, that of one trained on real ones.

    Raises ValueError for a GAN that takes no labels, or another number of classes or shape than the data's.
    """
    out, gan = folder_of(checkpoint, out), ganzoo.load(find(pathlib.Path(checkpoint)))
    if not gan.is_conditional:
        raise ValueError(f"{checkpoint} holds {gan.name}, whose samples have no labels: choose a conditional variant.")
    shape = gan.data_shape
    train, test = (data.examples(dataset, split, shape) for split in ("train", "test"))
    if train.num_classes != gan.num_classes:
        raise ValueError(f"The model knows {gan.num_classes} classes, {dataset} has {train.num_classes}.")
    judge = metrics.classifier(train, test, cache)
    labels = np.arange(count) % gan.num_classes
    samples = gan.sample(count, labels=labels, seed=seed)
    found = metrics.gan_test(judge, samples, labels)
    result = {
        "accuracy": found["accuracy"],
        "accuracy_of_each_class": found["of_each_class"],
        "spread_within_classes": _spread(samples, labels) / _spread(images.floats(test.images), test.labels),
        "gan_train": metrics.gan_train(test, data.Examples(samples, labels, gan.num_classes)),
        "as_many_real": metrics.gan_train(test, data.Examples(train.images[:count], train.labels[:count])),
        "classifier_accuracy_on_test": judge.accuracy,
        "count": count,
        "seed": seed,
        "step": int(gan.step.numpy()),
        "versions": versions(),
    }
    write_json(out / "label_accuracy.json", result)
    rows = np.concatenate([samples[labels == label][:10] for label in range(gan.num_classes)])
    images.save_png(out / "label_accuracy.png", images.grid(rows, columns=10))
    return result


def _spread(pictures, labels):
    """The standard deviation of a pixel among pictures of one class, on the average."""
    return float(np.mean([pictures[labels == label].std(axis=0).mean() for label in np.unique(labels)]))


def define_flags():
    """Of this script."""
    flags.DEFINE_string(
        "checkpoint", None, "A .keras file of a conditional GAN, or the workdir of its run.", required=True
    )
    flags.DEFINE_string("dataset", None, "The labelled data it was trained on, with a split test.", required=True)
    flags.DEFINE_integer("count", 10_000, "How many samples, of each class in turn.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Of the samples.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: that of --checkpoint.")


def main(given):
    """Measures as the flags say."""
    result = measure(given.checkpoint, given.dataset, given.count, given.seed, given.out)
    print(
        f"{result['accuracy']:.2%} of {result['count']} samples look like their label to a classifier that is right on "
        f"{result['classifier_accuracy_on_test']:.2%} of the test images.\n"
        f"Within a class, samples vary {result['spread_within_classes']:.2f} times as much as test images.\n"
        f"A classifier trained on the samples alone is right on {result['gan_train']:.2%} of the test images, one "
        f"trained on as many real images on {result['as_many_real']:.2%}."
    )


if __name__ == "__main__":
    cli.start(define_flags, main)
