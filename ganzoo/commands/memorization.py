"""Checks whether a generator copies its training images: nearest neighbours of samples, and steps between samples.

ganzoo memorization --checkpoint=runs/dcgan-mnist-1 --dataset=mnist
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file, or the workdir of a run (for its newest checkpoint).")
    data_flags.define("The data that the model was trained on, with a split 'test'.")
    flags.DEFINE_integer("count", 1000, "Number of samples, and of test images.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Random seed of the samples.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds


import numpy as np
import tensorflow as tf

from ganzoo import images, latent, plots
from ganzoo.commands.support import checkpoint_generators
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.locks import hold
from ganzoo.commands.support.workdir import results_folder
from ganzoo.files import AnyPath, write_json

SHOWN, NEIGHBOURS, PATHS, COLUMNS = 10, 5, 5, 13


def measure(
    checkpoint: AnyPath | str,
    dataset: Dataset | str,
    count: int = 1000,
    pairs: int = 20,
    steps: int = 48,
    seed: int = 0,
    out: AnyPath | str | None = None,
    verbose: bool = True,
) -> dict:
    """Writes three pictures and memorization.json, and returns the content of the latter.

    memorization.json has
    - `distances` to the nearest training image, from `count` samples and as many test images: see `latent.copies`.
    - `largest_step`, of `pairs` paths from one sample to another in `steps` steps: the share that the largest step of
      the median path has in its whole change of pixels. `memory` is the same if each frame is replaced by the nearest
      training image, and `equal_steps` is 1 / steps, the least possible.

    The pictures are
    - memorization.png: the first samples, and the most suspicious ones, each followed by its 5 nearest training images.
      A sample is suspicious if the nearest is much nearer than the fifth nearest.
    - memorization-paths.png: paths between samples, each above the training images nearest to its frames.
    - memorization-distances.png: histograms of both kinds of distance.

    A conditional variant makes samples of all classes in turn; the class stays the same along a path.

    Raises:
        ValueError: if the data has another shape than the model's.
    """
    gan, out = checkpoint_generators.load(checkpoint), results_folder(checkpoint, out)
    train, test = (found.images for found in as_dataset(dataset).both(gan.data_shape)[:2])
    samples = gan.sample(count, seed=seed)
    held_out = test[np.random.default_rng(seed).permutation(len(test))[:count]]
    of_samples, of_held_out = (
        latent.nearest_images(train, pictures, NEIGHBOURS, verbose)[0] for pictures in (samples, held_out)
    )
    ends = tf.reshape(gan.prior.sample(2 * pairs, seed), (2, pairs, -1))
    frames = latent.frames(checkpoint_generators.generator(gan), latent.path(gan.prior, ends, steps), verbose)
    memory = latent.snapped(frames, train, verbose)
    result = {
        "variant": gan.name,
        "step": int(gan.step.numpy()),
        "dataset": str(dataset),
        "count": count,
        "seed": seed,
        "distances": latent.copies(of_samples[:, 0], of_held_out[:, 0]),
        "largest_step": {
            "generator": latent.largest_step(frames),
            "memory": latent.largest_step(memory),
            "equal_steps": 1 / steps,
            "pairs": pairs,
            "steps": steps,
        },
        "versions": versions(),
    }
    write_json(out / "memorization.json", result)
    suspicion = np.argsort(of_samples[:, 0] / np.maximum(of_samples[:, -1], 1e-9))
    shown = {
        "the first samples and their neighbours": samples[:SHOWN],
        "the samples closest to a single image": samples[suspicion[:SHOWN]],
    }
    blocks = {title: _beside_nearest(chosen, train) for title, chosen in shown.items()}
    images.save_png(out / "memorization.png", plots.in_a_row(blocks))
    images.save_png(out / "memorization-paths.png", _path_rows(frames, memory))
    histograms = _histograms(of_samples[:, 0], of_held_out[:, 0], result["distances"]["threshold"])
    images.save_png(out / "memorization-distances.png", histograms)
    return result


def _beside_nearest(samples, train):
    pictures = latent.beside_nearest(samples, train, NEIGHBOURS, verbose=False)
    return images.grid(pictures, columns=len(pictures) // len(samples))


def _path_rows(frames, memory):
    """Returns a picture of some frames of the first paths, each path above the training images nearest to it."""
    moments = np.linspace(0, len(frames) - 1, min(COLUMNS, len(frames))).round().astype(int)
    pairs = np.stack([frames, memory], axis=2)[moments, :PATHS]  # (moments, paths, 2, H, W, C)
    rows = np.moveaxis(pairs, 0, 2)
    blocks = [images.grid(np.concatenate(pair), columns=len(moments)) for pair in rows]
    strip = np.full((12, *blocks[0].shape[1:]), images.BACKGROUND, "uint8")
    return np.concatenate([part for block in blocks for part in (block, strip)][:-1])


def _histograms(of_samples, of_held_out, threshold):
    figure = plots.figure(width=5.2, height=3.8)
    axes = figure.add_subplot()
    bins = np.linspace(0, max(of_samples.max(), of_held_out.max()), 41)
    axes.hist(of_held_out, bins, density=True, color=plots.REAL, label="test images")
    axes.hist(of_samples, bins, density=True, histtype="step", color=plots.GENERATED, lw=1.5, label="samples")
    axes.axvline(threshold, color=plots.SIGN, lw=1, ls=":", label="closer than 99 % of test images")
    axes.set_ylim(0, 1.2 * axes.get_ylim()[1])
    plots.decorate(axes, "Distance to the nearest training image", "distance of pixels in [-1, 1]", "density")
    axes.legend(fontsize=8, edgecolor="none")
    return plots.picture(figure)


def main(args: flags.FlagValues) -> None:
    """Measures the samples and prints a summary."""
    with hold(results_folder(args.checkpoint, args.out), "memorization"):
        result = measure(args.checkpoint, data_flags.chosen(args), args.count, seed=args.seed, out=args.out)
    distances, largest = result["distances"], result["largest_step"]
    print(
        f"The median distance to the nearest training image is {distances['samples']:.2f} for samples and "
        f"{distances['held_out']:.2f} for test images; {distances['copies']:.1%} of the samples are closer than 99 % "
        "of the test images."
    )
    print(f"Share of the largest of {largest['steps']} steps in the whole change from one sample to another:")
    titles = {"generator": "the generator", "memory": "the nearest training images", "equal_steps": "equal steps"}
    for name, title in titles.items():
        print(f"  {'none' if largest[name] is None else format(largest[name], '.1%'):>6} {title}")
    print(f"Pictures are in {results_folder(args.checkpoint, args.out)}.")


if __name__ == "__main__":
    main(flags.FLAGS)
