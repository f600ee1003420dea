"""Masks (H, W, 1) for inpainting, True where a pixel is known: by name, or from an image file."""

import os
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image
from scipy.ndimage import gaussian_filter

from ganzoo.arguments import check_count
from ganzoo.files import as_path, local_copy
from ganzoo.registry import Registry, nearest

MASKS = Registry("mask")
RANDOM_SHARE, PATTERN_SHARE = 0.8, 1 / 3


def mask(name: str, data_shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """Returns a mask, bool (H, W, 1), which is True where a pixel is known.

    Args:
        name: one of the masks of Yeh et al. (2017), "center", "random", "left" or "pattern"; or the path of an image
            file. Its light pixels are known, its dark or transparent ones are missing, and it is scaled to (H, W) by
            nearest-neighbour interpolation.
        data_shape: (H, W, C) of the images.
        seed: of "random" and "pattern".

    Raises ValueError if the name is unknown, if the file is not an image or has another aspect ratio, or if all pixels
    are known, or all missing.

    >>> float(mask("center", (28, 28, 1)).mean())
    0.75
    """
    if not isinstance(data_shape, (tuple, list)) or len(data_shape) < 2:
        raise ValueError(f"A mask is for images (H, W, C); got data_shape={data_shape!r}.")
    height, width = (check_count("A side of the images", side) for side in data_shape[:2])
    if name in MASKS:
        known = MASKS[name](height, width, np.random.default_rng(seed))
    elif isinstance(name, (str, os.PathLike)) and as_path(name).is_file():
        known = _drawn(name, height, width)
    else:
        raise ValueError(
            f"{nearest('mask', name, MASKS.names())} Or give an image file that is white where pixels are known."
        )
    return as_known(known)[0]


@MASKS.register
def center(height: int, width: int, generator: np.random.Generator) -> np.ndarray:
    """Hides a rectangle in the centre, half as high and half as wide as the image."""
    known = np.ones((height, width), bool)
    known[round(height / 4) : round(height * 3 / 4), round(width / 4) : round(width * 3 / 4)] = False
    return known


@MASKS.register
def left(height: int, width: int, generator: np.random.Generator) -> np.ndarray:
    """Hides the left half."""
    return np.tile(np.arange(width) >= width // 2, (height, 1))


@MASKS.register
def random(height: int, width: int, generator: np.random.Generator) -> np.ndarray:
    """Hides 80 % of the pixels at random."""
    return generator.permutation(height * width).reshape(height, width) >= round(RANDOM_SHARE * height * width)


@MASKS.register
def pattern(height: int, width: int, generator: np.random.Generator) -> np.ndarray:
    """Hides irregular blots, a third of all pixels, where smoothed noise is lowest."""
    noise = gaussian_filter(generator.normal(size=(height, width)), min(height, width) / 16)
    return noise > np.quantile(noise, PATTERN_SHARE)


def _drawn(path, height, width):
    try:
        with local_copy(path) as file, Image.open(file) as picture:
            picture = picture.convert("LA")
    except (OSError, ValueError) as error:
        raise ValueError(f"The mask {str(path)!r} cannot be read as an image: give a PNG file.") from error
    if picture.width * height != picture.height * width:
        raise ValueError(
            f"The mask {str(path)!r} has {picture.height} x {picture.width} pixels, but the images have "
            f"{height} x {width}: crop the mask to their aspect ratio."
        )
    return (np.asarray(picture.resize((width, height), Image.Resampling.NEAREST)) >= 128).all(axis=-1)


def as_known(mask: ArrayLike) -> np.ndarray:
    """Converts a mask (H, W), (H, W, 1) or (N, H, W, 1) of booleans, or of 1 and 0, to bool (N or 1, H, W, 1).

    Raises ValueError if it has another shape or other values, or if all pixels of an image are known, or all missing.
    """
    known = np.asarray(mask)
    known = known[..., np.newaxis] if known.ndim == 2 else known
    known = known[np.newaxis] if known.ndim == 3 else known
    if known.ndim != 4 or known.shape[-1] != 1 or known.size == 0:
        raise ValueError(
            f"A mask must have the shape (H, W), (H, W, 1) or, for each image, (N, H, W, 1); got {np.shape(mask)}."
        )
    if not np.isin(known, (0, 1)).all():
        raise ValueError("A mask must be 1 or True where a pixel is known, and 0 or False where it is missing.")
    known = known.astype(bool)
    if known.all(axis=(1, 2, 3)).any() or not known.any(axis=(1, 2, 3)).all():
        raise ValueError("A mask must have both known pixels (1) and missing pixels (0) in each image.")
    return known


def masked(images: ArrayLike, mask: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Returns images, float32 (N, H, W, C), with 0 (grey) for missing pixels, and their masks, bool (N, H, W, 1).

    Missing pixels may have any value, even NaN.

    Raises ValueError as `as_known` does, if the mask has another size, or if known pixels are not floats in [-1, 1].
    """
    images, known = np.asarray(images), as_known(mask)
    if images.ndim != 4 or 0 in images.shape or not np.issubdtype(images.dtype, np.floating):
        raise ValueError(
            f"Images to complete must be floats in [-1, 1] of shape (N, H, W, C), got {images.dtype} of shape "
            f"{images.shape}; convert uint8 images with `ganzoo.images.from_uint8`."
        )
    if known.shape[1:3] != images.shape[1:3] or len(known) not in (1, len(images)):
        raise ValueError(f"A mask of shape {known.shape} does not fit images of shape {images.shape}: resize the mask.")
    images = np.where(known, images, 0).astype("float32")
    if not (np.abs(images) <= 1).all():
        raise ValueError("Known pixels must be in [-1, 1], without NaN; convert those in [0, 255] by `x / 127.5 - 1`.")
    return images, np.broadcast_to(known, (*images.shape[:3], 1))


def distinct_masks(known: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields each distinct mask (H, W) among masks (N, H, W, 1), with the indices of its images."""
    distinct, which = np.unique(known.reshape(len(known), -1), axis=0, return_inverse=True)
    for index, one in enumerate(distinct):
        yield one.reshape(known.shape[1:3]), np.flatnonzero(which == index)
