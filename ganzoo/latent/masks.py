"""Which pixels of an image are known: masks (H, W, 1), True where they are, by name or drawn by the user."""

from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from ganzoo.registry import Registry, nearest

MASKS = Registry("mask")
RANDOM_SHARE, PATTERN_SHARE = 0.8, 1 / 3


def mask(name, data_shape, seed=0):
    """Which pixels are known of images of shape (H, W, C): bool (H, W, 1), True where they are.

    `name` is one of Yeh et al. (2017), "center", "random", "left" or "pattern", of which "random" and "pattern" follow
    from the seed; or the path of an image file, whose light pixels are known and whose dark or transparent ones are
    missing, scaled to (H, W) by the nearest pixels.

    Raises ValueError for another name, for a file that is no image or has not the proportions of H and W, and where
    all pixels are known, or none.

    >>> float(mask("center", (28, 28, 1)).mean())
    0.75
    """
    height, width = data_shape[:2]
    if name in MASKS:
        known = MASKS[name](height, width, np.random.default_rng(seed))
    elif Path(name).is_file():
        known = _drawn(name, height, width)
    else:
        raise ValueError(f"{nearest('mask', name, MASKS.names())} Or give an image file, white where pixels are known.")
    return checked(known)[0]


@MASKS.register
def center(height, width, random):
    """The middle half of each side is missing, a quarter of all."""
    known = np.ones((height, width), bool)
    known[round(height / 4) : round(height * 3 / 4), round(width / 4) : round(width * 3 / 4)] = False
    return known


@MASKS.register
def left(height, width, random):
    """The left half is missing."""
    return np.tile(np.arange(width) >= width // 2, (height, 1))


@MASKS.register
def random(height, width, random):
    """80 % of the pixels are missing, wherever."""
    return random.permutation(height * width).reshape(height, width) >= round(RANDOM_SHARE * height * width)


@MASKS.register
def pattern(height, width, random):
    """Blots are missing, a third of all pixels: the lowest of smoothed noise."""
    noise = gaussian_filter(random.normal(size=(height, width)), min(height, width) / 16)
    return noise > np.quantile(noise, PATTERN_SHARE)


def _drawn(path, height, width):
    try:
        with Image.open(path) as picture:
            picture = picture.convert("LA")
    except (OSError, ValueError) as error:
        raise ValueError(f"The mask {str(path)!r} cannot be read as an image: give a PNG file, say.") from error
    if picture.width * height != picture.height * width:
        raise ValueError(
            f"The mask {str(path)!r} is {picture.height} pixels high and {picture.width} wide, the images are {height} "
            f"and {width}: cut it to their proportions."
        )
    return (np.asarray(picture.resize((width, height), Image.Resampling.NEAREST)) >= 128).all(axis=-1)


def checked(mask):
    """The mask as bool (N or 1, H, W, 1), from (H, W), (H, W, 1) or (N, H, W, 1) of True and False, or 1 and 0.

    Raises ValueError for another shape, other values, and where all pixels of an image are known, or none.
    """
    known = np.asarray(mask)
    known = known[..., np.newaxis] if known.ndim == 2 else known
    known = known[np.newaxis] if known.ndim == 3 else known
    if known.ndim != 4 or known.shape[-1] != 1 or known.size == 0:
        raise ValueError(f"A mask has shape (H, W), (H, W, 1) or, for each image, (N, H, W, 1); got {np.shape(mask)}.")
    if not np.isin(known, (0, 1)).all():
        raise ValueError("A mask holds 1, or True, where a pixel is known, and 0 where it is missing, nothing else.")
    known = known.astype(bool)
    if known.all(axis=(1, 2, 3)).any() or not known.any(axis=(1, 2, 3)).all():
        raise ValueError("A mask leaves some pixels of each image known (1) and some missing (0), not all or none.")
    return known


def masked(images, mask):
    """Images as float32 (N, H, W, C), 0 (grey) where they are missing, and their masks, bool (N, H, W, 1).

    What missing pixels hold, NaN included, has no influence.

    Raises ValueError as `checked` does, for a mask of another size, and for known pixels that are no floats in [-1, 1].
    """
    images, known = np.asarray(images), checked(mask)
    if images.ndim != 4 or 0 in images.shape or not np.issubdtype(images.dtype, np.floating):
        raise ValueError(
            f"Images to complete are floats in [-1, 1] of shape (N, H, W, C), got {images.dtype} of shape "
            f"{images.shape}; bytes become floats by `ganzoo.images.from_uint8`."
        )
    if known.shape[1:3] != images.shape[1:3] or len(known) not in (1, len(images)):
        raise ValueError(f"A mask (N or 1, H, W, 1) of {known.shape} does not fit images (N, H, W, C) {images.shape}.")
    images = np.where(known, images, 0).astype("float32")
    if not (np.abs(images) <= 1).all():
        raise ValueError("Known pixels lie in [-1, 1], without NaN; images in [0, 255] become that by `x / 127.5 - 1`.")
    return images, np.broadcast_to(known, (*images.shape[:3], 1))


def alike(known):
    """Of masks (N, H, W, 1), each distinct one (H, W) with the indices of the images that it belongs to."""
    distinct, which = np.unique(known.reshape(len(known), -1), axis=0, return_inverse=True)
    for index, one in enumerate(distinct):
        yield one.reshape(known.shape[1:3]), np.flatnonzero(which == index)
