"""Missing parts of images, completed by what a generator knows of images: Yeh et al. (2017).

    min_z  sum |W (G(z) - y)| + lambda log(1 - D(G(z))),    W_i = mean over the window round i of (1 - M_j)

with M = 1 where a pixel is known, and W = 0 where it is missing; G(z) then fills the hole, by Poisson blending.
"""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import uniform_filter

from ganzoo.latent import blending
from ganzoo.latent.inversion import Inversion, absolute_error, invert
from ganzoo.latent.masks import alike, checked, masked


class Inpainting(NamedTuple):
    """`completed` (N, H, W, C), whose known pixels are those of the images; `generated`, what fills their holes."""

    completed: np.ndarray
    generated: np.ndarray
    inversion: Inversion


def weights(mask, window=7):
    """W, float32 of the mask's shape: how much a known pixel counts, the share of missing ones in the window round it.

    The images are mirrored at their border (SciPy's "reflect"), as in the authors' code. That code, though, takes the
    share of known pixels (M for 1 - M); this is the paper's formula, by which pixels near the hole count most, and
    those whose window holds no missing pixel not at all.

    Raises ValueError for a window that is no odd number of at least 3, and for a mask without holes or known pixels.
    """
    if window < 3 or window % 2 != 1:
        raise ValueError(f"A window is an odd number of pixels, 3 or more, round each pixel; got {window}.")
    known = checked(mask)
    missing = np.where(known, 0.0, window**2)  # whole numbers, of which the sums are exact: far from holes, 0
    near = uniform_filter(missing, window, mode="reflect", axes=(1, 2)) / window**2
    return np.where(known, near, 0).astype("float32").reshape(np.shape(mask))


def inpaint(
    generate,
    prior,
    images,
    mask,
    realism=None,
    realism_weight=0.003,
    window=7,
    steps=1500,
    learning_rate=0.03,
    restarts=4,
    seed=0,
    blend=True,
    verbose=True,
):
    """The `Inpainting` of images (N, H, W, C) in [-1, 1], of which `mask` says what is known.

    Departures from the paper: the best of several starts is kept, and latents stay in the prior's range (the paper
    puts them back to [-1, 1]).

    Args:
        generate, prior, steps, learning_rate, restarts, seed, verbose: as in `invert`.
        mask: (H, W), (H, W, 1) or, one for each image, (N, H, W, 1), True or 1 where a pixel is known. What missing
            pixels hold has no influence.
        realism: images -> (M,) or (M, 1), for the paper's loss -log(1 - D(x)); None leaves it out.
        realism_weight: lambda; the paper has .003, the authors' code .1.
        window: side of the square in which the missing neighbours of a pixel are counted.
        blend: whether to shift what fills a hole so that it fits at the edge, as `blending.blend` does.

    Raises ValueError as `masked`, `weights` and `invert` do, and for a generator of images of another shape.
    """
    shown, known = masked(images, mask)

    def measure(made):
        if made.shape[1:] != shown.shape[1:]:
            raise ValueError(f"The generator makes images of shape {made.shape[1:]}, but those are {shown.shape[1:]}.")
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


def context_error(made, observed):
    """sum |W (G(z) - y)|, (M,), of images (M, H, W, C) and a pair (y, W) of which W is (M, H, W, 1)."""
    images, weight = observed
    return absolute_error(weight * made, weight * images)


def biharmonic(images, mask):
    """`images` (N, H, W, C) completed by the smoothest surface, what inpainting is that knows of no other image.

    scikit-image's `inpaint_biharmonic`. Raises ValueError where it is not installed, and as `masked` does.
    """
    try:
        from skimage.restoration import inpaint_biharmonic
    except ImportError as error:
        raise ValueError("Biharmonic inpainting needs scikit-image: pip install 'ganzoo[baselines]'.") from error
    shown, known = masked(images, mask)
    completed = np.empty_like(shown)
    for one, rows in alike(known):
        channels = np.moveaxis(shown[rows], 0, -1)  # (H, W, C, n): they share one factorization
        surfaces = inpaint_biharmonic(channels.reshape(*one.shape, -1).astype("float64"), ~one, channel_axis=-1)
        completed[rows] = np.moveaxis(surfaces.reshape(channels.shape), -1, 0)
    return np.where(known, shown, completed)
