"""Images from fewer numbers than they have pixels: linear measurements, and two ways back from them.

The way of Bora et al. (2017) is `invert(generate, prior, measurement, observed, prior_weight=0.1)`: of the images that
a generator can make, that which fits. The way before it is `lasso`: of all images, one with few coefficients.
"""

import dataclasses

import numpy as np
import scipy.fft
import tensorflow as tf
from sklearn.linear_model import Lasso
from tqdm import tqdm

from ganzoo.latent.inversion import flat

BASES = ("pixels", "dct", "wavelets")


@dataclasses.dataclass(frozen=True)
class Linear:
    """Images (N, H, W, C) in [-1, 1] to y = x A, (N, m), of their pixels x in [0, 1], A the `matrix` (H * W * C, m)."""

    matrix: np.ndarray
    data_shape: tuple

    def __call__(self, images):
        return (flat(images) + 1) / 2 @ self.matrix

    def observe(self, images, noise_norm=0.0, seed=0):
        """What is measured of these images, with normal noise whose expected squared norm is noise_norm^2, (N, m)."""
        exact = np.asarray(self(tf.cast(images, tf.float32)))
        noise = np.random.default_rng(seed).normal(scale=noise_norm / exact.shape[1] ** 0.5, size=exact.shape)
        return exact + noise.astype("float32")


def gaussian(count, data_shape, seed=0):
    """`count` random measurements: A has independent entries, normal with mean 0 and variance 1 / count."""
    pixels = np.prod(data_shape)
    matrix = np.random.default_rng(seed).normal(scale=count**-0.5, size=(pixels, count))
    return Linear(matrix.astype("float32"), tuple(data_shape))


def downsampling(factor, data_shape):
    """The means of blocks of factor x factor pixels: what super-resolution starts from.

    Raises ValueError where the factor does not divide height and width.
    """
    height, width, channels = data_shape
    if height % factor or width % factor:
        raise ValueError(f"A factor of {factor} does not divide images of {height} x {width}: choose one that does.")
    down, across = (np.repeat(np.eye(side // factor), factor, axis=0) / factor for side in (height, width))
    matrix = np.kron(np.kron(down, across), np.eye(channels))
    return Linear(matrix.astype("float32"), tuple(data_shape))


def lasso(measurement, observed, basis="pixels", weight=0.1, verbose=True):
    """Images (N, H, W, C) in [-1, 1] whose pixels are B w in [0, 1], w = argmin 1/2 ||y - A B w||^2 + weight ||w||_1.

    B is orthonormal: `pixels`; `dct`, the discrete cosine transform of each channel; or `wavelets`, Haar's, on as many
    levels as 2 divides both sides. Bora et al. (2017) take .1 for pixels and cosines, and 1e-5 for wavelets.

    Raises ValueError for another basis.
    """
    transform, observed = analysis(basis, measurement.data_shape), np.asarray(observed, "float64")
    matrix = np.asfortranarray(np.asarray(measurement.matrix, "float64").T @ transform)
    search = Lasso(weight / len(matrix), fit_intercept=False, precompute=matrix.T @ matrix, max_iter=10_000, tol=1e-5)
    bar = tqdm(observed, unit=" images", desc=f"Lasso, {basis}", disable=not verbose)
    found = np.stack([search.fit(matrix, one).coef_ for one in bar]) @ transform.T
    return (2 * np.clip(found, 0, 1) - 1).astype("float32").reshape(-1, *measurement.data_shape)


def analysis(basis, data_shape):
    """The orthonormal T, (pixels, pixels), with coefficients x T of flat images x, which are coefficients T'."""
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
            raise ValueError("Wavelets need PyWavelets: pip install 'ganzoo[baselines]'.") from None
        level = next(power for power in range(31, -1, -1) if height % 2**power == width % 2**power == 0)
        coarse, *details = pywt.wavedec2(units, "haar", "periodization", level, axes=(1, 2))
        coefficients = [coarse, *(part for parts in details for part in parts)]
    else:
        raise ValueError(f"There is no basis {basis!r}: choose one of {', '.join(BASES)}.")
    return np.concatenate([part.reshape(len(units), -1) for part in coefficients], axis=1)
