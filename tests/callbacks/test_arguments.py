import pytest

from ganzoo.callbacks import Checkpoints, Progress, SampleGrid


@pytest.mark.parametrize(
    "make",
    [
        lambda: SampleGrid("folder", every=0),
        lambda: SampleGrid("folder", count=-1),
        lambda: Checkpoints("folder", every=0),
        lambda: Checkpoints("folder", keep=0),
        lambda: Progress(epochs=0, steps_per_epoch=1),
        lambda: Progress(epochs=1, steps_per_epoch=0.5),
    ],
)
def test_numbers_below_one_are_refused(make):
    with pytest.raises(ValueError, match="must be an integer of at least 1"):
        make()
