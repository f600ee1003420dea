"""Encodes test images with an autoencoder of the zoo, such as `vaegan`, and decodes them: errors and pictures.

ganzoo reconstruct --checkpoint=runs/vaegan-mnist-1 --dataset=mnist
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file of an autoencoder, or the workdir of a run.")
    data_flags.define("Data with the splits 'train' and 'test'.")
    flags.DEFINE_integer("count", 64, "Number of test images to draw and to invert.", lower_bound=1)
    flags.DEFINE_integer("steps", 0, "Steps of an inversion from the encoder's latents. Default: none.", lower_bound=0)
    flags.DEFINE_float("learning_rate", 0.1, "Learning rate of the inversion, which uses Adam.")
    flags.DEFINE_integer("restarts", 10, "Restarts of the inversion that has no encoder.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Random seed of those restarts.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds


import numpy as np
import tensorflow as tf

from ganzoo import images
from ganzoo.commands.support import checkpoint_generators
from ganzoo.commands.support.cached_runs import error_bar, load_or_run
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.locks import hold
from ganzoo.commands.support.workdir import results_folder
from ganzoo.files import AnyPath, write_json
from ganzoo.latent import invert


def measure(
    checkpoint: AnyPath | str,
    dataset: Dataset | str,
    count: int = 64,
    steps: int = 0,
    learning_rate: float = 0.1,
    restarts: int = 10,
    seed: int = 0,
    out: AnyPath | str | None = None,
) -> dict:
    """Writes reconstructions.json and reconstructions.png, and returns the content of the first.

    The picture has a row of test images and a row of their reconstructions. `error` is the mean over all test images of
    the mean squared error of a pixel in [0, 1], `bar` is 1.96 standard errors of it, and `mean_image` is the error of
    the mean of the training images. With `steps`, `inversion` holds the errors of the first `count` images after that
    many steps of `latent.invert`, from the encoder's latents alone and as the best of several restarts.

    Raises ValueError for a model that has no encoder.
    """
    gan, out = checkpoint_generators.load(checkpoint), results_folder(checkpoint, out)
    if not hasattr(gan, "reconstruct"):
        raise ValueError(f"{checkpoint} holds {gan.name}, which has no encoder: choose a vaegan.")
    train, test, _ = as_dataset(dataset).both(gan.data_shape)
    test = images.floats(test.images)
    rebuilt = gan.reconstruct(test)
    errors = _errors(rebuilt, test)
    result = {
        "variant": gan.name,
        "step": int(gan.step.numpy()),
        "dataset": str(dataset),
        "images": len(test),
        "error": float(errors.mean()),
        "bar": error_bar(errors),
        "mean_image": float(_errors(train.mean_image(), test).mean()),
    }
    shown = test[:count]
    if steps:
        search = {"steps": steps, "learning_rate": learning_rate, "seed": seed}
        generate = checkpoint_generators.generator(gan)
        starts = {"encoder": {"start": gan.encode(shown), "restarts": 1}, "random": {"restarts": restarts}}
        inversion = {**search, "images": len(shown), "restarts": restarts}
        asked = inversion | {"weights": checkpoint_generators.digest(*gan.players.values()), "dataset": str(dataset)}

        def error(how):
            found = invert(generate, gan.prior, tf.identity, shown, **search, **how)
            return {"error": float(_errors(found.images, shown).mean())}

        inversion["error"] = {
            name: load_or_run(out / "reconstruct" / name, asked, lambda: error(how))["error"]  # noqa: B023
            for name, how in starts.items()
        }
        result["inversion"] = inversion
    result["versions"] = versions()
    write_json(out / "reconstructions.json", result)
    columns = min(16, len(shown))
    rows = np.concatenate([part[i : i + columns] for i in range(0, len(shown), columns) for part in (shown, rebuilt)])
    images.save_png(out / "reconstructions.png", images.grid(rows, columns=columns))
    return result


def _errors(made, truth):
    """Returns the mean squared error of a pixel in [0, 1] of each image, (N,)."""
    return np.square((made - truth) / 2).mean(axis=(1, 2, 3))


def main(args: flags.FlagValues) -> None:
    """Measures the reconstructions and prints a summary."""
    names = ("checkpoint", "count", "steps", "learning_rate", "restarts", "seed", "out")
    with hold(results_folder(args.checkpoint, args.out), "reconstruct"):
        result = measure(dataset=data_flags.chosen(args), **{name: getattr(args, name) for name in names})
    print(
        f"The mean squared error of a pixel in [0, 1] is {result['error']:.4f} +- {result['bar']:.4f}, over "
        f"{result['images']} test images; that of the mean image is {result['mean_image']:.4f}."
    )
    if "inversion" in result:
        errors = result["inversion"]["error"]
        print(
            f"After {args.steps} steps of inversion: {errors['encoder']:.4f} from the encoder's latents, "
            f"{errors['random']:.4f} as the best of {args.restarts} restarts."
        )
    print(results_folder(args.checkpoint, args.out) / "reconstructions.png")


if __name__ == "__main__":
    main(flags.FLAGS)
