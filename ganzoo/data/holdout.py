"""Images of a set without a split "test" that are held out of training, to measure on."""

import numpy as np

from ganzoo.data.examples import Examples, NoSplitError
from ganzoo.data.image_pairs import ImagePairs

SEED = 0
"""With which images are chosen, the same for all runs, so that all are measured on the same images."""
MOST = 10_000


def usual_holdout(count: int) -> int:
    """Returns how many of `count` images are usually held out: a tenth, at most 10,000."""
    return min(MOST, max(1, count // 10))


def held_out(examples: Examples | ImagePairs, split: str, count: int) -> Examples:
    """Returns the `count` examples that are held out, as the split "test", or the others, as "train".

    The choice is random, but always the same for data of this size; with more or fewer examples, others are chosen.
    Both parts keep the order of the whole.

    Raises NoSplitError for another split, and ValueError for pairs, or if no example would be left.
    """
    if isinstance(examples, ImagePairs):
        raise ValueError("From pairs of two domains, nothing can be held out; put the test images into a split 'test'.")
    if split not in ("train", "test"):
        raise NoSplitError(f"With examples held out, the splits are 'train' and 'test'; got {split!r}.")
    if count >= len(examples):
        raise ValueError(
            f"Cannot hold out {count} of the {len(examples)} examples of {examples.name!r}; choose at most "
            f"{len(examples) - 1}."
        )
    order = np.random.default_rng(SEED).permutation(len(examples))
    return examples.part(np.sort(order[:count] if split == "test" else order[count:]))
