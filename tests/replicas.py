"""Three steps of each variant on several replicas, in processes of their own: `python replicas.py HOW FOLDER NAME...`.

HOW is `multi_worker`, with a TF_CONFIG for each process, or a number of logical CPUs for `mirrored`. Leaves the trained
weights and the logs of `fit` and `evaluate` in FOLDER/NAME-TASK.npz. Tests import the rest.
"""

import json
import os
import pathlib
import socket
import sys

import numpy as np
import programs

SCRIPT = pathlib.Path(__file__)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def cluster(size):
    """TF_CONFIG for each of `size` machines, all of them this one."""
    workers = [f"127.0.0.1:{port}" for port in free_ports(size)]
    tasks = ({"type": "worker", "index": index} for index in range(size))
    return [json.dumps({"cluster": {"worker": workers}, "task": task}) for task in tasks]


def run_together(commands, environments):
    """Runs them at once, on CPUs, as no two can share a GPU; what each printed, once all have ended well."""
    on_cpus = os.environ | {"CUDA_VISIBLE_DEVICES": "-1"}
    processes = [
        programs.start(command, env=on_cpus | extra) for command, extra in zip(commands, environments, strict=True)
    ]
    try:
        texts = ["".join(process.communicate(timeout=1200)) for process in processes]
    finally:
        for process in processes:
            process.kill()
    for process, text in zip(processes, texts, strict=True):
        assert process.returncode == 0, text[-3000:]
    return texts


def trained(variant):
    """Returns the variant after an epoch of SGD, with settings that make N replicas one, and its logs by name."""
    import keras

    from descriptors import compile_all

    gan = variant.awake(**variant.plain)
    compile_all(gan, lambda: keras.optimizers.SGD(0.01, momentum=0.5))
    logs = gan.fit(variant.batches(), validation_data=variant.batches(seed=48), verbose=0).history
    return gan, {name: values[-1] for name, values in logs.items()}


def main(how, folder, *names):
    import tensorflow as tf

    import steady_data  # noqa: F401
    from descriptors import VARIANTS
    from ganzoo.distribution import strategies

    if how != "multi_worker":
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * int(how))
        how = "mirrored"
    strategy = strategies.get(how)
    task = json.loads(os.environ.get("TF_CONFIG") or '{"task": {"index": 0}}')["task"]["index"]
    for variant in VARIANTS:
        if variant.name in names:
            with strategy.scope():
                gan, logs = trained(variant)
            weights = {str(index): variable.numpy() for index, variable in enumerate(gan.trainable_variables)}
            np.savez(
                pathlib.Path(folder, f"{variant}-{task}.npz"),
                **weights,
                logs=json.dumps(logs),
                replicas=strategy.num_replicas_in_sync,
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
