"""Completes test images with a checkpoint's generator, and compares with baselines: PSNR, accuracy and pictures.

ganzoo inpaint --checkpoint=runs/dcgan-mnist-1 --dataset=mnist

If the script is stopped, the same command continues with the mask where it was.
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags

MASKS = ("center", "random", "left", "pattern")


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file, or the workdir of a run.")
    data_flags.define("The data that the model was trained on, with a split 'test'.")
    flags.DEFINE_list("masks", list(MASKS), "Which pixels are missing: center, random, left, pattern, or image files.")
    flags.DEFINE_integer("count", 64, "Number of test images.", lower_bound=1)
    flags.DEFINE_integer("steps", 1500, "Number of steps of each search for a latent.", lower_bound=1)
    flags.DEFINE_integer(
        "restarts",
        4,
        "Number of searches for each image (of a conditional variant: for each image and class).",
        lower_bound=1,
    )
    flags.DEFINE_integer("seed", 0, "Random seed of the masks and the searches.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

import hashlib
import pathlib
from collections.abc import Sequence

import numpy as np

from ganzoo import images, latent, metrics
from ganzoo.commands.support import checkpoint_generators
from ganzoo.commands.support.cached_runs import error_bar, load_or_run
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.locks import hold
from ganzoo.commands.support.workdir import results_folder
from ganzoo.files import AnyPath, write_json

SHOWN = 12
SMALLEST_ERROR = 0.5 / 255


def measure(
    checkpoint: AnyPath | str,
    dataset: Dataset | str = "digits",
    masks: Sequence[str] = MASKS,
    count: int = 64,
    steps: int = 1500,
    restarts: int = 4,
    seed: int = 0,
    out: AnyPath | str | None = None,
    cache: AnyPath | str = metrics.CACHE,
) -> dict:
    """Writes inpaint.json and an inpaint-MASK.png for each mask, and returns the content of the former.

    The missing pixels of the first `count` images of the split "test" are filled in five ways: "grey", with the "mean"
    of the training images, by "biharmonic" inpainting, and by the generator, "unblended" and "blended". For each mask
    and each way, inpaint.json has
        psnr_missing: the PSNR of the missing pixels, in dB for images in [0, 1], as a mean over images
        psnr_whole: the same of all pixels
        psnr_missing_bar, psnr_whole_bar: half the width of the mean's 95 % interval
        accuracy: if the data has labels, the share of completed images that a classifier assigns to their label
    and the classifier's accuracy on the `real` images. An error below half a grey level of 255 counts as half a level,
    which is 54 dB.

    The pictures have a row of originals, followed by a row for each of the ways. A conditional variant is not given the
    labels; it makes `restarts` attempts with each class instead.

    Raises:
        ValueError: if the checkpoint makes no such images, for an unknown mask, or for more images than there are.
    """
    gan, out = checkpoint_generators.load(checkpoint), results_folder(checkpoint, out)
    arrays = {name: latent.mask(name, gan.data_shape, seed) for name in masks}
    train, test, _ = as_dataset(dataset).both(gan.data_shape)
    if not 1 <= count <= len(test):
        raise ValueError(f"--count={count} of the {len(test)} test images of {dataset!r}: choose 1 to {len(test)}.")
    classifier = None if test.labels is None else metrics.classifier(train, test, cache)
    labels = None if test.labels is None else test.labels[:count]
    originals, mean = images.floats(test.images[:count]), train.mean_image()
    search = search_arguments(gan, count, restarts) | {"steps": steps, "seed": seed}
    result = {"step": int(gan.step.numpy()), "variant": gan.name, "dataset": str(dataset), "count": count}
    result |= {"steps": steps, "restarts": search["restarts"], "seed": seed}
    result |= {} if classifier is None else {"real": {"accuracy": _accuracy(classifier, originals, labels)}}
    result["masks"] = {}
    asked = {name: value for name, value in result.items() if name != "masks"}
    asked["weights"] = checkpoint_generators.digest(*gan.players.values())

    def run(name):
        completed = _complete(originals, arrays[name], mean, search)
        rows = np.concatenate([originals[:SHOWN], *(pictures[:SHOWN] for pictures in completed.values())])
        picture = images.grid(rows, columns=min(SHOWN, count))
        images.save_png(out / f"inpaint-{pathlib.PurePath(name).stem}.png", picture)
        found = {"missing": float(1 - arrays[name].mean())}
        for way, pictures in completed.items():
            found[way] = psnr(pictures, originals, arrays[name])
            if classifier is not None:
                found[way]["accuracy"] = _accuracy(classifier, pictures, labels)
        return found

    for name in masks:
        settings = asked | {"mask": hashlib.sha256(arrays[name].tobytes()).hexdigest()}
        folder = out / "inpaint" / pathlib.PurePath(name).stem
        result["masks"][name] = load_or_run(folder, settings, lambda: run(name))  # noqa: B023
    result["versions"] = versions()
    write_json(out / "inpaint.json", result)
    return result


def search_arguments(gan, count: int, restarts: int) -> dict:
    """Returns the arguments of `latent.inpaint` that depend on the model.

    A conditional model makes all images of restart r with class r % K.
    """
    restarts *= gan.num_classes if gan.is_conditional else 1
    labels = checkpoint_generators.labels_of_restarts(gan, count, restarts)
    return {
        "generate": checkpoint_generators.generator(gan, labels),
        "prior": gan.prior,
        "realism": checkpoint_generators.realism(gan, labels),
        "restarts": restarts,
    }


def _complete(originals, mask, mean, search):
    """Returns {way of filling: images}. Baselines come first, so that they fail before the long search if they fail."""
    completed = {"grey": np.where(mask, originals, np.float32(0)), "mean": np.where(mask, originals, mean)}
    completed["biharmonic"] = latent.biharmonic(originals, mask)
    found = latent.inpaint(images=originals, mask=mask, blend=False, **search)
    return completed | {"unblended": found.completed, "blended": latent.blend(found.generated, originals, mask)}


def psnr(completed: np.ndarray, originals: np.ndarray, mask: np.ndarray) -> dict[str, float | None]:
    """Returns `psnr_missing` and `psnr_whole` of images (N, H, W, C) in [-1, 1], and their error bars.

    The mask (H, W, 1) is true where pixels are known.
    """
    squares = np.square((np.asarray(completed, "float64") - originals) / 2)
    found = {}
    for name, where in (("psnr_missing", ~mask), ("psnr_whole", np.ones_like(mask))):
        error = squares.mean(axis=(1, 2, 3), where=np.broadcast_to(where, squares.shape))
        decibels = -10 * np.log10(np.maximum(error, SMALLEST_ERROR**2))
        found |= {name: float(decibels.mean()), f"{name}_bar": error_bar(decibels)}
    return found


def _accuracy(classifier, pictures, labels):
    return float((classifier.classes(pictures) == labels).mean())


def format_table(result: dict) -> str:
    """Returns a table with a block of rows for each mask."""
    lines = []
    for name, found in result["masks"].items():
        title = f"{name}, {found['missing']:.0%} missing"
        lines.append(f"{title:26}  PSNR missing  PSNR whole    accuracy")
        for way in [way for way in found if way != "missing"]:
            cells = [_with_bar(found[way], key) for key in ("psnr_missing", "psnr_whole")]
            accuracy = f"{found[way]['accuracy']:.1%}" if "accuracy" in found[way] else ""
            lines.append(f"  {way:24}  {cells[0]:12}  {cells[1]:12}  {accuracy}".rstrip())
    real = [f"Accuracy on real images: {result['real']['accuracy']:.1%}"] if "real" in result else []
    return "\n".join(lines + real)


def _with_bar(found, key):
    width = found[f"{key}_bar"]
    return f"{found[key]:5.2f}" + ("" if width is None else f" ± {width:.2f}")


def main(args: flags.FlagValues) -> None:
    """Completes the images and prints a table."""
    names = ("checkpoint", "masks", "count", "steps", "restarts", "seed", "out")
    with hold(results_folder(args.checkpoint, args.out), "inpaint"):
        print(format_table(measure(dataset=data_flags.chosen(args), **{name: getattr(args, name) for name in names})))


if __name__ == "__main__":
    main(flags.FLAGS)
