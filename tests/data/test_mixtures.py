import numpy as np
import pytest
from scipy import integrate, stats

from ganzoo.data import examples
from ganzoo.data.mixtures import Mixture, gaussian_1d, grid, ring


def test_the_ring_has_eight_distinct_modes():
    means = ring().means
    gaps = np.linalg.norm(means - np.roll(means, 1, axis=0), axis=1)
    np.testing.assert_allclose(gaps, 2 * np.sin(np.pi / 8))  # the chord between neighbours; 0 if two modes coincide
    np.testing.assert_allclose(np.linalg.norm(means, axis=1), 1)
    assert len(np.unique(means.round(6), axis=0)) == 8


def test_the_grid_has_its_25_modes():
    places = {(float(x), float(y)) for x, y in grid().means}
    assert places == {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}


UNEVEN = Mixture([[0, 0, 1], [1, 2, 0]], standard_deviation=0.7, weights=[3, 1])


@pytest.mark.parametrize("mixture", [ring(standard_deviation=0.3), grid(), gaussian_1d(), UNEVEN])
def test_log_density_is_that_of_scipy(mixture):
    points, _ = mixture.sample(50, seed=0)
    dimensions = mixture.means.shape[1]
    covariance = mixture.standard_deviation**2 * np.eye(dimensions)
    densities = [stats.multivariate_normal(mean, covariance).pdf(points) for mean in mixture.means]
    np.testing.assert_allclose(mixture.log_density(points), np.log(mixture.weights @ densities), rtol=1e-6)


def test_density_integrates_to_one():
    mixture = Mixture([[-1.0], [2.0]], 0.5, weights=[0.2, 0.8])
    whole, _ = integrate.quad(lambda x: np.exp(mixture.log_density([[x]])[0]), -10, 10, points=[-1, 2])
    np.testing.assert_allclose(whole, 1, atol=1e-7)


def test_log_density_is_finite_far_from_every_mode():
    np.testing.assert_allclose(
        ring().log_density([[1e3, 0.0]]), np.log(1 / 8 / (2 * np.pi * 1e-4)) - 999**2 / 2e-4, rtol=1e-9
    )


def test_samples_have_the_moments_of_their_modes():
    points, modes = UNEVEN.sample(40_000, seed=1)
    assert points.dtype == np.float32
    np.testing.assert_allclose(np.bincount(modes) / 40_000, [0.75, 0.25], atol=0.01)
    for mode, mean in enumerate(UNEVEN.means):
        np.testing.assert_allclose(points[modes == mode].mean(axis=0), mean, atol=0.03)
        np.testing.assert_allclose(points[modes == mode].std(axis=0), 0.7, atol=0.02)


def test_the_figure_of_the_paper_is_one_gaussian():
    points = examples("gaussian_1d").images
    assert points.shape == (100_000, 1)
    statistic = stats.kstest(points[:2000, 0], "norm", args=(2.0, 0.5))
    assert statistic.pvalue > 0.001


@pytest.mark.parametrize("name, modes", [("ring", 8), ("grid", 25)])
def test_data_sets_have_modes_as_labels_and_a_density(name, modes):
    train, test = examples(name), examples(name, "test")
    assert (train.images.shape, test.images.shape, train.num_classes) == ((100_000, 2), (10_000, 2), modes)
    nearest = np.linalg.norm(test.images[:, np.newaxis] - test.mixture.means, axis=2).argmin(axis=1)
    np.testing.assert_array_equal(nearest, test.labels)
    assert not np.isin(test.images[:, 0], train.images[:, 0]).all()
    np.testing.assert_array_equal(examples(name).images, train.images)


@pytest.mark.parametrize(
    "arguments, cure",
    [
        (([1.0, 2.0], 1.0), r"a single mode is \[\[x, y\]\]"),
        (([[0.0]], 0.0), "must be positive, got 0.0; choose one above 0"),
        (([[0.0]], 1.0, [1, 1]), "leave them out"),
        (([[0.0], [1.0]], 1.0, [-1, 2]), "leave them out"),
    ],
)
def test_errors_for_bad_mixtures_name_the_cure(arguments, cure):
    with pytest.raises(ValueError, match=cure):
        Mixture(*arguments)


def test_the_error_for_an_unknown_split_lists_the_known_ones():
    with pytest.raises(ValueError, match="Known splits: test, train"):
        examples("ring", "validation")
