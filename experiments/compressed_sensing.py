"""Images from few measurements: a generator as what is known of images, against sparsity, as in Bora et al. (2017).

python -m experiments.compressed_sensing --checkpoint=runs/dcgan-mnist-1 --dataset=mnist

Stopped, the same command goes on where it was. It leaves compressed_sensing.json, a plot of the errors against the
number of measurements (the paper's figure 1), and what came of the first images: a row for the truth (below which
stands, for super-resolution, what was measured) and one for each method (figure 3).
"""

import hashlib
import time

import numpy as np
from absl import flags

from experiments.support import checkpoint_generators, cli
from experiments.support.cached_runs import bar, once
from experiments.support.config import versions
from experiments.support.run import folder_of
from ganzoo import data, images, plots
from ganzoo.files import atomic_write, write_json
from ganzoo.latent import BASES, downsampling, gaussian, invert, lasso

MEASUREMENTS = (10, 25, 50, 100, 200, 300, 400, 500, 750)
COLOURS = {"pixels": plots.SIGN, "dct": plots.VALUE, "wavelets": plots.JUDGE}
SHOWN = 12


def measure(
    checkpoint,
    dataset,
    count=300,
    measurements=MEASUREMENTS,
    factors=(2, 4),
    noise_norm=0.1,
    lasso_weights=(0.1, 0.01),
    seed=0,
    out=None,
    restarts=10,
    **search,
):
    """Writes compressed_sensing.json and its pictures in `out`, and returns the first.

    Its `rows` are {measurement, method, error, bar, seconds}: `error` the mean over the first `count` test images of
    the mean squared error of a pixel in [0, 1], and `bar` 1.96 standard errors of it. `search` is for `latent.invert`.
    """
    out, gan, search = (
        folder_of(checkpoint, out),
        checkpoint_generators.load(checkpoint),
        {"restarts": restarts, **search},
    )
    truth = images.floats(data.examples(dataset, "test", gan.data_shape).images[:count])
    about = {"variant": gan.name, "step": int(gan.step.numpy()), "dataset": dataset, "count": len(truth)}
    about |= {"noise_norm": noise_norm, "seed": seed, "weights": _digest(gan.generator)}
    kinds = {f"gaussian_{number}": gaussian(number, gan.data_shape, seed) for number in measurements}
    kinds |= {f"downsampling_{factor}": downsampling(factor, gan.data_shape) for factor in factors}
    methods = {"generator": _from_generator(gan, seed, len(truth), **search)}
    methods |= {f"lasso_{basis}_{weight:g}": _lasso(basis, weight) for weight in lasso_weights for basis in BASES}
    rows = []
    for kind, measurement in kinds.items():
        observed, pictures = measurement.observe(truth, noise_norm, seed), [truth[:SHOWN]]
        if kind.startswith("downsampling"):
            pictures.append(_enlarged(observed[:SHOWN], gan.data_shape, int(kind.split("_")[1])))
        for method, recover in methods.items():
            folder = out / "compressed_sensing" / f"{kind}-{method}"
            asked = about | (search if method == "generator" else {})
            find = lambda: _errors(recover, measurement, observed, truth, folder, f"{kind}, {method}")  # noqa: B023, E731
            rows.append({"measurement": kind, "method": method, **once(folder, asked, find)})
            pictures.append(np.load(folder / "first.npy"))
        images.save_png(out / f"{kind}.png", images.grid(np.concatenate(pictures), columns=len(pictures[0])))
    result = {**about, **search, "rows": rows, "versions": versions()}
    write_json(out / "compressed_sensing.json", result)
    if measurements:
        images.save_png(out / "compressed_sensing.png", curves(rows))
    return result


def _digest(network):
    """Eight letters for a network's weights: others are others' results."""
    return hashlib.sha256(b"".join(weight.tobytes() for weight in network.get_weights())).hexdigest()[:8]


def _from_generator(gan, seed, count, restarts, **search):
    generate = checkpoint_generators.generator(gan, checkpoint_generators.each_class(gan, count, restarts))
    return lambda measurement, observed: (
        invert(generate, gan.prior, measurement, observed, restarts=restarts, seed=seed, **search).images
    )


def _lasso(basis, weight):
    return lambda measurement, observed: lasso(measurement, observed, basis, weight)


def _errors(recover, measurement, observed, truth, folder, title):
    print(title)
    start = time.monotonic()
    found = recover(measurement, observed)
    errors = np.mean(np.square((found - truth) / 2, dtype="float64"), axis=(1, 2, 3))
    with atomic_write(folder / "first.npy") as beside:
        np.save(beside, found[:SHOWN])
    return {"error": float(errors.mean()), "bar": bar(errors), "seconds": round(time.monotonic() - start, 1)}


def _enlarged(observed, data_shape, factor):
    """The means of blocks, each as large as its block: (N, H, W, C)."""
    height, width, channels = data_shape
    small = np.reshape(observed, (-1, height // factor, width // factor, channels))
    return np.clip(2 * small - 1, -1, 1).repeat(factor, axis=1).repeat(factor, axis=2)


def curves(rows):
    """Errors against the numbers of Gaussian measurements."""
    rows = [row | {"number": int(row["measurement"].split("_")[1])} for row in rows if row["measurement"][0] == "g"]
    figure = plots.figure(width=6, height=4.2)
    axes = figure.add_subplot()
    weights = list(dict.fromkeys(row["method"].rsplit("_")[-1] for row in rows))
    for method in dict.fromkeys(row["method"] for row in rows):
        numbers, errors, bars = zip(
            *((row["number"], row["error"], row["bar"] or 0) for row in rows if row["method"] == method), strict=True
        )
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


def described(result):
    """The table of errors, a row for each kind of measurement."""
    methods = list(dict.fromkeys(row["method"] for row in result["rows"]))
    lines = ["| measurement | " + " | ".join(methods) + " |", "|---" * (1 + len(methods)) + "|"]
    for kind in dict.fromkeys(row["measurement"] for row in result["rows"]):
        found = {row["method"]: row for row in result["rows"] if row["measurement"] == kind}
        cells = [f"{found[one]['error']:.4f}" + f" +- {found[one]['bar'] or 0:.4f}" for one in methods]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines)


def define_flags():
    """Of this script."""
    flags.DEFINE_string("checkpoint", None, "A .keras file of a GAN of images, or the workdir of a run.", required=True)
    flags.DEFINE_string("dataset", "digits", "Data with a split test.")
    flags.DEFINE_integer("count", 300, "Test images.", lower_bound=1)
    flags.DEFINE_list("measurements", list(MEASUREMENTS), "Numbers of Gaussian measurements.")
    flags.DEFINE_list("factors", [2], "Of super-resolution.")
    flags.DEFINE_float("noise_norm", 0.1, "Root of the expected squared norm of the noise.", lower_bound=0)
    flags.DEFINE_float("prior_weight", 0.1, "Of ||z||^2, where the prior is normal.", lower_bound=0)
    flags.DEFINE_list("lasso_weights", [0.1, 0.01], "Of Lasso's ||w||_1.")
    flags.DEFINE_integer("steps", 1000, "Of each search.", lower_bound=1)
    flags.DEFINE_float("learning_rate", 0.1, "Of the search's Adam.")
    flags.DEFINE_integer("restarts", 10, "Searches for each image, of which the best is kept.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Of measurements, noise and first latents.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: that of --checkpoint.")


def main(given):
    """Measures as the flags say."""
    try:
        measurements, factors = ([int(text) for text in texts] for texts in (given.measurements, given.factors))
        weights = [float(text) for text in given.lasso_weights]
    except ValueError as error:
        raise ValueError(f"Lists of numbers are written 50,100,200: {error}.") from None
    result = measure(
        given.checkpoint,
        given.dataset,
        given.count,
        measurements,
        factors,
        given.noise_norm,
        weights,
        given.seed,
        given.out,
        prior_weight=given.prior_weight,
        steps=given.steps,
        learning_rate=given.learning_rate,
        restarts=given.restarts,
    )
    print(f"\n{described(result)}\n{folder_of(given.checkpoint, given.out) / 'compressed_sensing.json'}")


if __name__ == "__main__":
    cli.start(define_flags, main, "Go on with the same command.")
