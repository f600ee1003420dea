"""FastGAN in PyTorch: the networks of `ganzoo.networks.fastgan` and the training of the variant `fastgan`."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from experiments.support.pytorch_layers import Noise, normalized_vectors
from experiments.support.pytorch_training import Training, hinge, warmed_up
from ganzoo.networks import fastgan, fastgan_decoders, fastgan_discriminator
from ganzoo.networks.fastgan_layers import channels_of
from ganzoo.networks.sides import base_and_doublings

LATENTS, RECONSTRUCTION = 256, 10.0


class SkipLayerExcitation(nn.Module):
    """Multiplies the channels of large images by gates, which are computed from small ones."""

    def __init__(self, small: int, large: int, base: tuple[int, int]):
        super().__init__()
        self.gates = nn.Sequential(
            nn.AdaptiveAvgPool2d(base),
            _convolution(small, large, base, padding=0),
            nn.SiLU(),
            _convolution(large, large, 1),
            nn.Sigmoid(),
        )

    def forward(self, small, large):
        return large * self.gates(small)


class Generator(nn.Module):
    """Maps latents (N, 256) to images in [-1, 1]."""

    def __init__(self, data_shape: tuple[int, int, int], width: int):
        super().__init__()
        base, doublings = base_and_doublings(data_shape)
        channels = channels_of(fastgan.MULTIPLES, width)
        dense = _start_normal(nn.Linear(LATENTS, math.prod(base) * 2 * channels[0], bias=False))
        ends = [_batch_norm(2 * channels[0]), nn.GLU(dim=1)]
        self.first = nn.Sequential(dense, nn.Unflatten(1, (2 * channels[0], *base)), *ends)
        self.blocks = nn.ModuleList(
            _generator_block(channels[level - 1], channels[level], base[0] * 2**level, noisy=level % 2 == 1)
            for level in range(1, doublings + 1)
        )
        self.sources = {level + 4: level for level in range(4) if level + 4 <= doublings} or {doublings: 0}
        self.excitations = nn.ModuleDict(
            {
                str(level): SkipLayerExcitation(channels[source], channels[level], base)
                for level, source in self.sources.items()
            }
        )
        self.last = _convolution(channels[doublings], data_shape[2], 3)

    def forward(self, latents):
        maps = [self.first(normalized_vectors(latents))]
        for level, block in enumerate(self.blocks, 1):
            x = block(maps[-1])
            maps.append(self.excitations[str(level)](maps[self.sources[level]], x) if level in self.sources else x)
        return torch.tanh(self.last(maps[-1]))


class DiscriminatorBlock(nn.Module):
    """Halves the sides: the mean of a path with two convolutions and of one that averages."""

    def __init__(self, before: int, after: int):
        super().__init__()
        self.main = nn.Sequential(*_normalized(before, after, 4, stride=2), *_normalized(after, after, 3))
        self.direct = nn.Sequential(nn.AvgPool2d(2), *_normalized(before, after, 1))

    def forward(self, images):
        return (self.main(images) + self.direct(images)) / 2


class Discriminator(nn.Module):
    """Maps images with sides of 16 to 128 to scores (N, 1) and, if asked, to the error of their reconstruction, too."""

    def __init__(self, data_shape: tuple[int, int, int], width: int):
        super().__init__()
        base, doublings = base_and_doublings(data_shape)
        channels = channels_of(fastgan_discriminator.MULTIPLES, width)[doublings:0:-1]
        self.first = nn.Sequential(_convolution(data_shape[2], channels[0], 3), nn.LeakyReLU(0.2))
        self.blocks = nn.ModuleList(
            DiscriminatorBlock(before, after) for before, after in zip(channels, channels[1:], strict=False)
        )
        self.excitations = nn.ModuleList(
            SkipLayerExcitation(small, large, base) for small, large in zip(channels, channels[3:], strict=False)
        )
        self.score = nn.Sequential(
            *_normalized(channels[-1], 16 * width, 1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            _start_normal(nn.Linear(16 * width, 1, bias=False)),
        )
        halvings = len(self.blocks)
        self.whole_decoder = _decoder(channels[-1], data_shape[2], width, doublings=halvings)
        self.part_decoder = _decoder(channels[-2], data_shape[2], width, doublings=halvings - 1)

    def forward(self, images, reconstruct=False):
        maps = [self.first(images)]
        for block in self.blocks:
            x = block(maps[-1])
            maps.append(self.excitations[len(maps) - 3](maps[-3], x) if len(maps) >= 3 else x)
        scores = self.score(maps[-1])
        if not reconstruct:
            return scores
        whole = pyramid_error(images, self.whole_decoder(maps[-1]))
        return scores, whole + pyramid_error(quadrants(images), self.part_decoder(quadrants(maps[-2])))


class FastGANTraining(Training):
    """Training with the hinge loss, in which D also learns to rebuild the real images.

    Args:
        data_shape: (H, W, C).
        width: the unit of the channels.
    """

    def __init__(self, data_shape: tuple[int, int, int], width: int):
        networks = Generator(data_shape, width), Discriminator(data_shape, width)
        super().__init__(*networks, LATENTS, (2e-4, 2e-4), (0.5, 0.999), momentum=warmed_up(0.999))

    def discriminator_loss(self, real):
        scores, error = self.discriminator(real, reconstruct=True)
        return hinge(scores, self.discriminator(self.constant_fakes(len(real)))) + RECONSTRUCTION * error


def quadrants(images: torch.Tensor) -> torch.Tensor:
    """Cuts one quarter out of each image: the upper left, upper right, lower left and lower right one in turn."""
    places = torch.arange(len(images), device=images.device)
    parts = images.unflatten(3, (2, -1)).unflatten(2, (2, -1))
    return parts[places, :, places // 2 % 2, :, places % 2]


def pyramid_error(images: torch.Tensor, rebuilt: torch.Tensor) -> torch.Tensor:
    """Returns the mean absolute difference of images, averaged over up to three scales, a scalar."""
    difference = images - rebuilt
    errors = [difference.abs().mean()]
    while len(errors) < fastgan_decoders.SCALES and not any(side % 2 for side in difference.shape[2:]):
        difference = F.avg_pool2d(difference, 2)
        errors.append(difference.abs().mean())
    return sum(errors) / len(errors)


def _generator_block(before, after, side, noisy):
    layers = [nn.Upsample(scale_factor=2)]
    for inputs in (before, after) if noisy else (before,):
        layers.append(_convolution(inputs, 2 * after, 3))
        layers += [Noise(side)] if noisy else []
        layers += [_batch_norm(2 * after), nn.GLU(dim=1)]
    return nn.Sequential(*layers)


def _decoder(features, colours, width, doublings):
    layers, before = [], features
    for after in channels_of(fastgan_decoders.MULTIPLES, width)[:doublings]:
        layers += [nn.Upsample(scale_factor=2), _convolution(before, 2 * after, 3)]
        layers += [nn.GroupNorm(1, 2 * after), nn.GLU(dim=1)]
        before = after
    return nn.Sequential(*layers, _convolution(before, colours, 3), nn.Tanh())


def _normalized(before, after, size, stride=1):
    return _convolution(before, after, size, stride), _batch_norm(after), nn.LeakyReLU(0.2)


def _convolution(before, after, size, stride=1, padding=None):
    padding = (size - 1) // 2 if padding is None else padding
    return _start_normal(nn.Conv2d(before, after, size, stride, padding, bias=False))


def _batch_norm(channels):
    layer = nn.BatchNorm2d(channels)
    nn.init.normal_(layer.weight, 1.0, 0.02)
    return layer


def _start_normal(layer):
    """Draws a layer's weight from N(0, .02), and returns the layer with spectral normalization."""
    nn.init.normal_(layer.weight, std=0.02)
    return spectral_norm(layer)
