"""Bases of doubling networks, and sentences for sides that none reaches."""

import pytest

from ganzoo.networks.sides import base_and_doublings


@pytest.mark.parametrize("base", [(4, 4), (7, 7), (5, 20), (6, 4)])
@pytest.mark.parametrize("doublings", [1, 3, 5])
def test_the_base_is_found_again(base, doublings):
    shape = (base[0] * 2**doublings, base[1] * 2**doublings, 3)
    assert base_and_doublings(shape) == (base, doublings)


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((7, 8, 1), "sides of 8 to 1024; got 7 x 8"),
        ((64, 2048, 3), "sides of 8 to 1024; got 64 x 2048"),
        ((30, 30, 3), "nearest possible size is 32 x 32"),
        ((100, 220, 3), "nearest possible size is 96 x 224"),
        ((2,), "not for data of shape"),
    ],
)
def test_other_sides_are_refused_with_those_that_are_possible(shape, sentence):
    with pytest.raises(ValueError, match=sentence):
        base_and_doublings(shape)
