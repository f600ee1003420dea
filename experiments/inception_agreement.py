"""Compares the metrics of Inception's features with those of PyTorch's packages, on the same images and weights.

pip install torch torchvision pytorch-fid torch-fidelity clean-fid
python -m experiments.inception_agreement

The weights are random, so no network is needed. Prints a table, and writes numbers.json, with which the tests compare
features, and agreement.json to the workdir.
"""

from absl import flags

from experiments.support import cli


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_string("workdir", "runs/inception_agreement", "Folder for the results.")
    flags.DEFINE_integer("count", 300, "Number of images in each of the two sets for metrics.", lower_bound=20)


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

import importlib.metadata
import os
import pathlib
import tempfile

import numpy as np

from experiments.support.config import versions
from experiments.support.inception_tensors import example_images, random_tensors
from ganzoo import data, metrics
from ganzoo.files import AnyPath, as_path, write_json
from ganzoo.metrics import inception2015

PACKAGES = ("torch", "torchvision", "pytorch-fid", "torch-fidelity", "clean-fid")
SIDES = (32, 64, 299, 400)
NAMES = (
    "frechet_inception2015",
    "kernel_inception2015",
    "inception_score",
    "precision_recall_inception2015",
    "frechet_inception2015clean",
    "kernel_inception2015clean",
)


class PyTorch:
    """The same computations by PyTorch's packages, with weights from a file."""

    def __init__(self, weights: str):
        import pytorch_fid.inception
        import torch
        from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

        self.torch, self.weights = torch, weights
        state = torch.load(weights)
        pytorch_fid.inception.load_state_dict_from_url = lambda *_, **__: state  # in place of the download
        names = ["2048", "logits_unbiased"]
        build = pytorch_fid.inception.InceptionV3
        self.fidelity = FeatureExtractorInceptionV3("inception-v3-compat", names, weights).eval()
        self.pytorch_fid = build([3]).eval()
        self.plain = build([3], resize_input=False, normalize_input=False).eval()

    def _features(self, network, images, batch_size=25):
        with self.torch.no_grad():
            parts = [network(images[start : start + batch_size]) for start in range(0, len(images), batch_size)]
        return [
            np.concatenate([one.numpy().reshape(len(one), -1) for one in part]) for part in zip(*parts, strict=True)
        ]

    def _tensor(self, images):
        return self.torch.tensor(np.ascontiguousarray(images)).permute(0, 3, 1, 2)

    def of_images(self, images: np.ndarray) -> dict[str, np.ndarray]:
        """Returns what each package makes of uint8 images: features, logits, and the resized images."""
        from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x

        features, logits = self._features(self.fidelity, self._tensor(images))
        resized = interpolate_bilinear_2d_like_tensorflow1x(
            self._tensor(images).float(), (299, 299), align_corners=False
        )
        return {
            "features": features,
            "logits": logits,
            "resized": resized.permute(0, 2, 3, 1).numpy(),
            "clean_resized": self._clean(images),
            "clean_features": self.clean_features(images),
            "pytorch_fid_features": self._features(self.pytorch_fid, self._tensor(images).float() / 255)[0],
        }

    def _clean(self, images):
        from cleanfid.resize import make_resizer

        resize = make_resizer("PIL", False, "bicubic", (299, 299))
        return np.stack([resize(image) for image in images])

    def clean_features(self, images: np.ndarray) -> np.ndarray:
        """Returns the network's features of images that clean-fid resizes."""
        return self._features(self.plain, (self._tensor(self._clean(images)) - 128) / 128)[0]

    def metrics(self, real: np.ndarray, generated: np.ndarray) -> dict[str, float]:
        """Returns torch-fidelity's metrics, and clean-fid's."""
        import torch_fidelity
        from cleanfid import fid

        found = torch_fidelity.calculate_metrics(
            input1=_Images(self._tensor(generated)),
            input2=_Images(self._tensor(real)),
            cuda=False,
            isc=True,
            fid=True,
            kid=True,
            prc=True,
            kid_subset_size=len(real),
            kid_subsets=1,
            samples_shuffle=False,
            feature_extractor="inception-v3-compat",
            feature_extractor_weights_path=self.weights,
            batch_size=25,
            cache=False,
            verbose=False,
        )
        first, second = (self.clean_features(images) for images in (real, generated))
        moments = [moment for one in (first, second) for moment in (one.mean(axis=0), np.cov(one, rowvar=False))]
        return {
            "frechet_inception2015": found["frechet_inception_distance"],
            "kernel_inception2015": found["kernel_inception_distance_mean"],
            "inception_score": found["inception_score_mean"],
            "precision_inception2015": found["precision"],
            "recall_inception2015": found["recall"],
            "frechet_inception2015clean": fid.frechet_distance(*moments),
            "kernel_inception2015clean": fid.kernel_distance(first, second, num_subsets=1, max_subset_size=len(real)),
        }


class _Images:
    """A data set of PyTorch, of images (N, 3, H, W)."""

    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index]


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


def compare_images(ours: inception2015.Inception2015, theirs: PyTorch, side: int) -> tuple[dict, dict]:
    """Returns the largest differences for images of one side, relative to the largest value, and PyTorch's numbers."""
    images = example_images(side)
    floats = images / np.float32(127.5) - 1
    expected = theirs.of_images(images)
    features, logits = ours.features_and_logits(floats)
    found = {
        "features": features,
        "logits": logits,
        "resized": inception2015.resize_like_tensorflow1(images).numpy(),
        "clean_resized": inception2015.resize_clean(images).numpy(),
        "clean_features": ours.features_and_logits(floats, clean=True)[0],
        "pytorch_fid_features": features,
    }
    differences = {
        name: float(np.abs(found[name] - other).max() / np.abs(other).max()) for name, other in expected.items()
    }
    kept = {name: expected[name][:, :4].tolist() for name in ("features", "logits", "clean_features")}
    return differences, kept


def run(workdir: AnyPath | str, count: int) -> dict:
    """Computes and writes everything; returns what agreement.json holds."""
    import torch

    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder) / "weights.pth")
        torch.save({name: torch.tensor(array) for name, array in random_tensors().items()}, path)
        ours, theirs = inception2015.Inception2015(path), PyTorch(path)
        by_side = {side: compare_images(ours, theirs, side) for side in SIDES}
        real, generated = two_sets(count)
        expected = theirs.metrics(real, generated)
        names = [f"{name}_{count}" for name in NAMES]
        os.environ[inception2015.VARIABLE] = path
        suite = metrics.Suite(names, *[data.from_arrays(real)] * 2, cache=folder)
        found = suite(Given(generated))
    result = {
        "differences": {side: differences for side, (differences, _) in by_side.items()},
        "metrics": {name: [found[f"{name}_{count}"], float(number)] for name, number in expected.items()},
        "count": count,
        "versions": versions() | {package: importlib.metadata.version(package) for package in PACKAGES},
    }
    write_json(as_path(workdir) / "numbers.json", {side: kept for side, (_, kept) in by_side.items()})
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
