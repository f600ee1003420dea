"""The terms of a player's loss, {name: term}: a term is a scalar, or a `LazyTerm`."""

import tensorflow as tf

from ganzoo.execution.batches import batch_size
from ganzoo.losses.lazy import LazyTerm


def check_terms(player, terms):
    """Raises ValueError for a player without terms, and for a term that is not a scalar."""
    if not terms:
        raise ValueError(f"{player}_terms returned nothing: a player needs at least one term.")
    for name, term in terms.items():
        shape = tf.convert_to_tensor(term.loss if isinstance(term, LazyTerm) else term).shape
        if shape.rank != 0:
            raise ValueError(f"The term {name!r} of {player} is not a scalar but has shape {shape}: take its mean.")


def loss_of(terms):
    """Returns the sum that the player minimises in a move."""
    return sum(term.loss if isinstance(term, LazyTerm) else term for term in terms.values())


def logged_loss_of(terms):
    """Returns the loss that is logged: that of the last move, with the mean of lazy terms over all moves."""
    return sum(term.mean_loss if isinstance(term, LazyTerm) else term for term in terms.values())


def log_of(term, play):
    """Returns what is logged of a term: a scalar, or (values, weights) of a lazy one."""
    if not isinstance(term, LazyTerm):
        return term
    size = tf.cast(batch_size(play.real), tf.float32)
    return term.total / tf.maximum(term.computed, 1), term.computed * size


def latest_terms(before, after):
    """Returns the terms {player: {name: term}} of the latest moves; lazy ones add the totals of earlier moves."""
    merged = dict(before)
    for player, terms in after.items():
        earlier = before.get(player, {})
        merged[player] = {
            name: term.after(earlier.get(name)) if isinstance(term, LazyTerm) else term for name, term in terms.items()
        }
    return merged
