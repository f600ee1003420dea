"""What PyTorch's packages make of images, with given weights, the other side of `experiments.metric_agreement`.

python -m experiments.support.pytorch_metrics inputs.npz outputs.npz

It is a program of its own, because PyTorch and TensorFlow do not always stand each other in one process. The inputs
hold the tensors of the networks as `weights/NAME`, `vgg16/NAME` and `lpips/NAME`, uint8 images as `images/SIDE`, and
the two sets `real` and `generated`; the outputs hold an array for each result.
"""

import os
import sys
import tempfile

import numpy as np


class PyTorch:
    """The packages' networks with weights from a file."""

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

    def _dataset(self, images):
        return self.torch.utils.data.Subset(self._tensor(images), range(len(images)))

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
            input1=self._dataset(generated),
            input2=self._dataset(real),
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


def perceptual_distances(given: dict, images: np.ndarray) -> np.ndarray:
    """Returns the distances that lpips finds between uint8 images and the same in reverse order."""
    import lpips
    import torch

    net = lpips.LPIPS(net="vgg", pnet_rand=True, verbose=False).eval()
    state = {name: torch.tensor(given[f"lpips/{name}"]) for name in net.state_dict() if f"lpips/{name}" in given}
    for name in net.net.state_dict():
        _, place, part = name.split(".")  # slice1.0.weight
        state[f"net.{name}"] = torch.tensor(given[f"vgg16/features.{place}.{part}"])
    missing, unknown = net.load_state_dict(state, strict=False)
    assert not unknown and not [name for name in missing if not name.startswith(("scaling_layer", "lins"))], missing
    tensor = torch.tensor(images / np.float32(127.5) - 1).permute(0, 3, 1, 2)
    with torch.no_grad():
        return net(tensor, tensor.flip(0))[:, 0, 0, 0].numpy()


def run(inputs: str, outputs: str) -> None:
    """Reads the inputs, and writes the outputs."""
    import torch

    with np.load(inputs) as file, tempfile.TemporaryDirectory() as folder:
        given = dict(file)
        tensors = {name.removeprefix("weights/"): given[name] for name in given if name.startswith("weights/")}
        path = os.path.join(folder, "weights.pth")
        torch.save({name: torch.tensor(array) for name, array in tensors.items()}, path)
        packages = PyTorch(path)
        numbers = packages.metrics(given["real"], given["generated"])
    found = {f"metrics/{name}": number for name, number in numbers.items()}
    for key in given:
        if key.startswith("images/"):
            found |= {f"{key}/{name}": array for name, array in packages.of_images(given[key]).items()}
            found[f"{key}/perceptual_distances"] = perceptual_distances(given, given[key])
    np.savez(outputs, **found)


if __name__ == "__main__":
    run(*sys.argv[1:])
