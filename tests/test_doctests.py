import doctest
import importlib
import pkgutil

import pytest

import ganzoo

MODULES = [module.name for module in pkgutil.walk_packages(ganzoo.__path__, "ganzoo.")]


@pytest.mark.parametrize("name", ["ganzoo", *MODULES])
def test_examples_in_docstrings(name):
    result = doctest.testmod(
        importlib.import_module(name), optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    )
    assert result.failed == 0


def test_there_are_examples_to_run():
    finder = doctest.DocTestFinder()
    examples = [test for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples]
    assert len(examples) >= 4
