import numpy as np
import pytest
from scipy import integrate, stats

from experiments.theory import densities
from ganzoo.data.mixtures import Mixture

POINTS, WEIGHTS = densities.grid(-20, 20, 4001)
X = POINTS[:, 0]


def gaussian(mean, deviation, points=X):
    return stats.norm.pdf(points, mean, deviation)


def random_pair(seed):
    """Two random mixtures of up to four Gaussians each, as densities on the grid and as functions of a number."""
    random = np.random.default_rng(seed)

    def one():
        count = random.integers(1, 5)
        means, weights = random.uniform(-6, 6, (count, 1)), random.dirichlet(np.ones(count))
        return Mixture(means, random.uniform(0.8, 2.0), weights)

    mixtures = one(), one()
    functions = [lambda x, mixture=mixture: np.exp(mixture.log_density([[x]]))[0] for mixture in mixtures]
    return [np.exp(mixture.log_density(POINTS)) for mixture in mixtures], functions


SEEDS = pytest.mark.parametrize("seed", range(12))


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_the_grid_integrates_gaussians(dimensions):
    points, weights = densities.grid(-9, 9, 37, dimensions)
    density = stats.multivariate_normal(np.zeros(dimensions)).pdf(points)
    np.testing.assert_allclose(weights @ density, 1, atol=1e-8)
    np.testing.assert_allclose((weights * density) @ points**2, 1, atol=1e-6)
    np.testing.assert_allclose(weights.sum(), 18**dimensions)


@pytest.mark.parametrize("arguments", [(1, 1, 5), (2, 1, 5), (0, 1, 1)])
def test_a_grid_without_extent_is_refused(arguments):
    with pytest.raises(ValueError, match="A grid needs low < high and at least 2 points; got"):
        densities.grid(*arguments)


def test_the_optimal_discriminator_of_gaussians_is_a_logistic_function():
    """Of N(m, 1) against N(-m, 1): the sigmoid of 2 m x."""
    found = densities.optimal_discriminator(gaussian(1, 1), gaussian(-1, 1))
    near = np.abs(X) < 10
    np.testing.assert_allclose(found[near], 1 / (1 + np.exp(-2 * X[near])), rtol=1e-12)
    np.testing.assert_array_equal(
        densities.optimal_discriminator(np.float64([0, 1, 0]), np.float64([0, 0, 2])), [0.5, 1, 0]
    )


@SEEDS
def test_no_discriminator_beats_the_optimal_one(seed):
    """Proposition 1, and V(D*, G) = C(G), Theorem 1, which has -log 4 for its minimum."""
    (p, q), _ = random_pair(seed)
    scores = densities.optimal_scores(p, q)
    top = densities.value(scores, p, q, WEIGHTS)
    np.testing.assert_allclose(densities.criterion(p, q, WEIGHTS), top, atol=1e-9)
    assert -np.log(4) < top < 0
    random = np.random.default_rng(seed)
    for size in (0.1, 1.0):
        other = scores + size * np.sin(random.uniform(0.2, 2) * X)
        assert densities.value(other, p, q, WEIGHTS) < top - 1e-6
    np.testing.assert_allclose(densities.value(np.zeros(X.shape), p, q, WEIGHTS), -np.log(4), atol=1e-8)


def test_a_sure_discriminator_is_worth_all_where_it_is_right_and_nothing_where_it_is_wrong():
    p, q, weights = np.float64([1, 0, 0]), np.float64([0, 1, 0]), np.ones(3)
    scores = densities.optimal_scores(p, q)
    np.testing.assert_array_equal(scores, [np.inf, -np.inf, 0])
    assert densities.value(scores, p, q, weights) == 0 and densities.value(-scores, p, q, weights) == -np.inf


@SEEDS
def test_jensen_shannon_is_what_adaptive_quadrature_says(seed):
    (p, q), (f, g) = random_pair(seed)

    def integrand(x):
        a, b = f(x), g(x)
        middle = (a + b) / 2
        return (a * np.log(a / middle) if a else 0) / 2 + (b * np.log(b / middle) if b else 0) / 2

    expected = integrate.quad(integrand, -20, 20, limit=400, points=np.linspace(-10, 10, 21))[0]
    np.testing.assert_allclose(densities.jensen_shannon(p, q, WEIGHTS), expected, atol=1e-7)


def test_jensen_shannon_at_its_extremes():
    near, far = gaussian(0, 1), gaussian(15, 0.5)
    np.testing.assert_allclose(densities.jensen_shannon(near, near, WEIGHTS), 0, atol=1e-15)
    np.testing.assert_allclose(densities.jensen_shannon(near, far, WEIGHTS), np.log(2), rtol=1e-8)
    np.testing.assert_allclose(densities.criterion(near, near, WEIGHTS), -np.log(4), rtol=1e-12)
    np.testing.assert_allclose(densities.criterion(near, far, WEIGHTS), 0, atol=1e-7)


@SEEDS
@pytest.mark.parametrize("name", densities.DIVERGENCES)
def test_divergences_do_not_depend_on_units(name, seed):
    """In other units of x a density is another function, but no divergence changes."""
    (p, q), _ = random_pair(seed)
    found = densities.divergence(name, p, q, WEIGHTS)
    assert found > 0 and densities.divergence(name, p, p, WEIGHTS) == 0
    np.testing.assert_allclose(densities.divergence(name, p / 3, q / 3, WEIGHTS * 3), found, rtol=1e-10)
    if name in ("jensen_shannon", "triangular", "squared_hellinger", "total_variation"):
        np.testing.assert_allclose(densities.divergence(name, q, p, WEIGHTS), found, rtol=1e-10)


CLOSED = {
    "kl": lambda d: d**2 / 2,
    "reverse_kl": lambda d: d**2 / 2,
    "pearson": lambda d: np.exp(d**2) - 1,
    "neyman": lambda d: np.exp(d**2) - 1,
    "squared_hellinger": lambda d: 2 - 2 * np.exp(-(d**2) / 8),
    "total_variation": lambda d: 2 * stats.norm.cdf(d / 2) - 1,
}


@pytest.mark.parametrize("distance", [0.1, 0.7, 2.0])
@pytest.mark.parametrize("name", CLOSED)
def test_divergences_of_two_gaussians_in_closed_form(name, distance):
    """N(0, 1) and N(d, 1)."""
    found = densities.divergence(name, gaussian(0, 1), gaussian(distance, 1), WEIGHTS)
    np.testing.assert_allclose(found, CLOSED[name](distance), rtol=1e-5)  # |p - q| has a kink between grid points


@SEEDS
def test_divergences_keep_their_inequalities(seed):
    """Pinsker's, Le Cam's and Lin's, and the limits of each."""
    (p, q), _ = random_pair(seed)
    d = {name: densities.divergence(name, p, q, WEIGHTS) for name in densities.DIVERGENCES}
    assert 2 * d["total_variation"] ** 2 <= d["kl"] and d["kl"] <= np.log1p(d["pearson"]) + 1e-9
    assert d["squared_hellinger"] / 2 <= d["total_variation"] <= np.sqrt(d["squared_hellinger"])
    assert d["triangular"] / 4 <= d["jensen_shannon"] <= np.log(2) / 2 * d["triangular"] + 1e-12
    assert d["jensen_shannon"] == densities.jensen_shannon(p, q, WEIGHTS) <= np.log(2) * d["total_variation"] + 1e-12


def test_divergences_where_one_has_no_mass():
    p, q, weights = np.float64([1, 0]), np.float64([0, 1]), np.ones(2)
    for name, expected in {
        "kl": np.inf,
        "pearson": np.inf,
        "neyman": np.inf,
        "triangular": 2,
        "squared_hellinger": 2,
        "total_variation": 1,
    }.items():
        assert densities.divergence(name, p, q, weights) == expected
    with pytest.raises(ValueError, match="Unknown divergence 'pearsons'; did you mean 'pearson'"):
        densities.divergence("pearsons", p, q, weights)


def test_the_central_part_of_a_gaussian():
    mask = densities.central(gaussian(1, 2), WEIGHTS, share=0.95)
    np.testing.assert_allclose([X[mask].min(), X[mask].max()], [1 - 1.96 * 2, 1 + 1.96 * 2], atol=0.02)
    assert mask[np.flatnonzero(mask)[0] : np.flatnonzero(mask)[-1]].all()


LATENTS = np.linspace(-6, 6, 4001)
MASSES = np.diff(stats.norm.cdf(LATENTS))
EDGES = np.linspace(-8, 12, 401)
CENTRES = (EDGES[1:] + EDGES[:-1]) / 2


@pytest.mark.parametrize("slope", [1.5, -0.4])
def test_pushforward_of_a_linear_generator_is_a_gaussian(slope):
    found = densities.pushforward(slope * LATENTS + 2, MASSES, EDGES)
    np.testing.assert_allclose(found, gaussian(2, abs(slope), CENTRES), atol=2e-3)
    cells = np.diff(stats.norm.cdf(EDGES, 2, abs(slope))) / np.diff(EDGES)
    np.testing.assert_allclose(found, cells, atol=1e-5)


def test_pushforward_of_a_generator_that_folds():
    """z^2 of a normal z is chi-squared; the sign is lost, so that two latents make each x."""
    found = densities.pushforward(LATENTS**2, MASSES, EDGES)
    cells = np.diff(stats.chi2.cdf(EDGES, 1)) / np.diff(EDGES)
    np.testing.assert_allclose(found, cells, atol=1e-3)
    np.testing.assert_allclose(found @ np.diff(EDGES), stats.chi2.cdf(12, 1), atol=1e-6)


def test_pushforward_of_a_constant_generator_is_a_spike():
    found = densities.pushforward(np.full(LATENTS.shape, 0.51), MASSES, EDGES)
    assert found.argmax() == np.searchsorted(EDGES, 0.51) - 1 and np.count_nonzero(found) == 1
    np.testing.assert_allclose(found @ np.diff(EDGES), 1, atol=1e-6)
