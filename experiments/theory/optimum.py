"""Proposition 1, Theorem 1, and what the discriminators of other objectives estimate."""

import numpy as np
from scipy.special import expit

from experiments.theory import densities, pictures, players
from ganzoo import images
from ganzoo.data import mixtures
from ganzoo.data.mixtures import Mixture
from ganzoo.losses.divergences import DIVERGENCES

THREE = Mixture([[-2.0], [0.0], [2.0]], 0.5)

PAIRS = {
    "N(0, 1) and N(1, 4)": (Mixture([[0.0]], 1.0), Mixture([[1.0]], 2.0)),
    "three modes and one": (THREE, Mixture([[0.0]], 2.0)),
    "three modes and two": (THREE, Mixture([[-2.0], [2.0]], 0.5)),
    "a ring and a Gaussian": (mixtures.ring(8, 1.5, 0.3), Mixture([[0.0, 0.0]], 1.0)),
    "four modes and three": (mixtures.grid(2, 2.0, 0.5), mixtures.ring(3, 1.2, 0.5)),
}


def proposition_1(folder, seed, steps=1500, steps_2d=4000):
    """D, trained against fixed generators, beside D*; errors where p_data + p_g has 99 % of its mass."""
    numbers, lines, planes = {}, [], []
    for name, (real, fake) in PAIRS.items():
        flat = real.means.shape[1] == 2
        where, weights = densities.grid(-5, 5, 251, 2) if flat else densities.grid(-10, 10, 2001)
        p, q = (np.exp(mixture.log_density(where)) for mixture in (real, fake))
        size = {"steps": steps_2d, "units": (128, 128)} if flat else {"steps": steps}
        found = expit(players.scores(players.judge(real, fake, seed, **size), where))
        best, mask = densities.optimal_discriminator(p, q), densities.central(p + q, weights)
        error = np.abs(found - best)[mask]
        numbers[name] = {
            "dimensions": real.means.shape[1],
            "largest_error": float(error.max()),
            "mean_error": float(error.mean()),
        }
        (planes if flat else lines).append((name, where, p, q, best, found, mask))
    images.save_png(folder / "proposition-1.png", pictures.discriminators(lines))
    images.save_png(folder / "proposition-1-plane.png", pictures.planes(planes))
    return numbers


def _moved(shift=0.0, scale=1.0, weights=None):
    return Mixture(THREE.means * scale + shift, THREE.standard_deviation * scale, weights)


FAMILY = {
    "shift": {value: _moved(shift=value) for value in (0.0, 0.5, 1.0, 2.0, 4.0)},
    "scale": {value: _moved(scale=value) for value in (0.25, 0.5, 2.0, 4.0)},
    "modes dropped": {1: _moved(weights=[1, 1, 0]), 2: _moved(weights=[1, 0, 0])},
}


def theorem_1(folder, seed, steps=1500, family=FAMILY):
    """V(D, G) on new samples, D trained, against C(G) = -log 4 + 2 JSD by quadrature, for a family of generators."""
    where, weights = densities.grid(-25, 25, 5001)
    p = np.exp(THREE.log_density(where))
    numbers, found = {}, {}
    for kind, members in family.items():
        rows = []
        for value, fake in members.items():
            c = densities.criterion(p, np.exp(fake.log_density(where)), weights)
            v = players.evaluate(players.judge(THREE, fake, seed, steps=steps), THREE, seed)["value"]
            rows.append((value, c, v))
            numbers[f"{kind} {value:g}"] = {"C": c, "V": v, "difference": v - c}
        found[kind] = rows
    curves = {
        "shift": (np.linspace(0, 4, 41), lambda value: _moved(shift=value)),
        "scale": (np.geomspace(0.25, 4, 41), lambda value: _moved(scale=value)),
    }
    quadrature = {
        name: (values, [densities.criterion(p, np.exp(make(value).log_density(where)), weights) for value in values])
        for name, (values, make) in curves.items()
    }
    images.save_png(folder / "theorem-1.png", pictures.criterion(found, quadrature))
    return numbers


ESTIMATES = {
    "minimax": ("jensen_shannon", lambda loss: (np.log(4) - loss) / 2),
    "least_squares": ("triangular", lambda loss: 2 - 8 * loss),
    "hinge": ("total_variation", lambda loss: 1 - loss / 2),
}
"""Of each objective the divergence of p_data and p_g that is to be had from D's loss, where D has made that least.

D minimises p_data(x) l(s) + p_g(x) m(s) at each x: for least squares that leaves p_data p_g / (p_data + p_g) / 2 there,
at s = D*(x); for hinge 2 min(p_data, p_g), at s = 1 or -1. Wasserstein's critic has no least loss without a bound on
its slope.
"""


F_GAN = {f"fgan_{name}": (name, lambda loss: -loss) for name in DIVERGENCES if name in densities.DIVERGENCES} | {
    "fgan_jensen_shannon": ("jensen_shannon", lambda loss: -loss / 2),
    "fgan_gan": ("jensen_shannon", lambda loss: (np.log(4) - loss) / 2),
}


def divergences(folder, seed, steps=1500, distances=(0.0, 0.5, 1.0, 2.0, 4.0)):
    """What the trained discriminator of each objective says of N(0, 1) and N(d, 1), against quadrature."""
    numbers, lines = _compared(ESTIMATES, seed, steps, distances)
    images.save_png(folder / "divergences.png", pictures.divergences(lines))
    return numbers


def f_gan(folder, seed, steps=1500, distances=(0.0, 0.5, 1.0)):
    """The same for the table of Nowozin et al. (2016); further apart, Pearson's and Neyman's need too many samples."""
    numbers, lines = _compared(F_GAN, seed, steps, distances)
    images.save_png(folder / "f-gan.png", pictures.divergences(lines))
    return numbers


def _compared(estimates, seed, steps, distances):
    """Numbers of each objective and distance, and the lines of a picture."""
    where, weights = densities.grid(-12, 16, 2801)
    real = Mixture([[0.0]], 1.0)
    p = np.exp(real.log_density(where))
    numbers, lines = {}, {}
    for objective, (divergence, estimate) in estimates.items():

        def exact(distance, name=divergence):
            return densities.divergence(name, p, np.exp(Mixture([[distance]], 1.0).log_density(where)), weights)

        rows = []
        for distance in distances:
            gan = players.judge(real, Mixture([[distance]], 1.0), seed, objective, steps)
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
