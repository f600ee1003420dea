"""How to spread a game over devices: the strategies of `tf.distribute` by name."""

import json
import os

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
    """`multi_worker` where TF_CONFIG names several machines, `mirrored` for several GPUs, else `one_device`."""
    if len(_workers()) > 1:
        return multi_worker()
    return mirrored() if len(tf.config.list_physical_devices("GPU")) > 1 else one_device()


@_strategies.register
def one_device():
    """The first GPU where there is one, else the CPU."""
    return tf.distribute.get_strategy()


@_strategies.register
def mirrored():
    """A replica on each GPU, or, where there is none, on each logical CPU."""
    gpus = tf.config.list_logical_devices("GPU")
    devices = [device.name for device in gpus or tf.config.list_logical_devices("CPU")]
    # On one CPU all lies in the same memory: TensorFlow's own choice, collectives, takes up to a third longer there.
    return tf.distribute.MirroredStrategy(devices, None if gpus else tf.distribute.ReductionToOneDevice())


@_strategies.register
def multi_worker():
    """A replica on each GPU of each of the machines that TF_CONFIG names, or on each machine's CPU.

    Each of them runs the same program, and waits here until all do. The first is the chief, which alone writes files.
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
            "The multi_worker strategy must be made before anything of TensorFlow runs: move it to the program's start."
        ) from error


def _workers():
    """The addresses of all machines in TF_CONFIG; none without it."""
    try:
        config = json.loads(os.environ.get("TF_CONFIG") or "{}")
        cluster, task = config.get("cluster", {}), config.get("task", {})
        workers = [*cluster.get("chief", []), *cluster.get("worker", [])]
        known = workers and int(task["index"]) < len(cluster[task["type"]])
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"TF_CONFIG is no JSON of a cluster and a task: {error!r}.") from error
    if workers and not known:
        raise ValueError(f"TF_CONFIG's task {task} is not in its cluster of {len(workers)} workers: count from 0.")
    return workers


def is_chief(strategy):
    """Whether this process is the one that writes files: on one machine always, else on the first alone."""
    return strategy.extended.should_checkpoint


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
