"""How to spread a game over devices: the strategies of `tf.distribute` by name."""

import tensorflow as tf

from ganzoo.registry import Registry

_strategies = Registry("strategy")
names = _strategies.names


def get(name="auto"):
    """The `tf.distribute.Strategy` of that name, in whose `scope()` a model is created or loaded, and then fitted.

    Raises ValueError for an unknown name, with the nearest known one, and where the machine has no such devices.
    """
    return _strategies[name]()


@_strategies.register
def auto():
    """`mirrored` where there are several GPUs, else `one_device`."""
    return mirrored() if len(tf.config.list_logical_devices("GPU")) > 1 else one_device()


@_strategies.register
def one_device():
    """The first GPU where there is one, else the CPU."""
    return tf.distribute.get_strategy()


@_strategies.register
def mirrored():
    """A replica on each GPU, or, where there is none, on each logical CPU."""
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return tf.distribute.MirroredStrategy([device.name for device in devices])


@_strategies.register
def tpu():
    """A replica on each core of the TPU that the environment names (TPU_NAME)."""
    try:
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver()
        tf.config.experimental_connect_to_cluster(resolver)
        tf.tpu.experimental.initialize_tpu_system(resolver)
    except (ValueError, tf.errors.OpError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"There is no TPU to be had ({reason}): set TPU_NAME, or choose another strategy.") from error
    return tf.distribute.TPUStrategy(resolver)
