"""Bad input gets one clear sentence: a sample of the cases in bad_inputs, or with --all-variants all of them."""

import time

import keras
import numpy as np
import pytest
from bad_inputs import commands, datasets, files, games, given_data, judging, measures, presets, settings  # noqa: F401
from bad_inputs.judging import CLEAR, families, judge

import ganzoo

PROCESSES = ("flags", "workdirs", "machines")
"""The families whose cases are processes, tried with --all-variants alone."""
EVERY = 12
"""Of the cases of other families, one in so many is tried by default."""


def tried(name, every, tmp_path):
    """Judges one in `every` cases of a family; gives the answers that were not clear, and the number of cases."""
    cases = list(families()[name]())[::every]
    wrong = []
    for place, (case, call) in enumerate(cases):
        (folder := tmp_path / str(place)).mkdir()
        verdict, answer = judge(call, folder)
        if verdict != CLEAR:
            wrong.append(f"{case}: {verdict}: {answer[:300]}")
    return wrong, len(cases)


def pytest_generate_tests(metafunc):
    if "family" in metafunc.fixturenames:
        everything = metafunc.config.getoption("all_variants")
        metafunc.parametrize("family", [name for name in families() if everything or name not in PROCESSES])


def test_bad_input_gets_a_clear_sentence(family, request, tmp_path):
    everything = request.config.getoption("all_variants")
    wrong, count = tried(family, 1 if everything else EVERY, tmp_path)
    assert not wrong and count >= (8 if everything else 1)


@pytest.mark.parametrize(
    "call, verdict",
    [
        (lambda: None, "silent"),
        (lambda: int("three"), "ugly"),
        (lambda: np.zeros(-1), "ugly"),
        (lambda: keras.layers.Dense(-1), "ugly"),
        (lambda: {}["generator"], "ugly"),
        (lambda: time.sleep(10), "hung"),
        (lambda: ganzoo.create("dcgn", (8, 8, 1)), "clear"),
    ],
)
def test_the_judge_tells_answers_apart(call, verdict, tmp_path, monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 1)
    assert judge(lambda folder: call(), tmp_path)[0] == verdict
