"""Bounds on weights as Keras constraints, which optimizers apply after each update and model files keep."""

import keras
from keras import ops

from ganzoo.arguments import check_number
from ganzoo.keras_internals import flat_layers, own_trainable_variables


@keras.saving.register_keras_serializable("ganzoo")
class Clip(keras.constraints.Constraint):
    """Clips every weight to [-limit, limit], as in Arjovsky et al. (2017).

    Raises ValueError for a limit that is not above 0.
    """

    def __init__(self, limit: float):
        self.limit = check_number("The limit of clipped weights", limit, "above 0")

    def __call__(self, weights):
        return ops.clip(weights, -self.limit, self.limit)

    def get_config(self):
        return {"limit": self.limit}


def constrain(network: keras.Model, constraint: keras.constraints.Constraint) -> None:
    """Sets a constraint on all trainable weights of a built network, those of frozen layers included.

    The constraint is saved with the layers.

    Raises ValueError for a layer without a constraint argument for one of its weights.
    """
    for layer in (network, *flat_layers(network)):
        for variable in own_trainable_variables(layer):
            if not hasattr(layer, f"{variable.name}_constraint"):
                raise ValueError(
                    f"{type(layer).__name__} has no argument {variable.name}_constraint: use another layer."
                )
            setattr(layer, f"{variable.name}_constraint", constraint)
            variable.constraint = constraint
