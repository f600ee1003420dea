"""The images that a model keeps: which, when, and what a discriminator is shown of them."""

import numpy as np
import pytest
import tensorflow as tf

from descriptors import real
from ganzoo.games.buffers import FakeHistory, RealImageBuffer

IMAGES = real((8, 8, 1))


def test_a_buffer_keeps_the_first_images_and_draws_each_once():
    buffer = RealImageBuffer(24, (8, 8, 1))
    noise = buffer.images.numpy()
    assert np.abs(noise).max() <= 1 and noise.std() > 0.5
    for start in (0, 16, 32):
        buffer.update(tf.constant(IMAGES[start : start + 16]))
    np.testing.assert_array_equal(buffer.images.numpy(), IMAGES[:24])
    drawn = buffer.sample(60, 7).numpy()
    known = [image.tobytes() for image in IMAGES[:24]]
    rows = [known.index(image.tobytes()) for image in drawn]
    assert sorted(rows[:24]) == sorted(rows[24:48]) == list(range(24)) and rows[:24] != list(range(24))


def history_of(size, count=None):
    """A history of images (1, 1, 1) that are -1, -2 and so on, `count` of them there."""
    history = FakeHistory(size, (1, 1, 1))
    history.images.assign(-1 - np.arange(size, dtype=np.float32).reshape(-1, 1, 1, 1))
    history.count.assign(size if count is None else count)
    return history


def numbers(start, count):
    return tf.constant(np.arange(start, start + count, dtype=np.float32).reshape(-1, 1, 1, 1))


@pytest.mark.cases(3)
@pytest.mark.parametrize(
    ("size", "count", "batch"), [(5, 0, 3), (5, 4, 3), (5, 5, 1), (5, 5, 12), (50, 30, 40), (3, 0, 9)]
)
def test_the_history_against_a_loop(size, count, batch):
    """The authors' loop over the images of a batch, but a batch that fills the history exchanges none."""
    for seed in range(8):
        history = history_of(size, count)
        stored, shown, taken = list(history.images.numpy().ravel()), [], set()
        draws = tf.random.stateless_uniform((batch, 2), (seed, 7)).numpy()
        for index in range(batch):
            slot, image = int(draws[index, 0] * size), float(index + 1)
            if count < size:
                if count + index < size:
                    stored[count + index] = image
                shown.append(image)
            elif draws[index, 1] < 0.5 and slot not in taken:
                taken.add(slot)
                shown.append(stored[slot])
                stored[slot] = image
            else:
                shown.append(image)
        arguments = numbers(1, batch), tf.constant((seed, 7), tf.int64)
        before = history.images.numpy()
        np.testing.assert_array_equal(np.ravel(history.show(*arguments)), shown)
        np.testing.assert_array_equal(history.images.numpy(), before)
        history.update(*arguments)
        np.testing.assert_array_equal(history.images.numpy().ravel(), stored)
        assert history.count.numpy() == min(size, count + batch)


@pytest.mark.thorough
def test_one_image_at_a_time_is_an_old_one_half_of_the_time_and_none_is_lost():
    """The paper's batch of one: old images are as old as 2 * size on average, since each place is as likely."""
    history, ages, old, steps = history_of(10), [], 0, 2000

    @tf.function
    def exchanged(image, seed):
        shown = tf.identity(history.show(image, seed))
        history.update(image, seed)
        return shown

    for step in range(steps):
        (shown,) = np.ravel(exchanged(numbers(step, 1), tf.constant((1, step), tf.int64)))
        if shown != step and shown >= 0:
            old, ages = old + 1, [*ages, step - shown]
        kept = history.images.numpy().ravel()
        assert len(set(kept)) == 10 and shown not in kept
    np.testing.assert_allclose(old / steps, 0.5, atol=6 * 0.5 / np.sqrt(steps))
    np.testing.assert_allclose(np.mean(ages), 20, rtol=0.2)
