"""Measures overheads as ratios: what importing, input, sampling and replicas cost beside the networks' own work.

python -m experiments.overheads --workloads=mlp,dcgan28

Each workload of `experiments.benchmark` is measured in a process of its own. The two sides of a ratio are measured in
turn, and their median ratio is reported. Writes overheads.json.

If the script is stopped, the same command continues where it was. Ratios by the same commit and versions are kept: to
measure again, choose another --workdir.
"""

from absl import flags

from experiments.support import listed_names
from ganzoo.commands.support import cli


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_list("workloads", ["toy", "mlp", "dcgan28"], f"Some of {', '.join(listed_names.WORKLOADS)}.")
    flags.DEFINE_integer("repetitions", 5, "Number of measurements of each ratio.", lower_bound=1)
    flags.DEFINE_string("workdir", "runs/overheads", "Folder for overheads.json.")
    flags.DEFINE_string("one", None, "A workload, to measure only that one, in this process.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from experiments import benchmark
from experiments.support import baselines
from experiments.support.workloads import WORKLOADS
from ganzoo.commands.support.cached_runs import load_or_run
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.locks import hold
from ganzoo.distribution import strategies
from ganzoo.files import AnyPath, as_path, write_json

RATIOS = {
    "input": "seconds of the input pipeline for a batch, over seconds of a step",
    "sample": "seconds of the bare generator's predict for 10,000 examples, over seconds of `sample`",
    "replicas": "seconds of a step on two replicas of one CPU, over seconds of the same step on one",
}


def measure_ratios(workload: str, repetitions: int, steps: int = 50, samples: int = 10_000) -> dict[str, float]:
    """Returns {name in RATIOS: median} of one workload.

    Call it before TensorFlow has used the CPU, which is divided into two logical devices here.
    """
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    gan, batches = baselines.gan_and_batches(WORKLOADS[workload], jit_compile=False)
    with strategies.get("mirrored").scope():
        on_two_replicas, _ = baselines.gan_and_batches(WORKLOADS[workload])
    inputs = tf.nest.map_structure(lambda one: np.zeros((samples, *one.shape[1:]), "float32"), gan.generator.input)
    iterator = iter(batches)

    def measure_once():
        step, step_on_two = (seconds_per_step(model, batches, steps) for model in (gan, on_two_replicas))
        return {
            "input": _seconds(lambda: [next(iterator) for _ in range(steps)]) / steps / step,
            "sample": _seconds(lambda: gan.generator.predict(inputs, batch_size=256, verbose=0))
            / _seconds(lambda: gan.sample(samples)),
            "replicas": step_on_two / step,
        }

    measure_once()  # traces everything
    found = [measure_once() for _ in range(repetitions)]
    return {name: statistics.median(ratios[name] for ratios in found) for name in RATIOS}


def seconds_per_step(model: keras.Model, batches: tf.data.Dataset, steps: int) -> float:
    """Returns the seconds of a step in the later epochs of a `fit`: tracing slows the first epoch down."""
    ends = []
    note_time = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter()))
    model.fit(batches, epochs=4, steps_per_epoch=steps, callbacks=[note_time], verbose=0)
    return (ends[-1] - ends[0]) / (len(ends) - 1) / steps


def _seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def import_ratio(repetitions: int) -> float:
    """Returns the seconds of a process that imports ganzoo over those of one that imports tensorflow."""

    def seconds(package):
        return _seconds(lambda: subprocess.run([sys.executable, "-c", f"import {package}"], check=True))

    return statistics.median(seconds("ganzoo.zoo") / seconds("tensorflow") for _ in range(repetitions))


def measure(workloads: Sequence[str], repetitions: int, workdir: AnyPath | str) -> dict:
    """Measures what is not in the workdir yet, writes overheads.json and returns it.

    It is {"import": ratio, "workloads": {workload: {name in RATIOS: ratio}}, "versions": ...}.

    Raises:
        ValueError: for an unknown workload.
    """
    benchmark.check_workloads(workloads)
    found, folder, about = {}, as_path(workdir) / "measurements", {"versions": versions()}
    asked = about | {"repetitions": repetitions}
    for name in tqdm(workloads, unit=" workloads"):
        arguments = "experiments.overheads", name, f"--repetitions={repetitions}"
        found[name] = load_or_run(folder / name, asked, lambda: benchmark.run_in_process(*arguments))  # noqa: B023
    importing = load_or_run(folder / "import", asked, lambda: {"ratio": import_ratio(repetitions)})
    result = {"import": importing["ratio"], "workloads": found} | about
    write_json(as_path(workdir) / "overheads.json", result)
    return result


def format_table(result: dict) -> str:
    """Returns a table of the ratios, and below it what its columns mean."""
    lines = [f"{'':12}" + "".join(f"{name:>12}" for name in RATIOS)]
    for load, found in result["workloads"].items():
        lines.append(f"{load:12}" + "".join(f"{found[name]:12.3f}" for name in RATIOS))
    meanings = [f"{name}: {meaning}" for name, meaning in RATIOS.items()]
    importing = f"Importing ganzoo takes {result['import']:.2f} times as long as importing tensorflow."
    return "\n".join([*lines, "", *meanings, importing])


def main(args: flags.FlagValues) -> None:
    """Measures all workloads, or one of them in this process."""
    if args.one:
        print(json.dumps(measure_ratios(args.one, args.repetitions)))
        return
    with hold(args.workdir, "overheads"):
        print(format_table(measure(args.workloads, args.repetitions, args.workdir)))


if __name__ == "__main__":
    main(flags.FLAGS)
