"""What a user pays beside the networks' own work, as ratios: importing, input, sampling, replicas.

python -m experiments.overheads --workloads=mlp,dcgan28

Each workload of `experiments.benchmark` is measured in a process of its own. The two sides of a ratio take turns, and
the ratio is the median. Leaves overheads.json.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import time

import keras
import tensorflow as tf
from absl import flags
from tqdm import tqdm

from experiments import benchmark
from experiments.support import cli
from experiments.support.config import versions
from ganzoo import registry
from ganzoo.distribution import strategies
from ganzoo.files import write_json

RATIOS = {
    "input": "seconds of the input pipeline for a batch, over seconds of a step",
    "sample": "seconds of the bare generator's predict for 10,000 examples, over seconds of `sample`",
    "replicas": "seconds of a step on two replicas of one CPU, over seconds of the same step on one",
}


def ratios(workload, repetitions, steps=50, samples=10_000):
    """{name of RATIOS: median} of one workload, in this process, whose CPU must not have been used."""
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    from experiments.support import baselines, workloads

    load = workloads.WORKLOADS[workload]
    gan, batches = baselines.game(load, jit_compile=False)
    with strategies.get("mirrored").scope():
        doubled, _ = baselines.game(load)
    latents = gan.prior.sample(samples, seed=0).numpy()
    iterator = iter(batches)

    def sides():
        step, on_two = (step_seconds(model, batches, steps) for model in (gan, doubled))
        return {
            "input": _seconds(lambda: [next(iterator) for _ in range(steps)]) / steps / step,
            "sample": _seconds(lambda: gan.generator.predict(latents, batch_size=256, verbose=0))
            / _seconds(lambda: gan.sample(samples)),
            "replicas": on_two / step,
        }

    sides()  # all is traced now
    found = [sides() for _ in range(repetitions)]
    return {name: statistics.median(one[name] for one in found) for name in RATIOS}


def step_seconds(model, batches, steps):
    """Of one step, over the later epochs of one `fit`: its first traces, and an iterator's end may take long."""
    ends = []
    noted = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter()))
    model.fit(batches, epochs=4, steps_per_epoch=steps, callbacks=[noted], verbose=0)
    return (ends[-1] - ends[0]) / (len(ends) - 1) / steps


def _seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def import_ratio(repetitions):
    """Seconds of a process that imports ganzoo, over those of one that imports tensorflow."""

    def seconds(package):
        return _seconds(lambda: subprocess.run([sys.executable, "-c", f"import {package}"], check=True))

    return statistics.median(seconds("ganzoo") / seconds("tensorflow") for _ in range(repetitions))


def measure(workloads, repetitions, workdir):
    """Writes overheads.json, and returns it: {"import": ratio, "workloads": {workload: {name of RATIOS: ratio}}}."""
    for name in workloads:
        if name not in benchmark.WORKLOADS:
            raise ValueError(registry.nearest("workload", name, benchmark.WORKLOADS))
    found = {}
    for name in tqdm(workloads, unit=" workloads"):
        found[name] = benchmark.in_a_process("experiments.overheads", name, f"--repetitions={repetitions}")
    result = {"import": import_ratio(repetitions), "workloads": found, "versions": versions()}
    write_json(pathlib.Path(workdir) / "overheads.json", result)
    return result


def described(result):
    """As a table, and what its columns mean."""
    lines = [f"{'':12}" + "".join(f"{name:>12}" for name in RATIOS)]
    for load, found in result["workloads"].items():
        lines.append(f"{load:12}" + "".join(f"{found[name]:12.3f}" for name in RATIOS))
    meanings = [f"{name}: {meaning}" for name, meaning in RATIOS.items()]
    return "\n".join(
        [*lines, "", *meanings, f"importing ganzoo takes {result['import']:.2f} times as long as tensorflow"]
    )


def define_flags():
    """Of this script."""
    flags.DEFINE_list("workloads", ["toy", "mlp", "dcgan28"], f"Some of {', '.join(benchmark.WORKLOADS)}.")
    flags.DEFINE_integer("repetitions", 5, "Measurements of each.", lower_bound=1)
    flags.DEFINE_string("workdir", "runs/overheads", "Where overheads.json goes.")
    flags.DEFINE_string("one", None, "A workload, to measure that alone in this process.")


def main(given):
    """Measures as the flags say."""
    if given.one:
        print(json.dumps(ratios(given.one, given.repetitions)))
        return
    print(described(measure(given.workloads, given.repetitions, given.workdir)))


if __name__ == "__main__":
    cli.start(define_flags, main)
