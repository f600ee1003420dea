"""What games share in which networks translate images between two domains, A and B."""

import functools

import keras
import numpy as np

from ganzoo.arguments import shown
from ganzoo.execution.batches import as_floats
from ganzoo.execution.graphs import graph_function
from ganzoo.games.pictures import PlotsSamples
from ganzoo.training import given_data
from ganzoo.training.validation import check_images, image_faults

OTHER = {"a": "b", "b": "a"}
"""The domain that a domain's images are translated from, and to."""


class ImageTranslation(PlotsSamples):
    """Mixed into a game on pairs {"a": images, "b": images}, each (N, H, W, C); its `call` maps such dicts.

    `targets` are the domains that it translates to.
    """

    is_conditional = False
    targets = ("b", "a")

    def translate(self, images, to: str = "b", batch_size: int = 256) -> np.ndarray:
        """Returns images (N, H, W, C) of one domain as images of the other, float32 (N, H, W, C) in [-1, 1]."""
        if to not in self.targets:
            raise ValueError(f"{self.name} translates to {' and '.join(sorted(self.targets))}; got to={to!r}.")
        check_images(images, self.data_shape)
        return self.in_batches(self.translator, {OTHER[to]: as_floats(images)}, batch_size)[to]

    @functools.cached_property
    def translator(self):
        """The game's `call` as one graph."""
        return graph_function(lambda inputs: self(inputs, training=False))

    def check(self, data, whole=False):
        check_pairs(keras.utils.unpack_x_y_sample_weight(data)[0], self.data_shape)

    def check_inputs(self, x):
        """Raises ValueError for inputs of `predict` that are arrays, but not by the domain that they come from."""
        known = sorted(OTHER[to] for to in self.targets)
        if given_data.is_arrays(x) and not (isinstance(x, dict) and x.keys() & set(known)):
            raise ValueError(f"`predict` takes images by their domain, {{'{known[0]}': images}}; got {shown(x)}.")

    def find_faults(self, data):
        pairs = keras.utils.unpack_x_y_sample_weight(data)[0]
        return image_faults(pairs["a"], "images of a") | image_faults(pairs["b"], "images of b")


def check_pairs(pairs, data_shape) -> None:
    """Refuses what is not {"a": images, "b": images}, each (N, *data_shape) of floats in [-1, 1].

    Raises ValueError with one sentence that names the cure.
    """
    if not isinstance(pairs, dict) or pairs.keys() != {"a", "b"}:
        got = f"keys {sorted(pairs)}" if isinstance(pairs, dict) else f"shape {getattr(pairs, 'shape', None)}"
        raise ValueError(
            f'The data must be pairs {{"a": images, "b": images}}, but it has {got}: take batches of a '
            'ganzoo.data.ImagePairs, or map a dataset of two sets with `lambda a, b: {"a": a, "b": b}`.'
        )
    for images in pairs.values():
        check_images(images, data_shape)
    if len(pairs["a"]) != len(pairs["b"]):
        raise ValueError(
            f"A batch has as many images of one domain as of the other; got {len(pairs['a'])} of a and "
            f"{len(pairs['b'])} of b: let the smaller set repeat, as ganzoo.data.ImagePairs does."
        )
