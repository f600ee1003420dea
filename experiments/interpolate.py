"""Paths between latents, and between the classes of a conditional variant, as a picture and as a film that repeats.

python -m experiments.interpolate --checkpoint=runs/dcgan-mnist-1 --count=10 --steps=10
"""

import numpy as np
import tensorflow as tf
from absl import flags

from experiments.sample import parse_labels
from experiments.support import checkpoint_generators, cli
from experiments.support.config import versions
from experiments.support.run import folder_of
from ganzoo import images, latent, priors
from ganzoo.files import write_json

FILMS, WAYPOINTS = 16, 4


def interpolate(checkpoint, count=10, steps=10, seed=0, labels=None, out=None, verbose=True):
    """Writes pictures and interpolation.json in `out`, and returns the latter.

    - interpolation.png: `count` rows, each from one sample of the prior to another in `steps` steps.
    - interpolation.gif: 16 such paths at once, each a loop through four samples, in twice as many steps from one to the
      next. `labels` are those of rows and loops: one, a list taken again and again, or each in turn.
    - classes.png, of a conditional variant: one latent, and a row from each class to the one after it, at most `count`.

    `largest_step` in the JSON is the share of the largest step in all the change of the pixels, at the median row.
    """
    gan, out = checkpoint_generators.load(checkpoint), folder_of(checkpoint, out)
    generate, prior = checkpoint_generators.generator(gan, labels), gan.prior
    ends = tf.reshape(prior.sample(2 * count, seed), (2, count, -1))
    made = {"interpolation": latent.frames(generate, latent.path(prior, ends, steps), verbose)}
    if gan.is_conditional:
        made["classes"] = _between_classes(gan, count, steps, seed, verbose)
    for name, frames in made.items():
        rows = np.concatenate(np.swapaxes(frames, 0, 1))
        images.save_png(out / f"{name}.png", images.grid(rows, columns=len(frames)))
    waypoints = tf.reshape(prior.sample(WAYPOINTS * FILMS, seed), (WAYPOINTS, FILMS, -1))
    film = latent.frames(generate, latent.path(prior, waypoints, 2 * steps, closed=True), verbose)
    images.save_gif(out / "interpolation.gif", map(images.grid, film), seconds_per_frame=0.08, hold=1)
    result = {
        "variant": gan.name,
        "step": int(gan.step.numpy()),
        "prior": type(prior).__name__,
        "count": count,
        "steps": steps,
        "seed": seed,
        "labels": labels,
        "largest_step": {name: latent.largest_step(frames) for name, frames in made.items()},
        "versions": versions(),
    }
    write_json(out / "interpolation.json", result)
    return result


def _between_classes(gan, count, steps, seed, verbose):
    """Frames (steps + 1, N, H, W, C) of one latent, whose label goes straight from each class to the next."""
    generate, classes = checkpoint_generators.labelled(gan), np.eye(gan.num_classes, dtype="float32")
    ends = np.stack([classes, np.roll(classes, -1, axis=0)])[:, :count]
    weights = latent.path(priors.Uniform(gan.num_classes, 0, 1), ends, steps)
    same = tf.repeat(gan.prior.sample(1, seed), weights.shape[1], axis=0)
    return latent.frames(lambda rows: generate(same, rows), weights, verbose)


def define_flags():
    """Of this script."""
    flags.DEFINE_string(
        "checkpoint", None, "A .keras file, or the workdir of a run (its newest checkpoint).", required=True
    )
    flags.DEFINE_integer("count", 10, "How many rows.", lower_bound=1)
    flags.DEFINE_integer("steps", 10, "From one latent or class to the next.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Of the latents.", lower_bound=0)
    flags.DEFINE_list(
        "labels", None, "Classes of the rows, for a conditional variant: one, or some again and again. Default: each."
    )
    flags.DEFINE_string("out", None, "Folder for the results. Default: that of --checkpoint.")


def main(given):
    """Interpolates as the flags say."""
    labels = parse_labels(given.labels)
    result = interpolate(given.checkpoint, given.count, given.steps, given.seed, labels, given.out)
    folder = folder_of(given.checkpoint, given.out)
    for name, share in result["largest_step"].items():
        found = "nothing changes" if share is None else f"the largest step is {share:.1%} of all change"
        print(f"{folder / name}.png, where in a typical row {found}")
    print(folder / "interpolation.gif")


if __name__ == "__main__":
    cli.start(define_flags, main)
