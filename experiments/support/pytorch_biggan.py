"""BigGAN and its forerunners in PyTorch, with classes, for the variants `projection`, `sagan` and `biggan`.

The networks are those of `ganzoo.networks.biggan` for images of 64 x 64 and more.
"""

import dataclasses
import functools
import itertools
import math

import torch
import torch.nn.functional as F
from torch import nn

from experiments.support.pytorch_layers import maybe_spectral
from experiments.support.pytorch_training import HingeTraining, warmed_up
from ganzoo.networks import biggan
from ganzoo.networks.sides import base_and_doublings


@dataclasses.dataclass(frozen=True)
class Settings:
    """In what the variants differ.

    Attributes:
        latent_dim: the number of latents; with `hierarchical`, of each chunk of them.
        spectral: whether G's kernels have spectral normalization.
        attention: whether there is self-attention where the sides are half of the image's.
        hierarchical: whether each block of G gets a chunk of the latents and an embedding of the label that all share.
        rates, betas, k: see `Training`.
        momentum: that of the averages of G's parameters, which a warm-up reaches; None for no averages.
    """

    latent_dim: int = 128
    spectral: bool = True
    attention: bool = True
    hierarchical: bool = False
    rates: tuple[float, float] = (2e-4, 2e-4)
    betas: tuple[float, float] = (0.0, 0.9)
    k: int = 5
    momentum: float | None = None


SETTINGS = {
    "projection": Settings(spectral=False, attention=False),
    "sagan": Settings(rates=(1e-4, 4e-4), k=1),
    "biggan": Settings(latent_dim=20, hierarchical=True, betas=(0.5, 0.999), momentum=0.9999),
}
EMBEDDING = 128


class SelfAttention(nn.Module):
    """Adds to each place a mean of what all places hold, weighed by attention, times a trained scalar."""

    def __init__(self, channels: int, spectral: bool):
        super().__init__()
        inner = max(1, channels // 2)
        self.query, self.key, self.value, self.outward = (
            _start_orthogonal(nn.Conv2d(before, after, 1, bias=False), spectral)
            for before, after in (
                (channels, max(1, channels // 8)),
                (channels, max(1, channels // 8)),
                (channels, inner),
                (inner, channels),
            )
        )
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, images):
        query = self.query(images).flatten(2).transpose(1, 2)
        key, value = (F.max_pool2d(layer(images), 2).flatten(2) for layer in (self.key, self.value))
        means = value @ torch.softmax(query @ key, dim=2).transpose(1, 2)
        return images + self.gamma * self.outward(means.unflatten(2, images.shape[2:]))


class ConditionalBatchNorm(nn.Module):
    """Batch norm, times 1 + a gain and plus a bias that `make(channels)` layers compute from a condition."""

    def __init__(self, channels: int, make):
        super().__init__()
        self.normalization = nn.BatchNorm2d(channels, affine=False)
        self.gain, self.bias = make(channels), make(channels)

    def forward(self, images, condition):
        gain, bias = (layer(condition)[:, :, None, None] for layer in (self.gain, self.bias))
        return torch.addcmul(bias, self.normalization(images), 1 + gain)


class UpsamplingBlock(nn.Module):
    """Doubles the sides of images by nearest neighbours."""

    def __init__(self, before: int, after: int, spectral: bool, make_condition):
        super().__init__()
        self.norms = nn.ModuleList(ConditionalBatchNorm(count, make_condition) for count in (before, after))
        self.first, self.second = _convolution(before, after, 3, spectral), _convolution(after, after, 3, spectral)
        self.skip = _convolution(before, after, 1, spectral)

    def forward(self, images, condition):
        x = F.interpolate(F.relu(self.norms[0](images, condition)), scale_factor=2)
        x = self.second(F.relu(self.norms[1](self.first(x), condition)))
        return self.skip(F.interpolate(images, scale_factor=2)) + x


class Generator(nn.Module):
    """Maps latents and labels (N,) to images in [-1, 1]."""

    def __init__(self, data_shape: tuple[int, int, int], width: int, num_classes: int, settings: Settings):
        super().__init__()
        self.base, doublings = base_and_doublings(data_shape)
        self.channels = [width * multiple for multiple in biggan.MULTIPLES[doublings]]
        self.hierarchical, spectral = settings.hierarchical, settings.spectral
        size = math.prod(self.base) * self.channels[0]
        self.dense = _start_orthogonal(nn.Linear(settings.latent_dim, size), spectral)
        if self.hierarchical:
            self.embedding = _start_orthogonal(nn.Embedding(num_classes, EMBEDDING), spectral=False)
            make = functools.partial(_gains, settings.latent_dim + EMBEDDING)
        else:
            make = functools.partial(_class_gains, num_classes)
        self.blocks = nn.ModuleList(
            UpsamplingBlock(before, after, spectral, make) for before, after in itertools.pairwise(self.channels)
        )
        if settings.attention:
            self.attention = SelfAttention(self.channels[-2], spectral)
        self.normalization = nn.BatchNorm2d(self.channels[-1])
        self.last = _convolution(self.channels[-1], data_shape[2], 3, spectral)

    def forward(self, latents, labels):
        conditions = [labels] * len(self.blocks)
        if self.hierarchical:
            latents, *chunks = latents.chunk(len(self.blocks) + 1, dim=1)
            embedding = self.embedding(labels)
            conditions = [torch.cat([chunk, embedding], dim=1) for chunk in chunks]
        x = self.dense(latents).unflatten(1, (self.channels[0], *self.base))
        for number, (block, condition) in enumerate(zip(self.blocks, conditions, strict=True), 1):
            x = block(x, condition)
            if hasattr(self, "attention") and number == len(self.blocks) - 1:
                x = self.attention(x)
        return torch.tanh(self.last(F.relu(self.normalization(x))))


class DownsamplingBlock(nn.Module):
    """Changes the channels, and halves the sides by means; the first block does not activate its input."""

    def __init__(self, before: int, after: int, halve: bool = True, first: bool = False):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Identity() if first else nn.ReLU(),
            _convolution(before, after, 3),
            nn.ReLU(),
            _convolution(after, after, 3),
            nn.AvgPool2d(2) if halve else nn.Identity(),
        )
        self.skip = nn.Sequential(nn.AvgPool2d(2) if halve else nn.Identity(), _convolution(before, after, 1))

    def forward(self, images):
        return self.skip(images) + self.layers(images)


class Discriminator(nn.Module):
    """Maps images and labels (N,) to scores (N, 1); all kernels have spectral normalization."""

    def __init__(self, data_shape: tuple[int, int, int], width: int, num_classes: int, settings: Settings):
        super().__init__()
        multiples = biggan.MULTIPLES[base_and_doublings(data_shape)[1]]
        channels = [data_shape[2], *(width * multiple for multiple in reversed(multiples))]
        blocks = [
            DownsamplingBlock(*pair, halve=number < len(multiples), first=number == 1)
            for number, pair in enumerate(itertools.pairwise(channels), 1)
        ]
        if settings.attention:
            blocks.insert(1, SelfAttention(channels[1], spectral=True))
        self.blocks = nn.Sequential(*blocks)
        self.score = _start_orthogonal(nn.Linear(channels[-1], 1), spectral=True)
        self.embedding = _start_orthogonal(nn.Embedding(num_classes, channels[-1]), spectral=True)

    def forward(self, images, labels):
        features = F.relu(self.blocks(images)).sum(dim=(2, 3))
        return self.score(features) + (features * self.embedding(labels)).sum(dim=1, keepdim=True)


def training(variant: str, data_shape: tuple[int, int, int], width: int, num_classes: int) -> HingeTraining:
    """Returns the training of a variant: "projection", "sagan" or "biggan"."""
    settings = SETTINGS[variant]
    networks = (network(data_shape, width, num_classes, settings) for network in (Generator, Discriminator))
    chunks = 1 + base_and_doublings(data_shape)[1] if settings.hierarchical else 1
    momentum = warmed_up(settings.momentum) if settings.momentum else None
    return HingeTraining(*networks, chunks * settings.latent_dim, settings.rates, settings.betas, settings.k, momentum)


def _convolution(before, after, size, spectral=True):
    return _start_orthogonal(nn.Conv2d(before, after, size, padding=size // 2), spectral)


def _gains(inputs, channels):
    return _start_orthogonal(nn.Linear(inputs, channels, bias=False), spectral=True)


def _class_gains(num_classes, channels):
    gains = nn.Embedding(num_classes, channels)
    nn.init.zeros_(gains.weight)
    return gains


def _start_orthogonal(layer, spectral):
    """Makes a layer's weight orthogonal and its bias 0; returns it, with spectral normalization if `spectral`."""
    nn.init.orthogonal_(layer.weight)
    if getattr(layer, "bias", None) is not None:
        nn.init.zeros_(layer.bias)
    return maybe_spectral(layer, spectral)
