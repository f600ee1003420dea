"""Measures how many samples of a conditional GAN look like their label, to a classifier trained on the real images.

ganzoo label_accuracy --checkpoint=runs/cdcgan-mnist-1 --dataset=mnist

If the script is stopped, the same command continues with the classifier that it was training.
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file of a conditional GAN, or the workdir of its run.")
    data_flags.define(
        "The labelled data that the model was trained on, with a split 'test'.", default=None, required=True
    )
    flags.DEFINE_integer("count", 10_000, "Number of samples, whose labels are all classes in turn.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Random seed of the samples.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds


import numpy as np

from ganzoo import data, images, metrics
from ganzoo.commands.support import checkpoint_generators
from ganzoo.commands.support.cached_runs import load_or_run
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.locks import hold
from ganzoo.commands.support.workdir import load_model, results_folder
from ganzoo.files import AnyPath, write_json
from ganzoo.games.pictures import draw_samples, names_of_samples


def measure(
    checkpoint: AnyPath | str,
    dataset: Dataset | str,
    count: int = 10_000,
    seed: int = 0,
    out: AnyPath | str | None = None,
    cache: AnyPath | str = metrics.CACHE,
) -> dict:
    """Writes label_accuracy.json and label_accuracy.png, a row of samples for each class; returns the JSON's content.

    `accuracy` is the share of samples that the classifier assigns to their label. A single good picture of each class
    would reach 1, so three more numbers measure variety. `spread_within_classes` is the standard deviation of a pixel
    among samples of one class, divided by that among test images of one class. `gan_train` is the accuracy on test
    images of a classifier trained on the samples alone, and `as_many_real` that of one trained on as many real images.

    Raises:
        ValueError: if the GAN takes no labels, or if the data has another shape or number of classes.
    """
    out, gan = results_folder(checkpoint, out), load_model(checkpoint)
    if not gan.is_conditional:
        raise ValueError(f"{checkpoint} holds {gan.name}, whose samples have no labels: choose a conditional variant.")
    train, test, _ = as_dataset(dataset).both(gan.data_shape)
    if train.num_classes != gan.num_classes:
        raise ValueError(
            f"The model knows {gan.num_classes} classes, but {dataset} has {train.num_classes}: choose the data that "
            "it was trained on."
        )
    classifier = metrics.classifier(train, test, cache)
    labels = np.arange(count) % gan.num_classes
    samples = gan.sample(count, labels=labels, seed=seed)
    found = metrics.gan_test(classifier, samples, labels)
    about = {
        "weights": checkpoint_generators.digest(*gan.players.values()),
        "dataset": str(dataset),
        "count": count,
        "seed": seed,
    }
    taught_by = {
        "gan_train": data.Examples(samples, labels, gan.num_classes),
        "as_many_real": data.Examples(train.images[:count], train.labels[:count]),
    }
    taught = {
        name: load_or_run(
            out / "label_accuracy" / name,
            about,
            lambda: {"accuracy": metrics.gan_train(test, examples)},  # noqa: B023
        )["accuracy"]
        for name, examples in taught_by.items()
    }
    result = {
        "accuracy": found["accuracy"],
        "accuracy_of_each_class": found["of_each_class"],
        "spread_within_classes": _spread(samples, labels) / _spread(images.floats(test.images), test.labels),
        **taught,
        "classifier_accuracy_on_test": classifier.accuracy,
        "count": count,
        "seed": seed,
        "step": int(gan.step.numpy()),
        "versions": versions(),
    }
    write_json(out / "label_accuracy.json", result)
    shown = np.concatenate([np.flatnonzero(labels == label)[:10] for label in range(gan.num_classes)])
    names = names_of_samples(gan, len(shown), labels[shown])
    images.save_png(out / "label_accuracy.png", draw_samples(samples[shown], columns=10, names=names))
    return result


def _spread(pictures, labels):
    """The mean standard deviation of a pixel among pictures of one class."""
    return float(np.mean([pictures[labels == label].std(axis=0).mean() for label in np.unique(labels)]))


def main(args: flags.FlagValues) -> None:
    """Measures the samples and prints a summary."""
    with hold(results_folder(args.checkpoint, args.out), "label_accuracy"):
        result = measure(args.checkpoint, data_flags.chosen(args), args.count, args.seed, args.out)
    print(
        f"{result['accuracy']:.2%} of {result['count']} samples look like their label to a classifier that is right on "
        f"{result['classifier_accuracy_on_test']:.2%} of the test images.\n"
        f"Within a class, samples vary {result['spread_within_classes']:.2f} times as much as test images.\n"
        f"A classifier trained on the samples alone is right on {result['gan_train']:.2%} of the test images; one "
        f"trained on as many real images, on {result['as_many_real']:.2%}."
    )


if __name__ == "__main__":
    main(flags.FLAGS)
