"""Shows where the time of a training step goes: the seconds of each kind of TensorFlow operation.

python -m experiments.profiling --workload=dcgan28

Profiles a workload of `experiments.benchmark` with TensorFlow's profiler, and without XLA, which would make a single
operation of the step. Writes profile.json, and the profile itself, which TensorBoard's profile plugin can show.
"""

from absl import flags

from experiments.support import listed_names
from ganzoo.commands.support import cli


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_string("workload", "dcgan28", f"One of {', '.join(listed_names.WORKLOADS)}.")
    flags.DEFINE_string("workdir", "runs/profile", "Folder for the profile and profile.json.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

import collections
import time

import tensorflow as tf

from experiments.benchmark import check_workloads
from experiments.support import baselines
from experiments.support.workloads import WORKLOADS
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.locks import hold
from ganzoo.files import AnyPath, as_path, write_json


def profile(workload: str, workdir: AnyPath | str, steps: int = 50) -> dict:
    """Writes profile.json and returns its content.

    Returns a dict of
        step: the seconds of a step
        threads: how many threads were busy on average
        kinds: {kind of operation: [seconds per step, calls per step]}

    Raises:
        ValueError: for an unknown workload.
    """
    check_workloads([workload])
    gan, batches = baselines.gan_and_batches(WORKLOADS[workload], jit_compile=False)
    gan.fit(batches, steps_per_epoch=steps, verbose=0)
    folder = as_path(workdir) / "profile"
    with tf.profiler.experimental.Profile(str(folder)):
        start = time.perf_counter()
        gan.fit(batches, steps_per_epoch=steps, verbose=0)
        seconds = time.perf_counter() - start
    newest = max(folder.rglob("*.xplane.pb"))  # their folders are called by date and time
    kinds = {kind: [total / steps, calls / steps] for kind, (total, calls) in operations(newest).items()}
    busy = sum(total for total, _ in kinds.values()) * steps / seconds
    result = {"step": seconds / steps, "threads": busy, "kinds": kinds, "versions": versions()}
    write_json(as_path(workdir) / "profile.json", result)
    return result


def operations(file: AnyPath) -> dict[str, tuple[float, int]]:
    """Returns {kind: (seconds, calls)} of the operations in a file of TensorFlow's profiler, the slowest kind first."""
    from tensorflow.tsl.profiler.protobuf import xplane_pb2  # slow to import

    space = xplane_pb2.XSpace.FromString(file.read_bytes())
    plane = next(plane for plane in space.planes if plane.name == "/host:CPU")
    seconds, calls = collections.Counter(), collections.Counter()
    for line in plane.lines:
        for event in line.events:
            name = plane.event_metadata[event.metadata_id].name.partition("#")[0]
            path, _, kind = name.rpartition(":")
            if path and "::" not in name and not kind.startswith(" "):  # operations are named "path:Kind"
                seconds[kind] += event.duration_ps / 1e12
                calls[kind] += 1
    return {kind: (total, calls[kind]) for kind, total in seconds.most_common()}


def format_table(result: dict, rows: int = 20) -> str:
    """Returns a table of the slowest kinds of operation."""
    total = sum(seconds for seconds, _ in result["kinds"].values())
    lines = [f"{'':34}  of all   ms a step   calls a step"]
    for kind, (seconds, calls) in list(result["kinds"].items())[:rows]:
        lines.append(f"{kind:34} {seconds / total:6.1%}  {seconds * 1e3:10.2f}  {calls:13.1f}")
    lines.append(f"A step takes {result['step'] * 1e3:.1f} ms; on average {result['threads']:.2f} threads are busy.")
    return "\n".join(lines)


def main(args: flags.FlagValues) -> None:
    """Profiles a workload and prints the table."""
    with hold(args.workdir, "profiling"):
        print(format_table(profile(args.workload, args.workdir)))


if __name__ == "__main__":
    main(flags.FLAGS)
