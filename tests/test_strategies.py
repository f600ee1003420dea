import pytest
import tensorflow as tf

from ganzoo import strategies


def test_one_device_is_the_default_without_several_gpus():
    assert strategies.get("one_device") is tf.distribute.get_strategy()
    if len(tf.config.list_logical_devices("GPU")) < 2:
        assert strategies.get("auto") is tf.distribute.get_strategy()


def test_mirrored_takes_every_device(mirrored):
    assert mirrored.num_replicas_in_sync == 2


def test_no_tpu_and_unknown_names():
    with pytest.raises(ValueError, match="no TPU to be had .*: set TPU_NAME, or choose another strategy"):
        strategies.get("tpu")
    with pytest.raises(ValueError, match="Unknown strategy 'mirored'; did you mean 'mirrored'"):
        strategies.get("mirored")
