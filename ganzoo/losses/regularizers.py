"""Regularizers: terms on the weights of a layer, which a game adds to the loss of the player that owns it."""

import keras
from keras import ops

from ganzoo.arguments import check_number


@keras.saving.register_keras_serializable("ganzoo")
class OrthogonalRegularizer(keras.regularizers.Regularizer):
    """The orthogonal regularization of Brock et al. (2019): it drives filters apart, but leaves their lengths alone.

    With the kernel as a matrix W with a row for each output, the term is

        strength * sum over i != j of (W W^T)_ij^2

    as in the paper, whose strength is 1e-4. Departure from the authors' code: it adds half of this term's gradient.

    Raises ValueError unless `strength` is a number of at least 0.
    """

    def __init__(self, strength: float = 1e-4):
        self.strength = check_number("The strength of orthogonal regularization", strength)

    def __call__(self, kernel):
        columns = ops.reshape(kernel, (-1, kernel.shape[-1]))
        products = ops.matmul(ops.transpose(columns), columns)
        return self.strength * ops.sum(ops.square(products * (1 - ops.eye(kernel.shape[-1], dtype=products.dtype))))

    def get_config(self):
        return {"strength": self.strength}
