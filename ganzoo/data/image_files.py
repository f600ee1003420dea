"""Reading image files with Pillow."""

import contextlib
import errno
import io
import os
import stat

import numpy as np
from PIL import Image, ImageOps

from ganzoo.files import as_path

SUFFIXES = {".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
"""The suffixes of image files, in lower case."""
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "PPM")  # the most frequent first
WITH_ORIENTATION = {"exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif"}
"""What Pillow calls the parts of a file in which an orientation may be; of a TIFF file, it is elsewhere."""
PASSING = {
    *(errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EINTR),
    *(errno.ESTALE, errno.ETIMEDOUT, errno.ECONNRESET, errno.ENOBUFS),
}
"""Numbers of errors that may pass, and say nothing about the file."""


def read_image(path: str | os.PathLike) -> np.ndarray:
    """Reads the first frame of an image file as uint8 (H, W, 1) or (H, W, 3), upright as its EXIF orientation says.

    Grey images have one channel, and all others, GIFs included, have three. An alpha channel is dropped. Of 16 bits
    per channel, the upper 8 are kept.

    Raises ValueError if it is not a regular file or cannot be opened, if it is damaged or has numbers of 32 bits, or if
    it has more than twice `PIL.Image.MAX_IMAGE_PIXELS`, by default 179 million.
    """
    return _as_array(open_picture(path))


def open_picture(
    source: str | os.PathLike | bytes, name: str | None = None, wanted: tuple[int, int] | None = None
) -> Image.Image:
    """Opens an image as `read_image` does, and returns it as a Pillow image of mode L or RGB.

    Args:
        source: the path of a file, on any file system of TensorFlow, or its contents.
        name: what error messages call the image, by default its path.
        wanted: (H, W) to which the image will be resized. A JPEG file of at least four times that size is decoded at a
            half, a quarter or an eighth of its own size, never at less than twice `wanted`, which takes far less time.

    Raises ValueError as `read_image` does, and OSError if the file may be readable at another time.
    """
    name = name or str(source)
    try:
        if isinstance(source, str) and "://" in source:
            source = as_path(source).read_bytes()
        if not isinstance(source, bytes) and not stat.S_ISREG(os.stat(source).st_mode):
            raise OSError("it is not a regular file")  # opening a pipe would block
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS) as image:
            is_grey = _is_grey(image)
            if wanted and image.format == "JPEG":
                scale = min(image.size) / (2 * max(wanted))
                image.draft(None, (int(image.width / scale), int(image.height / scale)))
            image.load()
            if image.format == "TIFF" or not WITH_ORIENTATION.isdisjoint(image.info):
                with contextlib.suppress(Exception):  # damaged EXIF data do not make an image unreadable
                    ImageOps.exif_transpose(image, in_place=True)
            return _as_bytes(image, is_grey)
    except Image.DecompressionBombError as error:
        raise ValueError(
            f"The image file {name!r} has more than {2 * Image.MAX_IMAGE_PIXELS:,} pixels, Pillow's limit; shrink "
            "it or remove it, or raise `PIL.Image.MAX_IMAGE_PIXELS` if you trust it."
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises errors of many types for damaged files
        if isinstance(error, OSError) and error.errno in PASSING:
            raise
        raise ValueError(
            f"The image file {name!r} cannot be read; repair it or remove it, or leave out all such files with "
            f"`skip_broken=True`. ({type(error).__name__}: {error})"
        ) from error


def _is_grey(image):
    """Returns whether an image that is not loaded yet has grey levels, with or without alpha."""
    is_two_words = image.format == "PNG" and image.tile and image.tile[0][3] == "LA;16B"  # which Pillow reads as RGBA
    return is_two_words or (image.mode in ("1", "L", "LA") and image.format != "GIF")


def _as_bytes(image, is_grey):
    """Returns an image of mode L or RGB."""
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PNG"):
        return Image.fromarray((np.asarray(image) >> 8).astype("uint8"))
    if image.mode in ("I", "F"):
        raise ValueError("it has numbers of 32 bits; convert it to 8 bits per channel")
    if is_grey:
        return image if image.mode == "L" else image.convert("L")
    image = image.convert("RGBA") if image.mode in ("P", "PA", "RGBa") else image
    return image if image.mode == "RGB" else image.convert("RGB")


def _as_array(picture):
    found = np.array(picture)
    return found[..., np.newaxis] if found.ndim == 2 else found
