"""Measures what a plan depends on, from a model and its batches."""

import math

import tensorflow as tf

from ganzoo.execution.blocks import batches_per_block
from ganzoo.execution.plan import Workload
from ganzoo.keras_internals import flat_layers, model_supports_jit, own_trainable_variables, prefers_jit


def measure_workload(model, dataset, batch_size, steps, every_batch):
    """Returns the `Workload` of a model that is trained or tested on batches of a dataset."""
    return Workload(
        multiplications=multiplications(model, batch_size),
        steps=steps,
        batches_per_block=batches_per_block(dataset),
        accelerated=on_accelerator(model),
        eager=model.run_eagerly,
        every_batch=every_batch,
        keras_prefers_xla=prefers_jit(model),
        suits_xla=_suits_xla(model),
    )


def on_accelerator(model):
    """Whether GPUs or TPUs run the model."""
    strategy = model.distribute_strategy
    if strategy.num_replicas_in_sync > 1:
        names = strategy.extended.worker_devices
    else:
        names = [device.name for device in tf.config.list_logical_devices()]
    return any("GPU" in name or "TPU" in name for name in names)


def multiplications(model, batch_size):
    """Returns how many products of a weight and an example a batch needs, once through all networks; inf if unknown.

    A dense kernel counts once, a convolution's at each place of the smaller of its two sides.
    """
    if batch_size is None:
        return math.inf
    try:
        return batch_size * sum(map(layer_multiplications, flat_layers(model)))
    except (AttributeError, TypeError, ValueError):  # a convolution inside another layer, or of images of any size
        return math.inf


def layer_multiplications(layer):
    """Returns how many products one example needs in a layer, without the layers inside it; 0 without a kernel."""
    kernels = [variable.shape for variable in own_trainable_variables(layer) if len(variable.shape) > 1]
    convolves = any(len(shape) > 2 for shape in kernels)
    places = min(math.prod(side.shape[1:-1]) for side in (layer.input, layer.output)) if convolves else 1
    return places * sum(map(math.prod, kernels))


def _suits_xla(model):
    draws = any(variable.name == "seed_generator_state" for variable in model.variables)
    matrices = all(len(variable.shape) <= 2 for variable in model.trainable_variables)
    return matrices and not draws and model.distribute_strategy.num_replicas_in_sync == 1 and model_supports_jit(model)
