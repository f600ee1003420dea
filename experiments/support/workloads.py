"""What `experiments.benchmark` trains, the operations of a step, and the peak speed of the machine.

A workload is a `Workload` or a `VariantWorkload`. Both have a name, a data_shape, `k` discriminator steps of
`batch_size` examples to each generator step, and `steps_per_epoch`, the number of steps between two looks at the
losses.
"""

import dataclasses
import math
import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

import ganzoo
from ganzoo import data
from ganzoo.execution.workload import layer_multiplications
from ganzoo.networks import dcgan, mlp


@dataclasses.dataclass(frozen=True)
class Workload:
    """A pair of networks that play the first game, or that of WGAN-GP with a `gradient_penalty`.

    `networks(data_shape, latent_dim)` returns a new generator and discriminator.
    """

    name: str
    data_shape: tuple
    latent_dim: int
    batch_size: int
    networks: Callable
    k: int = 1
    gradient_penalty: bool = False
    steps_per_epoch: int = 100

    def examples(self) -> data.Examples:
        """Returns enough real examples for a long epoch, without labels: points of the ring, or resized digits."""
        if len(self.data_shape) == 1:
            return data.Examples(data.examples("ring").images)
        digits = data.examples("digits", data_shape=(*self.data_shape[:2], 1))
        return data.Examples(np.resize(digits.images, (6000, *digits.shape)).repeat(self.data_shape[2], axis=-1))

    def optimizers(self) -> list[keras.Optimizer]:
        """Returns new optimizers of the generator and the discriminator."""
        settings = {"beta_1": 0.0, "beta_2": 0.9} if self.gradient_penalty else {"beta_1": 0.5}
        return [keras.optimizers.Adam(1e-4 if self.gradient_penalty else 2e-4, **settings) for _ in range(2)]

    def gan(self, simultaneous: bool = False, **settings) -> ganzoo.GAN:
        """Returns a new GAN, compiled with these settings."""
        penalties = [ganzoo.penalties.GradientPenalty(10.0)] if self.gradient_penalty else []
        gan = ganzoo.GAN(
            *self.networks(self.data_shape, self.latent_dim),
            ganzoo.priors.Uniform(self.latent_dim),
            "wasserstein" if self.gradient_penalty else "non_saturating",
            penalties,
            discriminator_steps=self.k,
            seed=0,
            simultaneous=simultaneous,
        )
        gan.compile(*self.optimizers(), **settings)
        return gan

    def suits(self, contender: str) -> bool:
        """Returns whether a contender of the benchmark can train the workload."""
        if contender == "ganzoo_simultaneous":
            return self.k == 1
        return not (self.gradient_penalty and (contender.startswith("pytorch") or contender == "guide"))

    def operations(self) -> int:
        """Returns the floating-point operations of a step of Algorithm 1: two for each product of a weight and input.

        They are counted from the layers' kernels. A forward pass needs one product for each weight and each position
        where the weight is used. So do the two parts of a backward pass: the gradient of the weights, and that of the
        layer's input. An update of D makes fakes, then passes forward and backward through D for reals and fakes, but
        not to D's input. An update of G makes new fakes, passes forward through D, backward through D to the fakes, and
        backward through G to its weights, but not to the latents. Everything else is left out, and so are gradient
        penalties.
        """
        networks = self.networks(self.data_shape, self.latent_dim)
        generator, discriminator = (layer_products(network) for network in networks)
        discriminator_update = sum(generator) + 2 * (3 * sum(discriminator) - discriminator[0])
        generator_update = sum(generator) + 2 * sum(discriminator) + 2 * sum(generator) - generator[0]
        return 2 * self.batch_size * (self.k * discriminator_update + generator_update)


@dataclasses.dataclass(frozen=True)
class VariantWorkload:
    """A variant of the zoo with the networks, losses and schedules of its recipe, but without augmentation.

    The contenders are ganzoo and PyTorch. The `settings` are those of the recipe that both have in common. Epochs are
    short, since a step is long, but a penalty that is computed at every n-th step alone is computed once in each.
    """

    name: str
    variant: str
    settings: dict
    k: int = 1
    batch_size: int = 16
    steps_per_epoch: int = 4
    data_shape: tuple = (64, 64, 3)

    def examples(self) -> data.Examples:
        """Returns real examples: digits resized to `data_shape`, with labels if the variant has classes."""
        digits = data.examples("digits", data_shape=(*self.data_shape[:2], 1))
        labels = digits.labels if "num_classes" in self.settings else None
        return data.Examples(digits.images.repeat(self.data_shape[2], axis=-1), labels)

    def gan(self, **settings) -> ganzoo.GAN:
        """Returns a new game of the variant, compiled with its own optimizers and these settings."""
        gan = ganzoo.create(self.variant, data_shape=self.data_shape, augment="", seed=0, **self.settings)
        gan.compile(**settings)
        return gan

    def suits(self, contender: str) -> bool:
        """Returns whether a contender of the benchmark can train the workload."""
        return contender.removesuffix("_bfloat16") in ("ganzoo", "pytorch")

    def operations(self) -> None:
        """Returns None: the operations of these networks and of their penalties are not counted."""


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
        VariantWorkload("r3gan64", "r3gan", {"width": 16}),
        VariantWorkload("stylegan2_64", "stylegan2", {"width": 16}, steps_per_epoch=16),
        VariantWorkload("projection64", "projection", {"width": 8, "num_classes": 10}, k=5),
        VariantWorkload("sagan64", "sagan", {"width": 16, "num_classes": 10}),
        VariantWorkload("biggan64", "biggan", {"width": 8, "num_classes": 10}, k=5),
        VariantWorkload("fastgan64", "fastgan", {"width": 16}),
    )
}


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
