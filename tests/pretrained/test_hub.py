"""Presets on the Hugging Face Hub, from a server on this machine that stands in for it."""

import os

import programs
import pytest

import ganzoo
import hub

PROGRAM = "import ganzoo, sys\nprint(ganzoo.from_preset(sys.argv[1]).sample(1, seed=0)[0, 0])"


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    gan = ganzoo.create("lsgan", (2,), width=8, latent_dim=2, seed=0)
    folder = tmp_path_factory.mktemp("hub") / "ring"
    gan.save_to_preset(folder)
    return folder, str(gan.sample(1, seed=0)[0, 0])


def load(place, address, cache):
    environment = {**os.environ, "HF_ENDPOINT": address, "HF_HOME": str(cache), "HF_HUB_DISABLE_TELEMETRY": "1"}
    return programs.run(["-c", PROGRAM, place], env=environment)


def test_presets_are_downloaded_once(preset, tmp_path):
    folder, expected = preset
    with hub.serving({"me/ring": folder}) as (address, asked):
        for place in ("hf://me/ring", "hf://me/ring@v1"):
            done = load(place, address, tmp_path)
            assert done.stdout.strip() == expected, done.stderr
        downloads = [path for path in asked if path.endswith("model.weights.h5")]
        assert len(downloads) == 3  # two questions and one download
    assert load("hf://me/ring", address, tmp_path).stdout.strip() == expected  # without a network


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("hf://me/rings", "FileNotFoundError: There is no hf://me/rings, or you may not read it"),
        ("hf://me/ring@v2", "FileNotFoundError: There is no hf://me/ring@v2, or you may not read it"),
        ("hf://me/empty", "FileNotFoundError: hf://me/empty is no preset of ganzoo: it lacks one of metadata.json"),
        ("hf://ring", "ValueError: 'hf://ring' is no preset on the Hugging Face Hub: write hf://user/name."),
    ],
)
def test_what_is_not_there_gets_one_sentence(preset, place, message, tmp_path):
    with hub.serving({"me/ring": preset[0], "me/empty": tmp_path}) as (address, _):
        assert load(place, address, tmp_path / "cache").stderr.strip().splitlines()[-1].startswith(message)


@pytest.mark.thorough  # the library tries several times
def test_without_a_network_and_a_copy(tmp_path):
    last = load("hf://me/ring", "http://127.0.0.1:9", tmp_path).stderr.strip().splitlines()[-1]
    assert last == "OSError: hf://me/ring could not be downloaded: check the network."
