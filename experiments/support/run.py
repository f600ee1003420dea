"""One training run from a configuration to a folder of results; `experiments.train` is its command line."""

import dataclasses
import json
import pathlib
import time
import warnings

import keras
import numpy as np

import ganzoo
from experiments.support.config import versions
from experiments.support.workdir import choose, claimed, earlier_config
from ganzoo import callbacks, data, metrics
from ganzoo.distribution import strategies
from ganzoo.files import write_json
from ganzoo.zoo import variants


def run(config, workdir=None, resume=False):
    """Trains to the end and returns what it wrote to metrics.json.

    Raises ValueError, before anything is written, where the configuration cannot run or the workdir holds another
    run, and ArithmeticError where training stopped at a NaN.
    """
    variants.settings_of(config.variant)  # an unknown name is told before the data is read
    chosen, workdir = not workdir, choose(workdir, config, resume)
    earlier = earlier_config(workdir, config, resume)
    keras.config.set_dtype_policy(config.precision)
    strategy = _strategy(config)  # several machines wait for each other here, and only then is a file written
    chief = strategies.is_chief(strategy)
    if not chief:
        print(f"This machine works for the chief, which writes {workdir}.")
    everything = data.examples(config.dataset, data_shape=config.data_shape)
    examples = _chosen(everything, config)
    test = test_examples(config, examples) if config.test_every or config.metrics else None
    held_out = test_batches(config, test) if config.test_every else None
    suite = metrics.Suite(config.metrics, everything, test) if config.metrics else None
    checkpoint = callbacks.latest(workdir / "checkpoints") if earlier else None
    with strategy.scope():
        gan = ganzoo.load(checkpoint) if checkpoint else create(config, examples)
    gan.steps_per_execution = config.steps_per_execution or "auto"
    gan.jit_compile = "auto" if config.jit_compile is None else config.jit_compile
    steps_per_epoch = _steps_per_epoch(config, examples)
    step = int(gan.step.numpy())
    if step >= config.epochs * steps_per_epoch and (workdir / "metrics.json").exists():
        print(f"The run in {workdir} has ended, after {step // steps_per_epoch} epochs: more --epochs would go on.")
        return json.loads((workdir / "metrics.json").read_text())
    labels = takes_labels(config)
    batches = data.batches(examples, config.batch_size, seed=config.seed, labels=labels, start=step)
    gan.check_batch(next(iter(batches)))
    gan.make_train_function()
    if chief:
        workdir = claimed(workdir, config, resume) if chosen else workdir
        write_json(workdir / "config.json", dataclasses.asdict(config) | {"versions": versions()})
    health, start = callbacks.StopOnNaN(), time.time()
    gan.fit(
        batches,
        initial_epoch=step // steps_per_epoch,
        epochs=config.epochs,
        steps_per_epoch=steps_per_epoch,
        validation_data=held_out,
        validation_freq=config.test_every or 1,
        verbose=0,
        callbacks=[
            health,
            *([callbacks.Evaluate(suite, config.test_every or -(-config.epochs // 10))] if suite else []),
            *(_callbacks(config, workdir, gan, examples, steps_per_epoch) if chief else []),
        ],
    )
    if health.stopped:
        raise ArithmeticError(health.stopped)
    history = {name: values[-1] for name, values in gan.history.history.items()}
    result = {
        "step": int(gan.step.numpy()),
        "seconds": round(time.time() - start, 1),
        "resumed_at": step,
        "last_epoch": history,
    }
    if chief:
        write_json(workdir / "metrics.json", result | {"versions": versions()})
        print(_where(workdir))
    gan.get_metrics_result()  # a reduction: the other machines wait here until the chief has written all
    return result


def _strategy(config):
    strategy = strategies.get(config.strategy)
    replicas = strategy.num_replicas_in_sync
    if config.batch_size % replicas:
        raise ValueError(
            f"--batch_size={config.batch_size} cannot be shared out among {replicas} replicas: "
            f"choose a multiple of {replicas}."
        )
    return strategy


def _steps_per_epoch(config, examples):
    steps = max(1, len(examples) // config.batch_size)
    if steps % (config.steps_per_execution or 1):
        divisors = [str(number) for number in range(1, steps + 1) if steps % number == 0]
        raise ValueError(
            f"--steps_per_execution={config.steps_per_execution} does not divide an epoch's {steps} steps: "
            f"choose one of {', '.join(divisors)}, or another batch_size."
        )
    return steps


def load_examples(config):
    """The first `config.examples` training examples, of which only `config.labels` keep their label."""
    return _chosen(data.examples(config.dataset, data_shape=config.data_shape), config)


def _chosen(examples, config):
    if config.examples is not None:
        if config.examples > len(examples):
            raise ValueError(
                f"--examples={config.examples} of {config.dataset!r}: it has {len(examples)}: choose fewer."
            )
        kept = slice(config.examples)
        labels = None if examples.labels is None else examples.labels[kept]
        examples = dataclasses.replace(examples, images=examples.images[kept], labels=labels)
    if config.labels is None:
        return examples
    if not _knows_labels(config):
        raise ValueError(f"{config.variant} takes no labels: leave out --labels={config.labels}, or choose sgan, say.")
    if config.labels == 0:
        return dataclasses.replace(examples, labels=None, num_classes=None)
    with warnings.catch_warnings(record=True) as said:
        examples = data.keep_labels(examples, config.labels, config.seed)
    for warning in said:
        print(warning.message)
    return examples


def test_examples(config, examples):
    """The split "test", in the shape of the training `examples`."""
    return data.examples(config.dataset, "test", examples.shape if len(examples.shape) == 3 else None)


def test_batches(config, test):
    """Batches of the `test` examples, the last of them smaller."""
    return data.batches(test, 500, labels=takes_labels(config), shuffle=False, drop_remainder=False)


def takes_labels(config):
    """Whether the run's batches are (x, y)."""
    return _knows_labels(config) and config.labels != 0


def _knows_labels(config):
    return "num_classes" in variants.settings_of(config.variant)


def create(config, examples):
    """The variant for those examples, with as many classes as they have."""
    settings = dict(config.settings)
    if _knows_labels(config):
        settings.setdefault("num_classes", examples.num_classes)
    try:
        return ganzoo.create(config.variant, data_shape=examples.shape, seed=config.seed, **settings)
    except TypeError as error:
        raise ValueError(f"The settings {settings} do not suit {config.variant}: {error}.") from error


def _callbacks(config, workdir, gan, examples, steps_per_epoch):
    vectors = examples.images if len(examples.shape) == 1 else None
    sample_every = config.sample_every or -(-config.epochs // 100)
    some = next(iter(data.batches(examples, min(len(examples), 200)))).numpy()
    grid = {}
    if gan.is_conditional:  # a row for each class
        grid = {"labels": np.repeat(np.arange(min(examples.num_classes, 20)), 10), "columns": 10}
    return [
        callbacks.SampleGrid(
            workdir / "samples", every=sample_every, real=vectors, tensorboard=workdir / "tensorboard", **grid
        ),
        callbacks.HistoryPlot(workdir),
        keras.callbacks.TensorBoard(workdir / "tensorboard", write_graph=False),
        callbacks.Checkpoints(workdir / "checkpoints", every=config.save_every or -(-config.epochs // 20)),
        callbacks.Progress(config.epochs, steps_per_epoch),
        callbacks.Health(some, every=-(-config.epochs // 20)),
    ]


def find(path):
    """The .keras file meant by a path to it, to a run's workdir or to its checkpoints."""
    if not path.is_dir():
        return path
    newest = callbacks.latest(path / "checkpoints") or callbacks.latest(path)
    if newest is None:
        raise FileNotFoundError(f"There is no checkpoint in {path}.")
    return newest


def folder_of(checkpoint, out=None):
    """Where results of a checkpoint go: `out`, or the folder of the checkpoint or run."""
    path = pathlib.Path(checkpoint)
    return pathlib.Path(out) if out else (path if path.is_dir() else path.parent)


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
