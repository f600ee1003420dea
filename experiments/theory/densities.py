"""What Goodfellow et al. (2014), section 4, prove, as functions of densities on a grid: NumPy, by quadrature.

    Proposition 1:  D*(x) = p_data(x) / (p_data(x) + p_g(x)) maximises V(D, G) for a fixed G
    Theorem 1:      C(G) = max_D V(D, G) = V(D*, G) = -log 4 + 2 JSD(p_data || p_g), least, -log 4, where p_g = p_data
    Proposition 2:  p_g goes to p_data, if D is at its optimum at each step and p_g itself, not G's parameters, moves

with V(D, G) = E_data log D(x) + E_g log(1 - D(x)), the logarithm of 1 - D in the second term, and twice the divergence
in the criterion: both are misprinted here and there.

Densities are arrays (M,), all on the same points; `weights` (M,) are the quadrature's, as `grid` gives them. Everything
is float64 and in nats. A density that is 0 to double precision counts as 0.

>>> points, weights = grid(-8, 8, 1001)
>>> p, q = (np.exp(-((points[:, 0] - mean) ** 2) / 2) / np.sqrt(2 * np.pi) for mean in (0, 1))
>>> [round(float(value), 4) for value in (criterion(p, p, weights), criterion(p, q, weights))]
[-1.3863, -1.1635]
"""

import numpy as np
from scipy.special import expit, log_expit, rel_entr

from ganzoo.registry import nearest


def grid(low, high, count, dimensions=1):
    """Points (count ** dimensions, dimensions) of the cube [low, high]^dimensions, and their weights (M,).

    The trapezoidal rule: for smooth densities that vanish at the ends, no other is better. Its spacing should be at
    most half the smallest standard deviation; then a Gaussian's mass is 1 to within 1e-8.
    """
    if not low < high or count < 2:
        raise ValueError(f"A grid needs low < high and 2 points or more; got low={low}, high={high}, count={count}.")
    axis = np.linspace(low, high, count)
    weight = np.full(count, axis[1] - axis[0])
    weight[[0, -1]] /= 2
    points = np.stack(np.meshgrid(*[axis] * dimensions, indexing="ij"), axis=-1).reshape(-1, dimensions)
    weights = np.prod(np.meshgrid(*[weight] * dimensions, indexing="ij"), axis=0)
    return points, weights.ravel()


def optimal_scores(p_data, p_g):
    """log p_data - log p_g (M,): D* before its sigmoid, infinite where only one of them has mass, 0 where neither."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(np.log(p_data) - np.log(p_g), nan=0, posinf=np.inf, neginf=-np.inf)


def optimal_discriminator(p_data, p_g):
    """D* (M,) in [0, 1], Proposition 1; 1/2 where there is neither data nor fakes, and any D is as good."""
    return expit(optimal_scores(p_data, p_g))


def value(scores, p_data, p_g, weights):
    """V(D, G), equation (1), for any D, whose sigmoid is still to be taken of its scores (M,): 0 at most.

    It is -inf where D is sure, with an infinite score, and wrong.
    """
    with np.errstate(invalid="ignore"):
        real, fake = (np.where(p > 0, p * log_expit(s), 0) for p, s in ((p_data, scores), (p_g, -scores)))
    return float(weights @ (real + fake))


def jensen_shannon(p, q, weights):
    """JSD(p || q) = KL(p || m) / 2 + KL(q || m) / 2 with m = (p + q) / 2: from 0 (equal) to log 2 (nothing shared)."""
    return float(weights @ _jensen_shannon(p, q))


def criterion(p_data, p_g, weights):
    """C(G), Theorem 1: what the generator has to fear from a perfect discriminator, from -log 4 to 0."""
    return -np.log(4) + 2 * jensen_shannon(p_data, p_g, weights)


def _jensen_shannon(p, q):
    return (rel_entr(2 * p, p + q) + rel_entr(2 * q, p + q)) / 4  # without halves, which may underflow to 0


def _ratio(numerator, denominator):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(numerator == 0, 0, numerator / denominator)


_INTEGRANDS = {
    "kl": rel_entr,
    "reverse_kl": lambda p, q: rel_entr(q, p),
    "pearson": lambda p, q: _ratio((p - q) ** 2, q),
    "neyman": lambda p, q: _ratio((p - q) ** 2, p),
    "triangular": lambda p, q: _ratio((p - q) ** 2, p + q),
    "squared_hellinger": lambda p, q: (np.sqrt(p) - np.sqrt(q)) ** 2,
    "total_variation": lambda p, q: np.abs(p - q) / 2,
    "jensen_shannon": _jensen_shannon,
}

DIVERGENCES = tuple(sorted(_INTEGRANDS))


def divergence(name, p, q, weights):
    """The f-divergence D_f(p || q) of that name, one of `DIVERGENCES`, from 0 (equal) up; Nowozin et al. (2016).

    `triangular`, the integral of (p - q)^2 / (p + q), is from 0 to 2: the Pearson divergence of Mao et al. (2017),
    between p + q and 2 q. `total_variation` is from 0 to 1, half the integral of |p - q|. `squared_hellinger`, without
    a factor 1/2, is from 0 to 2. `jensen_shannon` is from 0 to log 2; that paper's is twice as much.

    Raises ValueError for an unknown name, with the nearest known one.
    """
    if name not in _INTEGRANDS:
        raise ValueError(nearest("divergence", name, _INTEGRANDS))
    return float(weights @ _INTEGRANDS[name](p, q))


def central(density, weights, share=0.99):
    """Where the mass is: a mask (M,) of the smallest part of the grid that holds that `share` of it."""
    order = np.argsort(-density)
    mass = np.cumsum((density * weights)[order])
    mask = np.zeros(len(density), bool)
    mask[order[: np.searchsorted(mass, share * mass[-1]) + 1]] = True
    return mask


def pushforward(outputs, masses, edges):
    """The density of G(z), one-dimensional: (K,) in the cells between `edges` (K + 1,), ascending.

    `outputs` (S + 1,) are G at ascending latents, `masses` (S,) the prior's between one and the next. G is taken to be
    linear in between, monotone on the whole or not. Mass beyond the edges is left out.
    """
    low, high = np.minimum(outputs[:-1], outputs[1:]), np.maximum(outputs[:-1], outputs[1:])
    length = np.maximum(high - low, 1e-12)  # a G that is constant there makes a step
    below = np.clip((edges[:, np.newaxis] - low) / length, 0, 1) @ masses
    return np.diff(below) / np.diff(edges)
