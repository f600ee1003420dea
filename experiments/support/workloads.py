"""The networks that `experiments.benchmark` trains, what a step of them needs, and the most that a machine can do."""

import dataclasses
import math
import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from ganzoo import data
from ganzoo.execution.plan import layer_products
from ganzoo.networks import dcgan, mlp


@dataclasses.dataclass(frozen=True)
class Workload:
    """Networks of a size, and how they are trained; k is the number of discriminator steps for each of G."""

    name: str
    data_shape: tuple
    latent_dim: int
    batch_size: int
    networks: Callable
    k: int = 1
    gradient_penalty: bool = False

    def examples(self):
        """Real ones, as many as fill a long epoch: points of the ring, or digits in that size."""
        if len(self.data_shape) == 1:
            return data.examples("ring")
        digits = data.examples("digits", data_shape=(*self.data_shape[:2], 1))
        pictures = np.resize(digits.images, (6000, *digits.shape)).repeat(self.data_shape[2], axis=-1)
        return data.Examples(pictures)


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


def operations(workload):
    """Floating-point operations that one step of Algorithm 1 needs, two for each product of a weight and an input.

    Counted by hand from the layers' kernels: a pass forward is one product for each weight and each place where it is
    used, and so is each of the two passes backward, to the weights and to the layer's input. D's update makes fakes,
    and goes forward and back through D for real ones and fakes, but not to D's input; G's makes new fakes, and goes
    forward and back through D to them, and back through G to its weights, but not to the latents. Not counted:
    everything that is no product, and gradient penalties.
    """
    maker, judge = (_products(network) for network in workload.networks(workload.data_shape, workload.latent_dim))
    of_discriminator = sum(maker) + 2 * (3 * sum(judge) - judge[0])
    of_generator = sum(maker) + 2 * sum(judge) + 2 * sum(maker) - maker[0]
    return 2 * workload.batch_size * (workload.k * of_discriminator + of_generator)


def _products(network):
    """Of each layer with a kernel, products for one example."""
    return [layer_products(layer) for layer in network.layers if hasattr(layer, "kernel")]


def matrix_products(seconds=1.0):
    """Floating-point operations a second of TensorFlow's product of two large matrices, the most there can be.

    In the precision of the process, that in which its networks compute; on a GPU float32 is TensorFlow's TF32.
    """
    size, times = (8192, 20) if tf.config.list_physical_devices("GPU") else (2048, 1)
    kind = keras.config.dtype_policy().compute_dtype
    left, right = (tf.cast(tf.random.normal((size, size)) / math.sqrt(size), kind) for _ in range(2))

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
