"""A run that is killed at any moment goes on as if nothing had happened; test_saving.py takes every variant along."""

import random

import pytest
import resumed

KILLED = ("improved_gan", "wgan_gp", "pix2pix", "cyclegan", "stylegan2")
"""Kinds that span what a checkpoint holds beside the weights of two networks, as each has processes of its own."""


@pytest.fixture(scope="module")
def runs(variant, tmp_path_factory):
    """A folder with a run of the kind, another with a run that was killed and resumed, and the steps where it fell."""
    folder, names = tmp_path_factory.mktemp("resumed"), [variant.name]
    resumed.finish(resumed.start(folder / "whole", names))
    return folder, resumed.killed(folder / "killed", names, kills=1, seed=random.randrange(2**31))


@pytest.mark.thorough
@pytest.mark.only(*KILLED)
@pytest.mark.kinds("improved_gan")
@pytest.mark.property("resume")
def test_a_killed_run_ends_as_the_one_that_never_was(variant, runs):
    folder, fell = runs
    count = resumed.same(folder / "whole" / variant.name, folder / "killed" / variant.name)
    assert count > 8 and len(fell[variant.name]) == 1 and fell[variant.name][0] < resumed.EPOCHS * 10
