"""save -> load -> continue equals continue; nothing of the state is lost."""

import shutil
import types

import keras
import pytest

import ganzoo
from descriptors import assert_same_state, compile_all, state_of


def with_adam(gan):
    """Compiles a model with Adam. It runs eagerly, as a few steps need no trace."""
    compile_all(gan, lambda: keras.optimizers.Adam(1e-2), run_eagerly=True)
    return gan


@pytest.fixture(scope="module")
def run(variant, tmp_path_factory):
    """A model that was saved after two epochs, in each way there is, and its state then and after a third epoch."""
    folder, gan = tmp_path_factory.mktemp(str(variant)), with_adam(variant.create())
    callbacks = [
        keras.callbacks.ModelCheckpoint(str(folder / "epoch-{epoch}.keras")),
        keras.callbacks.BackupAndRestore(str(folder / "backup"), delete_checkpoint=False),
    ]
    gan.fit(variant.batches(count=16), epochs=2, callbacks=callbacks, verbose=0)
    gan.save(folder / "gan.keras")
    gan.save_weights(folder / "gan.weights.h5")
    saved = state_of(gan)
    gan.fit(variant.batches(count=16), initial_epoch=2, epochs=3, verbose=0)
    return types.SimpleNamespace(folder=folder, saved=saved, finished=state_of(gan), gan=gan)


@pytest.mark.quick("improved_gan")
@pytest.mark.kinds("improved_gan", "began", "vaegan", "pix2pix", "stylegan2")
@pytest.mark.property("save/load")
def test_a_loaded_model_goes_on_as_the_saved_one_does(variant, run):
    """The moments of Adam and the noise both count: dropping either gives other weights."""
    loaded = ganzoo.load(run.folder / "gan.keras")
    assert_same_state(state_of(loaded), run.saved)
    for player in loaded.players:
        assert type(loaded.optimizer_of(player)) is keras.optimizers.Adam
    loaded.fit(variant.batches(count=16), initial_epoch=2, epochs=3, verbose=0)
    assert_same_state(state_of(loaded), run.finished)


@pytest.mark.quick("improved_gan")
@pytest.mark.kinds("improved_gan", "began", "vaegan", "pix2pix", "stylegan2")
@pytest.mark.property("save/load")
def test_save_weights_keeps_every_optimizer(variant, run):
    fresh = with_adam(variant.create(seed=2))
    fresh.load_weights(run.folder / "gan.weights.h5")
    assert_same_state(state_of(fresh), run.saved)


@pytest.mark.quick("improved_gan")
@pytest.mark.kinds("improved_gan", "began", "vaegan", "pix2pix", "stylegan2")
@pytest.mark.property("save/load")
def test_model_checkpoint_keeps_the_whole_state(variant, run):
    assert_same_state(state_of(ganzoo.load(run.folder / "epoch-2.keras")), run.saved)


@pytest.mark.quick("improved_gan")
@pytest.mark.kinds("improved_gan", "pix2pix", "stylegan2")
@pytest.mark.property("save/load")
def test_backup_and_restore_goes_on_where_it_stopped(variant, run, tmp_path):
    shutil.copytree(run.folder / "backup", tmp_path / "backup")
    restored = with_adam(variant.create(seed=2))
    backup = keras.callbacks.BackupAndRestore(str(tmp_path / "backup"))
    restored.seed = run.gan.seed  # the configuration's part, which a backup does not hold
    restored.fit(variant.batches(count=16), epochs=3, callbacks=[backup], verbose=0)
    assert restored.step.numpy() == 3
    assert_same_state(state_of(restored), run.finished)


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("improved_gan", "wgan_gp", "vaegan", "cyclegan")
@pytest.mark.property("save/load")
def test_the_papers_optimizers_survive_saving(variant, tmp_path):
    gan = variant.create()
    gan.run_eagerly = True
    gan.fit(variant.batches(), steps_per_epoch=1, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    for player in gan.players:
        assert gan.optimizer_of(player).get_config() == loaded.optimizer_of(player).get_config()
    assert_same_state(state_of(loaded), state_of(gan))


def test_configuration_round_trip(variant):
    gan = variant.create(discriminator_steps=2)
    twin = type(gan).from_config(gan.get_config())
    twin.compile_from_config(gan.get_compile_config())
    assert twin.get_config().keys() == gan.get_config().keys()
    for name in ("objective", "turns", "seed", "penalties", "player_names"):
        assert getattr(twin, name) == getattr(gan, name)
    if hasattr(gan, "prior"):
        assert twin.prior.get_config() == gan.prior.get_config()
    assert [variable.shape for variable in twin.weights] == [variable.shape for variable in gan.weights]


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("cyclegan")
def test_a_save_that_breaks_off_leaves_the_earlier_file(variant, tmp_path, monkeypatch):
    """The optimizers come last: by then the networks are in the new file."""
    gan = variant.create()
    gan.save(tmp_path / "gan.keras")
    before = (tmp_path / "gan.keras").read_bytes()

    def disk_full(store):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gan.optimizer_of(gan.player_names[0]), "save_own_variables", disk_full)
    with pytest.raises(OSError, match="No space left"):
        gan.save(tmp_path / "gan.keras")
    assert (tmp_path / "gan.keras").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["gan.keras"]
