"""The learned perceptual distance of images of Zhang et al. (2018), LPIPS, version 0.1 with the network VGG16."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import ArrayLike

from ganzoo.files import AnyPath
from ganzoo.metrics.reference_classifier import in_float32
from ganzoo.metrics.weight_files import WeightsFile

VGG16 = WeightsFile(
    "VGG16",
    "GANZOO_VGG16_WEIGHTS",
    "https://download.pytorch.org/models/vgg16-397923af.pth",
    "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
)
LPIPS = WeightsFile(
    "LPIPS",
    "GANZOO_LPIPS_WEIGHTS",
    "https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.1/vgg.pth",
    "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868",
)

BLOCKS = ((64, (0, 2)), (128, (5, 7)), (256, (10, 12, 14)), (512, (17, 19, 21)), (512, (24, 26, 28)))
"""The channels of each block, and the places of its convolutions in PyTorch's network."""

_MEAN, _DEVIATION = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
_SMALL = 1e-10


class PerceptualDistance:
    """The distance of two images by the features of VGG16, weighed so as to agree with people.

    The features of five layers are scaled to unit length in each pixel. The distance sums their squared differences
    over the channels, each with a weight of its own, averages over the pixels, and sums over the layers.

    Args:
        vgg16: the file of the network's weights, .npz or .pth, with torchvision's names. None for the file that the
            environment variable GANZOO_VGG16_WEIGHTS names, or else for a download of 530 MB, which is kept in
            ~/.cache/ganzoo/downloads.
        lpips: the file of the channels' weights, with the names of the package lpips. None for the file that
            GANZOO_LPIPS_WEIGHTS names, or else for a download.

    Raises:
        ConnectionError: if weights must be downloaded and cannot be.
        FileNotFoundError: if there is no such file.
        ValueError: if a file does not hold these weights.
    """

    def __init__(self, vgg16: AnyPath | str | None = None, lpips: AnyPath | str | None = None):
        self._network = _network()
        VGG16.fill(vgg16, self._set_convolutions)
        LPIPS.fill(lpips, self._set_weights_of_channels)

    def __call__(self, first: ArrayLike, second: ArrayLike, batch_size: int = 20) -> np.ndarray:
        """Returns the distances, float32 (N,), of images (N, H, W, 1 or 3) in [-1, 1] with sides of at least 16.

        Images are not resized. The weights were learned on patches of 64 x 64.

        Raises:
            ValueError: if the shapes differ, or if they are no such images.
        """
        first, second = (np.asarray(images, "float32") for images in (first, second))
        shape = first.shape
        if shape != second.shape or len(shape) != 4 or shape[3] not in (1, 3) or min(shape[1:3]) < 16:
            raise ValueError(
                "A perceptual distance needs two equally large batches of images (N, H, W, 1 or 3) with sides of at "
                f"least 16 pixels, got shapes {shape} and {second.shape}."
            )
        batches = (slice(start, start + batch_size) for start in range(0, len(first), batch_size))
        parts = [self._distance(first[batch], second[batch]) for batch in batches]
        return np.concatenate([np.zeros(0, "float32"), *parts])

    def _distance(self, first, second):
        total = 0
        both = (self._network(_normalized(images), training=False) for images in (first, second))
        for one, other, weights in zip(*both, self._weights, strict=True):
            squares = (_unit(one) - _unit(other)) ** 2
            total = total + tf.reduce_mean(tf.linalg.matvec(squares, weights), axis=(1, 2))
        return total.numpy()

    def _set_convolutions(self, tensors):
        for layer in self._network.layers:
            if isinstance(layer, layers.Conv2D):
                kernel, bias = (tensors[f"{layer.name}.{part}"] for part in ("weight", "bias"))
                layer.set_weights([np.transpose(kernel, (2, 3, 1, 0)), bias])

    def _set_weights_of_channels(self, tensors):
        self._weights = [
            tf.constant(np.reshape(tensors[f"lin{place}.model.1.weight"], (channels,)), tf.float32)
            for place, (channels, _) in enumerate(BLOCKS)
        ]


@in_float32()
def _network():
    """Builds VGG16 up to its last convolution, from images to the features of five layers."""
    images = x = keras.Input((None, None, 3))
    found = []
    for channels, places in BLOCKS:
        x = layers.MaxPooling2D()(x) if found else x
        for place in places:
            x = layers.Conv2D(channels, 3, padding="same", activation="relu", name=f"features.{place}")(x)
        found.append(x)
    return keras.Model(images, found, name="vgg16")


def _normalized(images):
    images = np.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else images
    return (images - np.float32(_MEAN)) / np.float32(_DEVIATION)


def _unit(features):
    return features / (tf.norm(features, axis=-1, keepdims=True) + _SMALL)
