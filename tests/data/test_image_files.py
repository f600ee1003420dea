"""Image files of every kind against the pixels from which they were made."""

import io
import os
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from ganzoo.data.image_files import read_image

RANDOM = np.random.default_rng(0)
COLOUR = RANDOM.integers(0, 256, (5, 7, 3), dtype="uint8")
GREY, ALPHA = RANDOM.integers(0, 256, (2, 5, 7), dtype="uint8")
ORIENTED = {  # what a viewer does with the stored picture
    1: lambda image: image,
    2: lambda image: image[:, ::-1],
    3: lambda image: image[::-1, ::-1],
    4: lambda image: image[::-1],
    5: lambda image: image.transpose(1, 0, 2),
    6: lambda image: np.rot90(image, -1),
    7: lambda image: np.rot90(image)[:, ::-1],
    8: lambda image: np.rot90(image),
}
NOISE = RANDOM.integers(0, 256, (64, 64, 3), dtype="uint8")
BLOCKS = np.kron(RANDOM.integers(0, 256, (2, 3, 3), dtype="uint8"), np.ones((16, 16, 1), "uint8"))


def oriented(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize("orientation", ORIENTED)
@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("jpg", {"quality": 95}),
        ("png", {}),
        ("webp", {"lossless": True}),
        ("tif", {}),
        ("tiff", {"compression": "lzw"}),
    ],
)
def test_images_are_upright(tmp_path, orientation, suffix, options):
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(BLOCKS).save(path, exif=oriented(orientation), **options)
    expected = ORIENTED[orientation](BLOCKS)
    found = read_image(path)
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).mean() < (8 if suffix == "jpg" else 1e-9)


def test_grey_images_are_upright_too(tmp_path):
    for name, image in {"8.png": GREY, "16.png": GREY.astype("uint16") * 257}.items():
        Image.fromarray(image).save(tmp_path / name, exif=oriented(6))
        np.testing.assert_array_equal(read_image(tmp_path / name)[..., 0], np.rot90(GREY, -1))


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage\xff\xff\0", b"Exif\0\0II*\0\x08\0\0\0\xff\xff", b"\0"])
def test_damaged_exif_data_do_not_matter(tmp_path, exif):
    Image.fromarray(BLOCKS).save(tmp_path / "a.jpg", exif=exif)
    assert read_image(tmp_path / "a.jpg").shape == BLOCKS.shape


def palette(transparency=None):
    image = Image.fromarray(COLOUR).quantize(16)
    return image, np.asarray(image.convert("RGB"))


def test_every_mode_becomes_one_or_three_channels(tmp_path):
    indexed, colours = palette()
    black = GREY > 127
    cases = {
        "grey.png": (Image.fromarray(GREY), GREY[..., None]),
        "grey_alpha.png": (Image.fromarray(np.dstack([GREY, ALPHA])), GREY[..., None]),
        "grey16.png": (Image.fromarray(GREY.astype("uint16") * 256 + ALPHA), GREY[..., None]),
        "grey16.tif": (Image.fromarray(GREY.astype("uint16") * 256 + ALPHA), GREY[..., None]),
        "bits.png": (Image.fromarray(black), np.uint8(255) * black[..., None]),
        "bits.tif": (Image.fromarray(black), np.uint8(255) * black[..., None]),
        "grey.bmp": (Image.fromarray(GREY), GREY[..., None]),
        "grey.pgm": (Image.fromarray(GREY), GREY[..., None]),
        "grey.gif": (Image.fromarray(GREY), np.repeat(GREY[..., None], 3, axis=-1)),
        "alpha.png": (Image.fromarray(np.dstack([COLOUR, ALPHA])), COLOUR),
        "alpha.tif": (Image.fromarray(np.dstack([COLOUR, ALPHA])), COLOUR),
        "palette.png": (indexed, colours),
        "palette.bmp": (indexed, colours),
        "palette.gif": (indexed, colours),
        "colour.ppm": (Image.fromarray(COLOUR), COLOUR),
        "cmyk.tif": (Image.fromarray(COLOUR).convert("CMYK"), COLOUR),
    }
    for name, (image, expected) in cases.items():
        image.save(tmp_path / name)
        found = read_image(tmp_path / name)
        assert found.dtype == np.uint8 and found.shape == expected.shape, name
        np.testing.assert_array_equal(found, expected, err_msg=name)


def png(values, depth, colour_type):
    """A PNG file of integers (H, W, C), which may have 16 bits."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = values.astype(">u2" if depth == 16 else "u1")
    size = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], depth, colour_type, 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize(("colour_type", "channels", "kept"), [(0, 1, 1), (4, 2, 1), (2, 3, 3), (6, 4, 3)])
def test_pngs_of_8_and_16_bits(tmp_path, depth, colour_type, channels, kept):
    values = RANDOM.integers(2**depth, size=(5, 7, channels))
    (tmp_path / "a.png").write_bytes(png(values, depth, colour_type))
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), (values >> (depth - 8))[..., :kept])


def test_a_palette_with_transparent_colours_gives_no_warning(tmp_path):
    indexed, colours = palette()
    indexed.save(tmp_path / "a.png", transparency=bytes(range(0, 160, 10)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(read_image(tmp_path / "a.png"), colours)


def test_jpegs_for_print_have_natural_colours(tmp_path):
    for mode in ("CMYK", "YCbCr", "RGB"):
        Image.fromarray(BLOCKS).convert(mode).save(tmp_path / "a.jpg", quality=95)
        assert np.abs(read_image(tmp_path / "a.jpg").astype(int) - BLOCKS).mean() < 8, mode


@pytest.mark.parametrize("suffix", ["gif", "png", "webp", "tif"])
def test_the_first_frame_is_read(tmp_path, suffix):
    first, second = (Image.new("RGB", (6, 4), colour) for colour in ("red", "blue"))
    options = {"lossless": True} if suffix == "webp" else {}
    first.save(tmp_path / f"a.{suffix}", save_all=True, append_images=[second], **options)
    np.testing.assert_array_equal(read_image(tmp_path / f"a.{suffix}"), np.full((4, 6, 3), [255, 0, 0]))


def test_the_content_counts_and_not_the_suffix(tmp_path):
    Image.fromarray(COLOUR).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    np.testing.assert_array_equal(read_image(tmp_path / "a.jpg"), COLOUR)


def saved(image, suffix):
    buffer = io.BytesIO()
    image.save(buffer, suffix)
    return buffer.getvalue()


def make_pipe(path):
    os.mkfifo(path)


BROKEN = {
    "a pipe": make_pipe,
    "a broken link": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "an empty file": lambda path: path.touch(),
    "text": lambda path: path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
    "half a PNG": lambda path: path.write_bytes(saved(Image.fromarray(NOISE), "PNG")[:2000]),
    "half a JPEG": lambda path: path.write_bytes(saved(Image.fromarray(NOISE), "JPEG")[:2000]),
    "half a WebP": lambda path: path.write_bytes(saved(Image.fromarray(NOISE), "WEBP")[:2000]),
    "half a TIFF": lambda path: path.write_bytes(saved(Image.fromarray(NOISE), "TIFF")[:2000]),
    "floats": lambda path: path.write_bytes(saved(Image.fromarray(GREY.astype("float32")), "TIFF")),
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path, kind):
    path = tmp_path / "bad.png"
    BROKEN[kind](path)
    with pytest.raises(ValueError, match=r"bad\.png' cannot be read; repair it or remove it, .*skip_broken=True"):
        read_image(path)


def test_any_damaged_byte_gives_an_image_or_the_same_sentence(tmp_path):
    path = tmp_path / "bad.png"
    for suffix in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"):
        whole = saved(Image.fromarray(BLOCKS), suffix)
        for place in range(0, len(whole), max(len(whole) // 60, 1)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
            try:
                assert read_image(path).ndim == 3
            except ValueError as error:
                assert "bad.png' " in str(error)


def test_huge_images_are_refused_before_they_fill_the_memory(tmp_path, monkeypatch):
    Image.new("1", (20_000, 20_000)).save(tmp_path / "huge.png")
    assert (tmp_path / "huge.png").stat().st_size < 100_000
    with pytest.raises(ValueError, match=r"huge.png' has more than 178,956,970 pixels, Pillow's limit; shrink it or"):
        read_image(tmp_path / "huge.png")
    Image.fromarray(COLOUR).save(tmp_path / "small.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(ValueError, match="more than 20 pixels"):
        read_image(tmp_path / "small.png")
