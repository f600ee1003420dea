"""The regularization of Tseng et al. (2021) for training with few images."""

import keras
import tensorflow as tf

from ganzoo.arguments import check_count, check_number
from ganzoo.distribution.global_batch import global_mean
from ganzoo.losses.penalty_base import RoundPenalty


@keras.saving.register_keras_serializable("ganzoo")
class LeCam(RoundPenalty):
    """weight * (E max(0, s(x) - a_fake)^2 + E max(0, a_real - s(G(z)))^2), Tseng et al. (2021), for few images.

    a_real and a_fake are moving averages of the mean scores of real examples and of fakes, over the global batch. They
    keep the scores of both kinds from drifting apart, as they do when the discriminator memorizes the data.

    Args:
        weight: .3 for BigGAN on CIFAR-10.
        decay: the momentum of the moving averages.
        start: the number of updates after which the penalty counts. Until then a_real and a_fake are the latest means.
    """

    __name__ = "lecam"
    across_replicas = True
    """Tells `Lazy` that the penalty reduces across replicas."""

    def __init__(self, weight: float = 0.3, decay: float = 0.99, start: int = 1000):
        super().__init__(weight)
        self.decay = check_number("LeCam's decay", decay, "from 0 to below 1")
        self.start = check_count("LeCam's `start`", start, least=0)

    def make_state(self):
        return _MeanScores()

    def term(self, play, *arguments):
        state = play.game.penalty_states[self.__name__]
        means = tf.concat([global_mean(tf.reshape(one, (-1, 1))) for one in (play.real_scores, play.fake_scores)], 0)
        started = state.updates.value >= self.start
        if play.training:
            decay = tf.where(started, self.decay, 0.0)
            state.means.assign(decay * state.means.value + (1 - decay) * tf.stop_gradient(means))
            state.updates.assign_add(1)
        real_mean, fake_mean = tf.unstack(state.means.value)
        loss = tf.reduce_mean(tf.square(tf.nn.relu(play.real_scores - fake_mean)))
        loss += tf.reduce_mean(tf.square(tf.nn.relu(real_mean - play.fake_scores)))
        return tf.where(started, self.weight * loss, 0.0)

    def get_config(self):
        return {**super().get_config(), "decay": self.decay, "start": self.start}


class _MeanScores(keras.layers.Layer):
    """The moving averages of the scores, (2,), and the number of updates."""

    def __init__(self):
        super().__init__(name="lecam", dtype="float32", trainable=False)
        shared = {"initializer": "zeros", "trainable": False, "aggregation": "only_first_replica"}
        self.means = self.add_weight(name="means", shape=(2,), **shared)
        self.updates = self.add_weight(name="updates", shape=(), dtype="int64", **shared)
        self.built = True
