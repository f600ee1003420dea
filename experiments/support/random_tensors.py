"""Random weights for the networks that metrics use, with the names and layouts of PyTorch's packages, and images."""

import numpy as np
from keras import layers

from ganzoo.metrics.inception2015_network import network
from ganzoo.metrics.perceptual_distance import BLOCKS


def inception(seed: int = 0) -> dict[str, np.ndarray]:
    """Returns {name: float32 array} for all layers of the Inception network, the same for the same seed.

    They are scaled so that features neither vanish nor explode from layer to layer.
    """
    random, tensors = np.random.default_rng(seed), {}
    for layer in network().layers:
        if isinstance(layer, layers.Conv2D):
            height, width, channels, filters = layer.kernel.shape
            deviation = np.sqrt(2 / (height * width * channels))
            tensors[f"{layer.name}.conv.weight"] = random.normal(0, deviation, (filters, channels, height, width))
            tensors[f"{layer.name}.bn.weight"] = random.uniform(0.8, 1.2, filters)
            tensors[f"{layer.name}.bn.bias"] = random.normal(0, 0.1, filters)
            tensors[f"{layer.name}.bn.running_mean"] = random.normal(0, 0.1, filters)
            tensors[f"{layer.name}.bn.running_var"] = random.uniform(0.8, 1.2, filters)
    tensors["fc.weight"] = random.normal(0, 0.02, (1008, 2048))
    tensors["fc.bias"] = random.normal(0, 0.02, 1008)
    return {name: array.astype("float32") for name, array in tensors.items()}


def vgg16(seed: int = 0) -> dict[str, np.ndarray]:
    """Returns {name: float32 array} for the convolutions of VGG16, likewise."""
    random, tensors, channels = np.random.default_rng(seed), {}, 3
    for filters, places in BLOCKS:
        for place in places:
            kernel = random.normal(0, np.sqrt(2 / (9 * channels)), (filters, channels, 3, 3))
            tensors[f"features.{place}.weight"] = kernel.astype("float32")
            tensors[f"features.{place}.bias"] = random.normal(0, 0.1, filters).astype("float32")
            channels = filters
    return tensors


def lpips(seed: int = 0) -> dict[str, np.ndarray]:
    """Returns {name: float32 array} for the weights of channels in LPIPS, which are not negative."""
    random = np.random.default_rng(seed)
    return {
        f"lin{place}.model.1.weight": random.uniform(0, 1, (1, filters, 1, 1)).astype("float32")
        for place, (filters, _) in enumerate(BLOCKS)
    }


def example_images(side: int) -> np.ndarray:
    """Returns uint8 images (3, side, side, 3): one of noise, and the two photographs that come with scikit-learn."""
    from PIL import Image
    from sklearn.datasets import load_sample_images

    noise = np.random.default_rng(side).integers(0, 256, (side, side, 3), dtype="uint8")
    photographs = [Image.fromarray(photograph[:427, 100:527]) for photograph in load_sample_images().images]
    return np.stack([noise, *(np.asarray(one.resize((side, side), Image.Resampling.LANCZOS)) for one in photographs)])
