"""Pairs of images of two domains, A and B, to learn translations between them."""

import dataclasses

import numpy as np

from ganzoo.data.examples import Examples
from ganzoo.data.resizing import as_bytes
from ganzoo.data.resizing import resize as resize_examples


@dataclasses.dataclass(frozen=True, eq=False)
class ImagePairs:
    """Images of two domains, which `batches` yields as {"a": images, "b": images}.

    The sets `a` and `b` are `Examples` with images of one shape. If they are `paired`, the n-th of one belongs to the
    n-th of the other, and they are shuffled together. Otherwise each domain is shuffled on its own, and the smaller set
    repeats within an epoch, as in the code of Zhu et al. (2017). The pairs have no labels; the sets keep theirs.

    Raises ValueError for vectors, for sets of different shapes, and for paired sets of different sizes.

    >>> from ganzoo import data
    >>> pairs = ImagePairs(data.examples("digits"), data.examples("digits", "test"))
    >>> pairs.shape, len(pairs)
    ((8, 8, 1), 1500)
    """

    a: Examples
    b: Examples
    paired: bool = False

    labels = num_classes = mixture = class_names = None
    as_dataset = Examples.as_dataset

    def __post_init__(self):
        if self.a.shape != self.b.shape or len(self.a.shape) != 3:
            raise ValueError(
                f"Both domains must be images of one shape; {self.a.name!r} has {self.a.shape}, {self.b.name!r} "
                f"{self.b.shape}: resize them with data_shape=(H, W, C)."
            )
        if self.paired and len(self.a) != len(self.b):
            raise ValueError(
                f"Paired domains must have equally many images; {self.a.name!r} has {len(self.a)}, {self.b.name!r} "
                f"{len(self.b)}: leave out those without a partner."
            )

    def __len__(self) -> int:
        return max(len(self.a), len(self.b))

    @property
    def shape(self) -> tuple:
        """The shape (H, W, C) of one image."""
        return self.a.shape

    @property
    def name(self) -> str:
        """The names of both sets."""
        return f"{self.a.name}+{self.b.name}"

    def head(self, count: int) -> "ImagePairs":
        """Returns the first `count` pairs."""
        return dataclasses.replace(self, a=self.a.head(count), b=self.b.head(count))

    def resize(self, data_shape: tuple[int, int, int]) -> "ImagePairs":
        """Returns the pairs with all images resized to `data_shape` (H, W, C)."""
        return dataclasses.replace(self, a=resize_examples(self.a, data_shape), b=resize_examples(self.b, data_shape))


def outlined(examples: Examples, threshold: float = 0.3) -> ImagePairs:
    """Returns pairs of the outlines of images, white on black, and the images themselves, with labels.

    Args:
        examples: images (N, H, W, C).
        threshold: a pixel is white if its brightness differs from that of its right or lower neighbour by more than
            this share of the range.

    Raises ValueError for vectors.
    """
    if len(examples.shape) != 3:
        raise ValueError(
            f"Only images have outlines, but {examples.name!r} has vectors {examples.shape}: choose images."
        )
    images = as_bytes(examples).astype("float32").mean(axis=-1, keepdims=True) / 255
    edges = np.zeros(images.shape, bool)
    edges[:, :-1] |= np.abs(np.diff(images, axis=1)) > threshold
    edges[:, :, :-1] |= np.abs(np.diff(images, axis=2)) > threshold
    lines = np.repeat(edges.astype("uint8") * 255, examples.shape[-1], axis=-1)
    outlines = dataclasses.replace(examples, images=lines, name=f"{examples.name}_outlines", mixture=None)
    return ImagePairs(outlines, dataclasses.replace(examples, images=as_bytes(examples)), paired=True)
