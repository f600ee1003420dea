import numpy as np
import pytest
from PIL import Image, ImageSequence
from sklearn.datasets import load_digits

from ganzoo.images import (
    drawable,
    floats,
    from_uint8,
    grid,
    grid_of_classes,
    save_gif,
    save_png,
    side_by_side,
    to_uint8,
)


def digits(count):
    return (load_digits().images[:count, ..., None] / 8 - 1).astype("float32")


def bytes_of(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype("uint8")


def test_every_uint8_value_survives_the_round_trip():
    values = np.arange(256, dtype="uint8").reshape(1, 16, 16, 1)
    floats = from_uint8(values)
    assert floats.dtype == np.float32
    np.testing.assert_allclose(floats, values.astype("float64") / 127.5 - 1, atol=1e-7)
    np.testing.assert_array_equal(to_uint8(floats), values)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_to_uint8_rounds_to_the_nearest_and_clips(dtype):
    values = np.array([-1.5, -1, -0.999, -0.99, 0.001, 0.99, 0.999, 1, 7, -np.inf, np.inf, np.nan], dtype)
    expected = [0, 0, 0, 1, 128, 254, 255, 255, 255, 0, 255, 0]
    np.testing.assert_array_equal(to_uint8(values.reshape(1, -1, 1))[0, :, 0], expected)


def test_a_grid_is_filled_by_rows_with_white_lines_and_empty_cells():
    images = from_uint8(bytes_of((5, 4, 6, 3)))
    picture = grid(images, columns=2, padding=3, scale=2)
    assert picture.dtype == np.uint8 and picture.shape == (3 * 8 + 4 * 3, 2 * 12 + 3 * 3, 3)
    expected = np.full(picture.shape, 255, "uint8")
    for index, (row, column) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]):
        cell = np.kron(bytes_of((5, 4, 6, 3))[index], np.ones((2, 2, 1), "uint8"))
        expected[3 + row * 11 :, 3 + column * 15 :][:8, :12] = cell
    np.testing.assert_array_equal(picture, expected)


def test_uint8_and_float_images_make_the_same_grid():
    images = bytes_of((4, 8, 8, 1))
    np.testing.assert_array_equal(grid(images), grid(from_uint8(images)))


@pytest.mark.parametrize(("count", "layout"), [(1, (1, 1)), (3, (2, 2)), (6, (2, 3)), (64, (8, 8)), (65, (8, 9))])
def test_a_grid_is_nearly_square(count, layout):
    assert grid(np.zeros((count, 48, 48, 1), "float32"), padding=0).shape == (48 * layout[0], 48 * layout[1], 1)


@pytest.mark.parametrize(("side", "cell"), [(8, 48), (28, 56), (32, 64), (64, 64), (1, 48)])
def test_small_images_are_enlarged(side, cell):
    assert grid(np.zeros((1, side, side, 1), "float32"), padding=0).shape == (cell, cell, 1)


@pytest.mark.parametrize("channels", [1, 3])
def test_png_keeps_every_pixel(tmp_path, channels):
    image = bytes_of((9, 7, channels))
    path = save_png(tmp_path / "deep" / "er" / "image.png", image)
    read = np.asarray(Image.open(path)).reshape(image.shape)
    np.testing.assert_array_equal(read, image)
    assert [file.name for file in path.parent.iterdir()] == ["image.png"]


@pytest.mark.parametrize(("settings", "last"), [({}, 2000), ({"hold": 1}, 200)])
def test_gif_has_all_frames_and_holds_the_last(tmp_path, settings, last):
    frames = [grid(digits(count=16)[::step], columns=4) for step in (1, -1)] * 2
    path = save_gif(tmp_path / "film.gif", frames, seconds_per_frame=0.2, **settings)
    with Image.open(path) as film:
        assert film.info["loop"] == 0
        read = [(np.asarray(frame.convert("L")), frame.info["duration"]) for frame in ImageSequence.Iterator(film)]
    assert [duration for _, duration in read] == [200, 200, 200, last]
    for (image, _), frame in zip(read, frames, strict=True):
        np.testing.assert_array_equal(image, frame[..., 0])


def test_a_failed_write_leaves_the_earlier_file(tmp_path):
    path = save_png(tmp_path / "image.png", bytes_of((2, 2, 1)))
    before = path.read_bytes()
    with pytest.raises(ValueError, match="1 channel"):
        save_png(path, bytes_of((2, 2, 4)))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda path: to_uint8(np.zeros((2, 2, 1), "uint8")), "from_uint8"),
        (lambda path: from_uint8(np.zeros((2, 2, 1))), "Expected uint8"),
        (lambda path: grid(np.zeros((8, 8, 1))), r"\(N, H, W, C\)"),
        (lambda path: grid(np.zeros((0, 8, 8, 1))), "one or more"),
        (lambda path: grid(np.zeros((2, 8, 8, 2))), "not 2"),
        (lambda path: grid(np.zeros((2, 8, 8, 1)), columns=-1), "at least 1"),
        (lambda path: save_png(path, np.zeros((8, 8, 1))), "`to_uint8`"),
        (lambda path: save_png(path, np.zeros((8, 8), "uint8")), r"\(H, W, C\)"),
        (lambda path: save_gif(path, []), "at least one frame"),
        (lambda path: save_gif(path, [bytes_of((2, 2, 1)), bytes_of((2, 3, 1))]), "same shape"),
    ],
)
def test_bad_input_is_refused(tmp_path, call, message):
    with pytest.raises(ValueError, match=message):
        call(tmp_path / "picture")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("channels", [1, 3])
def test_pairs_are_drawn_side_by_side(channels):
    a, b = np.random.default_rng(0).uniform(-1, 1, (2, 4, 5, 3, channels)).astype(np.float32)
    drawn = side_by_side({"b": b, "a": a})
    assert drawn.shape == (4, 5, 6, channels)
    np.testing.assert_array_equal(drawn[:, :, :3], a)
    np.testing.assert_array_equal(drawn[:, :, 3:], b)


@pytest.mark.parametrize("shape", [(4, 5, 3, 2), (4, 5, 3, 6), (4, 2)])
def test_images_of_two_or_six_channels_are_not_taken_for_pairs(shape):
    samples = np.zeros(shape, np.float32)
    assert side_by_side(samples) is samples and not drawable(shape[1:])


def test_floats_converts_uint8_and_keeps_floats():
    bytes_ = np.arange(256, dtype="uint8").reshape(1, 16, 16, 1)
    np.testing.assert_array_equal(floats(bytes_), from_uint8(bytes_))
    np.testing.assert_array_equal(floats(from_uint8(bytes_).astype("float64")), from_uint8(bytes_))
    assert floats(np.zeros((1, 2, 2, 1), "float64")).dtype == np.float32


@pytest.mark.parametrize("channels", [1, 3])
def test_each_class_has_rows_of_its_own_and_its_name_beside_the_first(channels):
    images, names = bytes_of((6, 48, 48, channels)), ["eel", "cat", "eel", "eel", "cat", "eel"]
    picture = grid_of_classes(images, names, columns=3)
    white = np.full((1, 48, 48, channels), 255, "uint8")
    expected = grid(np.concatenate([images[[0, 2, 3, 5]], white, white, images[[1, 4]], white]), columns=3)
    margin = picture.shape[1] - expected.shape[1]
    np.testing.assert_array_equal(picture[:, margin:], expected)
    ink = (picture[:, :margin] < 128).any(axis=(1, 2))
    assert 20 < margin < 60 and np.flatnonzero(ink).min() > 15
    assert ink[:52].any() and not ink[52:102].any() and ink[102:].any()  # the second row goes on with the first class
    np.testing.assert_array_equal(grid_of_classes(from_uint8(images), names, columns=3), picture)


STRANGE = ["ü", "猫", "🐈\n", "\x00\t.", "\udcff", "قطة", "a long name " * 99]


def test_names_of_any_length_and_language_have_a_narrow_margin():
    images = bytes_of((4, 8, 8, 1))
    widths = [grid_of_classes(images, [name] * 4).shape[1] - 102 for name in STRANGE]
    assert all(12 < width < 200 for width in widths)
    assert grid_of_classes(images, ["a", "b", "a", "a"]).shape[0] == 3 * 50 + 2  # two columns, as without names
    assert grid_of_classes(images[:2], ["a", "b"], columns=9).shape[0] == 2 * 50 + 2
    with pytest.raises(ValueError, match="columns must be an integer of at least 1; got 0"):
        grid_of_classes(images, ["a"] * 4, columns=0)
