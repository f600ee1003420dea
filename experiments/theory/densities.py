"""The quantities in section 4 of Goodfellow et al. (2014), computed by quadrature from densities on a grid.

    Proposition 1:  D*(x) = p_data(x) / (p_data(x) + p_g(x)) maximises V(D, G) for a fixed G
    Theorem 1:      C(G) = max_D V(D, G) = V(D*, G) = -log 4 + 2 JSD(p_data || p_g), with its minimum at p_g = p_data
    Proposition 2:  p_g converges to p_data, if D is optimal at each step and p_g itself moves, not G's parameters

where V(D, G) = E_data log D(x) + E_g log(1 - D(x)). The second term has the logarithm of 1 - D, and the criterion has
twice the divergence: both are misprinted in some places.

Densities are arrays (M,) over the same points, and `weights` (M,) are those of the quadrature, as `grid` returns them.
Everything is float64 and in nats. A density that is 0 in double precision counts as 0.

>>> points, weights = grid(-8, 8, 1001)
>>> p, q = (np.exp(-((points[:, 0] - mean) ** 2) / 2) / np.sqrt(2 * np.pi) for mean in (0, 1))
>>> [round(float(value), 4) for value in (criterion(p, p, weights), criterion(p, q, weights))]
[-1.3863, -1.1635]
"""

import numpy as np
from scipy.special import expit, log_expit, rel_entr

from ganzoo.registry import nearest


def grid(low: float, high: float, count: int, dimensions: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Returns points (count ** dimensions, dimensions) of the cube [low, high]^dimensions, and their weights (M,).

    The weights are those of the trapezoidal rule, which no other rule beats for smooth densities that vanish at the
    ends. If the spacing is at most half the smallest standard deviation, the mass of a Gaussian is 1 to within 1e-8.
    """
    if not low < high or count < 2:
        raise ValueError(f"A grid needs low < high and at least 2 points; got low={low}, high={high}, count={count}.")
    axis = np.linspace(low, high, count)
    weight = np.full(count, axis[1] - axis[0])
    weight[[0, -1]] /= 2
    points = np.stack(np.meshgrid(*[axis] * dimensions, indexing="ij"), axis=-1).reshape(-1, dimensions)
    weights = np.prod(np.meshgrid(*[weight] * dimensions, indexing="ij"), axis=0)
    return points, weights.ravel()


def optimal_scores(p_data: np.ndarray, p_g: np.ndarray) -> np.ndarray:
    """Returns log p_data - log p_g (M,), which is D* before its sigmoid.

    It is infinite where only one of the densities has mass, and 0 where neither has.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(np.log(p_data) - np.log(p_g), nan=0, posinf=np.inf, neginf=-np.inf)


def optimal_discriminator(p_data: np.ndarray, p_g: np.ndarray) -> np.ndarray:
    """Returns D* of Proposition 1, (M,) in [0, 1]. Where neither density has mass, any D is optimal, and it is 1/2."""
    return expit(optimal_scores(p_data, p_g))


def value(scores: np.ndarray, p_data: np.ndarray, p_g: np.ndarray, weights: np.ndarray) -> float:
    """Returns V(D, G) of equation (1), at most 0, for a D with these scores (M,) before its sigmoid.

    It is -inf if D is certain, with an infinite score, and wrong.
    """
    with np.errstate(invalid="ignore"):
        real, fake = (np.where(p > 0, p * log_expit(s), 0) for p, s in ((p_data, scores), (p_g, -scores)))
    return float(weights @ (real + fake))


def jensen_shannon(p: np.ndarray, q: np.ndarray, weights: np.ndarray) -> float:
    """Returns JSD(p || q) = KL(p || m) / 2 + KL(q || m) / 2 with m = (p + q) / 2: 0 if equal, log 2 without overlap."""
    return float(weights @ _jensen_shannon(p, q))


def criterion(p_data: np.ndarray, p_g: np.ndarray, weights: np.ndarray) -> float:
    """Returns C(G) of Theorem 1, the value of the game for G against an optimal discriminator, from -log 4 to 0."""
    return -np.log(4) + 2 * jensen_shannon(p_data, p_g, weights)


def _jensen_shannon(p, q):
    return (rel_entr(2 * p, p + q) + rel_entr(2 * q, p + q)) / 4  # no density is halved, since it might underflow to 0


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
"""The names that `divergence` takes."""


def divergence(name: str, p: np.ndarray, q: np.ndarray, weights: np.ndarray) -> float:
    """Returns an f-divergence D_f(p || q), at least 0, as in Nowozin et al. (2016).

    - `triangular`, the integral of (p - q)^2 / (p + q), is at most 2. It is the Pearson divergence between p + q and
      2 q in Mao et al. (2017).
    - `total_variation`, half the integral of |p - q|, is at most 1.
    - `squared_hellinger`, without a factor 1/2, is at most 2.
    - `jensen_shannon` is at most log 2, half of that in Nowozin et al.

    Raises:
        ValueError: for a name that is not in `DIVERGENCES`.
    """
    if name not in _INTEGRANDS:
        raise ValueError(nearest("divergence", name, _INTEGRANDS))
    return float(weights @ _INTEGRANDS[name](p, q))


def central(density: np.ndarray, weights: np.ndarray, share: float = 0.99) -> np.ndarray:
    """Returns a mask (M,) of the smallest part of the grid that holds that share of the mass."""
    order = np.argsort(-density)
    mass = np.cumsum((density * weights)[order])
    mask = np.zeros(len(density), bool)
    mask[order[: np.searchsorted(mass, share * mass[-1]) + 1]] = True
    return mask


def pushforward(outputs: np.ndarray, masses: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Returns the density of a one-dimensional G(z) in the cells between ascending `edges` (K + 1,), shape (K,).

    `outputs` (S + 1,) are G at ascending latents, and `masses` (S,) those of the prior between neighbouring latents. G
    is interpolated linearly, and need not be monotone. Mass beyond the edges is left out.
    """
    low, high = np.minimum(outputs[:-1], outputs[1:]), np.maximum(outputs[:-1], outputs[1:])
    length = np.maximum(high - low, 1e-12)  # a constant G makes a step
    below = np.clip((edges[:, np.newaxis] - low) / length, 0, 1) @ masses
    return np.diff(below) / np.diff(edges)
