"""How the benchmark trains the networks of newer variants in PyTorch."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Training:
    """Trains a pair of networks with Adam: each step updates D `k` times and G once; a subclass defines the losses.

    `steps` and `images_seen` count what came before the current step, and `batch_size` is that of the current one.

    Args:
        generator: a network from latents to images, or, with classes, from latents and labels (N,).
        discriminator: a network from images to scores, or, with classes, from images and labels.
        latent_dim: the number of latents, which are drawn from N(0, 1).
        rates: the learning rates of G and of D.
        betas: beta_1 and beta_2 of Adam.
        k: the number of D's updates in a step, each with a share of the batch; G takes the last share.
        momentum: a function from the number of steps so far to the momentum of the averages of G's parameters; None for
            no averages.
    """

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        latent_dim: int,
        rates: tuple[float, float],
        betas: tuple[float, float],
        k: int = 1,
        momentum: Callable[[int], float] | None = None,
    ):
        self.generator, self.discriminator = generator.to(DEVICE), discriminator.to(DEVICE)
        self.latent_dim, self.k = latent_dim, k
        self.steps = self.images_seen = 0
        self.optimizers = [
            torch.optim.Adam(network.parameters(), rate, betas)
            for network, rate in zip((generator, discriminator), rates, strict=True)
        ]
        self.averages = AveragedModel(generator, multi_avg_fn=self._average) if momentum else None
        self.momentum = momentum

    def step(self, real: torch.Tensor, *labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Trains both players on a batch of k shares; returns the losses of D and of G."""
        self.batch_size = len(real)
        self.discriminator.requires_grad_(True)
        for share in zip(*(part.chunk(self.k) for part in (real, *labels)), strict=True):
            discriminator_loss = self.discriminator_loss(*share)
            self._update(self.optimizers[1], discriminator_loss)
        self.discriminator.requires_grad_(False)
        generator_loss = self.generator_loss(*share)
        self._update(self.optimizers[0], generator_loss)
        if self.averages:
            self.averages.update_parameters(self.generator)
        self.steps += 1
        self.images_seen += self.batch_size
        return discriminator_loss.detach(), generator_loss.detach()

    def fakes(self, count: int, *labels: torch.Tensor) -> torch.Tensor:
        """Returns new fakes, with gradients for G."""
        return self.generator(torch.randn(count, self.latent_dim, device=DEVICE), *labels)

    @torch.no_grad()
    def constant_fakes(self, count: int, *labels: torch.Tensor) -> torch.Tensor:
        """Returns new fakes, without gradients for G."""
        return self.fakes(count, *labels)

    def discriminator_loss(self, real: torch.Tensor, *labels: torch.Tensor) -> torch.Tensor:
        """Returns D's loss for a share of a batch, a scalar."""
        raise NotImplementedError

    def generator_loss(self, real: torch.Tensor, *labels: torch.Tensor) -> torch.Tensor:
        """Returns G's loss, by default minus the mean score of as many new fakes, a scalar."""
        return -self.discriminator(self.fakes(len(real), *labels), *labels).mean()

    def _average(self, averages, parameters, updates):
        get_ema_multi_avg_fn(self.momentum(self.steps))(averages, parameters, updates)

    @staticmethod
    def _update(optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


class HingeTraining(Training):
    """Training with the hinge loss."""

    def discriminator_loss(self, real, *labels):
        real_scores = self.discriminator(real, *labels)
        return hinge(real_scores, self.discriminator(self.constant_fakes(len(real), *labels), *labels))


def hinge(real_scores: torch.Tensor, fake_scores: torch.Tensor) -> torch.Tensor:
    """Returns D's hinge loss, a scalar."""
    return F.relu(1 - real_scores).mean() + F.relu(1 + fake_scores).mean()


def squared_gradients(scores: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    """Returns |grad s(x)|^2 (N,) for the scores of images that require gradients."""
    (gradients,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
    return gradients.square().sum(dim=(1, 2, 3))


def warmed_up(momentum: float) -> Callable[[int], float]:
    """Returns a momentum of averages that soon forget the initial parameters: min(momentum, (1 + t) / (10 + t))."""
    return lambda steps: min(momentum, (1 + steps) / (10 + steps))


def half_life(images: float, batch_size: int) -> float:
    """Returns the momentum of averages in which a parameter counts half after so many images."""
    return 0.5 ** (batch_size / max(images, 1e-8))


def cosine(start: float, end: float, progress: float) -> float:
    """Returns a value on half a cosine from `start` to `end`."""
    return start + (end - start) * (0.5 - 0.5 * math.cos(math.pi * min(1.0, progress)))
