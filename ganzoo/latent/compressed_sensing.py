"""Compressed sensing: images are reconstructed from fewer linear measurements than they have pixels.

Bora et al. (2017) search the images of a generator: `invert(generate, prior, measurement, observed, prior_weight=0.1)`.
The classical method is `lasso`, which searches all images for one with few coefficients in a basis.
"""

import dataclasses

import numpy as np
import scipy.fft
import tensorflow as tf
from numpy.typing import ArrayLike
from sklearn.linear_model import Lasso
from tqdm import tqdm

from ganzoo.arguments import check_count
from ganzoo.latent.inversion import flat

BASES = ("pixels", "dct", "wavelets")


@dataclasses.dataclass(frozen=True)
class Linear:
    """Linear measurements y = x A, (N, m), of images (N, H, W, C) in [-1, 1], whose pixels x are scaled to [0, 1].

    Attributes:
        matrix: A, (H * W * C, m).
        data_shape: (H, W, C).
    """

    matrix: np.ndarray
    data_shape: tuple

    def __call__(self, images):
        return (flat(images) + 1) / 2 @ self.matrix

    def observe(self, images: ArrayLike, noise_norm: float = 0.0, seed: int = 0) -> np.ndarray:
        """Measures images, and adds normal noise whose expected squared norm is noise_norm^2; returns (N, m)."""
        exact = np.asarray(self(tf.cast(images, tf.float32)))
        noise = np.random.default_rng(seed).normal(scale=noise_norm / exact.shape[1] ** 0.5, size=exact.shape)
        return exact + noise.astype("float32")


def gaussian(count: int, data_shape: tuple[int, int, int], seed: int = 0) -> Linear:
    """Returns `count` random measurements: the entries of A are independent N(0, 1 / count).

    Raises ValueError unless `count` is an integer of at least 1.
    """
    pixels = np.prod(data_shape)
    count = check_count("The number of measurements", count)
    matrix = np.random.default_rng(seed).normal(scale=count**-0.5, size=(pixels, count))
    return Linear(matrix.astype("float32"), tuple(data_shape))


def downsampling(factor: int, data_shape: tuple[int, int, int]) -> Linear:
    """Returns the measurement of super-resolution: the means of blocks of factor x factor pixels.

    Raises ValueError if the factor does not divide height and width.
    """
    height, width, channels = data_shape
    factor = check_count("The factor of downsampling", factor)
    if height % factor or width % factor:
        raise ValueError(f"The factor {factor} does not divide images of {height} x {width}: choose a common divisor.")
    down, across = (np.repeat(np.eye(side // factor), factor, axis=0) / factor for side in (height, width))
    matrix = np.kron(np.kron(down, across), np.eye(channels))
    return Linear(matrix.astype("float32"), tuple(data_shape))


def lasso(
    measurement: Linear, observed: ArrayLike, basis: str = "pixels", weight: float = 0.1, verbose: bool = True
) -> np.ndarray:
    """Reconstructs images with a sparse representation w = argmin 1/2 ||y - A B w||^2 + weight ||w||_1.

    Args:
        measurement: the `Linear` that was observed, with the matrix A.
        observed: y, (N, m).
        basis: the orthonormal basis B: "pixels"; "dct", the discrete cosine transform of each channel; or "wavelets",
            Haar's, with as many levels as the sides can be halved.
        weight: of the L1 norm. Bora et al. (2017) use .1 for pixels and cosines, and 1e-5 for wavelets.
        verbose: whether to show a progress bar.

    Returns:
        Images, float32 (N, H, W, C) in [-1, 1]: the pixels B w, clipped to [0, 1] and scaled.

    Raises ValueError if the basis is unknown, or if PyWavelets is needed and not installed.
    """
    transform, observed = analysis(basis, measurement.data_shape), np.asarray(observed, "float64")
    matrix = np.asfortranarray(np.asarray(measurement.matrix, "float64").T @ transform)
    search = Lasso(weight / len(matrix), fit_intercept=False, precompute=matrix.T @ matrix, max_iter=10_000, tol=1e-5)
    bar = tqdm(observed, unit=" images", desc=f"Lasso, {basis}", disable=not verbose)
    found = np.stack([search.fit(matrix, one).coef_ for one in bar]) @ transform.T
    return (2 * np.clip(found, 0, 1) - 1).astype("float32").reshape(-1, *measurement.data_shape)


def analysis(basis: str, data_shape: tuple[int, int, int]) -> np.ndarray:
    """Returns the orthonormal matrix T of a basis, (pixels, pixels): flat images x have the coefficients x T."""
    height, width, _ = data_shape
    units = np.eye(np.prod(data_shape)).reshape(-1, *data_shape)
    if basis == "pixels":
        coefficients = [units]
    elif basis == "dct":
        coefficients = [scipy.fft.dctn(units, axes=(1, 2), norm="ortho")]
    elif basis == "wavelets":
        try:
            import pywt
        except ImportError:
            raise ValueError("Wavelets need PyWavelets: run pip install 'ganzoo[baselines]'.") from None
        level = next(power for power in range(31, -1, -1) if height % 2**power == width % 2**power == 0)
        coarse, *details = pywt.wavedec2(units, "haar", "periodization", level, axes=(1, 2))
        coefficients = [coarse, *(part for parts in details for part in parts)]
    else:
        raise ValueError(f"Unknown basis {basis!r}: choose one of {', '.join(BASES)}.")
    return np.concatenate([part.reshape(len(units), -1) for part in coefficients], axis=1)
