"""Which metrics are better if they are lower, and which if they are higher."""

_DIRECTIONS = {
    "frechet": "min",
    "kernel": "min",
    "sliced_wasserstein": "min",
    "neighbour_error": "min",
    "reverse_kl": "min",
    "frechet_infinity": "min",
    "inception_score": "max",
    "score": "max",
    "precision": "max",
    "recall": "max",
    "density": "max",
    "coverage": "max",
    "parzen": "max",
    "modes": "max",
}
"""By the formula's key. Others, such as standard deviations, have no direction: `two_sample` is best at 1/2."""


def direction_of(name: str) -> str | None:
    """Returns "min" or "max", whichever is better for a metric of this name, or None if that is unknown.

    >>> direction_of("frechet_classifier_10k"), direction_of("precision_pixels_500"), direction_of("mine")
    ('min', 'max', None)
    """
    end = -1 if name.startswith("inception_score_") else -2  # without the count, or without extractor and count
    key = "_".join(name.removesuffix("_train").split("_")[:end])
    return _DIRECTIONS.get(name) or _DIRECTIONS.get(key)
