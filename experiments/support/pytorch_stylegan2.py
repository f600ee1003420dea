"""StyleGAN2 in PyTorch: the networks of `ganzoo.networks.stylegan2` and the training of the variant `stylegan2`."""

import itertools
import math

import torch
import torch.nn.functional as F
from torch import nn

from experiments.support.pytorch_layers import Downsampling, Noise, Smoothing, Upsampling, normalized_vectors
from experiments.support.pytorch_training import Training, half_life, squared_gradients
from ganzoo.networks import stylegan2

LATENTS, MAPPING_LAYERS, GROUP_SIZE, EVERY = 512, 2, 4, 16


def leaky_relu(x: torch.Tensor) -> torch.Tensor:
    """Applies the leaky ReLU of slope .2, times sqrt 2."""
    return F.leaky_relu(x, 0.2) * math.sqrt(2)


class EqualizedLinear(nn.Module):
    """A dense layer with an equalized learning rate, times a multiplier."""

    def __init__(self, inputs: int, units: int, multiplier: float = 1.0, bias: float = 0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(units, inputs) / multiplier)
        self.bias = nn.Parameter(torch.full((units,), bias / multiplier))
        self.scale, self.multiplier = multiplier / math.sqrt(inputs), multiplier

    def forward(self, x):
        return F.linear(x, self.weight * self.scale, self.bias * self.multiplier)


class EqualizedConv2d(nn.Module):
    """A convolution with an equalized learning rate."""

    def __init__(self, inputs: int, filters: int, size: int, bias: bool = True, **settings):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(filters, inputs, size, size))
        self.bias = nn.Parameter(torch.zeros(filters)) if bias else None
        self.scale, self.settings = 1 / math.sqrt(inputs * size**2), settings

    def forward(self, images):
        return F.conv2d(images, self.weight * self.scale, self.bias, **self.settings)


class ModulatedConv2d(nn.Module):
    """A convolution whose kernel a style scales, by scaling its inputs and outputs; it may double the sides."""

    def __init__(self, inputs: int, filters: int, size: int, demodulate: bool = True, upsample: bool = False):
        super().__init__()
        self.style = EqualizedLinear(LATENTS, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(filters, inputs, size, size))
        self.bias = nn.Parameter(torch.zeros(filters, 1, 1))
        self.scale, self.padding, self.demodulate = 1 / math.sqrt(inputs * size**2), size // 2, demodulate
        self.smoothing = Smoothing(padding=1, gain=4.0) if upsample else None

    def forward(self, images, w):
        style, weight = self.style(w), self.weight * self.scale
        images = images * style[:, :, None, None]
        if self.smoothing is None:
            images = F.conv2d(images, weight, padding=self.padding)
        else:
            images = F.conv_transpose2d(images, weight.transpose(0, 1), stride=2)
        if self.demodulate:
            scales = torch.rsqrt(style.square() @ weight.square().sum(dim=(2, 3)).T + 1e-8)
            images = images * scales[:, :, None, None]
        return (images if self.smoothing is None else self.smoothing(images)) + self.bias


class StyledLayer(nn.Module):
    """A modulated convolution, noise and the activation."""

    def __init__(self, inputs: int, filters: int, side: int, upsample: bool = False):
        super().__init__()
        self.convolution, self.noise = ModulatedConv2d(inputs, filters, 3, upsample=upsample), Noise(side)

    def forward(self, images, w):
        return leaky_relu(self.noise(self.convolution(images, w)))


class Generator(nn.Module):
    """The skip generator: latents (N, 512) -> images with equal sides."""

    def __init__(self, data_shape: tuple[int, int, int], width: int):
        super().__init__()
        base, channels = stylegan2.sizes(data_shape, width)
        self.mapping = nn.ModuleList(EqualizedLinear(LATENTS, LATENTS, 0.01) for _ in range(MAPPING_LAYERS))
        self.register_buffer("mean_w", torch.zeros(LATENTS))
        self.constant = nn.Parameter(torch.randn(1, channels[-1], *base))
        self.first = StyledLayer(channels[-1], channels[-1], base[0])
        self.to_rgb = nn.ModuleList(
            ModulatedConv2d(count, data_shape[2], 1, demodulate=False) for count in reversed(channels)
        )
        self.pairs, side = nn.ModuleList(), base[0]
        for before, after in itertools.pairwise(reversed(channels)):
            side *= 2
            pair = StyledLayer(before, after, side, upsample=True), StyledLayer(after, after, side)
            self.pairs.append(nn.ModuleList(pair))
        self.upsample = Upsampling()

    def forward(self, latents):
        w = normalized_vectors(latents)
        for layer in self.mapping:
            w = leaky_relu(layer(w))
        if self.training:
            self.mean_w.lerp_(w.detach().mean(dim=0), 0.005)
        x = self.first(self.constant.expand(len(w), -1, -1, -1), w)
        image = self.to_rgb[0](x, w)
        for (up, same), to_rgb in zip(self.pairs, self.to_rgb[1:], strict=True):
            x = same(up(x, w), w)
            image = self.upsample(image) + to_rgb(x, w)
        return image


class DiscriminatorBlock(nn.Module):
    """A residual block that halves the sides."""

    def __init__(self, before: int, after: int):
        super().__init__()
        self.first = EqualizedConv2d(before, before, 3, padding=1)
        self.smoothing, self.second = Smoothing(padding=2), EqualizedConv2d(before, after, 3, stride=2)
        self.skip = nn.Sequential(Downsampling(), EqualizedConv2d(before, after, 1, bias=False))

    def forward(self, images):
        x = leaky_relu(self.second(self.smoothing(leaky_relu(self.first(images)))))
        return (x + self.skip(images)) * math.sqrt(0.5)


class Discriminator(nn.Module):
    """A residual discriminator: images -> scores (N, 1). A batch is a multiple of the groups that it compares."""

    def __init__(self, data_shape: tuple[int, int, int], width: int):
        super().__init__()
        base, channels = stylegan2.sizes(data_shape, width)
        self.first = EqualizedConv2d(data_shape[2], channels[0], 1)
        self.blocks = nn.Sequential(*(DiscriminatorBlock(*pair) for pair in itertools.pairwise(channels)))
        self.last = EqualizedConv2d(channels[-1] + 1, channels[-1], 3, padding=1)
        self.dense = EqualizedLinear(channels[-1] * math.prod(base), channels[-1])
        self.score = EqualizedLinear(channels[-1], 1)

    def forward(self, images):
        x = self.blocks(leaky_relu(self.first(images)))
        groups = x.reshape(-1, GROUP_SIZE, *x.shape[1:])
        deviations = (groups.var(dim=1, correction=0) + 1e-8).sqrt().mean(dim=(1, 2, 3))
        deviations = deviations.repeat_interleave(GROUP_SIZE)[:, None, None, None].expand(-1, 1, *x.shape[2:])
        x = leaky_relu(self.last(torch.cat([x, deviations], dim=1)))
        return self.score(leaky_relu(self.dense(x.flatten(1))))


class StyleGAN2Training(Training):
    """Training with the non-saturating loss, and with R1 at every 16th step.

    Args:
        data_shape: (H, W, C), with equal sides.
        width: the channels next to the image.
    """

    def __init__(self, data_shape: tuple[int, int, int], width: int):
        self.gamma = 0.0002 * min(data_shape[:2]) ** 2 / 32
        networks = Generator(data_shape, width), Discriminator(data_shape, width)
        super().__init__(*networks, LATENTS, (2.5e-3, 2.5e-3), (0.0, 0.99), momentum=self._momentum)

    def discriminator_loss(self, real):
        due = self.steps % EVERY == 0
        real = real.detach().requires_grad_(due)
        scores = self.discriminator(real)
        loss = F.softplus(-scores).mean() + F.softplus(self.discriminator(self.constant_fakes(len(real)))).mean()
        return loss + EVERY * self.gamma / 2 * squared_gradients(scores, real).mean() if due else loss

    def generator_loss(self, real):
        return F.softplus(-self.discriminator(self.fakes(len(real)))).mean()

    def _momentum(self, steps):
        return half_life(min(10_000, 0.05 * self.images_seen), self.batch_size)
