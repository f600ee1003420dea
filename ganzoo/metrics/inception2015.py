"""The Inception network of 2015-12-05, on whose features published Fréchet inception distances are computed.

It differs from the InceptionV3 of keras.applications in its weights, in 1,008 classes instead of 1,000, and in one
block that takes a maximum where the others average. Images are resized to 299 x 299 in one of two ways: as TensorFlow 1
did it, which the code of Heusel et al. (2017) and torch-fidelity do; or by bicubic interpolation with antialiasing, as
Parmar et al. (2022) do in clean-fid.

The weights are those of PyTorch's packages. They come from a file that the user names, or are downloaded once.
"""

import functools
import hashlib

import numpy as np
import tensorflow as tf
from keras import layers, ops

from ganzoo import images as image_tools
from ganzoo.files import AnyPath, local_copy
from ganzoo.metrics.inception2015_network import SIDE, network
from ganzoo.metrics.weight_files import WeightsFile

FILE = WeightsFile(
    "Inception",
    "GANZOO_INCEPTION_WEIGHTS",
    "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth",
    "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
    "--inception_weights",
)

EPSILON = 1e-3
"""What the network's batch norm adds to variances."""


class Inception2015:
    """The network with weights from a file.

    Attributes:
        digest: the first 8 hexadecimal digits of the SHA-256 of the weights' file.

    Args:
        weights: a .pth file of PyTorch or an .npz file, with the names and layouts of pytorch-fid's tensors. None for
            the file that the environment variable GANZOO_INCEPTION_WEIGHTS names, or else for a download, which is
            kept in ~/.cache/ganzoo/downloads.

    Raises:
        ConnectionError: if the weights must be downloaded and cannot be.
        FileNotFoundError: if there is no such file.
        ValueError: if the file does not hold the weights of this network.
    """

    def __init__(self, weights: AnyPath | str | None = None):
        self._model = network()
        with local_copy(FILE.fill(weights, self._assign)) as file:
            self.digest = hashlib.sha256(file.read_bytes()).hexdigest()[:8]

    def features_and_probabilities(
        self, images: np.ndarray, clean: bool = False, batch_size: int = 50
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns the pooled features, float32 (N, 2048), and probabilities of the classes, float32 (N, 1008).

        The probabilities leave out the last layer's bias, as the Inception scores of papers do.

        Args:
            images: (N, H, W, 1 or 3) with values in [-1, 1], which are rounded to 256 levels first.
            clean: whether to resize as clean-fid does, instead of as TensorFlow 1.
            batch_size: how many images pass through the network at once: 50 take about 1 GiB.
        """
        features, logits = self.features_and_logits(images, clean, batch_size)
        return features, np.asarray(ops.softmax(logits))

    def features_and_logits(
        self, images: np.ndarray, clean: bool = False, batch_size: int = 50
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns the same features, and the logits (N, 1008) without the bias of the last layer."""
        resize = resize_clean if clean else resize_like_tensorflow1
        parts = []
        for start in range(0, len(images), batch_size):
            levels = image_tools.to_uint8(images[start : start + batch_size])
            parts.append(self._model.predict_on_batch(scale(resize(levels))))
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True))

    def _assign(self, tensors):
        """Gives the network the weights of pytorch-fid's tensors, with each batch norm folded into its convolution."""
        for layer in self._model.layers:
            if isinstance(layer, layers.Conv2D):
                layer.set_weights(_folded(tensors, layer.name))
        self._model.get_layer("fc").set_weights([tensors["fc.weight"].T])


def load(weights: AnyPath | str | None = None) -> Inception2015:
    """Returns the network with the weights of a file, which is read once in a process; see `Inception2015`."""
    return _read(str(FILE.find(weights)))


@functools.lru_cache(maxsize=1)
def _read(path):
    return Inception2015(path)


def resize_like_tensorflow1(images: np.ndarray) -> tf.Tensor:
    """Resizes uint8 images (N, H, W, 1 or 3) to float32 (N, 299, 299, 3) in [0, 255], as TensorFlow 1 did.

    The interpolation is bilinear; pixel i of n lies at i / n, not at (i + 1/2) / n, and nothing is smoothed first.
    """
    return tf.raw_ops.ResizeBilinear(images=_coloured(images), size=(SIDE, SIDE))


def resize_clean(images: np.ndarray) -> tf.Tensor:
    """Resizes uint8 images (N, H, W, 1 or 3) to float32 (N, 299, 299, 3), as clean-fid does.

    The interpolation is bicubic and smooths images that become smaller, as PIL does. Values are clipped to [0, 255],
    but not rounded.
    """
    return tf.clip_by_value(tf.image.resize(_coloured(images), (SIDE, SIDE), "bicubic", antialias=True), 0, 255)


def scale(images: tf.Tensor) -> tf.Tensor:
    """Maps [0, 255] to the network's range, [-1, 127/128]."""
    return (images - 128) / 128


def _coloured(images):
    images = tf.cast(images, tf.float32)
    return tf.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else images


def _folded(tensors, name):
    gamma, beta, mean, variance = (
        np.asarray(tensors[f"{name}.bn.{part}"], "float64")
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    factor = gamma / np.sqrt(variance + EPSILON)
    kernel = np.transpose(tensors[f"{name}.conv.weight"], (2, 3, 1, 0)) * factor
    return [kernel, beta - mean * factor]
