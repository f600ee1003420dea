"""Shows what the codes of an infogan mean, by grids over their values and by a classifier (Chen et al., 2016).

ganzoo train --variant=infogan --dataset=mnist --workdir=runs/infogan
ganzoo codes --checkpoint=runs/infogan --dataset=mnist
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags, metric_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file of an infogan, or the workdir of its run.")
    data_flags.define("The labelled data that the model was trained on, with a split 'test'.")
    flags.DEFINE_integer("count", 10_000, "Number of samples for the classifier.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Random seed of the latents.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")
    metric_flags.define_cache()


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds


import numpy as np
import tensorflow as tf

from ganzoo import images, metrics
from ganzoo.commands.clusters import most_frequent_classes
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.workdir import load_model, results_folder
from ganzoo.files import AnyPath, write_json
from ganzoo.priors import Codes

ROWS, WIDEST = 8, 2.0


def measure(
    checkpoint: AnyPath | str,
    dataset: Dataset | str,
    count: int = 10_000,
    seed: int = 0,
    out: AnyPath | str | None = None,
    cache: AnyPath | str = metrics.CACHE,
) -> dict:
    """Writes codes.json and a picture for each kind of code, and returns the content of the former.

    Draws `count` samples, equally many for each value of the first categorical code. A classifier of the real images
    assigns them classes, and each value gets its most frequent class. `agreement` is the share of samples that have the
    class of their value, `of_each_value` the same for each value, and `classes` are the classes.

    codes-category.png has a column for each value, and the same other latents along each row. codes-continuous.png
    has 8 rows for each continuous code, which moves from -2 to 2, though it is drawn from [-1, 1] in training.

    Raises:
        ValueError: if the model has no categorical code, or the data has no labels.
    """
    out, gan = results_folder(checkpoint, out), load_model(checkpoint)
    if not (isinstance(getattr(gan, "prior", None), Codes) and gan.prior.categories):
        raise ValueError(
            f"{checkpoint} holds {gan.name}, which has no categorical code: choose an infogan, for instance."
        )
    train, test, _ = as_dataset(dataset).both(gan.data_shape)
    if test.labels is None:
        raise ValueError(f"Codes are compared with classes, but {dataset} has no labels: choose labelled data.")
    classifier, size = metrics.classifier(train, test, cache), gan.prior.categories[0]
    values = np.arange(count) % size
    samples = _generate(gan, gan.prior.with_codes(gan.prior.sample(count, seed), category=values))
    predicted = classifier.classes(samples)
    classes = most_frequent_classes(values, predicted, size)
    agrees = classes[values] == predicted
    result = {
        "agreement": float(agrees.mean()),
        "classes": classes.tolist(),
        "of_each_value": [float(agrees[values == value].mean()) for value in range(size)],
        "count": count,
        "seed": seed,
        "step": int(gan.step.numpy()),
        "dataset": str(dataset),
        "classifier_accuracy_on_test": classifier.accuracy,
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
    """Saves a grid of images whose columns are made from latents (rows, dim)."""
    latents = tf.stack(columns, axis=1)
    samples = _generate(gan, tf.reshape(latents, (-1, latents.shape[-1])))
    images.save_png(path, images.grid(samples, columns=len(columns)))


def _generate(gan, latents):
    return gan.predict(latents, batch_size=500, verbose=0)


def main(args: flags.FlagValues) -> None:
    """Measures the codes and prints a summary."""
    result = measure(args.checkpoint, data_flags.chosen(args), args.count, args.seed, args.out, args.metrics_cache)
    shares = zip(result["classes"], result["of_each_value"], strict=True)
    each = ", ".join(f"{value}: {label} ({share:.0%})" for value, (label, share) in enumerate(shares))
    print(f"{result['agreement']:.1%} of the samples have the most frequent class of their value. Values: {each}.")


if __name__ == "__main__":
    main(flags.FLAGS)
