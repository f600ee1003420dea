"""Three steps of each variant on several replicas, in processes of their own: `python replicas.py HOW FOLDER NAME...`.

HOW is `multi_worker`, with a TF_CONFIG for each process, or a number of logical CPUs for `mirrored`. Leaves the trained
weights and the logs of `fit` and `evaluate` in FOLDER/NAME-TASK.npz. Tests import `trained`, for one replica.
"""

import json
import os
import pathlib
import sys

import numpy as np


def trained(variant):
    """The variant after an epoch of SGD, under settings that make N replicas one; and its logs, {name: number}."""
    import keras

    gan = variant.awake(**variant.plain)
    gan.compile(*(keras.optimizers.SGD(0.01, momentum=0.5) for _ in range(2)))
    logs = gan.fit(variant.batches(), validation_data=variant.batches(seed=48), verbose=0).history
    return gan, {name: values[-1] for name, values in logs.items()}


def main(how, folder, *names):
    import tensorflow as tf

    from descriptors import VARIANTS
    from ganzoo import strategies

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
