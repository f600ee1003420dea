"""Fine-tuning: which weights a game starts from, and which stay as they are."""

import json

import numpy as np
import pytest
from command_line import flags_of

import ganzoo
from ganzoo.commands import train
from ganzoo.pretrained import fine_tuning

SETTINGS = {"width": 4, "latent_dim": 6}


def create(name="dcgan", seed=0, **settings):
    return ganzoo.create(name, (8, 8, 1), seed=seed, **SETTINGS | settings)


def test_all_weights_are_taken_where_the_networks_are_the_same():
    source, game = create(seed=1, generator_ema=0.9), create(seed=0, generator_ema=0.9)
    source.step.assign(7)
    fitting = fine_tuning.start_from(game, source)
    assert fitting == {player: (len(source.players[player].weights),) * 2 for player in ("generator", "discriminator")}
    for player in ("generator", "discriminator"):
        for one, other in zip(game.players[player].weights, source.players[player].weights, strict=True):
            np.testing.assert_array_equal(one, other)
    for one, other in zip(game.averaged_network().weights, source.generator.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert int(game.step.numpy()) == 0


def test_weights_of_another_game_with_the_same_networks_fit():
    source, game = create("dcgan", seed=1), create("ragan", seed=0)
    assert all(fit == count for fit, count in fine_tuning.start_from(game, source).values())
    np.testing.assert_array_equal(game.generator.get_weights()[0], source.generator.get_weights()[0])


def test_what_belongs_to_other_classes_starts_anew():
    source, game = create("cdcgan", 1, num_classes=10), create("cdcgan", 0, num_classes=3)
    own = {player: [w.numpy() for w in network.weights] for player, network in game.players.items()}
    fitting = fine_tuning.start_from(game, source)
    for player, (fit, count) in fitting.items():
        assert fit == count - 1  # the kernel that the label enters
        trained_weights = source.players[player].weights
        for new, old, trained in zip(game.players[player].weights, own[player], trained_weights, strict=True):
            np.testing.assert_array_equal(new, trained if trained.shape == new.shape else old)


def test_the_discriminator_of_a_preset_of_the_generator_starts_anew(tmp_path):
    create(seed=1).save_to_preset(tmp_path / "preset", parts="generator")
    source, game = ganzoo.from_preset(tmp_path / "preset"), create(seed=0)
    before = game.discriminator.get_weights()
    fitting = fine_tuning.start_from(game, source)
    assert fitting["discriminator"][0] == 0 < fitting["generator"][0] == fitting["generator"][1]
    for one, other in zip(game.discriminator.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (lambda: create(width=8), r"Only \d+ of \d+ weights of the generator fit: choose the variant and the settings"),
        (lambda: ganzoo.create("nsgan", (8, 8, 1), units=16, latent_dim=6), r"Only 0 of \d+ weights of the generator"),
        (lambda: ganzoo.create("dcgan", (16, 16, 1), **SETTINGS), r"of shape \(16, 16, 1\), not \(8, 8, 1\)"),
    ],
)
def test_other_networks_are_refused(source, message):
    game = create()
    before = game.get_weights()
    with pytest.raises(ValueError, match=message):
        fine_tuning.start_from(game, source())
    for one, other in zip(game.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_frozen_layers_do_not_learn(eagerly):
    game = ganzoo.create("dcgan", (16, 16, 1), seed=0, **SETTINGS)
    names = fine_tuning.freeze_lowest(game.discriminator, 1)
    before = {variable.path: variable.numpy() for variable in game.discriminator.trainable_variables}
    all_before = {variable.path: variable.numpy() for variable in game.discriminator.weights}
    game.fit(np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1)).astype("float32"), batch_size=4, verbose=0)
    moved = {v.path for v in game.discriminator.weights if np.any(v.numpy() != all_before[v.path])}
    assert len(names) == 1 and 0 < len(before) < len(all_before)
    assert set(before) <= moved and not any(f"/{names[0]}/" in f"/{path}" for path in moved)


def test_the_lowest_layers_are_those_next_to_the_images():
    game = ganzoo.create("cdcgan", (16, 16, 1), num_classes=10, **SETTINGS)  # one network within another
    fine_tuning.freeze_lowest(game.discriminator, 1)
    frozen = {id(v) for v in game.discriminator.weights} - {id(v) for v in game.discriminator.trainable_weights}
    kernels = [v for v in game.discriminator.weights if id(v) in frozen and len(v.shape) == 4]
    assert [kernel.shape for kernel in kernels] == [(5, 5, 11, 4)]


@pytest.mark.parametrize("count", [0, 2, 1.5, True])
def test_a_layer_must_be_left_to_learn(count):
    with pytest.raises(ValueError, match="The number of frozen layers must be an integer"):
        fine_tuning.freeze_lowest(create().discriminator, count)


def run(workdir, *flags):
    small = ("--variant=dcgan", "--epochs=1", "--examples=64", "--batch_size=32", "--set=width=4", "--set=latent_dim=6")
    train.main(flags_of(train, *small, f"--workdir={workdir}", *flags))


def test_a_run_starts_from_another_and_is_resumed(tmp_path, capsys):
    run(tmp_path / "first")
    run(tmp_path / "second", f"--init={tmp_path / 'first'}", "--freeze=1", "--seed=3")
    first, second = (ganzoo.load(tmp_path / name) for name in ("first", "second"))
    kernels = [game.discriminator.get_weights()[0] for game in (first, second)]
    np.testing.assert_array_equal(*kernels)  # frozen
    assert np.abs(first.generator.get_weights()[0] - second.generator.get_weights()[0]).max() < 0.01  # two small steps
    assert json.loads((tmp_path / "second" / "config.json").read_text())["init"] == str(tmp_path / "first")
    run(tmp_path / "second", f"--init={tmp_path / 'first'}", "--freeze=1", "--seed=3", "--epochs=2", "--resume")
    assert int(ganzoo.load(tmp_path / "second").step.numpy()) == 4


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--init=digits_nsgan"], "was trained by: ganzoo train --set units=512"),
        (["--init=digits_nsgan", "--freeze=1"], "holds no discriminator, so none of its layers can be frozen"),
        (["--freeze=1"], "--freeze keeps the weights of --init as they are: give that, too"),
        (["--init=nowhere"], "Unknown preset 'nowhere'.* Nor is there a folder of this name"),
        (["--init=no/where"], "There is no checkpoint at no/where"),
    ],
)
def test_bad_flags_leave_no_run(flags, message, tmp_path):
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        run(tmp_path / "run", *flags)
    assert not (tmp_path / "run" / "config.json").exists()
