"""R3GAN in PyTorch: the networks of `ganzoo.networks.r3gan` and the training of the variant `r3gan`."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from experiments.support.pytorch_layers import Downsampling, Upsampling
from experiments.support.pytorch_training import Training, cosine, half_life, squared_gradients
from ganzoo.networks import r3gan
from ganzoo.networks.sides import base_and_doublings

LATENTS, BLOCKS = 64, 2
IMAGES = 20e6
"""The number of real images over which everything is scheduled."""


class ResidualBlock(nn.Module):
    """Adds to images three convolutions of them; those in the middle are in groups of 16 channels."""

    def __init__(self, channels: int, gain: float):
        super().__init__()
        width = 2 * channels
        convolutions = [
            nn.Conv2d(channels, width, 1),
            nn.Conv2d(width, width, 3, padding=1, groups=width // math.gcd(width, r3gan.GROUP)),
            nn.Conv2d(width, channels, 1, bias=False),
        ]
        for convolution in convolutions[:2]:
            nn.init.zeros_(convolution.bias)
            _start_normal(convolution, gain)
        nn.init.zeros_(convolutions[2].weight)
        first, second, third = convolutions
        self.layers = nn.Sequential(first, nn.LeakyReLU(r3gan.SLOPE), second, nn.LeakyReLU(r3gan.SLOPE), third)

    def forward(self, images):
        return images + self.layers(images)


class Basis(nn.Module):
    """A learned image whose channels are weighed: (N, C) -> (N, C, height, width)."""

    def __init__(self, channels: int, sides: tuple[int, int]):
        super().__init__()
        self.basis = nn.Parameter(torch.randn(channels, *sides))

    def forward(self, weights):
        return self.basis * weights[:, :, None, None]


def generator(data_shape: tuple[int, int, int], width: int) -> nn.Module:
    """Returns a network from latents (N, 64) to images."""
    base, channels = base_and_doublings(data_shape)[0], r3gan.channels(data_shape, width)
    first = channels[-1]
    layers = [_start_normal(nn.Linear(LATENTS, first, bias=False)), Basis(first, base)]
    layers += _blocks(first, len(channels))
    for before, after in zip(channels[:0:-1], channels[-2::-1], strict=True):
        layers += [*_pointwise(before, after), Upsampling(), *_blocks(after, len(channels))]
    return nn.Sequential(*layers, _start_normal(nn.Conv2d(channels[0], data_shape[2], 1, bias=False)))


def discriminator(data_shape: tuple[int, int, int], width: int) -> nn.Module:
    """Returns a network from images to scores (N, 1)."""
    base, channels = base_and_doublings(data_shape)[0], r3gan.channels(data_shape, width)
    layers = [*_pointwise(data_shape[2], channels[0]), *_blocks(channels[0], len(channels))]
    for before, after in zip(channels, channels[1:], strict=False):
        layers += [Downsampling(), *_pointwise(before, after), *_blocks(after, len(channels))]
    last = channels[-1]
    layers += [_start_normal(nn.Conv2d(last, last, base, groups=last, bias=False)), nn.Flatten()]
    return nn.Sequential(*layers, _start_normal(nn.Linear(last, 1)))


class R3GANTraining(Training):
    """Training with relativistic pairs, and with R1 and R2 at each step; the rates follow a cosine.

    Args:
        data_shape: (H, W, C).
        width: the channels next to the image.
    """

    def __init__(self, data_shape: tuple[int, int, int], width: int):
        self.gamma = 2 * (min(data_shape[:2]) / 64) ** 3
        networks = (network(data_shape, width) for network in (generator, discriminator))
        super().__init__(*networks, LATENTS, (2e-4, 2e-4), (0.0, 0.9), momentum=self._momentum)

    def step(self, real):
        settings = {"lr": self._scheduled(2e-4, 5e-5), "betas": (0.0, self._scheduled(0.9, 0.99))}
        for optimizer in self.optimizers:
            optimizer.param_groups[0].update(settings)
        return super().step(real)

    def discriminator_loss(self, real):
        images = [one.requires_grad_() for one in (real.detach(), self.constant_fakes(len(real)))]
        scores = [self.discriminator(one) for one in images]
        penalties = [squared_gradients(*pair).mean() for pair in zip(scores, images, strict=True)]
        gamma = self._scheduled(self.gamma, self.gamma / 10)
        return F.softplus(scores[1] - scores[0]).mean() + gamma / 2 * sum(penalties)

    def generator_loss(self, real):
        with torch.no_grad():
            real_scores = self.discriminator(real)
        return F.softplus(real_scores - self.discriminator(self.fakes(len(real)))).mean()

    def _scheduled(self, start, end):
        return cosine(start, end, self.images_seen / IMAGES)

    def _momentum(self, steps):
        return half_life(self._scheduled(0.0, IMAGES / 40), self.batch_size)


def _blocks(channels, resolutions):
    gain = math.sqrt(2 / (1 + r3gan.SLOPE**2)) * (BLOCKS * resolutions) ** -0.25
    return [ResidualBlock(channels, gain) for _ in range(BLOCKS)]


def _pointwise(before, after):
    return [] if before == after else [_start_normal(nn.Conv2d(before, after, 1, bias=False))]


def _start_normal(layer, gain=1.0):
    """Draws a layer's weight from N(0, gain^2 / inputs of a unit), and returns the layer."""
    nn.init.normal_(layer.weight, std=gain / math.sqrt(layer.weight[0].numel()))
    return layer
