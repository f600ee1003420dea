"""Bounds on weights, as Keras constraints: Keras's optimizers apply them after each update, and files hold them."""

import keras
from keras import ops

from ganzoo.keras_internals import flat_layers, own_trainable_variables


@keras.saving.register_keras_serializable("ganzoo")
class Clip(keras.constraints.Constraint):
    """Every weight into [-limit, limit], Arjovsky et al. (2017)."""

    def __init__(self, limit):
        if not limit > 0:
            raise ValueError(f"Weights are clipped to [-limit, limit] with a limit above 0; got {limit}.")
        self.limit = float(limit)

    def __call__(self, weights):
        return ops.clip(weights, -self.limit, self.limit)

    def get_config(self):
        return {"limit": self.limit}


def constrain(network, constraint):
    """Puts all trainable weights of a built network under a constraint, which its layers keep when they are saved.

    Raises ValueError for a layer that could not keep it.
    """
    for layer in flat_layers(network):
        for variable in own_trainable_variables(layer):
            if not hasattr(layer, f"{variable.name}_constraint"):
                raise ValueError(f"{type(layer).__name__} knows no {variable.name}_constraint: use another layer.")
            setattr(layer, f"{variable.name}_constraint", constraint)
            variable.constraint = constraint
