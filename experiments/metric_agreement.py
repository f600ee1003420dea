"""Compares metrics with those of PyTorch's packages, on the same images and with the same weights.

pip install torch torchvision pytorch-fid torch-fidelity clean-fid lpips
python -m experiments.metric_agreement

The weights are random, so no network is needed. Prints a table, and writes numbers.json, with which the tests compare
features, and agreement.json to the workdir.
"""

from absl import flags

from ganzoo.commands.support import cli


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_string("workdir", "runs/metric_agreement", "Folder for the results.")
    flags.DEFINE_integer("count", 300, "Number of images in each of the two sets for metrics.", lower_bound=20)


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

import importlib.metadata
import os
import subprocess
import sys
import tempfile

import numpy as np

from experiments.support import random_tensors
from experiments.support.random_tensors import example_images
from ganzoo import data, metrics
from ganzoo.commands.support.config import versions
from ganzoo.files import AnyPath, as_path, write_json
from ganzoo.metrics import inception2015

PACKAGES = ("torch", "torchvision", "pytorch-fid", "torch-fidelity", "clean-fid", "lpips")
SIDES = (32, 64, 299, 400)
ARRAYS = (
    "features",
    "logits",
    "resized",
    "clean_resized",
    "clean_features",
    "pytorch_fid_features",
    "perceptual_distances",
)
KEPT = ("features", "logits", "clean_features", "perceptual_distances")
"""The arrays of which the tests know the first four columns."""
NAMES = (
    "frechet_inception2015",
    "kernel_inception2015",
    "inception_score",
    "precision_recall_inception2015",
    "frechet_inception2015clean",
    "kernel_inception2015clean",
)


class Given:
    """Stands in for a GAN whose samples are known."""

    is_conditional = False

    def __init__(self, images: np.ndarray):
        self.images, self.data_shape, self.drawn = images, images.shape[1:], 0

    def sample(self, count: int, labels=None, seed=None) -> np.ndarray:
        start, self.drawn = self.drawn, self.drawn + count
        return self.images[start : self.drawn] / np.float32(127.5) - 1


def two_sets(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns two sets of uint8 images (count, 64, 64, 3): random cuts of two photographs."""
    photographs, random = example_images(400)[1:], np.random.default_rng(0)

    def cut(photograph):
        top, left = random.integers(0, 400 - 64, 2)
        return photograph[top : top + 64, left : left + 64]

    return tuple(np.stack([cut(photograph) for _ in range(count)]) for photograph in photographs)


def perceptual_distance(folder: str) -> metrics.PerceptualDistance:
    """Returns the distance with random weights, which are written to files in the folder."""
    paths = [os.path.join(folder, name) for name in ("vgg16.npz", "lpips.npz")]
    np.savez(paths[0], **random_tensors.vgg16())
    np.savez(paths[1], **random_tensors.lpips())
    return metrics.PerceptualDistance(*paths)


def differences(
    net: inception2015.Inception2015, distance: metrics.PerceptualDistance, images: np.ndarray, expected: dict
) -> dict[str, float]:
    """Returns the largest difference from each of PyTorch's arrays, relative to the largest value in it."""
    floats = images / np.float32(127.5) - 1
    features, logits = net.features_and_logits(floats)
    found = {
        "features": features,
        "logits": logits,
        "resized": inception2015.resize_like_tensorflow1(images).numpy(),
        "clean_resized": inception2015.resize_clean(images).numpy(),
        "clean_features": net.features_and_logits(floats, clean=True)[0],
        "pytorch_fid_features": features,
        "perceptual_distances": distance(floats, floats[::-1]),
    }
    return {
        name: float(np.abs(array - expected[name]).max() / np.abs(expected[name]).max())
        for name, array in found.items()
    }


def run(workdir: AnyPath | str, count: int) -> dict:
    """Computes and writes everything; returns what agreement.json holds."""
    tensors, (real, generated) = random_tensors.inception(), two_sets(count)
    images = {side: example_images(side) for side in SIDES}
    with tempfile.TemporaryDirectory() as folder:
        weights, inputs, outputs = (os.path.join(folder, f"{name}.npz") for name in ("weights", "inputs", "outputs"))
        np.savez(weights, **tensors)
        given = {f"weights/{name}": array for name, array in tensors.items()}
        given |= {f"vgg16/{name}": array for name, array in random_tensors.vgg16().items()}
        given |= {f"lpips/{name}": array for name, array in random_tensors.lpips().items()}
        given |= {f"images/{side}": array for side, array in images.items()}
        np.savez(inputs, real=real, generated=generated, **given)
        subprocess.run([sys.executable, "-m", "experiments.support.pytorch_metrics", inputs, outputs], check=True)
        with np.load(outputs) as file:
            theirs = dict(file)
        os.environ[inception2015.FILE.variable] = weights
        suite = metrics.Suite([f"{name}_{count}" for name in NAMES], *[data.from_arrays(real)] * 2, cache=folder)
        ours = suite(Given(generated))
        nets = inception2015.load(), perceptual_distance(folder)
    of_side = {side: {name: theirs[f"images/{side}/{name}"] for name in ARRAYS} for side in SIDES}
    result = {
        "differences": {side: differences(*nets, images[side], of_side[side]) for side in SIDES},
        "metrics": {
            name.removesuffix(f"_{count}"): [number, float(theirs[key])]
            for name, number in ours.items()
            if (key := f"metrics/{name.removesuffix(f'_{count}')}") in theirs
        },
        "count": count,
        "versions": versions() | {package: importlib.metadata.version(package) for package in PACKAGES},
    }
    kept = {side: {name: of_side[side][name][..., :4].tolist() for name in KEPT} for side in SIDES}
    write_json(as_path(workdir) / "numbers.json", kept)
    write_json(as_path(workdir) / "agreement.json", result)
    return result


def format_result(result: dict) -> str:
    """Returns the result as two tables in Markdown."""
    columns = list(next(iter(result["differences"].values())))
    lines = ["| side | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for side, differences in result["differences"].items():
        lines.append(f"| {side} | " + " | ".join(f"{number:.1e}" for number in differences.values()) + " |")
    lines += ["", "| metric | ganzoo | PyTorch's packages |", "|---|---|---|"]
    lines += [f"| {name} | {ours:.7g} | {theirs:.7g} |" for name, (ours, theirs) in result["metrics"].items()]
    return "\n".join(lines)


def main(args: flags.FlagValues) -> None:
    """Compares, and prints the tables."""
    print(format_result(run(args.workdir, args.count)))


if __name__ == "__main__":
    main(flags.FLAGS)
