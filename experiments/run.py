"""One training run from a configuration to a folder of results; `experiments.train` is its command line."""

import ast
import dataclasses
import json
import pathlib
import platform
import subprocess
import time

import keras
import numpy as np
import tensorflow as tf

import ganzoo
from ganzoo import callbacks, data, zoo
from ganzoo.files import written_beside

_MAY_CHANGE = (
    "epochs",
    "sample_every",
    "save_every",
    "steps_per_execution",
)  # on resuming: none of them changes what is learnt


@dataclasses.dataclass(frozen=True)
class Config:
    """All that names a run; the defaults are the main job of the README."""

    variant: str = "nsgan"
    dataset: str = "digits"
    data_shape: tuple | None = None
    epochs: int = 400
    batch_size: int = 100
    seed: int = 0
    strategy: str = "auto"
    precision: str = "float32"
    jit_compile: bool = False
    steps_per_execution: int = 1
    sample_every: int | None = None
    save_every: int | None = None
    settings: dict = dataclasses.field(default_factory=dict)


def run(config, workdir=None, resume=False):
    """Trains to the end and returns what it wrote to metrics.json.

    Raises ValueError, before anything is written, where the configuration cannot run or the workdir holds another
    run, and ArithmeticError where training stopped at a NaN.
    """
    zoo.settings_of(config.variant)  # an unknown name is told before the data is read
    workdir = _choose(workdir, config, resume)
    earlier = _earlier_config(workdir, config, resume)
    keras.config.set_dtype_policy(config.precision)
    examples = data.examples(config.dataset, data_shape=config.data_shape)
    checkpoint = callbacks.latest(workdir / "checkpoints") if earlier else None
    gan = ganzoo.load(checkpoint) if checkpoint else _create(config, examples)
    gan.steps_per_execution, gan.jit_compile = config.steps_per_execution, config.jit_compile
    steps_per_epoch = _steps_per_epoch(config, examples)
    step = int(gan.step.numpy())
    labels = _takes_labels(config)
    batches = data.batches(examples, config.batch_size, seed=config.seed, labels=labels, start=step)
    gan.check_batch(next(iter(batches)))
    _write_json(workdir / "config.json", dataclasses.asdict(config) | {"versions": versions()})
    health, start = callbacks.StopOnNaN(), time.time()
    gan.fit(
        batches,
        initial_epoch=step // steps_per_epoch,
        epochs=config.epochs,
        steps_per_epoch=steps_per_epoch,
        verbose=0,
        callbacks=[health, *_callbacks(config, workdir, examples, steps_per_epoch)],
    )
    if health.stopped:
        raise ArithmeticError(health.stopped)
    history = {name: values[-1] for name, values in gan.history.history.items()}
    metrics = {
        "step": int(gan.step.numpy()),
        "seconds": round(time.time() - start, 1),
        "resumed_at": step,
        "last_epoch": history,
    }
    _write_json(workdir / "metrics.json", metrics | {"versions": versions()})
    print(_where(workdir))
    return metrics


def _steps_per_epoch(config, examples):
    steps = max(1, len(examples) // config.batch_size)
    if steps % config.steps_per_execution:
        divisors = [str(number) for number in range(1, steps + 1) if steps % number == 0]
        raise ValueError(
            f"--steps_per_execution={config.steps_per_execution} does not divide an epoch's {steps} steps: "
            f"choose one of {', '.join(divisors)}, or another batch_size."
        )
    return steps


def _takes_labels(config):
    return "num_classes" in zoo.settings_of(config.variant)


def _create(config, examples):
    settings = dict(config.settings)
    if _takes_labels(config):
        settings.setdefault("num_classes", examples.num_classes)
    return ganzoo.create(config.variant, data_shape=examples.shape, seed=config.seed, **settings)


def _callbacks(config, workdir, examples, steps_per_epoch):
    vectors = examples.images if len(examples.shape) == 1 else None
    sample_every = config.sample_every or -(-config.epochs // 100)
    grid = {}
    if _takes_labels(config):  # a row for each class
        grid = {"labels": np.repeat(np.arange(min(examples.num_classes, 20)), 10), "columns": 10}
    return [
        callbacks.SampleGrid(
            workdir / "samples", every=sample_every, real=vectors, tensorboard=workdir / "tensorboard", **grid
        ),
        callbacks.HistoryPlot(workdir),
        keras.callbacks.TensorBoard(workdir / "tensorboard", write_graph=False),
        callbacks.Checkpoints(workdir / "checkpoints", every=config.save_every or -(-config.epochs // 20)),
        callbacks.Progress(config.epochs, steps_per_epoch),
    ]


def _choose(workdir, config, resume):
    """The folder asked for, or the next free runs/VARIANT-DATASET-N (when resuming, the last that is there)."""
    if workdir:
        return pathlib.Path(workdir)
    stem = f"{config.variant}-{pathlib.Path(config.dataset).stem}"
    number = 1
    while pathlib.Path("runs", f"{stem}-{number}").exists():
        number += 1
    return pathlib.Path("runs", f"{stem}-{max(number - 1, 1) if resume else number}")


def _earlier_config(workdir, config, resume):
    """The configuration of the run in the workdir, which must be this one; None where there is none."""
    path = workdir / "config.json"
    if not path.exists():
        if resume:
            raise ValueError(f"There is no run to resume in {workdir}: leave out --resume, or give its --workdir.")
        return None
    if not resume:
        raise ValueError(f"{workdir} holds a run already: add --resume to go on with it, or choose another --workdir.")
    earlier, now = json.loads(path.read_text()), json.loads(json.dumps(dataclasses.asdict(config)))
    changed = [
        f"{name} was {earlier.get(name)!r}, now {now[name]!r}"
        for name in now
        if name not in _MAY_CHANGE and earlier.get(name) != now[name]
    ]
    if changed:
        raise ValueError(
            f"{workdir} holds a run of another configuration ({'; '.join(changed)}): "
            "choose another --workdir, or its flags."
        )
    return earlier


def parse_shape(sides):
    """A data_shape from a flag's list of strings, None from None."""
    try:
        return tuple(int(side) for side in sides) if sides else None
    except ValueError:
        raise ValueError(
            f"--data_shape is height,width,channels, for instance 28,28,1; got {','.join(sides)}."
        ) from None


def parse_settings(pairs):
    """{key: value} from "key=value" strings; values are Python literals, or else strings."""
    settings = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise ValueError(f"--set takes key=value, for instance --set latent_dim=64; got {pair!r}.")
        try:
            settings[key] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            settings[key] = text
    return settings


def versions():
    """What a result depends on, to be written beside it."""
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=pathlib.Path(__file__).parent
    )
    return {
        "ganzoo": ganzoo.__version__,
        "commit": head.stdout.strip() or None,
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "devices": [device.name for device in tf.config.list_logical_devices()],
    }


def _write_json(path, values):
    with written_beside(path) as beside:
        beside.write_text(json.dumps(values, indent=2) + "\n")


def _where(workdir):
    last = sorted((workdir / "samples").glob("epoch-*.png"))[-1:]
    return "\n".join(
        [
            "",
            f"Samples      {last[0] if last else workdir / 'samples'}",
            f"             {workdir / 'samples' / 'samples.gif'}",
            f"Curves       {workdir / 'curves.png'} (numbers in history.csv)",
            f"Checkpoint   {callbacks.latest(workdir / 'checkpoints')}",
            f"TensorBoard  tensorboard --logdir {workdir / 'tensorboard'}",
            f"More images  python -m experiments.sample --checkpoint={workdir}",
        ]
    )
