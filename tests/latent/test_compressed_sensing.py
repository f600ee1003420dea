import builtins

import numpy as np
import pytest
import scipy.fft
import scipy.optimize
from latent.small_generators import SHAPE

from ganzoo import latent
from ganzoo.latent.compressed_sensing import analysis

IMAGES = np.random.default_rng(0).uniform(-1, 1, (3, *SHAPE)).astype("float32")


def test_gaussian_measurements_are_products_with_a_matrix_of_variance_1_over_m():
    measurement = latent.gaussian(5000, SHAPE, seed=1)
    assert measurement.matrix.shape == (64, 5000)
    np.testing.assert_allclose(measurement.matrix.mean(), 0, atol=1e-4)
    np.testing.assert_allclose(measurement.matrix.var(axis=1) * 5000, 1, rtol=0.1)
    expected = (IMAGES.reshape(3, -1) + 1) / 2 @ measurement.matrix
    np.testing.assert_allclose(measurement(IMAGES), expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(
        np.linalg.norm(expected, axis=1), np.linalg.norm((IMAGES + 1) / 2, axis=(1, 2))[:, 0], rtol=0.1
    )


def test_noise_has_the_given_norm():
    measurement = latent.gaussian(2000, SHAPE)
    noise = measurement.observe(IMAGES, noise_norm=0.3, seed=4) - measurement(IMAGES)
    np.testing.assert_allclose(np.linalg.norm(noise, axis=1), 0.3, rtol=0.1)
    np.testing.assert_array_equal(measurement.observe(IMAGES), measurement(IMAGES))


@pytest.mark.parametrize("channels", [1, 3])
def test_downsampling_takes_means_of_blocks(channels):
    images = np.random.default_rng(0).uniform(-1, 1, (2, 4, 6, channels)).astype("float32")
    measured = latent.downsampling(2, images.shape[1:])(images)
    blocks = ((images + 1) / 2).reshape(2, 2, 2, 3, 2, channels).mean(axis=(2, 4))
    np.testing.assert_allclose(measured, blocks.reshape(2, -1), rtol=1e-5)


@pytest.mark.parametrize("basis", latent.BASES)
@pytest.mark.parametrize("shape", [SHAPE, (12, 4, 3)])
def test_bases_are_orthonormal(basis, shape):
    transform = analysis(basis, shape)
    np.testing.assert_allclose(transform @ transform.T, np.eye(np.prod(shape)), atol=1e-10)


def test_coefficients_are_scipys_and_haars():
    flat = IMAGES[0].reshape(-1)
    np.testing.assert_allclose(
        flat @ analysis("dct", SHAPE), scipy.fft.dctn(IMAGES[0, ..., 0], norm="ortho").ravel(), atol=1e-5
    )
    coefficients = np.ones(64) @ analysis("wavelets", SHAPE)
    np.testing.assert_allclose(coefficients, [8, *[0] * 63], atol=1e-10)
    edge = np.zeros(SHAPE)
    edge[:, 1::2] = 1
    assert np.sum(np.abs(edge.reshape(-1) @ analysis("wavelets", SHAPE)) > 1e-9) == 17  # a mean, and each fine detail


@pytest.mark.parametrize("basis", latent.BASES)
def test_lasso_minimises_its_formula(basis):
    """Against SciPy's bounded quasi-Newton search over w = p - n, both at least 0."""
    measurement, weight = latent.gaussian(30, SHAPE, seed=2), 0.05
    observed = measurement.observe(IMAGES[:1], 0.1)
    matrix = np.float64(measurement.matrix).T @ analysis(basis, SHAPE)

    def loss(parts):
        difference = matrix @ (parts[:64] - parts[64:]) - observed[0]
        slope = matrix.T @ difference
        return np.sum(difference**2) / 2 + weight * parts.sum(), np.concatenate([slope, -slope]) + weight

    bounds = [(0, None)] * 128
    best = scipy.optimize.minimize(loss, np.full(128, 0.1), jac=True, bounds=bounds, options={"maxiter": 5000}).x
    expected = analysis(basis, SHAPE) @ (best[:64] - best[64:])
    found = latent.lasso(measurement, observed, basis, weight, verbose=False)
    np.testing.assert_allclose((found[0].ravel() + 1) / 2, np.clip(expected, 0, 1), atol=0.01)
    assert found.shape == (1, *SHAPE) and found.dtype == np.float32


@pytest.mark.parametrize("basis", latent.BASES)
def test_lasso_recovers_images_with_few_coefficients(basis):
    rows = np.random.default_rng(3).permutation(64)[:3] if basis != "dct" else [0, 1, 9]
    images = 0.5 * analysis(basis, SHAPE).T[rows].sum(axis=0).reshape(1, *SHAPE)
    images = 2 * np.clip(images, 0, 1).astype("float32") - 1 if basis == "pixels" else images
    images = (2 * (0.5 + images / 4) - 1).astype("float32") if basis != "pixels" else images
    measurement = latent.gaussian(40, SHAPE, seed=5)
    found = latent.lasso(measurement, measurement.observe(images), basis, weight=1e-4, verbose=False)
    np.testing.assert_allclose(found, images, atol=0.02)


def test_bad_input_is_refused(monkeypatch):
    with pytest.raises(ValueError, match="does not divide images of 8 x 8"):
        latent.downsampling(3, SHAPE)
    measurement = latent.gaussian(5, SHAPE)
    with pytest.raises(ValueError, match="Unknown basis 'fourier': choose one of pixels, dct, wavelets"):
        latent.lasso(measurement, measurement.observe(IMAGES), "fourier")
    real = builtins.__import__

    def without(name, *rest):
        if name == "pywt":
            raise ImportError
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ValueError, match="pip install"):
        latent.lasso(measurement, measurement.observe(IMAGES), "wavelets")
