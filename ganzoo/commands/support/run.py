"""Trains one run, from its configuration to a folder of results. `ganzoo train` is its command line."""

import dataclasses
import errno
import os
import time

import keras
import numpy as np
import tensorflow as tf

from ganzoo import callbacks, data
from ganzoo.commands.support import locks, run_card, run_model
from ganzoo.commands.support import workdir as workdirs
from ganzoo.commands.support.config import Config, versions
from ganzoo.commands.support.run_data import load_inputs, takes_labels
from ganzoo.distribution import strategies, tf_config
from ganzoo.files import AnyPath, read_json, write_json
from ganzoo.zoo import variants

LOST_MACHINE = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
)
"""What TensorFlow raises if another machine does not answer."""


def run(config: Config, workdir: AnyPath | str | None = None, resume: bool = False) -> dict:
    """Trains a run to its end, and returns what is written to metrics.json.

    Raises:
        ValueError: before anything is written, if the configuration cannot be run or the workdir holds another run.
        ArithmeticError: if training stopped at a NaN.
    """
    config = dataclasses.replace(config, variant=variants.find(config.variant))
    folder = workdirs.choose(workdir, config, resume)
    resume = workdirs.check(folder, config, resume)
    keras.config.set_dtype_policy(config.precision)
    strategy = _strategy(config)  # several machines wait for each other here; no file is written before
    try:
        return _run_on(strategy, config, folder, workdir, resume)
    except tf.errors.ResourceExhaustedError as error:
        if "No space left" not in str(error):
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder / "tensorboard")) from error
    except LOST_MACHINE as error:
        if len(tf_config.workers()) < 2:
            raise
        raise ConnectionError(
            "Another machine of the cluster has ended or cannot be reached. To continue, start all machines again with "
            f"--workdir={folder} --resume."
        ) from error


def _run_on(strategy, config, folder, workdir, resume):
    if not strategies.is_chief(strategy):
        print(f"This machine works for the chief, which writes {folder}.")
        return _run(config, folder, resume, strategy)
    is_new = not folder.exists()
    folder = folder if workdir or resume else workdirs.claim(folder, config)
    with locks.hold(folder, "train", "trains", is_new):
        resume = workdirs.check(folder, config, resume)  # once more: an earlier owner of the lock may have changed it
        try:
            return _run(config, folder, resume, strategy)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(_how_to_continue(folder)) from None


def _run(config, folder, resume, strategy):
    chief = strategies.is_chief(strategy)
    config = workdirs.as_begun(config, folder) if resume else config
    inputs = load_inputs(config)
    config = dataclasses.replace(config, holdout=inputs.holdout, metrics=inputs.metrics)
    if resume:
        workdirs.check_examples(folder, config, inputs.found)
    gan = run_model.create_or_load(config, folder, resume, strategy, inputs.examples)
    steps_per_epoch = _steps_per_epoch(config, inputs.examples)
    first_step = int(gan.step.numpy())
    if first_step >= config.epochs * steps_per_epoch and (folder / "metrics.json").exists():
        print(f"The run in {folder} ended after {first_step // steps_per_epoch} epochs: raise --epochs to continue it.")
        return read_json(folder / "metrics.json", "delete it, and resume the run to write it again")
    batches = data.shared_batches(
        strategy,
        inputs.examples,
        config.batch_size,
        seed=config.seed,
        labels=takes_labels(config),
        start=first_step,
        flip=config.flip,
        as_bytes=True,
    )
    gan.check_batch(*strategy.experimental_local_results(next(iter(batches))))
    gan.make_train_function()  # refuses an impossible jit_compile
    if chief:
        begun_by = workdirs.begun_by(folder) if resume else versions()
        recorded = dataclasses.asdict(config) | {"examples_found": inputs.found, "versions": begun_by}
        write_json(folder / "config.json", recorded)
        run_card.log_settings(folder, recorded)
    start = time.time()
    last_epoch = _fit(config, gan, batches, steps_per_epoch, inputs, folder if chief else None)
    result = {
        "step": int(gan.step.numpy()),
        "seconds": round(time.time() - start, 1),
        "resumed_at": first_step,
        "last_epoch": last_epoch,
    }
    if chief:
        write_json(folder / "metrics.json", result | {"versions": versions()})
        run_card.write_card(folder, gan, recorded, result)
        print(workdirs.list_files(folder))
    gan.get_metrics_result()  # reduces over all machines, so that the others wait here until the chief has written all
    return result


def _strategy(config):
    strategy = strategies.get(config.strategy)
    replicas = strategy.num_replicas_in_sync
    if config.batch_size % replicas:
        raise ValueError(
            f"--batch_size={config.batch_size} cannot be divided evenly among {replicas} replicas: "
            f"choose a multiple of {replicas}."
        )
    return strategy


def _steps_per_epoch(config, examples):
    steps = max(1, len(examples) // config.batch_size)
    if steps % (config.steps_per_execution or 1):
        divisors = [str(number) for number in range(1, steps + 1) if steps % number == 0]
        raise ValueError(
            f"--steps_per_execution={config.steps_per_execution} does not divide the {steps} steps of an epoch: "
            f"choose one of {', '.join(divisors)}, or another batch_size."
        )
    return steps


def _fit(config, gan, batches, steps_per_epoch, inputs, folder):
    """Trains, writing files into the folder if one is given, and returns the logs of the last epoch."""
    stop_on_nan = callbacks.StopOnNaN()
    used = [stop_on_nan]
    if inputs.suite:
        used.append(callbacks.Evaluate(inputs.suite, config.test_every or -(-config.epochs // 10)))
    if folder:
        used += _callbacks_that_write(config, folder, gan, inputs.examples, steps_per_epoch)
    history = gan.fit(
        batches,
        initial_epoch=int(gan.step.numpy()) // steps_per_epoch,
        epochs=config.epochs,
        steps_per_epoch=steps_per_epoch,
        validation_data=inputs.tests,
        validation_freq=config.test_every or 1,
        verbose=0,
        callbacks=used,
    )
    if stop_on_nan.stopped:
        raise ArithmeticError(stop_on_nan.stopped)
    return {name: values[-1] for name, values in history.history.items()}


def _callbacks_that_write(config, folder, gan, examples, steps_per_epoch):
    writers = [
        callbacks.HistoryPlot(folder),
        keras.callbacks.TensorBoard(folder / "tensorboard", write_graph=False),
        callbacks.Checkpoints(folder / "checkpoints", every=config.save_every or -(-config.epochs // 20)),
        *([callbacks.KeepBest(folder / "best.keras", config.keep_best)] if config.keep_best else []),
        callbacks.Progress(config.epochs, steps_per_epoch),
    ]
    if not hasattr(gan, "sample"):  # a game that makes no examples
        return writers
    grid = {}
    if gan.is_conditional:  # a row for each class
        grid = {"labels": np.repeat(np.arange(min(examples.num_classes, 20)), 10), "columns": 10}
    samples = callbacks.SampleGrid(
        folder / "samples",
        every=config.sample_every or -(-config.epochs // 100),
        real=examples.images if len(examples.shape) == 1 else None,
        tensorboard=folder / "tensorboard",
        **grid,
    )
    some = next(data.batches(examples, min(len(examples), 200)).as_numpy_iterator())
    return [samples, *writers, callbacks.Health(some, every=-(-config.epochs // 20))]


def _how_to_continue(folder):
    try:
        saved = callbacks.latest(folder / "checkpoints")
    except ValueError:  # all are incomplete
        saved = None
    return f"To continue, run the same command with --workdir={folder} --resume." if saved else ""
