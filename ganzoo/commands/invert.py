"""Inverts a generator: how close its images come to test images, and how fast (with --race) the latents are found.

ganzoo invert --checkpoint=runs/dcgan-mnist-1 --dataset=mnist
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file of a GAN of images, or the workdir of a run.")
    data_flags.define("Data with a split 'test'.")
    flags.DEFINE_integer("count", 64, "Number of test images.", lower_bound=1)
    flags.DEFINE_bool("labelled", False, "Whether to give a conditional variant the labels of the images.")
    flags.DEFINE_integer("steps", 1000, "Number of steps of each search.", lower_bound=1)
    flags.DEFINE_float("learning_rate", 0.1, "Learning rate of the search, which uses Adam.")
    flags.DEFINE_integer("restarts", 10, "Number of searches for each image; the best one counts.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Random seed of the initial latents.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")
    flags.DEFINE_bool("race", False, "Whether to time an eager Python loop over images and restarts as well.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

import time

import keras
import numpy as np
import tensorflow as tf

from ganzoo import images
from ganzoo.commands.support import checkpoint_generators
from ganzoo.commands.support.cached_runs import error_bar
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.locks import hold
from ganzoo.commands.support.workdir import results_folder
from ganzoo.files import AnyPath, atomic_write, write_json
from ganzoo.latent import invert, squared_error


def measure(
    checkpoint: AnyPath | str,
    dataset: Dataset | str,
    count: int = 64,
    labelled: bool = False,
    seed: int = 0,
    out: AnyPath | str | None = None,
    race: bool = False,
    restarts: int = 10,
    **search,
) -> dict:
    """Writes inversion.json, inversion.npz (the latents) and inversion.png, and returns the content of the first.

    The picture has a row of test images, and below it what the generator makes of their latents. `error` is the mean
    over `count` test images of the mean squared error of a pixel in [0, 1], and `bar` is 1.96 standard errors of it.

    Args:
        labelled: whether a conditional variant is given the labels of the images.
        race: whether to measure `inversions_per_second`, each restart of each image counting as one, and the same for
            an eager Python loop.
        restarts, **search: arguments of `latent.invert`.
    """
    gan, out = checkpoint_generators.load(checkpoint), results_folder(checkpoint, out)
    search = {"restarts": restarts, **search}
    test = as_dataset(dataset).test(gan.data_shape)
    truth = images.floats(test.images[:count])
    labels = checkpoint_generators.labels_of_restarts(gan, len(truth), restarts)
    generate = checkpoint_generators.generator(gan, test.labels[:count] if labelled else labels)
    start = time.monotonic()
    found = invert(generate, gan.prior, tf.identity, truth, seed=seed, **search)
    seconds = time.monotonic() - start
    errors = found.residual / 4 / np.prod(gan.data_shape)
    result = {
        "variant": gan.name,
        "step": int(gan.step.numpy()),
        "dataset": str(dataset),
        "count": len(truth),
        "seed": seed,
        **search,
        "error": float(errors.mean()),
        "bar": error_bar(errors),
        "seconds": round(seconds, 2),
    }
    if race:
        result |= {"inversions_per_second": found.losses.size / seconds}
        result |= {"loop_inversions_per_second": 1 / _seconds_in_loop(generate, gan.prior, truth, seed, **search)}
    result["versions"] = versions()
    write_json(out / "inversion.json", result)
    with atomic_write(out / "inversion.npz") as path:
        np.savez_compressed(path, latents=found.latents, residual=found.residual)
    columns = min(16, len(truth))
    rows = np.concatenate([truth[:columns], found.images[:columns]])
    images.save_png(out / "inversion.png", images.grid(rows, columns=columns))
    return result


def _seconds_in_loop(generate, prior, truth, seed, steps=1000, learning_rate=0.01, timed_steps=100, **_):
    """Returns the seconds of one inversion by an eager loop, extrapolated from a few steps of one image."""
    latents, optimizer = tf.Variable(prior.sample(1, seed)), keras.optimizers.Adam(learning_rate)
    optimizer.build([latents])
    for step in range(timed_steps + 1):
        if step == 1:  # the first step is not timed: it prepares Keras's and TensorFlow's kernels
            start = time.monotonic()
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(latents)
            loss = squared_error(generate(latents), truth[:1])
        optimizer.apply([tape.gradient(loss, latents)], [latents])
        latents.assign(prior.project(latents))
    return (time.monotonic() - start) * steps / timed_steps


def main(args: flags.FlagValues) -> None:
    """Inverts the generator and prints a summary."""
    search = {"steps": args.steps, "learning_rate": args.learning_rate, "restarts": args.restarts}
    names = ("checkpoint", "count", "labelled", "seed", "out", "race")
    with hold(results_folder(args.checkpoint, args.out), "invert"):
        result = measure(dataset=data_flags.chosen(args), **{name: getattr(args, name) for name in names}, **search)
    print(
        f"The mean squared error of a pixel in [0, 1] is {result['error']:.4f} +- {result['bar'] or 0:.4f}, over "
        f"{result['count']} test images; the search took {result['seconds']:.1f} s."
    )
    if args.race:
        fast, slow = result["inversions_per_second"], result["loop_inversions_per_second"]
        print(
            f"{fast:.3g} inversions per second, {fast / slow:.0f} times as many as an eager Python loop ({slow:.3g})."
        )
    print(results_folder(args.checkpoint, args.out) / "inversion.png")


if __name__ == "__main__":
    main(flags.FLAGS)
