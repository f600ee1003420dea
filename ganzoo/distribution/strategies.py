"""Strategies of `tf.distribute` by name, which spread training over devices and machines."""

import tensorflow as tf

from ganzoo.distribution import tf_config
from ganzoo.registry import Registry

_strategies = Registry("strategy")
names = _strategies.names


def get(name: str = "auto") -> tf.distribute.Strategy:
    """Returns a strategy by name. Create or load a model in its `scope()`, and call `fit` there or outside of it.

    Raises ValueError if the name is unknown, with the nearest known one, or if there are no such devices.
    """
    return _strategies[name]()


@_strategies.register
def auto() -> tf.distribute.Strategy:
    """Chooses `multi_worker` if TF_CONFIG names several machines, `mirrored` for several GPUs, else `one_device`."""
    if len(tf_config.workers()) > 1:
        return multi_worker()
    return mirrored() if len(tf.config.list_physical_devices("GPU")) > 1 else one_device()


@_strategies.register
def one_device() -> tf.distribute.Strategy:
    """Uses the first GPU, or the CPU if there is none."""
    return tf.distribute.get_strategy()


@_strategies.register
def mirrored() -> tf.distribute.Strategy:
    """Uses one replica per GPU, or per logical CPU if there is no GPU."""
    gpus = tf.config.list_logical_devices("GPU")
    devices = [device.name for device in gpus or tf.config.list_logical_devices("CPU")]
    # Logical CPUs share one memory, where TensorFlow's default, collectives, takes up to a third longer.
    return tf.distribute.MirroredStrategy(devices, None if gpus else tf.distribute.ReductionToOneDevice())


@_strategies.register
def multi_worker() -> tf.distribute.Strategy:
    """Uses one replica per GPU, or per CPU if there is no GPU, of each machine that TF_CONFIG names.

    All machines run the same program, and each waits here for the others. Only the first, the chief, writes files.
    """
    if not tf_config.workers():
        raise ValueError(
            f"TF_CONFIG names no workers: set it on each machine, for instance to {tf_config.EXAMPLE}, each with its "
            "own index."
        )
    tf_config.check_port()
    try:
        return tf.distribute.MultiWorkerMirroredStrategy()
    except RuntimeError as error:
        raise ValueError(
            "The strategy multi_worker must be created before TensorFlow runs any operation: create it at the start of "
            "the program."
        ) from error


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Returns whether this process writes files: always on one machine, and only on the first of several."""
    return strategy.extended.should_checkpoint


@_strategies.register
def tpu() -> tf.distribute.Strategy:
    """Uses one replica per core of the TPU that the environment variable TPU_NAME names."""
    try:
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver()
        tf.config.experimental_connect_to_cluster(resolver)
        tf.tpu.experimental.initialize_tpu_system(resolver)
    except (ValueError, tf.errors.OpError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"No TPU is available ({reason}): set TPU_NAME, or choose another strategy.") from error
    return tf.distribute.TPUStrategy(resolver)
