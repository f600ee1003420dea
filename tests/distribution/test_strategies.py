import json
import os
import socket

import programs
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


def two_workers(task, index, addresses=("a:1", "b:1"), kind="worker"):
    return json.dumps({"cluster": {kind: addresses}, "task": {"type": task, "index": index}})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "TF_CONFIG names no workers"),
        ("{}", "TF_CONFIG names no workers"),
        ("cluster", "TF_CONFIG is not valid JSON"),
        ('["a:1", "b:1"]', "TF_CONFIG is not a dict"),
        ('{"task": {"type": "worker", "index": 0}}', "TF_CONFIG has no cluster"),
        ('{"cluster": ["a:1"]}', "TF_CONFIG has no cluster"),
        ('{"cluster": {"worker": ["a:1"]}}', "TF_CONFIG has no task"),
        ('{"cluster": {"worker": ["a:1"]}, "task": ["worker", 0]}', "TF_CONFIG has no task"),
        (two_workers("worker", 2), "TF_CONFIG has the index 2, which is not from 0 to 1"),
        (two_workers("worker", -1), "TF_CONFIG has the index -1, which is not from 0 to 1"),
        (two_workers("worker", 0.5), "TF_CONFIG has the index 0.5, which is not from 0 to 1"),
        (two_workers("worker", None), "TF_CONFIG has the index None, which is not from 0 to 1"),
        (two_workers("chief", 0), "TF_CONFIG has the task type 'chief', which is not in its cluster"),
        (two_workers("worker", 0, kind="wroker"), "TF_CONFIG has machines of the unknown type 'wroker'"),
        (two_workers("worker", 0, "a:1,b:1"), "TF_CONFIG has no list of addresses for 'worker'"),
        (two_workers("worker", 0, []), "TF_CONFIG has no list of addresses for 'worker'"),
        (two_workers("worker", 0, ["a:1", "b"]), "TF_CONFIG has the address 'b', which is not host:port"),
        (two_workers("worker", 0, ["a:1", "b:99999"]), "TF_CONFIG has the address 'b:99999'"),
        (two_workers("worker", 0, ["a:1", 2222]), "TF_CONFIG has the address 2222"),
        (two_workers("worker", 0, ["a:1", "a:1"]), "TF_CONFIG names an address twice"),
    ],
)
def test_a_bad_tf_config_is_refused(text, message, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if text:
        monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(ValueError, match=f"{message}.*: set it on each machine, for instance to "):
        strategies.get("multi_worker")
    if text and text != "{}":
        with pytest.raises(ValueError, match=message):
            strategies.get("auto")


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_port_in_use_is_refused(host, monkeypatch):
    with socket.create_server((host, 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("TF_CONFIG", two_workers("worker", 1, ["127.0.0.1:1", f"127.0.0.1:{port}"]))
        with pytest.raises(ValueError, match=f"Port {port}, which TF_CONFIG gives to this machine, cannot be used"):
            strategies.get("multi_worker")


@pytest.mark.thorough
def test_several_machines_need_a_strategy_at_the_start_of_the_program():
    """`auto` uses the machines that TF_CONFIG names. The program is a process of its own, because it cannot go on."""
    program = "import tensorflow as tf; from ganzoo import strategies; tf.constant(1) + 1; strategies.get()"
    done = programs.run(["-c", program], env=os.environ | {"TF_CONFIG": cluster(2)[0]})
    assert "ValueError: The strategy multi_worker must be created before TensorFlow runs any operation" in done.stderr


def test_one_machine_is_its_own_chief(mirrored):
    assert strategies.is_chief(mirrored) and strategies.is_chief(strategies.get("one_device"))
