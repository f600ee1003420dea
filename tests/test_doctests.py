import doctest
import importlib
import pkgutil

import pytest

import ganzoo
from ganzoo import data, images, metrics

MODULES = [module.name for module in pkgutil.walk_packages(ganzoo.__path__, "ganzoo.")]
NEED_TRAINING = {"Classifier", "classifier", "gan_test", "gan_train"}
CALLED = [
    (ganzoo, ["create", "load"]),
    (data, ["examples", "domains", "pairs", "load", "from_arrays", "batches", "keep_labels", "resize"]),
    (images, ["to_uint8", "from_uint8", "grid"]),
    (metrics, [name for name in metrics.__all__ if name.islower() and name not in NEED_TRAINING]),
]


@pytest.mark.parametrize("name", ["ganzoo", *MODULES])
def test_examples_in_docstrings(name):
    result = doctest.testmod(
        importlib.import_module(name), optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    )
    assert result.failed == 0


@pytest.mark.parametrize("module, names", CALLED, ids=lambda value: getattr(value, "__name__", ""))
def test_what_users_call_has_examples(module, names):
    parser = doctest.DocTestParser()
    assert [name for name in names if not parser.get_examples(getattr(module, name).__doc__)] == []
