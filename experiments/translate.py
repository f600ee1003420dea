"""What a translation between two domains does to images of each: there and back as PNG, and whether digits stay digits.

python -m experiments.translate --checkpoint=runs/cyclegan-recoloured_digits-1 --dataset=recoloured_digits
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

SPLITS = ("train", "test")


def measure(checkpoint, dataset, out=None, cache=metrics.CACHE):
    """Writes translate.json and translate_to_b.png, translate_to_a.png in `out`, and returns the first.

    Each picture has rows of test images x, their translations, and those translated back, or, for a model of one
    direction, what the n-th x should have become. Of the whole split "test", for each direction: `cycle_error`, the
    mean absolute difference of x and its return, of at most 2, or `error`, of what should be; and, where both domains
    have labels, `same_label`, the share of translations that a classifier trained on the target domain takes
    for the label of x, beside what it makes of x `untranslated` and of the `real` images of its own domain.

    Raises ValueError for a model that does not translate, or a dataset that is no pair of its shape.
    """
    out, gan = folder_of(checkpoint, out), ganzoo.load(find(pathlib.Path(checkpoint)))
    if not hasattr(gan, "translate"):
        raise ValueError(f"{checkpoint} holds {gan.name}, which does not translate: choose a cyclegan, say.")
    train, test = ({"a": a, "b": b} for a, b in (data.domains(dataset, split, gan.data_shape) for split in SPLITS))
    result = {"step": int(gan.step.numpy()), "dataset": str(dataset)}
    for target in sorted(gan.targets, reverse=True):
        source = {"a": "b", "b": "a"}[target]
        there, found = _there_and_back(gan, test, source, target)
        labels = test[source].labels
        if labels is not None and test[target].labels is not None:
            judge = metrics.classifier(train[target], test[target], cache)
            found["same_label"] = float((judge.classes(there[1]) == labels).mean())
            found["untranslated"] = float((judge.classes(there[0]) == labels).mean())
            found["real"] = judge.accuracy
        result[f"to_{target}"] = found
        rows = np.concatenate([pictures[:16] for pictures in there])
        images.save_png(out / f"translate_to_{target}.png", images.grid(rows, columns=len(rows) // 3))
    result["versions"] = versions()
    write_json(out / "translate.json", result)
    return result


def _there_and_back(gan, test, source, target):
    """Images of `source`, in the other domain, and back again or as they should be; how many, and how far off."""
    start = images.floats(test[source].images)
    there = gan.translate(start, to=target)
    if source in gan.targets:
        back = gan.translate(there, to=source)
        return (start, there, back), {"count": len(start), "cycle_error": float(np.abs(back - start).mean())}
    truth = images.floats(test[target].images)
    if len(truth) != len(start):
        raise ValueError(f"{gan.name} was trained on pairs: choose such a dataset, outlined_digits say.")
    return (start, there, truth), {"count": len(start), "error": float(np.abs(there - truth).mean())}


def define_flags():
    """Of this script."""
    flags.DEFINE_string("checkpoint", None, "A .keras file of a translation, or the workdir of its run.", required=True)
    flags.DEFINE_string("dataset", "recoloured_digits", "The pair that it was trained on, with a split test.")
    flags.DEFINE_string("out", None, "Folder for the results. Default: that of --checkpoint.")


def main(given):
    """Measures as the flags say."""
    result = measure(given.checkpoint, given.dataset, given.out)
    for target in (name for name in "ba" if f"to_{name}" in result):
        found = result[f"to_{target}"]
        what = "back again" if "cycle_error" in found else "from what they should be"
        error = found.get("cycle_error", found.get("error"))
        print(f"To {target}: {what}, {found['count']} images differ by {error:.3f} on the average.")
        if "same_label" in found:
            print(
                f"  {found['same_label']:.2%} of the translations look like their label to a classifier of domain "
                f"{target}, {found['untranslated']:.2%} of the images as they are; it is right on {found['real']:.2%} "
                "of real ones."
            )


if __name__ == "__main__":
    cli.start(define_flags, main)
