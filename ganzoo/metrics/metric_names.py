"""Names of metrics, which state the whole protocol: FORMULA_EXTRACTOR_COUNT."""

import dataclasses
import re

from ganzoo.data.examples import Examples
from ganzoo.metrics import features, inception2015
from ganzoo.metrics.formulas import FORMULAS
from ganzoo.registry import nearest

_INCEPTION_SCORE = "inception_score"
ABBREVIATIONS = {"fid": "frechet", "kid": "kernel", "is": "inception_score"}
"""What papers call some formulas."""
_COUNTS = ("10k", "5k", "2k", "1k", "500", "200", "100")


@dataclasses.dataclass(frozen=True)
class MetricName:
    """A metric's name, taken apart.

    Attributes:
        formula: one of `FORMULAS`.
        extractor: one of `features.names()`.
        count: the number of samples.
        reference: the split of the real examples, "test" or "train".
        ending: what follows the formula in the name.
    """

    formula: str
    extractor: str
    count: int
    reference: str
    ending: str

    def __str__(self) -> str:
        return self.key(self.formula)

    def key(self, part: str) -> str:
        """Returns the key in logs of a part of the formula's result, for instance precision_classifier_10k."""
        if self.ending.startswith(_INCEPTION_SCORE):
            return self.ending if part == "score" else self.ending.replace(_INCEPTION_SCORE, f"{_INCEPTION_SCORE}_sd")
        return f"{part}_{self.ending}"


def parse(name: str) -> MetricName:
    """Takes a name apart; raises ValueError for an unknown formula or extractor, and for other forms of names."""
    whole = str(name)
    if score := re.fullmatch(rf"{_INCEPTION_SCORE}_(\d+k?)", whole):
        found = parse(f"score_inception2015_{score[1]}")
        return dataclasses.replace(found, ending=whole)
    match = re.fullmatch(r"(.+)_([^_]+)_(\d+)(k?)(_train)?", whole)
    if not match:
        raise ValueError(
            f"A metric's name is FORMULA_EXTRACTOR_COUNT, for instance frechet_classifier_10k; got {name!r}."
        )
    formula, extractor, number, thousands, train = match.groups(default="")
    if formula in ABBREVIATIONS:
        ours = ABBREVIATIONS[formula]
        raise ValueError(f"{formula.upper()} is called {ours} here: write {whole.replace(formula, ours, 1)}.")
    if formula not in FORMULAS:
        raise ValueError(nearest("formula", formula, FORMULAS))
    if extractor not in features.names():
        raise ValueError(nearest("extractor", extractor, features.names()))
    count = int(number) * (1000 if thousands else 1)
    if count < 2:
        raise ValueError(f"A metric needs at least two samples, got {name!r}; choose {formula}_{extractor}_10k.")
    ending = f"{extractor}_{number}{thousands}{train}"
    return MetricName(formula, extractor, count, "train" if train else "test", ending)


def default_names(test: Examples) -> list[str]:
    """Returns the names of metrics that suit test examples.

    If all images have labels, these are metrics of a classifier's features, from 10,000 samples. Images without labels
    are compared by features of `inception2015` if its weights are on this machine, and else by those of untrained
    `convolutions`; vectors are compared as they are. Then there are about as many samples as examples.

    >>> from ganzoo import data
    >>> default_names(data.examples("digits", "test"))[0], default_names(data.examples("ring", "test"))[0]
    ('frechet_classifier_10k', 'modes_pixels_10k')
    """
    if test.labels is not None and test.labels.min() >= 0 and len(test.shape) == 3:
        return [f"{name}_classifier_10k" for name in ("frechet", "kernel", "score", "precision_recall")]
    count = next((count for count in _COUNTS if parse(f"frechet_pixels_{count}").count <= len(test)), _COUNTS[-1])
    if len(test.shape) != 3:
        names = ("modes", "sliced_wasserstein") if test.mixture is not None else ("sliced_wasserstein",)
        return [f"{name}_pixels_{count}" for name in names]
    extractor = "inception2015" if inception2015.FILE.is_at_hand() else "convolutions"
    return [f"{name}_{extractor}_{count}" for name in ("frechet", "kernel", "precision_recall")]
