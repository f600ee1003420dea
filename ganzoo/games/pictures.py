"""Samples as pictures: a grid of images, a histogram or a scatter plot of vectors."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from ganzoo.images import drawable, grid, grid_of_classes, pillow, side_by_side
from ganzoo.plots import points

MOST_NAMED = 20
"""The most classes of which a picture shows the names."""


def draw_samples(
    samples: dict[str, np.ndarray] | np.ndarray,
    title: str = "",
    columns: int | None = None,
    real: np.ndarray | None = None,
    names: Sequence[str] | None = None,
) -> np.ndarray | None:
    """Returns a picture of samples, uint8 (H, W, C), or None for those that no picture can show.

    Args:
        samples: what `sample` returns: images (N, H, W, C), pairs of them, or vectors (N, D).
        title: of the plot of vectors.
        columns: of the grid of images; by default it is nearly square.
        real: real vectors (M, D), which are drawn in grey.
        names: the name of the class of each sample. Each class then has rows of its own in the grid, with its name at
            the left.
    """
    samples = side_by_side(samples)
    if drawable(samples.shape[1:]):
        return grid(samples, columns) if names is None else grid_of_classes(samples, names, columns)
    return points(samples, title, real) if samples.ndim == 2 and samples.shape[1] <= 2 else None


def names_of_samples(model: object, count: int, labels=None) -> list[str] | None:
    """Returns the names of the classes of `count` samples with these labels, for `draw_samples`.

    None if there are none, or too many for a picture, or if they are the numbers of the classes and say nothing new.
    """
    names = getattr(model, "class_names", None)
    if names is None or not model.is_conditional or names == tuple(map(str, range(len(names)))):
        return None
    chosen = [names[label] for label in model.sample_context(count, labels).numpy()]
    return chosen if len(set(chosen)) <= MOST_NAMED else None


class PlotsSamples:
    """Mixed into a game with `sample`: `plot` shows samples in a notebook."""

    def plot(self, count: int | None = None, labels=None, seed=None, columns: int | None = None) -> Image.Image:
        """Returns a picture of samples, which a notebook shows if it is the last value of a cell.

        Where the model has `class_names` and makes images, each class has rows of its own, with its name at the left.

        Args:
            count: how many samples; by default one for each of a list of labels, or else 64 images or 1000 vectors.
            labels: as in `sample`.
            seed: as in `sample`; without one, each call draws new samples.
            columns: of the grid of images; by default it is nearly square.

        Raises ValueError for samples that no picture can show: vectors of more than two dimensions, and images of
        another number of channels than 1 and 3.
        """
        if count is None:
            count = len(labels) if np.ndim(labels) else 64 if len(self.data_shape) == 3 else 1000
        samples, names = self.sample(count, labels=labels, seed=seed), names_of_samples(self, count, labels)
        picture = draw_samples(samples, self.name, columns, names=names)
        if picture is None:
            raise ValueError(f"No picture shows examples of shape {self.data_shape}: take gan.sample(...) instead.")
        return pillow(picture)
