"""Proposition 1, Theorem 1, and the divergences that discriminators of other objectives estimate."""

import numpy as np
from scipy.special import expit

from experiments.theory import densities, pictures, players
from ganzoo import images
from ganzoo.data import mixtures
from ganzoo.data.mixtures import Mixture
from ganzoo.files import AnyPath
from ganzoo.losses.divergences import DIVERGENCES

THREE = Mixture([[-2.0], [0.0], [2.0]], 0.5)

PAIRS = {
    "N(0, 1) and N(1, 4)": (Mixture([[0.0]], 1.0), Mixture([[1.0]], 2.0)),
    "three modes and one": (THREE, Mixture([[0.0]], 2.0)),
    "three modes and two": (THREE, Mixture([[-2.0], [2.0]], 0.5)),
    "a ring and a Gaussian": (mixtures.ring(8, 1.5, 0.3), Mixture([[0.0, 0.0]], 1.0)),
    "four modes and three": (mixtures.grid(2, 2.0, 0.5), mixtures.ring(3, 1.2, 0.5)),
}


def proposition_1(folder: AnyPath, seed: int, steps: int = 1500, steps_2d: int = 4000) -> dict:
    """Compares D, trained against fixed generators, with D*; errors are where 99 % of the mass of p_data + p_g lies."""
    numbers, lines, planes = {}, [], []
    for name, (real, fake) in PAIRS.items():
        in_plane = real.means.shape[1] == 2
        points, weights = densities.grid(-5, 5, 251, 2) if in_plane else densities.grid(-10, 10, 2001)
        p, q = (np.exp(mixture.log_density(points)) for mixture in (real, fake))
        settings = {"steps": steps_2d, "units": (128, 128)} if in_plane else {"steps": steps}
        trained = expit(players.scores(players.train_discriminator(real, fake, seed, **settings), points))
        optimal, mask = densities.optimal_discriminator(p, q), densities.central(p + q, weights)
        error = np.abs(trained - optimal)[mask]
        numbers[name] = {
            "dimensions": real.means.shape[1],
            "largest_error": float(error.max()),
            "mean_error": float(error.mean()),
        }
        (planes if in_plane else lines).append((name, points, p, q, optimal, trained, mask))
    images.save_png(folder / "proposition-1.png", pictures.discriminators(lines))
    images.save_png(folder / "proposition-1-plane.png", pictures.planes(planes))
    return numbers


def _three_modes(shift=0.0, scale=1.0, weights=None):
    return Mixture(THREE.means * scale + shift, THREE.standard_deviation * scale, weights)


FAMILY = {
    "shift": {value: _three_modes(shift=value) for value in (0.0, 0.5, 1.0, 2.0, 4.0)},
    "scale": {value: _three_modes(scale=value) for value in (0.25, 0.5, 2.0, 4.0)},
    "modes dropped": {1: _three_modes(weights=[1, 1, 0]), 2: _three_modes(weights=[1, 0, 0])},
}


def theorem_1(folder: AnyPath, seed: int, steps: int = 1500, family: dict = FAMILY) -> dict:
    """Compares V(D, G) on new samples, for trained D, with C(G) = -log 4 + 2 JSD by quadrature, for some generators."""
    points, weights = densities.grid(-25, 25, 5001)
    p = np.exp(THREE.log_density(points))
    numbers, found = {}, {}
    for kind, members in family.items():
        rows = []
        for value, fake in members.items():
            c = densities.criterion(p, np.exp(fake.log_density(points)), weights)
            v = players.evaluate(players.train_discriminator(THREE, fake, seed, steps=steps), THREE, seed)["value"]
            rows.append((value, c, v))
            numbers[f"{kind} {value:g}"] = {"C": c, "V": v, "difference": v - c}
        found[kind] = rows
    curves = {
        "shift": (np.linspace(0, 4, 41), lambda value: _three_modes(shift=value)),
        "scale": (np.geomspace(0.25, 4, 41), lambda value: _three_modes(scale=value)),
    }
    quadrature = {
        name: (values, [densities.criterion(p, np.exp(make(value).log_density(points)), weights) for value in values])
        for name, (values, make) in curves.items()
    }
    images.save_png(folder / "theorem-1.png", pictures.criterion(found, quadrature))
    return numbers


ESTIMATES = {
    "minimax": ("jensen_shannon", lambda loss: (np.log(4) - loss) / 2),
    "least_squares": ("triangular", lambda loss: 2 - 8 * loss),
    "hinge": ("total_variation", lambda loss: 1 - loss / 2),
}
"""{objective: (divergence of p_data and p_g, its estimate from the least loss of D)}.

At each x, D minimises p_data(x) l(s) + p_g(x) m(s). For least squares the minimum is p_data p_g / (p_data + p_g) / 2,
at s = D*(x). For hinge it is 2 min(p_data, p_g), at s = 1 or -1. The loss of a Wasserstein critic has no minimum unless
its slope is bounded.
"""


F_GAN = {f"fgan_{name}": (name, lambda loss: -loss) for name in DIVERGENCES if name in densities.DIVERGENCES} | {
    "fgan_jensen_shannon": ("jensen_shannon", lambda loss: -loss / 2),
    "fgan_gan": ("jensen_shannon", lambda loss: (np.log(4) - loss) / 2),
}


def divergences(folder: AnyPath, seed: int, steps: int = 1500, distances: tuple = (0.0, 0.5, 1.0, 2.0, 4.0)) -> dict:
    """Compares divergences of N(0, 1) and N(d, 1), estimated by trained discriminators, with quadrature."""
    numbers, lines = _compare(ESTIMATES, seed, steps, distances)
    images.save_png(folder / "divergences.png", pictures.divergences(lines))
    return numbers


def f_gan(folder: AnyPath, seed: int, steps: int = 1500, distances: tuple = (0.0, 0.5, 1.0)) -> dict:
    """Does the same for the divergences of Nowozin et al. (2016).

    At larger distances, Pearson's and Neyman's divergences need too many samples.
    """
    numbers, lines = _compare(F_GAN, seed, steps, distances)
    images.save_png(folder / "f-gan.png", pictures.divergences(lines))
    return numbers


def _compare(estimates, seed, steps, distances):
    """Returns the numbers for each objective and distance, and the lines of the figure."""
    points, weights = densities.grid(-12, 16, 2801)
    real = Mixture([[0.0]], 1.0)
    p = np.exp(real.log_density(points))
    numbers, lines = {}, {}
    for objective, (divergence, estimate) in estimates.items():

        def exact(distance, name=divergence):
            return densities.divergence(name, p, np.exp(Mixture([[distance]], 1.0).log_density(points)), weights)

        rows = []
        for distance in distances:
            gan = players.train_discriminator(real, Mixture([[distance]], 1.0), seed, objective, steps)
            found = float(estimate(players.evaluate(gan, real, seed)["discriminator_loss"]))
            rows.append((distance, found))
            numbers[f"{objective}, d = {distance:g}"] = {
                "divergence": divergence,
                "quadrature": exact(distance),
                "estimate": found,
                "difference": found - exact(distance),
            }
        dense = np.linspace(0, max(distances), 41)
        lines[objective] = divergence, rows, (dense, [exact(distance) for distance in dense])
    return numbers, lines
