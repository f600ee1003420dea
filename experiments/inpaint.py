"""Completes test images with holes by a checkpoint's generator, beside baselines: PSNR, accuracy, and pictures.

python -m experiments.inpaint --checkpoint=runs/dcgan-mnist-1 --dataset=mnist
"""

import pathlib

import numpy as np
from absl import flags

from experiments.support import checkpoint_generators, cli
from experiments.support.cached_runs import bar
from experiments.support.config import versions
from experiments.support.run import folder_of
from ganzoo import data, images, latent, metrics
from ganzoo.files import write_json

MASKS = ("center", "random", "left", "pattern")
SHOWN = 12
SMALLEST_ERROR = 0.5 / 255


def measure(
    checkpoint, dataset="digits", masks=MASKS, count=64, steps=1500, restarts=4, seed=0, out=None, cache=metrics.CACHE
):
    """Writes inpaint.json and, for each mask, inpaint-MASK.png in `out`, and returns the first.

    Of the first `count` images of the split "test" it says, for each mask and each way to fill the hole ("grey", the
    "mean" of the training images, "biharmonic", and the generator, "unblended" and "blended"), `psnr_missing` of the
    missing pixels and `psnr_whole` of all, in dB of images in [0, 1], means over images, each with the half width
    `_bar` of its 95 % interval; and where the data have labels `accuracy`, the share whose label their classifier
    finds, beside that of the `real` images. An error below half a grey level of 255 counts as that: 54 dB.

    Rows of the pictures: the images, masked, and the ways in that order. A conditional variant, which is not told the
    labels, makes `restarts` attempts at each class.

    Raises ValueError for a checkpoint that makes no such images, an unknown mask, or more images than there are.
    """
    gan = checkpoint_generators.load(checkpoint)
    out = folder_of(checkpoint, out)
    known = {name: latent.mask(name, gan.data_shape, seed) for name in masks}
    train, test = (data.examples(dataset, split, gan.data_shape) for split in ("train", "test"))
    if not 1 <= count <= len(test):
        raise ValueError(f"--count={count} of the {len(test)} test images of {dataset!r}: choose 1 to {len(test)}.")
    judge = None if test.labels is None else metrics.classifier(train, test, cache)
    labels = None if test.labels is None else test.labels[:count]
    originals, mean = images.floats(test.images[:count]), images.floats(train.images).mean(axis=0)
    search = _search(gan, count, restarts) | {"steps": steps, "seed": seed}
    result = {"step": int(gan.step.numpy()), "variant": gan.name, "dataset": str(dataset), "count": count}
    result |= {"steps": steps, "restarts": search["restarts"], "seed": seed}
    result |= {} if judge is None else {"real": {"accuracy": _accuracy(judge, originals, labels)}}
    result["masks"] = {}
    for name in masks:
        completed = _complete(originals, known[name], mean, search)
        rows = np.concatenate([originals[:SHOWN], *(pictures[:SHOWN] for pictures in completed.values())])
        picture = images.grid(images.side_by_side(rows), columns=min(SHOWN, count))
        images.save_png(out / f"inpaint-{pathlib.Path(name).stem}.png", picture)
        found = {"missing": float(1 - known[name].mean())}
        for way, pictures in completed.items():
            found[way] = errors(pictures, originals, known[name])
            if judge is not None:
                found[way]["accuracy"] = _accuracy(judge, pictures, labels)
        result["masks"][name] = found
    result["versions"] = versions()
    write_json(out / "inpaint.json", result)
    return result


def _search(gan, count, restarts):
    """What `latent.inpaint` takes of the model; a conditional one makes restart r of all images of class r % K."""
    restarts *= gan.num_classes if gan.is_conditional else 1
    labels = checkpoint_generators.each_class(gan, count, restarts)
    return {
        "generate": checkpoint_generators.generator(gan, labels),
        "prior": gan.prior,
        "realism": checkpoint_generators.realism(gan, labels),
        "restarts": restarts,
    }


def _complete(originals, known, mean, search):
    """{way to fill the hole: images}; what cannot be computed here fails before the long search."""
    fills = {"grey": np.where(known, originals, np.float32(0)), "mean": np.where(known, originals, mean)}
    fills["biharmonic"] = latent.biharmonic(originals, known)
    found = latent.inpaint(images=originals, mask=known, blend=False, **search)
    return fills | {"unblended": found.completed, "blended": latent.blend(found.generated, originals, known)}


def errors(completed, originals, known):
    """`psnr_missing` and `psnr_whole` of images (N, H, W, C) in [-1, 1], of which a mask (H, W, 1) is `known`."""
    squares = np.square((np.asarray(completed, "float64") - originals) / 2)
    found = {}
    for name, where in (("psnr_missing", ~known), ("psnr_whole", np.ones_like(known))):
        error = squares.mean(axis=(1, 2, 3), where=np.broadcast_to(where, squares.shape))
        decibels = -10 * np.log10(np.maximum(error, SMALLEST_ERROR**2))
        found |= {name: float(decibels.mean()), f"{name}_bar": bar(decibels)}
    return found


def _accuracy(judge, pictures, labels):
    return float((judge.classes(pictures) == labels).mean())


def described(result):
    """The table of a result, as text."""
    lines = []
    for name, found in result["masks"].items():
        title = f"{name}, {found['missing']:.0%} missing"
        lines.append(f"{title:26}  PSNR there    of all        accuracy")
        for way in [way for way in found if way != "missing"]:
            cells = [_with_bar(found[way], key) for key in ("psnr_missing", "psnr_whole")]
            accuracy = f"{found[way]['accuracy']:.1%}" if "accuracy" in found[way] else ""
            lines.append(f"  {way:24}  {cells[0]:12}  {cells[1]:12}  {accuracy}".rstrip())
    real = [f"Real images: accuracy {result['real']['accuracy']:.1%}"] if "real" in result else []
    return "\n".join(lines + real)


def _with_bar(found, key):
    width = found[f"{key}_bar"]
    return f"{found[key]:5.2f}" + ("" if width is None else f" ± {width:.2f}")


def define_flags():
    """Of this script."""
    flags.DEFINE_string("checkpoint", None, "A .keras file, or the workdir of a run.", required=True)
    flags.DEFINE_string("dataset", "digits", "What it was trained on, with a split test.")
    flags.DEFINE_list("masks", list(MASKS), "What is missing: center, random, left, pattern, or image files.")
    flags.DEFINE_integer("count", 64, "How many test images.", lower_bound=1)
    flags.DEFINE_integer("steps", 1500, "Of the search for a latent.", lower_bound=1)
    flags.DEFINE_integer("restarts", 4, "Searches for each image, and each class of a conditional one.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Of the masks and the searches.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: that of --checkpoint.")


def main(given):
    """Measures as the flags say."""
    result = measure(
        given.checkpoint,
        given.dataset,
        given.masks,
        given.count,
        given.steps,
        given.restarts,
        given.seed,
        given.out,
    )
    print(described(result))


if __name__ == "__main__":
    cli.start(define_flags, main)
