"""Recovers images from few measurements: a generator against Lasso, as in Bora et al. (2017).

ganzoo compressed_sensing --checkpoint=runs/dcgan-mnist-1 --dataset=mnist

If the script is stopped, the same command continues where it was. Writes compressed_sensing.json, a plot of the errors
against the number of measurements (the paper's Figure 1), and the first recovered images for each kind of measurement
(its Figure 3): a row of originals, then for super-resolution a row of what was measured, then a row for each method.
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags

MEASUREMENTS = (10, 25, 50, 100, 200, 300, 400, 500, 750)


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file of a GAN of images, or the workdir of a run.")
    data_flags.define("Data with a split 'test'.")
    flags.DEFINE_integer("count", 300, "Number of test images.", lower_bound=1)
    flags.DEFINE_list("measurements", list(MEASUREMENTS), "Numbers of Gaussian measurements.")
    flags.DEFINE_list("factors", [2], "Factors of super-resolution.")
    flags.DEFINE_float("noise_norm", 0.1, "Root of the expected squared norm of the noise.", lower_bound=0)
    flags.DEFINE_float("prior_weight", 0.1, "Weight of ||z||^2 in the search, for a normal prior.", lower_bound=0)
    flags.DEFINE_list("lasso_weights", [0.1, 0.01], "Weights of ||w||_1 in Lasso.")
    flags.DEFINE_integer("steps", 1000, "Number of steps of each search.", lower_bound=1)
    flags.DEFINE_float("learning_rate", 0.1, "Learning rate of the search, which uses Adam.")
    flags.DEFINE_integer("restarts", 10, "Number of searches for each image; the best one counts.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Random seed of measurements, noise and initial latents.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

import time
from collections.abc import Sequence

import numpy as np

from ganzoo import images, plots
from ganzoo.commands.support import checkpoint_generators
from ganzoo.commands.support.cached_runs import error_bar, load_array, load_or_run
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.locks import hold
from ganzoo.commands.support.workdir import results_folder
from ganzoo.files import AnyPath, atomic_write, write_json
from ganzoo.latent import BASES, downsampling, gaussian, invert, lasso

COLOURS = {"pixels": plots.SIGN, "dct": plots.VALUE, "wavelets": plots.JUDGE}
SHOWN = 12


def measure(
    checkpoint: AnyPath | str,
    dataset: Dataset | str,
    count: int = 300,
    measurements: Sequence[int] = MEASUREMENTS,
    factors: Sequence[int] = (2, 4),
    noise_norm: float = 0.1,
    lasso_weights: Sequence[float] = (0.1, 0.01),
    seed: int = 0,
    out: AnyPath | str | None = None,
    restarts: int = 10,
    **search,
) -> dict:
    """Writes compressed_sensing.json and its pictures, and returns the content of the former.

    Its `rows` are {measurement, method, error, bar, seconds}. `error` is the mean over the first `count` test images of
    the mean squared error of a pixel in [0, 1], and `bar` is 1.96 standard errors of it. `restarts` and `search` are
    arguments of `latent.invert`.
    """
    gan, out = checkpoint_generators.load(checkpoint), results_folder(checkpoint, out)
    search = {"restarts": restarts, **search}
    truth = images.floats(as_dataset(dataset).test(gan.data_shape).images[:count])
    about = {"variant": gan.name, "step": int(gan.step.numpy()), "dataset": str(dataset), "count": len(truth)}
    about |= {"noise_norm": noise_norm, "seed": seed, "weights": checkpoint_generators.digest(gan.generator)}
    kinds = {f"gaussian_{number}": gaussian(number, gan.data_shape, seed) for number in measurements}
    kinds |= {f"downsampling_{factor}": downsampling(factor, gan.data_shape) for factor in factors}
    methods = {"generator": _with_generator(gan, seed, len(truth), **search)}
    methods |= {f"lasso_{basis}_{weight:g}": _with_lasso(basis, weight) for weight in lasso_weights for basis in BASES}
    rows = []
    for kind, measurement in kinds.items():
        observed, pictures = measurement.observe(truth, noise_norm, seed), [truth[:SHOWN]]
        if kind.startswith("downsampling"):
            pictures.append(_enlarged(observed[:SHOWN], gan.data_shape, int(kind.split("_")[1])))
        for method, recover in methods.items():
            folder = out / "compressed_sensing" / f"{kind}-{method}"
            settings = about | (search if method == "generator" else {})

            def run(
                recover=recover, measurement=measurement, observed=observed, folder=folder, kind=kind, method=method
            ):
                print(f"{kind}, {method}")
                return _recover(recover, measurement, observed, truth, folder)

            rows.append({"measurement": kind, "method": method, **load_or_run(folder, settings, run, ["first.npy"])})
            pictures.append(load_array(folder / "first.npy"))
        images.save_png(out / f"{kind}.png", images.grid(np.concatenate(pictures), columns=len(pictures[0])))
    result = {**about, **search, "rows": rows, "versions": versions()}
    write_json(out / "compressed_sensing.json", result)
    if measurements:
        images.save_png(out / "compressed_sensing.png", curves(rows))
    return result


def _with_generator(gan, seed, count, restarts, **search):
    labels = checkpoint_generators.labels_of_restarts(gan, count, restarts)
    generate = checkpoint_generators.generator(gan, labels)
    return lambda measurement, observed: (
        invert(generate, gan.prior, measurement, observed, restarts=restarts, seed=seed, **search).images
    )


def _with_lasso(basis, weight):
    return lambda measurement, observed: lasso(measurement, observed, basis, weight)


def _recover(recover, measurement, observed, truth, folder):
    start = time.monotonic()
    found = recover(measurement, observed)
    errors = np.mean(np.square((found - truth) / 2, dtype="float64"), axis=(1, 2, 3))
    with atomic_write(folder / "first.npy") as path:
        np.save(path, found[:SHOWN])
    return {"error": float(errors.mean()), "bar": error_bar(errors), "seconds": round(time.monotonic() - start, 1)}


def _enlarged(observed, data_shape, factor):
    """Returns images (N, H, W, C) in which every pixel has the mean that was measured of its block."""
    height, width, channels = data_shape
    small = np.reshape(observed, (-1, height // factor, width // factor, channels))
    return np.clip(2 * small - 1, -1, 1).repeat(factor, axis=1).repeat(factor, axis=2)


def curves(rows: list[dict]) -> np.ndarray:
    """Returns a plot of the errors against the numbers of Gaussian measurements."""
    rows = [row for row in rows if row["measurement"].startswith("gaussian")]
    figure = plots.figure(width=6, height=4.2)
    axes = figure.add_subplot()
    weights = list(dict.fromkeys(row["method"].rsplit("_")[-1] for row in rows))
    for method in dict.fromkeys(row["method"] for row in rows):
        own = [row for row in rows if row["method"] == method]
        numbers = [int(row["measurement"].split("_")[1]) for row in own]
        errors, bars = [row["error"] for row in own], [row["bar"] or 0 for row in own]
        colour, dash, label = plots.GENERATED, "-", "generator"
        if method != "generator":
            _, basis, weight = method.split("_")
            colour, dash = COLOURS[basis], ("--", ":", "-.")[weights.index(weight) % 3 - 1]
            label = f"Lasso, {basis}, weight {weight}"
        axes.errorbar(numbers, errors, bars, color=colour, ls=dash, label=label, lw=1.5, marker="o", ms=3, capsize=3)
    axes.set_yscale("log")
    plots.decorate(axes, "Compressed sensing of test images", "measurements", "squared error of a pixel in [0, 1]")
    axes.legend(fontsize=8, edgecolor="none")
    return plots.picture(figure)


def format_table(result: dict) -> str:
    """Returns a Markdown table of the errors, with a row for each kind of measurement."""
    methods = list(dict.fromkeys(row["method"] for row in result["rows"]))
    lines = ["| measurement | " + " | ".join(methods) + " |", "|---" * (1 + len(methods)) + "|"]
    for kind in dict.fromkeys(row["measurement"] for row in result["rows"]):
        found = {row["method"]: row for row in result["rows"] if row["measurement"] == kind}
        cells = [f"{found[method]['error']:.4f} +- {found[method]['bar'] or 0:.4f}" for method in methods]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(args: flags.FlagValues) -> None:
    """Recovers the images and prints a table."""
    try:
        measurements, factors = ([int(text) for text in texts] for texts in (args.measurements, args.factors))
        weights = [float(text) for text in args.lasso_weights]
    except ValueError as error:
        raise ValueError(f"Lists of numbers are written 50,100,200: {error}.") from None
    with hold(results_folder(args.checkpoint, args.out), "compressed_sensing"):
        result = measure(
            args.checkpoint,
            data_flags.chosen(args),
            args.count,
            measurements,
            factors,
            args.noise_norm,
            weights,
            args.seed,
            args.out,
            prior_weight=args.prior_weight,
            steps=args.steps,
            learning_rate=args.learning_rate,
            restarts=args.restarts,
        )
    print(f"\n{format_table(result)}\n{results_folder(args.checkpoint, args.out) / 'compressed_sensing.json'}")


if __name__ == "__main__":
    main(flags.FLAGS)
