import numpy as np

from ganzoo import plots


def test_pictures_in_a_row_are_unscaled():
    generator = np.random.default_rng(0)
    colour = generator.integers(0, 255, (30, 40, 3)).astype("uint8")
    grey = generator.integers(0, 255, (17, 23, 1)).astype("uint8")
    whole = plots.in_a_row({"one": colour, "two\nlines": grey}, gap=10)
    assert whole.dtype == np.uint8 and whole.shape == (48 + 30 + 10, 10 + 40 + 10 + 23 + 10, 3)
    np.testing.assert_array_equal(whole[48:78, 10:50], colour)
    np.testing.assert_array_equal(whole[48:65, 60:83], np.repeat(grey, 3, axis=2))
    assert (whole[:48] < 128).any() and (whole[65:, 50:] == 255).all()
