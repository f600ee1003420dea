"""Samples as pictures: a grid of images, a histogram or a scatter plot of vectors."""

import numpy as np
from PIL import Image

from ganzoo.images import drawable, grid, pillow, side_by_side
from ganzoo.plots import points


def draw_samples(
    samples: dict[str, np.ndarray] | np.ndarray,
    title: str = "",
    columns: int | None = None,
    real: np.ndarray | None = None,
) -> np.ndarray | None:
    """Returns a picture of samples, uint8 (H, W, C), or None for those that no picture can show.

    Args:
        samples: what `sample` returns: images (N, H, W, C), pairs of them, or vectors (N, D).
        title: of the plot of vectors.
        columns: of the grid of images; by default it is nearly square.
        real: real vectors (M, D), which are drawn in grey.
    """
    samples = side_by_side(samples)
    if drawable(samples.shape[1:]):
        return grid(samples, columns)
    return points(samples, title, real) if samples.ndim == 2 and samples.shape[1] <= 2 else None


class PlotsSamples:
    """Mixed into a game with `sample`: `plot` shows samples in a notebook."""

    def plot(self, count: int | None = None, labels=None, seed=None) -> Image.Image:
        """Returns a picture of samples, which a notebook shows if it is the last value of a cell.

        Args:
            count: how many samples; by default 64 images, or 1000 vectors.
            labels: as in `sample`.
            seed: as in `sample`; without one, each call draws new samples.

        Raises ValueError for samples that no picture can show: vectors of more than two dimensions, and images of
        another number of channels than 1 and 3.
        """
        count = (64 if len(self.data_shape) == 3 else 1000) if count is None else count
        picture = draw_samples(self.sample(count, labels=labels, seed=seed), self.name)
        if picture is None:
            raise ValueError(f"No picture shows examples of shape {self.data_shape}: take gan.sample(...) instead.")
        return pillow(picture)
