"""The networks that `experiments.benchmark` trains, the operations of a step, and the peak speed of the machine."""

import dataclasses
import math
import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from ganzoo import data
from ganzoo.execution.workload import layer_multiplications
from ganzoo.networks import dcgan, mlp


@dataclasses.dataclass(frozen=True)
class Workload:
    """A pair of networks, and how they are trained: `k` discriminator steps to each generator step.

    `networks(data_shape, latent_dim)` returns a new generator and discriminator.
    """

    name: str
    data_shape: tuple
    latent_dim: int
    batch_size: int
    networks: Callable
    k: int = 1
    gradient_penalty: bool = False

    def examples(self) -> data.Examples:
        """Returns enough real examples for a long epoch: points of the ring, or digits resized to `data_shape`."""
        if len(self.data_shape) == 1:
            return data.examples("ring")
        digits = data.examples("digits", data_shape=(*self.data_shape[:2], 1))
        return data.Examples(np.resize(digits.images, (6000, *digits.shape)).repeat(self.data_shape[2], axis=-1))


def _dense(units, data_shape, latent_dim):
    return mlp.generator(latent_dim, data_shape, units[0]), mlp.leaky_discriminator(data_shape, units[1])


def _convolutional(width, data_shape, latent_dim, normalization="batch"):
    generator = dcgan.generator(latent_dim, data_shape, width)
    return generator, dcgan.discriminator(data_shape, width, normalization=normalization)


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("toy", (2,), 2, 256, lambda *shape: _dense(((128, 128), (128, 128)), *shape)),
        Workload("mlp", (28, 28, 1), 100, 100, lambda *shape: _dense(((1200, 1200), (240, 240)), *shape)),
        Workload("dcgan28", (28, 28, 1), 100, 64, lambda *shape: _convolutional(64, *shape)),
        Workload("dcgan64", (64, 64, 3), 100, 128, lambda *shape: _convolutional(128, *shape)),
        Workload("wgan_gp", (28, 28, 1), 100, 64, lambda *shape: _convolutional(32, *shape, None), 5, True),
    )
}


def operations(workload: Workload) -> int:
    """Returns the floating-point operations of one step of Algorithm 1: two for each product of a weight and an input.

    They are counted from the layers' kernels. A forward pass needs one product for each weight and each position where
    the weight is used. So do the two parts of a backward pass: the gradient of the weights, and that of the layer's
    input. An update of D makes fakes, then passes forward and backward through D for reals and fakes, but not to D's
    input. An update of G makes new fakes, passes forward through D, backward through D to the fakes, and backward
    through G to its weights, but not to the latents. Everything else is left out, and so are gradient penalties.
    """
    networks = workload.networks(workload.data_shape, workload.latent_dim)
    generator, discriminator = (layer_products(network) for network in networks)
    discriminator_update = sum(generator) + 2 * (3 * sum(discriminator) - discriminator[0])
    generator_update = sum(generator) + 2 * sum(discriminator) + 2 * sum(generator) - generator[0]
    return 2 * workload.batch_size * (workload.k * discriminator_update + generator_update)


def layer_products(network: keras.Model) -> list[int]:
    """Returns, for each layer with a kernel, how many products one example needs in a forward pass."""
    return [layer_multiplications(layer) for layer in network.layers if hasattr(layer, "kernel")]


def peak_operations_per_second(seconds: float = 1.0) -> float:
    """Returns the floating-point operations per second of a product of two large matrices, the peak of the machine.

    The product is in the precision in which the networks of the process compute. On a GPU, float32 means TF32.
    """
    size, times = (8192, 20) if tf.config.list_physical_devices("GPU") else (2048, 1)
    dtype = keras.config.dtype_policy().compute_dtype
    left, right = (tf.cast(tf.random.normal((size, size)) / math.sqrt(size), dtype) for _ in range(2))

    @tf.function
    def product(left):
        for _ in range(times):
            left = left @ right
        return left

    count, start = 0, None
    while start is None or time.perf_counter() - start < seconds:
        product(left)[0, 0].numpy()
        start, count = (start, count + times) if start else (time.perf_counter(), 0)
    return 2 * size**3 * count / (time.perf_counter() - start)
