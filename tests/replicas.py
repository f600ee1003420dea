"""Three steps of each variant on several replicas, in processes of their own: `python replicas.py HOW FOLDER NAME...`.

HOW is `multi_worker`, with a TF_CONFIG for each process, or a number of logical CPUs for `mirrored`. Leaves the trained
weights and the logs of `fit` and `evaluate` in FOLDER/NAME-TASK.npz. Tests import the rest.
"""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile

import numpy as np

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


class Machine:
    """A program `python *command` that stands for one machine. It uses the CPU, as no two programs can share a GPU."""

    def __init__(self, command, environment):
        self._printed = tempfile.TemporaryFile("w+")
        environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1"} | environment
        command = [sys.executable, "-X", "faulthandler", *map(str, command)]
        self.process = subprocess.Popen(command, stdout=self._printed, stderr=self._printed, env=environment)

    @property
    def text(self):
        """What it has printed so far, and the code with which it ended, for a failed assertion."""
        self._printed.seek(0)
        return f"{self._printed.read()}\n(ended with {self.process.poll()})"

    def stop(self):
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def running(commands, environments):
    """Starts the machines at once, and ends those that still run at the end of the block."""
    machines = [Machine(*each) for each in zip(commands, environments, strict=True)]
    try:
        yield machines
    finally:
        for machine in machines:
            machine.stop()


def run_together(commands, environments):
    """Runs machines to their ends, and returns what each printed, once all have ended well."""
    with running(commands, environments) as machines:
        for machine in machines:
            assert machine.process.wait(timeout=1200) == 0, machine.text[-3000:]
        return [machine.text for machine in machines]


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
    from variant_table import VARIANTS

    import steady_data  # noqa: F401
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
