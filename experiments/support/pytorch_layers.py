"""Layers in PyTorch that several of the benchmark's networks have; images are (N, C, H, W) there."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


class Resampling(nn.Module):
    """Filters each channel of images by [1, 3, 3, 1] along both axes; a subclass says at which places."""

    def __init__(self):
        super().__init__()
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
        self.register_buffer("kernel", taps[:, None] * taps, persistent=False)

    def per_channel(self, images, gain=1.0):
        """Returns the kernel as that of a convolution with a group for each channel, times a gain."""
        return (gain * self.kernel).expand(images.shape[1], 1, 4, 4)


class Upsampling(Resampling):
    """Doubles the sides of images (N, C, H, W) -> (N, C, 2 H, 2 W)."""

    def forward(self, images):
        kernel = self.per_channel(images, gain=4.0)
        return F.conv_transpose2d(images, kernel, stride=2, padding=1, groups=images.shape[1])


class Downsampling(Resampling):
    """Halves the sides of images (N, C, H, W) -> (N, C, H / 2, W / 2), for even H and W."""

    def forward(self, images):
        return F.conv2d(images, self.per_channel(images), stride=2, padding=1, groups=images.shape[1])


class Smoothing(Resampling):
    """Smooths images (N, C, H, W) -> (N, C, H + 2 padding - 3, W + 2 padding - 3), and multiplies them by a gain."""

    def __init__(self, padding: int, gain: float = 1.0):
        super().__init__()
        self.padding, self.gain = padding, gain

    def forward(self, images):
        kernel = self.per_channel(images, self.gain)
        return F.conv2d(images, kernel, padding=self.padding, groups=images.shape[1])


class Noise(nn.Module):
    """Adds one number from N(0, 1) per pixel, times a trained strength: new in training, the same in inference."""

    def __init__(self, side: int):
        super().__init__()
        self.register_buffer("constant_noise", torch.randn(1, 1, side, side))
        self.strength = nn.Parameter(torch.zeros(()))

    def forward(self, images):
        noise = self.constant_noise
        if self.training:
            noise = torch.randn(len(images), 1, *images.shape[2:], device=images.device)
        return images + self.strength * noise


def normalized_vectors(vectors: torch.Tensor) -> torch.Tensor:
    """Divides vectors (N, D) by the root of their mean square."""
    return F.normalize(vectors, dim=1) * vectors.shape[1] ** 0.5


def maybe_spectral(layer: nn.Module, spectral: bool) -> nn.Module:
    """Returns a layer, with spectral normalization of its weight if it is `spectral`."""
    return spectral_norm(layer) if spectral else layer
