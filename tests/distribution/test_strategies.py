import os
import subprocess
import sys

import pytest
import tensorflow as tf
from replicas import cluster

from ganzoo.distribution import strategies


def test_one_device_is_the_default_without_several_gpus():
    assert strategies.get("one_device") is tf.distribute.get_strategy()
    if len(tf.config.list_logical_devices("GPU")) < 2:
        assert strategies.get("auto") is tf.distribute.get_strategy()


def test_mirrored_uses_every_device(mirrored):
    assert mirrored.num_replicas_in_sync == 2


def test_a_missing_tpu_and_unknown_names_are_refused():
    with pytest.raises(ValueError, match="No TPU is available .*: set TPU_NAME, or choose another strategy"):
        strategies.get("tpu")
    with pytest.raises(ValueError, match="Unknown strategy 'mirored'; did you mean 'mirrored'"):
        strategies.get("mirored")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "TF_CONFIG names no workers: set it on each machine"),
        ("{}", "TF_CONFIG names no workers"),
        ("cluster", "TF_CONFIG is not valid JSON with a cluster and a task"),
        ('{"cluster": {"worker": ["a:1"]}}', "TF_CONFIG is not valid JSON with a cluster and a task"),
        (
            '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 2}}',
            "task .* is not in its cluster of 2 workers: indices count from 0",
        ),
    ],
)
def test_a_bad_tf_config_is_refused(text, message, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if text:
        monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(ValueError, match=message):
        strategies.get("multi_worker")


@pytest.mark.thorough
def test_several_machines_need_a_strategy_at_the_start_of_the_program():
    """`auto` uses the machines that TF_CONFIG names. The program is a process of its own, because it cannot go on."""
    program = "import tensorflow as tf; from ganzoo import strategies; tf.constant(1) + 1; strategies.get()"
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"TF_CONFIG": cluster(2)[0]}, capture_output=True, text=True
    )
    assert "ValueError: The strategy multi_worker must be created before TensorFlow runs any operation" in done.stderr


def test_one_machine_is_its_own_chief(mirrored):
    assert strategies.is_chief(mirrored) and strategies.is_chief(strategies.get("one_device"))
