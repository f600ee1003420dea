"""The measurement of networks on large images, on small ones."""

import json

import pytest
from command_line import flags_of

from experiments import large_images


@pytest.mark.thorough
def test_each_network_is_trained_in_a_process_of_its_own(tmp_path, capsys):
    flags = ["--variants=dcgan", "--sides=16", "--width=2", "--batch_size=2", "--steps=3", f"--workdir={tmp_path}"]
    large_images.main(flags_of(large_images, *flags))
    [found] = json.loads((tmp_path / "results.json").read_text()).values()
    assert found["steps"] == 3 and found["finite"] and found["weights"]["generator"] > 0
    assert 0 < found["seconds"] < found["first"] and found["peak_gib"] > 0.1
    assert "| `dcgan` | 16 |" in (tmp_path / "results.md").read_text() and "| `dcgan` | 16 |" in capsys.readouterr().out
