"""Every use of what Keras and tf.data keep private. Each has a fallback to the public interface, which may cost speed.

Two hooks of Keras are overridden elsewhere, and named here so that they are found: `_maybe_symbolic_build`, in
execution/mixin.py, and `save_own_variables`, which is public, in networks/spectral.py.
"""

import keras
import tensorflow as tf

try:
    from keras.src.trainers.trainer import model_supports_jit
except ImportError:

    def model_supports_jit(model):
        """Says that XLA cannot compile the model, since Keras no longer tells."""
        return False


def flat_layers(network):
    """Returns the layers of a network, those inside its layers included, but not the network itself."""
    if hasattr(network, "_flatten_layers"):
        return list(network._flatten_layers(include_self=False))
    return [inner for layer in network.layers for inner in (layer, *flat_layers(layer))] if _is_model(network) else []


def layers_in_order(network):
    """Returns the layers of a network, those inside its layers included, in the order in which inputs pass them."""
    found = []
    for layer in network.layers:
        found += [layer, *(layers_in_order(layer) if _is_model(layer) else flat_layers(layer))]
    return found


def own_trainable_variables(layer):
    """Returns the variables that a layer made for training, even if it is frozen, but not those of layers inside it."""
    if hasattr(layer, "_trainable_variables"):
        return list(layer._trainable_variables)
    return [] if _is_model(layer) else list(layer.trainable_variables)


def parameters(network):
    """Returns the variables of a network that training can change, whether or not their layers are frozen now."""
    own = {id(variable) for layer in (network, *flat_layers(network)) for variable in own_trainable_variables(layer)}
    return [variable for variable in network.variables if id(variable) in own]


def replace_schedules(optimizer, replace):
    """Replaces an optimizer's schedules, {attribute: schedule}, among them that of its learning rate."""
    for name, value in list(vars(optimizer).items()):
        if isinstance(value, keras.optimizers.schedules.LearningRateSchedule):
            setattr(optimizer, name, replace(value))


def excludes_from_weight_decay(optimizer):
    """Whether variables were excluded from an optimizer's weight decay, which its configuration does not say."""
    names = ("_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern")
    return any(getattr(optimizer, name, None) for name in names)


def prefers_jit(model):
    """Whether Keras would let XLA compile the model."""
    resolve = getattr(model, "_resolve_auto_jit_compile", None)
    return bool(resolve()) if resolve else False


def set_jit_compile(model, compiled):
    """Sets Keras's own `jit_compile`, which warns and stays False if XLA cannot compile a layer."""
    keras.Model.jit_compile.fset(model, compiled)
    return bool(getattr(model, "_jit_compile", compiled))


def dataset_of(iterator):
    """Returns the dataset of single batches behind Keras's iterator over an epoch; None if it is no longer there."""
    if not hasattr(iterator, "_distributed_dataset"):
        return None
    return vars(iterator).setdefault("dataset_of_batches", iterator._distributed_dataset)


def set_dataset(iterator, dataset):
    """Makes Keras's iterator over an epoch, of which `dataset_of` found the dataset, read another one."""
    iterator._distributed_dataset = dataset


def batch_size_of(iterator, dataset):
    """Returns how many examples a batch has, except perhaps the last one; None if nothing says so."""
    size = getattr(getattr(iterator, "data_adapter", None), "batch_size", None)
    while size is None and dataset is not None:
        size, dataset = getattr(dataset, "_batch_size", None), getattr(dataset, "_input_dataset", None)
    return None if size is None else int(size)


def profiles_batches(callback):
    """Returns whether a callback, a TensorBoard, profiles batches, which it counts."""
    return bool(getattr(callback, "_should_trace", False))


def remainder_of(dataset):
    """Returns how many examples of a dataset are left for its last batch, if its chain of datasets tells, else 0."""
    batched = dataset
    while batched is not None and not hasattr(batched, "_batch_size"):
        batched = getattr(batched, "_input_dataset", None)
    size, before = batch_size_of(None, batched), getattr(batched, "_input_dataset", None)
    if not size or before is None or all(part.shape[0] for part in tf.nest.flatten(batched.element_spec)):
        return 0  # nothing is known, or the remainder is dropped
    examples = int(before.cardinality())
    reached = int(dataset.cardinality()) == -(-examples // size)
    return examples % size if examples > size and reached else 0


def _is_model(layer):
    return isinstance(layer, keras.Model)
