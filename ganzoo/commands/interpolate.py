"""Interpolates between latents, and between the classes of a conditional variant: writes pictures and a looping film.

ganzoo interpolate --checkpoint=runs/dcgan-mnist-1 --count=10 --steps=10
"""

from absl import flags

from ganzoo.commands.support import cli


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file, or the workdir of a run (for its newest checkpoint).")
    flags.DEFINE_integer("count", 10, "Number of rows.", lower_bound=1)
    flags.DEFINE_integer("steps", 10, "Number of steps from one latent or class to the next.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Random seed of the latents.", lower_bound=0)
    flags.DEFINE_list(
        "labels",
        None,
        "Classes of the rows, for a conditional variant, by name or number: one for all, or a list that is repeated. "
        "Default: all classes in turn.",
    )
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from ganzoo import images, latent, priors
from ganzoo.commands.support import checkpoint_generators
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.labels import Label, parse_list
from ganzoo.commands.support.workdir import results_folder
from ganzoo.files import AnyPath, write_json
from ganzoo.games.class_names import numbered
from ganzoo.games.pictures import draw_samples, names_of_samples

FILMS, WAYPOINTS = 16, 4


def interpolate(
    checkpoint: AnyPath | str,
    count: int = 10,
    steps: int = 10,
    seed: int = 0,
    labels: Label | Sequence[Label] | None = None,
    out: AnyPath | str | None = None,
    verbose: bool = True,
) -> dict:
    """Writes pictures and interpolation.json, and returns the content of the latter.

    - interpolation.png has `count` rows. Each goes from one sample of the prior to another in `steps` steps.
    - interpolation.gif shows 16 paths at once. Each is a closed loop through four samples, with twice as many steps
      from one to the next.
    - classes.png, for a conditional variant, has a row from each class to the next, at most `count`, of one latent.

    `labels` are the classes of the paths, by name or number: one for all, a list that is repeated, or by default each
    class in turn. If the classes have names, the pictures show those of their rows.
    `largest_step` in the JSON is the share that the largest step of the median row has in its whole change of pixels.
    """
    gan, out = checkpoint_generators.load(checkpoint), results_folder(checkpoint, out)
    labels = parse_list(labels, getattr(gan, "class_names", None))
    generate, prior = checkpoint_generators.generator(gan, labels), gan.prior
    ends = tf.reshape(prior.sample(2 * count, seed), (2, count, -1))
    films = {"interpolation": latent.frames(generate, latent.path(prior, ends, steps), verbose)}
    if gan.is_conditional:
        films["classes"] = _between_classes(gan, count, steps, seed, verbose)
    of_rows = {} if labels is None else {"interpolation": np.resize(numbered(labels, gan.class_names), count)}
    for name, frames in films.items():
        images.save_png(out / f"{name}.png", _picture(gan, frames, of_rows.get(name)))
    waypoints = tf.reshape(prior.sample(WAYPOINTS * FILMS, seed), (WAYPOINTS, FILMS, -1))
    loop = latent.frames(generate, latent.path(prior, waypoints, 2 * steps, closed=True), verbose)
    images.save_gif(out / "interpolation.gif", map(images.grid, loop), seconds_per_frame=0.08, hold=1)
    result = {
        "variant": gan.name,
        "step": int(gan.step.numpy()),
        "prior": type(prior).__name__,
        "count": count,
        "steps": steps,
        "seed": seed,
        "labels": labels,
        "largest_step": {name: latent.largest_step(frames) for name, frames in films.items()},
        "versions": versions(),
    }
    write_json(out / "interpolation.json", result)
    return result


def _picture(gan, frames, labels):
    """Returns a grid with a row for each path of frames (F, N, H, W, C), which has one of these labels."""
    rows, names = np.concatenate(np.swapaxes(frames, 0, 1)), names_of_samples(gan, frames.shape[1], labels)
    return draw_samples(rows, columns=len(frames), names=None if names is None else np.repeat(names, len(frames)))


def _between_classes(gan, count, steps, seed, verbose):
    """Returns frames (steps + 1, N, H, W, C) of one latent, whose label moves in a line from each class to the next."""
    generate, classes = checkpoint_generators.generator_of_class_weights(gan), np.eye(gan.num_classes, dtype="float32")
    ends = np.stack([classes, np.roll(classes, -1, axis=0)])[:, :count]
    weights = latent.path(priors.Uniform(gan.num_classes, 0, 1), ends, steps)
    same_latent = tf.repeat(gan.prior.sample(1, seed), weights.shape[1], axis=0)
    return latent.frames(lambda rows: generate(same_latent, rows), weights, verbose)


def main(args: flags.FlagValues) -> None:
    """Interpolates and prints the paths of the files."""
    result = interpolate(args.checkpoint, args.count, args.steps, args.seed, args.labels, args.out)
    folder = results_folder(args.checkpoint, args.out)
    for name, share in result["largest_step"].items():
        change = "nothing changes" if share is None else f"the largest step makes {share:.1%} of the change"
        print(f"{folder / name}.png, where in the median row {change}")
    print(folder / "interpolation.gif")


if __name__ == "__main__":
    main(flags.FLAGS)
