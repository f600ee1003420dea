"""What `fit` chooses by itself: how many steps to take at once, and whether XLA compiles them."""

import math

import tensorflow as tf
from keras.src.trainers.trainer import model_supports_jit

AT_MOST = 50
LONG = 6e9
FOR_XLA = 1e8


def suited(model, batch_size, steps, at_most=AT_MOST):
    """How many train steps one execution had best take: a divisor of an epoch's `steps`; 1 where these are not known.

    Between two executions Python takes some tenths of a millisecond. So on an accelerator many; on a CPU as many as
    make `LONG` products of a weight and an example, which two cores do in some 200 ms. Nothing depends on a clock: the
    same run takes the same numbers of steps.
    """
    if not steps or steps < 0:
        return 1
    wanted = min(at_most, AT_MOST)
    if not on_accelerator(model):
        wanted = min(wanted, round(LONG / products(model, batch_size)))
    return max(number for number in range(1, max(1, wanted) + 1) if steps % number == 0)


def size_of_batches(dataset):
    """How many examples a tf.data.Dataset puts into each batch, but perhaps its last; None where it does not say."""
    while dataset is not None and not hasattr(dataset, "_batch_size"):
        dataset = getattr(dataset, "_input_dataset", None)
    return None if dataset is None else int(dataset._batch_size)


def suits_xla(model, batch_size):
    """Whether XLA had best compile the train step: on an accelerator what Keras says.

    On one CPU where there are matrices alone, with `FOR_XLA` products of a weight and an example or more: XLA moves
    these in fewer passes over the memory, but its convolutions are slower than TensorFlow's own. Not for layers like
    dropout: XLA draws their random numbers slowly, and others than TensorFlow would. Nor where Keras knows that XLA
    cannot, as with some layers, or with TensorFlow's deterministic operations.
    """
    if on_accelerator(model):
        return model._resolve_auto_jit_compile()
    random = any(variable.name == "seed_generator_state" for variable in model.variables)
    alone = model.distribute_strategy.num_replicas_in_sync == 1
    dense = all(len(variable.shape) <= 2 for variable in model.trainable_variables)
    large = FOR_XLA <= products(model, batch_size) < math.inf
    return alone and dense and large and not random and model_supports_jit(model)


def on_accelerator(model):
    """Whether the model is on GPUs or TPUs."""
    strategy = model.distribute_strategy
    if strategy.num_replicas_in_sync > 1:
        names = strategy.extended.worker_devices
    else:
        names = [device.name for device in tf.config.list_logical_devices()]
    return any("GPU" in name or "TPU" in name for name in names)


def products(model, batch_size):
    """How many products of a weight and an example a batch needs, once through both networks; infinite where unknown.

    A dense kernel counts once, that of a convolution at each place of the smaller of its two sides.
    """
    if batch_size is None:
        return math.inf
    try:
        return batch_size * sum(map(layer_products, model._flatten_layers()))
    except (AttributeError, TypeError, ValueError):  # a convolution within another layer, or of images of any size
        return math.inf


def layer_products(layer):
    """How many products an example needs in a layer, those within it aside; 0 without a kernel."""
    kernels = [variable.shape for variable in layer._trainable_variables if len(variable.shape) > 1]
    convolves = any(len(shape) > 2 for shape in kernels)
    places = min(math.prod(side.shape[1:-1]) for side in (layer.input, layer.output)) if convolves else 1
    return places * sum(map(math.prod, kernels))
