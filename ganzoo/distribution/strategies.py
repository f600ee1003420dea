"""Strategies of `tf.distribute` by name, which spread training over devices and machines."""

import json
import os

import tensorflow as tf

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
    if len(_workers()) > 1:
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
    if not _workers():
        raise ValueError(
            "TF_CONFIG names no workers: set it on each machine, for instance to "
            '{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}, "task": {"type": "worker", "index": 0}}, '
            "each with its own index."
        )
    try:
        return tf.distribute.MultiWorkerMirroredStrategy()
    except RuntimeError as error:
        raise ValueError(
            "The strategy multi_worker must be created before TensorFlow runs any operation: create it at the start of "
            "the program."
        ) from error


def _workers():
    """Returns the addresses of all machines in TF_CONFIG; none if it is not set."""
    try:
        config = json.loads(os.environ.get("TF_CONFIG") or "{}")
        cluster, task = config.get("cluster", {}), config.get("task", {})
        workers = [*cluster.get("chief", []), *cluster.get("worker", [])]
        known = workers and int(task["index"]) < len(cluster[task["type"]])
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"TF_CONFIG is not valid JSON with a cluster and a task ({error!r}): correct it.") from error
    if workers and not known:
        raise ValueError(
            f"The task {task} of TF_CONFIG is not in its cluster of {len(workers)} workers: indices count from 0."
        )
    return workers


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
