"""save -> load -> continue equals continue; nothing of the state is lost."""

import keras
import numpy as np
import pytest

import ganzoo


def assert_same(one, other):
    """Equal weights, optimizer states and step, bit for bit."""
    pairs = [(one.weights, other.weights)]
    for role in ("generator_optimizer", "discriminator_optimizer"):
        pairs.append((getattr(one, role).variables, getattr(other, role).variables))
    for ours, theirs in pairs:
        assert len(ours) == len(theirs)
        for left, right in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(left.numpy(), right.numpy(), err_msg=left.path)


def trained(variant, epochs=2):
    gan = variant.create()
    gan.compile(keras.optimizers.Adam(1e-2), keras.optimizers.Adam(1e-3))
    gan.fit(variant.batches(), epochs=epochs, verbose=0)
    return gan


@pytest.mark.property("save/load")
def test_traps_13_and_14_a_loaded_model_goes_on_as_the_saved_one_does(variant, tmp_path):
    """Adam's moments and the noise both count: dropping either gives other weights."""
    gan = trained(variant)
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert_same(gan, loaded)
    assert type(loaded.generator_optimizer) is keras.optimizers.Adam
    for model in (gan, loaded):
        model.fit(variant.batches(), epochs=2, verbose=0)
    assert_same(gan, loaded)


@pytest.mark.property("save/load")
def test_interrupted_equals_uninterrupted(variant, tmp_path):
    whole = trained(variant, epochs=3)
    first = trained(variant, epochs=1)
    first.save(tmp_path / "gan.keras")
    rest = ganzoo.load(tmp_path / "gan.keras")
    rest.fit(variant.batches(), initial_epoch=1, epochs=3, verbose=0)
    assert_same(whole, rest)


@pytest.mark.property("save/load")
def test_trap_13_save_weights_keeps_both_optimizers(variant, tmp_path):
    gan = trained(variant)
    gan.save_weights(tmp_path / "gan.weights.h5")
    fresh = variant.create(seed=2)
    fresh.compile(keras.optimizers.Adam(1e-2), keras.optimizers.Adam(1e-3))
    fresh.load_weights(tmp_path / "gan.weights.h5")
    assert_same(gan, fresh)


@pytest.mark.property("save/load")
def test_trap_13_model_checkpoint_and_backup_and_restore(variant, tmp_path):
    def fit(epochs, *callbacks):
        gan = variant.create()
        gan.compile(keras.optimizers.Adam(1e-2), keras.optimizers.Adam(1e-3))
        gan.fit(variant.batches(), epochs=epochs, verbose=0, callbacks=callbacks)
        return gan

    saved = fit(2, keras.callbacks.ModelCheckpoint(str(tmp_path / "gan-{epoch}.keras")))
    assert_same(saved, ganzoo.load(tmp_path / "gan-2.keras"))
    fit(1, keras.callbacks.BackupAndRestore(str(tmp_path / "backup"), delete_checkpoint=False))
    restored = fit(2, keras.callbacks.BackupAndRestore(str(tmp_path / "backup")))
    assert restored.step.numpy() == 6
    assert_same(saved, restored)


@pytest.mark.property("save/load")
def test_the_papers_optimizers_survive_saving(variant, tmp_path):
    gan = variant.create()
    gan.fit(variant.batches(), verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    for role in ("generator_optimizer", "discriminator_optimizer"):
        assert getattr(gan, role).get_config() == getattr(loaded, role).get_config()
    for model in (gan, loaded):
        model.fit(variant.batches(), verbose=0)
    assert_same(gan, loaded)


def test_configuration_round_trip(variant):
    gan = variant.create(discriminator_steps=2)
    twin = type(gan).from_config(gan.get_config())
    twin.compile_from_config(gan.get_compile_config())
    assert twin.get_config().keys() == gan.get_config().keys()
    for name in ("objective", "discriminator_steps", "seed", "penalties"):
        assert getattr(twin, name) == getattr(gan, name)
    assert twin.prior.get_config() == gan.prior.get_config()
    assert [variable.shape for variable in twin.weights] == [variable.shape for variable in gan.weights]


def test_a_save_that_breaks_off_leaves_the_earlier_file(variant, tmp_path, monkeypatch):
    """The optimizers come last: by then the networks are in the new file."""
    gan = variant.create()
    gan.save(tmp_path / "gan.keras")
    before = (tmp_path / "gan.keras").read_bytes()

    def disk_full(store):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gan.generator_optimizer, "save_own_variables", disk_full)
    with pytest.raises(OSError, match="No space left"):
        gan.save(tmp_path / "gan.keras")
    assert (tmp_path / "gan.keras").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["gan.keras"]
