"""Whether a generator copies its training images: the nearest ones to samples, and how it goes from sample to sample.

python -m experiments.memorization --checkpoint=runs/dcgan-mnist-1 --dataset=mnist
"""

import numpy as np
import tensorflow as tf
from absl import flags

from experiments.support import checkpoint_generators, cli
from experiments.support.config import versions
from experiments.support.run import folder_of
from ganzoo import data, images, latent, plots
from ganzoo.files import write_json

SHOWN, NEIGHBOURS, PATHS, COLUMNS = 10, 5, 5, 13


def measure(checkpoint, dataset, count=1000, pairs=20, steps=48, seed=0, out=None, verbose=True):
    """Writes three pictures and memorization.json in `out`, and returns the latter.

    - `distances`, of `count` samples and as many test images to the training image nearest to each: `latent.copies`.
    - `largest_step`: of `pairs` paths in `steps` steps from one sample to another, the share of the largest step in all
      the change of the pixels, at the median path; `memory` is that of the same paths with each frame replaced by the
      training image nearest to it, and `equal_steps`, 1 / steps, the least there can be.
    - memorization.png: the first samples, and those whose nearest training image is nearest by the measure of the fifth
      nearest, each before its 5 nearest ones; memorization-paths.png: paths, and under each what is nearest;
      memorization-distances.png: both histograms.

    Samples of a conditional variant have each label in turn, and a path has one.

    Raises ValueError for data of another shape than the model's.
    """
    gan, out = checkpoint_generators.load(checkpoint), folder_of(checkpoint, out)
    train, test = (data.examples(dataset, split, gan.data_shape).images for split in ("train", "test"))
    samples = gan.sample(count, seed=seed)
    held_out = test[np.random.default_rng(seed).permutation(len(test))[:count]]
    near, far = (latent.nearest_images(train, ones, NEIGHBOURS, verbose)[0] for ones in (samples, held_out))
    ends = tf.reshape(gan.prior.sample(2 * pairs, seed), (2, pairs, -1))
    frames = latent.frames(checkpoint_generators.generator(gan), latent.path(gan.prior, ends, steps), verbose)
    memory = latent.snapped(frames, train, verbose)
    result = {
        "variant": gan.name,
        "step": int(gan.step.numpy()),
        "dataset": str(dataset),
        "count": count,
        "seed": seed,
        "distances": latent.copies(near[:, 0], far[:, 0]),
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
    titles = {"the first samples, and what is nearest": samples[:SHOWN]}
    suspects = np.argsort(near[:, 0] / np.maximum(near[:, -1], 1e-9))[:SHOWN]
    titles["those that stand out as near to one image"] = samples[suspects]
    blocks = {title: _beside_nearest(chosen, train) for title, chosen in titles.items()}
    images.save_png(out / "memorization.png", plots.beside(blocks))
    images.save_png(out / "memorization-paths.png", _rows(frames, memory))
    images.save_png(out / "memorization-distances.png", _histograms(near[:, 0], far[:, 0], result["distances"]))
    return result


def _beside_nearest(samples, known):
    pictures = latent.beside_nearest(samples, known, NEIGHBOURS, verbose=False)
    return images.grid(pictures, columns=len(pictures) // len(samples))


def _rows(frames, memory):
    """The first paths, some frames of each, and below each the nearest training images."""
    moments = np.linspace(0, len(frames) - 1, min(COLUMNS, len(frames))).round().astype(int)
    pairs = np.stack([frames, memory], axis=2)[moments, :PATHS]  # (moments, paths, 2, H, W, C)
    rows = np.moveaxis(pairs, 0, 2)
    blocks = [images.grid(np.concatenate(pair), columns=len(moments)) for pair in rows]
    strip = np.full((12, *blocks[0].shape[1:]), images.BACKGROUND, "uint8")
    return np.concatenate([part for block in blocks for part in (block, strip)][:-1])


def _histograms(near, far, found):
    figure = plots.figure(width=5.2, height=3.8)
    axes = figure.add_subplot()
    bins = np.linspace(0, max(near.max(), far.max()), 41)
    axes.hist(far, bins, density=True, color=plots.REAL, label="test images")
    axes.hist(near, bins, density=True, histtype="step", color=plots.GENERATED, lw=1.5, label="samples")
    axes.axvline(found["threshold"], color=plots.SIGN, lw=1, ls=":", label="nearer than 99 % of test images")
    axes.set_ylim(0, 1.2 * axes.get_ylim()[1])
    plots.decorate(axes, "Distance to the nearest training image", "of pixels in [-1, 1]", "density")
    axes.legend(fontsize=8, edgecolor="none")
    return plots.picture(figure)


def define_flags():
    """Of this script."""
    flags.DEFINE_string(
        "checkpoint", None, "A .keras file, or the workdir of a run (its newest checkpoint).", required=True
    )
    flags.DEFINE_string("dataset", "digits", "What it was trained on, with a split test.")
    flags.DEFINE_integer("count", 1000, "How many samples, and test images.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Of the samples.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: that of --checkpoint.")


def main(given):
    """Measures as the flags say."""
    result = measure(given.checkpoint, given.dataset, given.count, seed=given.seed, out=given.out)
    distances, largest = result["distances"], result["largest_step"]
    print(
        f"The nearest training image is {distances['samples']:.2f} from a sample at the median, "
        f"{distances['held_out']:.2f} from a test image; {distances['copies']:.1%} of the samples are nearer than 99 % "
        "of the test images."
    )
    shares = {"generator": "the generator", "memory": "a memory of training images", "equal_steps": "equal steps"}
    print(f"The largest of {largest['steps']} steps from sample to sample, as a share of all change:")
    for name, whose in shares.items():
        print(f"  {'none' if largest[name] is None else format(largest[name], '.1%'):>6} {whose}")
    print(f"Pictures are in {folder_of(given.checkpoint, given.out)}.")


if __name__ == "__main__":
    cli.start(define_flags, main)
