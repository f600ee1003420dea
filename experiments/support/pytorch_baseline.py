"""A contender of the benchmark in PyTorch: the same networks, trained with the loop of PyTorch's DCGAN example."""

import itertools
import math
import sys
from collections.abc import Callable

sys.modules.setdefault("triton", None)  # not needed here, and it crashes the process if loaded after TensorFlow

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, RandomSampler, TensorDataset  # noqa: E402

from experiments.support.workloads import Workload  # noqa: E402
from ganzoo import images  # noqa: E402
from ganzoo.networks import dcgan  # noqa: E402

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def pytorch(workload: Workload, bfloat16: bool = False) -> Callable:
    """Returns `run(steps)`, as the contenders in baselines.py do; `bfloat16` turns PyTorch's automatic casts on."""
    if workload.gradient_penalty:
        raise ValueError("PyTorch's example has no gradient penalty: choose another workload.")
    generator, discriminator = (network.to(DEVICE) for network in _networks(workload))
    optimizers = [torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999)) for net in (generator, discriminator)]
    examples = torch.from_numpy(images.floats(workload.examples().images).copy())
    if examples.ndim == 4:
        examples = examples.permute(0, 3, 1, 2).contiguous()
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

    if bfloat16:
        step = torch.autocast(DEVICE.type, torch.bfloat16)(step)

    def run(steps):
        sampler = RandomSampler(examples, replacement=True, num_samples=steps * count)
        for (real,) in DataLoader(TensorDataset(examples), count, sampler=sampler, drop_last=True):
            losses = step(real.to(DEVICE))
        return [one.item() for one in losses]

    return run


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
