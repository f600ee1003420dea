import resource
import signal
import zipfile

import numpy as np
import pytest

import ganzoo
from ganzoo.callbacks import Checkpoints, latest
from small_gan import STEPS, At, fit, names, spoil


def test_checkpoints_keep_the_newest_and_load(gan, tmp_path):
    begin = int(gan.step)
    steps = [begin + STEPS * epoch for epoch in range(1, 6)]
    fit(gan, Checkpoints(tmp_path, every=2, keep=2), epochs=5)
    assert names(tmp_path) == [f"step-{step:08d}.keras" for step in (steps[3], steps[4])]
    assert latest(tmp_path) == tmp_path / f"step-{steps[4]:08d}.keras"
    loaded = ganzoo.load(latest(tmp_path))
    np.testing.assert_array_equal(loaded.sample(4, seed=0), gan.sample(4, seed=0))


def archive(path):
    """Writes a small complete file in the format of checkpoints."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", "{}" * 100)


def test_latest_compares_steps_as_numbers_and_ignores_other_files(tmp_path):
    assert latest(tmp_path) is None and latest(tmp_path / "missing") is None
    for name in (
        "step-00000009.keras",
        "step-123456789.keras",
        "step-x.keras",
        ".1-step-999999999.keras",
        "step-5.txt",
    ):
        archive(tmp_path / name)
    assert latest(tmp_path) == tmp_path / "step-123456789.keras"


@pytest.mark.parametrize("length", [0, 10, -1])
def test_latest_skips_an_incomplete_file(tmp_path, length):
    good, cut = tmp_path / "step-1.keras", tmp_path / "step-2.keras"
    archive(good)
    archive(cut)
    cut.write_bytes(cut.read_bytes()[:length])
    with pytest.warns(UserWarning, match="step-2.keras is incomplete.* skipped"):
        assert latest(tmp_path) == good
    good.unlink()
    with (
        pytest.warns(UserWarning),
        pytest.raises(ValueError, match="All checkpoints in .* are incomplete: start a new run"),
    ):
        latest(tmp_path)


@pytest.mark.thorough
def test_checkpoints_of_another_run_are_kept(gan, tmp_path):
    (tmp_path / "step-99999999.keras").write_text("another run's")
    fit(gan, Checkpoints(tmp_path, keep=1), epochs=2)
    assert names(tmp_path) == [f"step-{int(gan.step):08d}.keras", "step-99999999.keras"]


def test_a_broken_model_is_not_saved(gan, tmp_path, capsys):
    fit(gan, Checkpoints(tmp_path, keep=1), epochs=1)
    good = names(tmp_path)
    fit(gan, At(2, spoil(np.nan)), Checkpoints(tmp_path, keep=1), epochs=1)
    assert names(tmp_path) == good
    assert "no checkpoint of it was saved" in capsys.readouterr().out


def test_a_full_disk_leaves_earlier_checkpoints_intact(gan, tmp_path):
    fit(gan, Checkpoints(tmp_path), epochs=1)
    (good,) = tmp_path.iterdir()
    content = good.read_bytes()
    callback = Checkpoints(tmp_path, keep=1)
    callback.set_model(gan)
    gan.step.assign_add(1)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(content) // 2, limits[1]))
    try:
        with pytest.raises(OSError, match="Could not save .* earlier checkpoints are intact"):
            callback.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list(tmp_path.iterdir()) == [good] and good.read_bytes() == content
