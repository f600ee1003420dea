"""Semantic inpainting with a generator, Yeh et al. (2017).

    min_z  sum |W (G(z) - y)| + lambda log(1 - D(G(z))),    W_i = mean of (1 - M_j) over the window around i

M is 1 where a pixel is known, and W is 0 where it is missing. G(z) then fills the hole by Poisson blending.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike
from scipy.ndimage import uniform_filter

from ganzoo.latent import blending
from ganzoo.latent.inversion import Inversion, absolute_error, invert
from ganzoo.latent.masks import as_known, distinct_masks, masked
from ganzoo.priors import Prior


class Inpainting(NamedTuple):
    """The result of `inpaint`.

    Attributes:
        completed: images (N, H, W, C) with the original known pixels.
        generated: the generator's images (N, H, W, C), which fill the holes.
        inversion: the `Inversion` that found them.
    """

    completed: np.ndarray
    generated: np.ndarray
    inversion: Inversion


def weights(mask: ArrayLike, window: int = 7) -> np.ndarray:
    """Returns the weights W of known pixels: the share of missing pixels in the window around each of them.

    This is the paper's formula, in which pixels near the hole have the largest weights, and those without a missing
    pixel in their window have none. The authors' code uses the share of known pixels instead (M in place of 1 - M). As
    in that code, images are mirrored at their border (SciPy's "reflect").

    Args:
        mask: as for `inpaint`.
        window: the side of the window in pixels.

    Returns:
        Weights in [0, 1], float32, of the mask's shape.

    Raises ValueError if the window is not an odd number of at least 3, or if all pixels are known, or all missing.
    """
    if window < 3 or window % 2 != 1:
        raise ValueError(f"The window must be an odd number of pixels, at least 3; got {window}.")
    known = as_known(mask)
    missing = np.where(known, 0.0, window**2)  # integers, so that sums far from holes are exactly 0
    near = uniform_filter(missing, window, mode="reflect", axes=(1, 2)) / window**2
    return np.where(known, near, 0).astype("float32").reshape(np.shape(mask))


def inpaint(
    generate: Callable,
    prior: Prior,
    images: ArrayLike,
    mask: ArrayLike,
    realism: Callable | None = None,
    realism_weight: float = 0.003,
    window: int = 7,
    steps: int = 1500,
    learning_rate: float = 0.03,
    restarts: int = 4,
    seed: int = 0,
    blend: bool = True,
    verbose: bool = True,
) -> Inpainting:
    """Completes the missing pixels of images with those of the generator's most similar images.

    There are two departures from the paper: the best of several restarts is kept, and latents are projected onto the
    prior's support, where the paper clips them to [-1, 1].

    Args:
        generate, prior, steps, learning_rate, restarts, seed, verbose: as for `invert`.
        images: floats in [-1, 1], (N, H, W, C). The values of missing pixels are ignored.
        mask: True or 1 where a pixel is known, (H, W), (H, W, 1) or, for each image, (N, H, W, 1).
        realism: maps images to (M,) or (M, 1). For the paper's loss, it is -log(1 - D(x)); None leaves it out.
        realism_weight: lambda, .003 in the paper and .1 in the authors' code.
        window: the side of the window in which a pixel's missing neighbours are counted; see `weights`.
        blend: whether to match the edge of the hole by Poisson blending; see `blending.blend`.

    Raises ValueError as `masked`, `weights` and `invert` do, or if the generator's images have another shape.
    """
    shown, known = masked(images, mask)

    def measure(made):
        if made.shape[1:] != shown.shape[1:]:
            raise ValueError(
                f"The generator makes images of shape {made.shape[1:]}, but the images to complete have "
                f"{shown.shape[1:]}: resize them."
            )
        return made

    inversion = invert(
        generate,
        prior,
        measure,
        (shown, weights(known, window)),
        realism=realism,
        realism_weight=realism_weight,
        distance=context_error,
        steps=steps,
        learning_rate=learning_rate,
        restarts=restarts,
        seed=seed,
        verbose=verbose,
    )
    made = inversion.images
    return Inpainting(blending.blend(made, shown, known) if blend else np.where(known, shown, made), made, inversion)


def context_error(made: tf.Tensor, observed: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
    """Returns sum |W (G(z) - y)|, (M,), of images G(z) (M, H, W, C) and a pair of y and W, where W is (M, H, W, 1)."""
    images, weight = observed
    return absolute_error(weight * made, weight * images)


def biharmonic(images: ArrayLike, mask: ArrayLike) -> np.ndarray:
    """Completes images by the smoothest surface, a baseline that learns nothing from other images.

    It uses `inpaint_biharmonic` of scikit-image.

    Args:
        images, mask: as for `inpaint`.

    Returns:
        Images (N, H, W, C) with the original known pixels.

    Raises ValueError if scikit-image is not installed, and as `masked` does.
    """
    try:
        from skimage.restoration import inpaint_biharmonic
    except ImportError as error:
        raise ValueError("Biharmonic inpainting needs scikit-image: run pip install 'ganzoo[baselines]'.") from error
    shown, known = masked(images, mask)
    completed = np.empty_like(shown)
    for one, rows in distinct_masks(known):
        channels = np.moveaxis(shown[rows], 0, -1)  # (H, W, C, n): one factorization for all channels
        surfaces = inpaint_biharmonic(channels.reshape(*one.shape, -1).astype("float64"), ~one, channel_axis=-1)
        completed[rows] = np.moveaxis(surfaces.reshape(channels.shape), -1, 0)
    return np.where(known, shown, completed)
