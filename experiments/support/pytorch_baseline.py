"""The contender of the benchmark in PyTorch: the same networks, trained as in its DCGAN example or as a variant is."""

import functools
import itertools
import math
import sys
from collections.abc import Callable

sys.modules.setdefault("triton", None)  # not needed here, and it crashes the process if loaded after TensorFlow

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

from experiments.support import pytorch_biggan
from experiments.support.pytorch_fastgan import FastGANTraining
from experiments.support.pytorch_r3gan import R3GANTraining
from experiments.support.pytorch_stylegan2 import StyleGAN2Training
from experiments.support.pytorch_training import DEVICE, Training
from experiments.support.workloads import VariantWorkload, Workload
from ganzoo import images
from ganzoo.networks import dcgan

TRAININGS = {
    "r3gan": R3GANTraining,
    "stylegan2": StyleGAN2Training,
    "fastgan": FastGANTraining,
    **{name: functools.partial(pytorch_biggan.training, name) for name in pytorch_biggan.SETTINGS},
}
"""{variant: a function from the shape of the data and the workload's settings to its `Training`}."""


def pytorch(workload: Workload | VariantWorkload, bfloat16: bool = False) -> Callable:
    """Returns `run(steps)`, as the contenders in baselines.py do; `bfloat16` turns PyTorch's automatic casts on."""
    step = training_of(workload).step if isinstance(workload, VariantWorkload) else _example_step(workload)
    if bfloat16:
        step = torch.autocast(DEVICE.type, torch.bfloat16)(step)
    examples, batch_size = workload.examples(), workload.batch_size * workload.k
    real = torch.from_numpy(images.floats(examples.images).copy())
    parts = [real.permute(0, 3, 1, 2).contiguous() if real.ndim == 4 else real]
    if examples.labels is not None:
        parts.append(torch.from_numpy(examples.labels.astype(np.int64)))

    def run(steps):
        sampler = RandomSampler(real, replacement=True, num_samples=steps * batch_size)
        for batch in DataLoader(TensorDataset(*parts), batch_size, sampler=sampler, drop_last=True):
            losses = step(*(part.to(DEVICE) for part in batch))
        return [one.item() for one in losses]

    return run


def training_of(workload: VariantWorkload) -> Training:
    """Returns the training of a variant's networks."""
    return TRAININGS[workload.variant](workload.data_shape, **workload.settings)


def _example_step(workload):
    """Returns the step of PyTorch's DCGAN example."""
    generator, discriminator = (network.to(DEVICE) for network in _networks(workload))
    optimizers = [torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999)) for net in (generator, discriminator)]
    loss, count = nn.BCEWithLogitsLoss(), workload.batch_size
    real_labels, fake_labels = torch.ones(count, 1, device=DEVICE), torch.zeros(count, 1, device=DEVICE)

    def step(real):
        discriminator.zero_grad()
        real_loss = loss(discriminator(real), real_labels)
        real_loss.backward()
        fake = generator(torch.rand(count, workload.latent_dim, device=DEVICE) * 2 - 1)
        fake_loss = loss(discriminator(fake.detach()), fake_labels)
        fake_loss.backward()
        optimizers[1].step()
        generator.zero_grad()
        generator_loss = loss(discriminator(fake), real_labels)
        generator_loss.backward()
        optimizers[0].step()
        return real_loss + fake_loss, generator_loss

    return step


def _networks(workload):
    """Returns the workload's networks in PyTorch, with the sizes of its Keras layers."""
    generator, discriminator = workload.networks(workload.data_shape, workload.latent_dim)
    if filters := _sizes(discriminator, "filters"):
        return _convolutional(workload, filters[0])
    return _dense(workload, _sizes(generator, "units"), _sizes(discriminator, "units"))


def _sizes(network, name):
    return [getattr(layer, name) for layer in network.layers if hasattr(layer, name)]


def _dense(workload, generator_units, discriminator_units):
    is_image = len(workload.data_shape) == 3
    ends = [nn.Unflatten(1, (1, *workload.data_shape[:2])), nn.Sigmoid()] if is_image else []
    generator = nn.Sequential(*_layers([workload.latent_dim, *generator_units], nn.ReLU()), *ends)
    discriminator = _layers([math.prod(workload.data_shape), *discriminator_units], nn.LeakyReLU(0.2))
    return generator, nn.Sequential(nn.Flatten(), *discriminator)


def _layers(sizes, activation):
    linear = [nn.Linear(*pair) for pair in itertools.pairwise(sizes)]
    return [part for layer in linear for part in (layer, activation)][:-1]


def _convolutional(workload, width):
    """Returns the networks of `ganzoo.networks.dcgan` in PyTorch."""
    base, channels = dcgan.sizes(workload.data_shape, width)
    colours = workload.data_shape[2]
    units = channels[-1] * base[0] * base[1]
    generator = [nn.Linear(workload.latent_dim, units, bias=False), nn.BatchNorm1d(units), nn.ReLU()]
    generator += [nn.Unflatten(1, (channels[-1], *base))]
    for inputs, filters in itertools.pairwise(reversed(channels)):
        generator += [nn.ConvTranspose2d(inputs, filters, 5, 2, 2, 1, bias=False), nn.BatchNorm2d(filters), nn.ReLU()]
    generator += [nn.ConvTranspose2d(channels[0], colours, 5, 2, 2, 1, bias=False), nn.Tanh()]
    discriminator = [nn.Conv2d(colours, channels[0], 5, 2, 2, bias=False), nn.LeakyReLU(0.2)]
    for inputs, filters in itertools.pairwise(channels):
        discriminator += [nn.Conv2d(inputs, filters, 5, 2, 2, bias=False), nn.BatchNorm2d(filters), nn.LeakyReLU(0.2)]
    discriminator += [nn.Flatten(), nn.Linear(units, 1, bias=False)]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)
