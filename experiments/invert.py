"""The latents of given images: how near to test images a generator comes, and, with --race, how fast that is found out.

python -m experiments.invert --checkpoint=runs/dcgan-mnist-1 --dataset=mnist
"""

import time

import keras
import numpy as np
import tensorflow as tf
from absl import flags

from experiments.support import checkpoint_generators, cli
from experiments.support.cached_runs import bar
from experiments.support.config import versions
from experiments.support.run import folder_of
from ganzoo import data, images
from ganzoo.files import atomic_write, write_json
from ganzoo.latent import invert, squared_error


def measure(checkpoint, dataset, count=64, labelled=False, seed=0, out=None, race=False, restarts=10, **search):
    """Writes inversion.json, inversion.npz (the latents) and inversion.png in `out`, and returns the first.

    `error` is the mean over `count` test images of the mean squared error of a pixel in [0, 1], `bar` 1.96 standard
    errors of it. With `labelled`, a conditional variant knows the images' labels. The picture has rows of images and
    of what the generator makes of their latents. `race` adds `inversions_per_second`, of images and restarts, and the
    same of an eager Python loop over them. `search` is for `latent.invert`.
    """
    out, gan, search = (
        folder_of(checkpoint, out),
        checkpoint_generators.load(checkpoint),
        {"restarts": restarts, **search},
    )
    test = data.examples(dataset, "test", gan.data_shape)
    truth = images.floats(test.images[:count])
    each = checkpoint_generators.each_class(gan, len(truth), restarts)
    generate = checkpoint_generators.generator(gan, test.labels[:count] if labelled else each)
    start = time.monotonic()
    found = invert(generate, gan.prior, tf.identity, truth, seed=seed, **search)
    seconds = time.monotonic() - start
    errors = found.residual / 4 / np.prod(gan.data_shape)
    result = {
        "variant": gan.name,
        "step": int(gan.step.numpy()),
        "dataset": dataset,
        "count": len(truth),
        "seed": seed,
        **search,
        "error": float(errors.mean()),
        "bar": bar(errors),
        "seconds": round(seconds, 2),
    }
    if race:
        result |= {"inversions_per_second": found.losses.size / seconds}
        result |= {"loop_inversions_per_second": 1 / _loop(generate, gan.prior, truth, seed, **search)}
    result["versions"] = versions()
    write_json(out / "inversion.json", result)
    with atomic_write(out / "inversion.npz") as beside:
        np.savez_compressed(beside, latents=found.latents, residual=found.residual)
    shown = min(16, len(truth))
    rows = np.concatenate([truth[:shown], found.images[:shown]])
    images.save_png(out / "inversion.png", images.grid(rows, columns=shown))
    return result


def _loop(generate, prior, truth, seed, steps=1000, learning_rate=0.01, tried=100, **_):
    """Seconds for one inversion by an eager loop: those of `tried` steps for one image, from one latent, scaled up."""
    latents, optimizer = tf.Variable(prior.sample(1, seed)), keras.optimizers.Adam(learning_rate)
    optimizer.build([latents])
    for step in range(tried + 1):
        if step == 1:  # the first makes Keras's and TensorFlow's kernels ready
            start = time.monotonic()
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(latents)
            loss = squared_error(generate(latents), truth[:1])
        optimizer.apply([tape.gradient(loss, latents)], [latents])
        latents.assign(prior.project(latents))
    return (time.monotonic() - start) * steps / tried


def define_flags():
    """Of this script."""
    flags.DEFINE_string("checkpoint", None, "A .keras file of a GAN of images, or the workdir of a run.", required=True)
    flags.DEFINE_string("dataset", "digits", "Data with a split test.")
    flags.DEFINE_integer("count", 64, "Test images.", lower_bound=1)
    flags.DEFINE_bool("labelled", False, "Tells a conditional variant the images' labels.")
    flags.DEFINE_integer("steps", 1000, "Of each search.", lower_bound=1)
    flags.DEFINE_float("learning_rate", 0.1, "Of the search's Adam.")
    flags.DEFINE_integer("restarts", 10, "Searches for each image, of which the best is kept.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Of the first latents.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: that of --checkpoint.")
    flags.DEFINE_bool("race", False, "Times an eager Python loop over images and restarts too.")


def main(given):
    """Measures as the flags say."""
    search = {"steps": given.steps, "learning_rate": given.learning_rate, "restarts": given.restarts}
    names = ("checkpoint", "dataset", "count", "labelled", "seed", "out", "race")
    result = measure(**{name: getattr(given, name) for name in names}, **search)
    print(
        f"A pixel in [0, 1] of {result['count']} test images is met with a squared error of {result['error']:.4f} "
        f"+- {result['bar'] or 0:.4f}; {result['seconds']:.1f} s."
    )
    if given.race:
        fast, slow = result["inversions_per_second"], result["loop_inversions_per_second"]
        print(f"{fast:.3g} inversions a second; an eager Python loop does {slow:.3g}, {fast / slow:.0f} times fewer.")
    print(folder_of(given.checkpoint, given.out) / "inversion.png")


if __name__ == "__main__":
    cli.start(define_flags, main)
