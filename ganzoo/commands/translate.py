"""Shows and measures how a model translates test images between two domains, and whether digits stay the same.

ganzoo translate --checkpoint=runs/cyclegan-recoloured_digits-1 --dataset=recoloured_digits
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file of a model that translates, or the workdir of its run.")
    data_flags.define(
        "The pair of domains that the model was trained on, with a split 'test'.", "recoloured_digits", holdout=False
    )
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds


import numpy as np

from ganzoo import images, metrics
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.workdir import load_model, results_folder
from ganzoo.files import AnyPath, write_json

SPLITS = ("train", "test")


def measure(
    checkpoint: AnyPath | str,
    dataset: Dataset | str,
    out: AnyPath | str | None = None,
    cache: AnyPath | str = metrics.CACHE,
) -> dict:
    """Writes translate.json and the pictures translate_to_b.png and translate_to_a.png; returns the former's content.

    A picture has rows of test images, of their translations, and of those translated back. If the model translates in
    one direction only, the last row shows the true targets instead.

    For each direction, translate.json has, over the whole split "test":
        cycle_error: the mean absolute difference between the images and their return, at most 2; or
        error: that between translations and true targets
    and, if both domains have labels:
        same_label: the share of translations that a classifier, trained on the target domain, assigns to the label of
            the original
        untranslated: the same share for the images as they are
        real: the classifier's accuracy on real images of the target domain

    Raises:
        ValueError: if the model does not translate, or the data is not a pair of domains of its shape.
    """
    out, gan = results_folder(checkpoint, out), load_model(checkpoint)
    if not hasattr(gan, "translate"):
        raise ValueError(f"{checkpoint} holds {gan.name}, which does not translate: choose a cyclegan, for instance.")
    train, test = (as_dataset(dataset).domains(split, gan.data_shape) for split in SPLITS)
    result = {"step": int(gan.step.numpy()), "dataset": str(dataset)}
    for target in sorted(gan.targets, reverse=True):
        source = {"a": "b", "b": "a"}[target]
        pictures, found = _translate(gan, test, source, target)
        labels = test[source].labels
        if labels is not None and test[target].labels is not None:
            classifier = metrics.classifier(train[target], test[target], cache)
            found["same_label"] = float((classifier.classes(pictures[1]) == labels).mean())
            found["untranslated"] = float((classifier.classes(pictures[0]) == labels).mean())
            found["real"] = classifier.accuracy
        result[f"to_{target}"] = found
        rows = np.concatenate([row[:16] for row in pictures])
        images.save_png(out / f"translate_to_{target}.png", images.grid(rows, columns=len(rows) // 3))
    result["versions"] = versions()
    write_json(out / "translate.json", result)
    return result


def _translate(gan, test, source, target):
    """Returns three arrays of images, the rows of the picture, and a dict of their number and the error."""
    originals = images.floats(test[source].images)
    translations = gan.translate(originals, to=target)
    if source in gan.targets:
        returned = gan.translate(translations, to=source)
        error = float(np.abs(returned - originals).mean())
        return (originals, translations, returned), {"count": len(originals), "cycle_error": error}
    truth = images.floats(test[target].images)
    if len(truth) != len(originals):
        raise ValueError(f"{gan.name} was trained on pairs: choose a dataset of pairs, for instance outlined_digits.")
    error = float(np.abs(translations - truth).mean())
    return (originals, translations, truth), {"count": len(originals), "error": error}


def main(args: flags.FlagValues) -> None:
    """Measures the translations and prints a summary."""
    result = measure(args.checkpoint, data_flags.chosen(args), args.out)
    for target in (name for name in "ba" if f"to_{name}" in result):
        found = result[f"to_{target}"]
        if "cycle_error" in found:
            what, error = "there and back, images change", found["cycle_error"]
        else:
            what, error = "translations differ from their targets", found["error"]
        print(f"To {target}: {what} by {error:.3f} on average, over {found['count']} images.")
        if "same_label" in found:
            print(
                f"  A classifier of domain {target} finds the original label in {found['same_label']:.2%} of the "
                f"translations, in {found['untranslated']:.2%} of the untranslated images, and in {found['real']:.2%} "
                "of real images of that domain."
            )


if __name__ == "__main__":
    main(flags.FLAGS)
