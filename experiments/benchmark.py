"""How fast `gan.fit` is, beside a loop by hand, the GAN of Keras's guides and PyTorch's example on the same networks.

python -m experiments.benchmark --workloads=toy,mlp,dcgan28
python -m experiments.benchmark --workloads=mlp --contenders=ganzoo,by_hand --repetitions=5

Each measurement is a process of its own; the contenders take turns, so that what else a machine does troubles all
alike. Leaves benchmark.json: medians of all repetitions, and their spread.
"""

import functools
import importlib.util
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

import keras
from absl import flags
from tqdm import tqdm

from experiments.support import cli
from experiments.support.config import versions
from ganzoo import registry
from ganzoo.files import write_json

WORKLOADS = ("toy", "mlp", "dcgan28", "dcgan64", "wgan_gp")
CONTENDERS = ("ganzoo", "ganzoo_reusing", "by_hand", "by_hand_inside", "by_hand_xla", "guide", "pytorch")
FOR_GPUS = ("by_hand_inside_xla", "ganzoo_bfloat16", "pytorch_bfloat16")


def one(workload, contender, seconds=4.0):
    """{images_per_second, first_step, step, share_of_peak, peak_memory_gib} of one contender, in this process.

    `first_step` is the seconds of the first step, tracing included. After a warm-up come as many steps as take about
    so many `seconds`. `share_of_peak` is what those need of TensorFlow's matrix products in the same time, measured
    just before and after.
    """
    from experiments.support import baselines, workloads

    load = workloads.WORKLOADS[workload]
    run = prepared(contender, load)
    start = time.perf_counter()
    run(1)
    first = time.perf_counter() - start
    run(baselines.CHUNK)
    start = time.perf_counter()
    run(baselines.CHUNK)
    steps = baselines.CHUNK * max(1, round(seconds / (time.perf_counter() - start)))
    peak = workloads.matrix_products()
    start = time.perf_counter()
    run(steps)
    step = (time.perf_counter() - start) / steps
    peak = (peak + workloads.matrix_products()) / 2
    return {
        "images_per_second": load.batch_size * load.k / step,
        "first_step": first,
        "step": step,
        "share_of_peak": workloads.operations(load) / step / peak,
        "peak_memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def prepared(contender, load):
    """The `run(steps)` of a contender, by name."""
    if contender.endswith("_bfloat16"):
        keras.config.set_dtype_policy("mixed_bfloat16")
    if contender.startswith("pytorch"):
        from experiments.support import pytorch_baseline

        return pytorch_baseline.run_of(load, bfloat16=contender == "pytorch_bfloat16")
    from experiments.support import baselines

    named = {
        "ganzoo": baselines.ours,
        "ganzoo_bfloat16": baselines.ours,
        "ganzoo_reusing": functools.partial(baselines.ours, reuse_fakes=True),
        "by_hand": baselines.by_hand,
        "by_hand_xla": functools.partial(baselines.by_hand, jit_compile=True),
        "by_hand_inside": baselines.by_hand_inside,
        "by_hand_inside_xla": functools.partial(baselines.by_hand_inside, jit_compile=True),
        "guide": baselines.guide,
    }
    return named[contender](load)


def measure(workloads, contenders, repetitions, workdir, seconds=4.0):
    """Writes benchmark.json, and returns it: {workload: {contender: {figure: [one for each repetition]}}}."""
    for kind, names, known in (("workload", workloads, WORKLOADS), ("contender", contenders, CONTENDERS + FOR_GPUS)):
        for name in names:
            if name not in known:
                raise ValueError(registry.nearest(kind, name, known))
    rows = [(load, who) for load in workloads for who in contenders if _can(load, who)]
    found = {load: {who: {} for which, who in rows if which == load} for load in workloads}
    turns = [(load, who) for load in workloads for _ in range(repetitions) for which, who in rows if which == load]
    for load, who in tqdm(turns, unit=" measurements"):
        for name, figure in in_a_process("experiments.benchmark", f"{load}:{who}", f"--seconds={seconds}").items():
            found[load][who].setdefault(name, []).append(figure)
    result = {"found": found, "cores": os.cpu_count(), "versions": versions()}
    write_json(pathlib.Path(workdir) / "benchmark.json", result)
    return result


def _can(workload, contender):
    in_pytorch = contender.startswith("pytorch")
    if in_pytorch and importlib.util.find_spec("torch") is None:
        return False
    return workload != "wgan_gp" or not (in_pytorch or contender in ("ganzoo_reusing", "guide"))


def in_a_process(script, one, *arguments):
    """What `python -m script --one=one` prints last, read as JSON."""
    return json.loads(last_line(["-m", script, f"--one={one}", *arguments]))


def last_line(arguments):
    """What Python, called so, prints last; raises ValueError with its last words where it fails."""
    shared = os.environ | {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}  # or PyTorch would find TensorFlow in all of a GPU
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=shared)
    if done.returncode:
        raise ValueError(f"{' '.join(arguments)} failed: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout.strip().splitlines()[-1]


def described(result):
    """A row for each contender, medians; images a second, in ganzoo's and its own smallest and largest."""
    lines = []
    for load, found in result["found"].items():
        lines.append(f"{load:16} images/s   from    to        ganzoo is   of peak   first step   memory")
        ours = statistics.median(found["ganzoo"]["images_per_second"]) if "ganzoo" in found else None
        for who, figures in found.items():
            speeds = figures["images_per_second"]
            median = statistics.median(speeds)
            times = f"{ours / median:5.2f} times" if ours else ""
            lines.append(
                f"  {who:14} {median:8.0f} {min(speeds):7.0f} {max(speeds):7.0f}   {times}   "
                f"{statistics.median(figures['share_of_peak']):7.2f}   "
                f"{statistics.median(figures['first_step']):5.2f} s     "
                f"{statistics.median(figures['peak_memory_gib']):.2f} GiB"
            )
    return "\n".join(lines)


def define_flags():
    """Of this script."""
    flags.DEFINE_list("workloads", ["toy", "mlp", "dcgan28", "wgan_gp"], f"Some of {', '.join(WORKLOADS)}.")
    flags.DEFINE_list("contenders", list(CONTENDERS), f"Some of {', '.join(CONTENDERS + FOR_GPUS)}.")
    flags.DEFINE_integer("repetitions", 5, "Measurements of each.", lower_bound=1)
    flags.DEFINE_float("seconds", 4.0, "Of steps in each measurement.", lower_bound=0.1)
    flags.DEFINE_string("workdir", "runs/benchmark", "Where benchmark.json goes.")
    flags.DEFINE_string("one", None, "WORKLOAD:CONTENDER, to measure that alone in this process.")


def main(given):
    """Measures as the flags say."""
    if given.one:
        print(json.dumps(one(*given.one.split(":"), seconds=given.seconds)))
        return
    print(described(measure(given.workloads, given.contenders, given.repetitions, given.workdir, given.seconds)))


if __name__ == "__main__":
    cli.start(define_flags, main)
