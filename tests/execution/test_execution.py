"""How many steps one execution takes, and whether XLA compiles them, where nobody says so."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import data
from ganzoo.execution import mixin, plan
from ganzoo.networks import mlp
from small_gan import Executions, small

DIGITS = data.examples("digits")


class Every(Executions):
    __module__ = "of_a_user"


@pytest.mark.thorough
def test_by_default_several_and_one_for_a_callback_that_sees_each_batch():
    batches, gan, some = data.batches(DIGITS, 100, start=0), small(), Executions()
    gan.fit(batches, steps_per_epoch=12, callbacks=[some], verbose=0)
    assert some.ends == [11] and gan.step == 12 and gan.steps_per_execution == 1
    for callback in (Every(), keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)):
        gan.fit(batches, steps_per_epoch=3, callbacks=[some, callback], verbose=0)
        assert some.ends == [0, 1, 2]
    gan.fit(batches, steps_per_epoch=3, callbacks=some, verbose=0)
    assert some.ends == [2]
    gan.steps_per_execution = 4
    gan.fit(batches, steps_per_epoch=12, callbacks=[some], verbose=0)
    assert some.ends == [3, 7, 11] and gan.steps_per_execution == 4
    gan.steps_per_execution = "auto"
    gan.steps_per_execution = 1
    gan.fit(batches, steps_per_epoch=2, callbacks=[some], verbose=0)
    assert some.ends == [0, 1]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "given",
    [
        "smaller last",
        *(pytest.param(given, marks=pytest.mark.exhaustive) for given in ("endless", "unknown", "one epoch", "array")),
    ],
)
def test_nothing_that_is_learnt_depends_on_it(given):
    def data_of(kind):
        images = DIGITS.images[:1050] / np.float32(127.5) - 1
        if kind == "array":
            return {"x": images, "batch_size": 105, "shuffle": False}
        if kind == "smaller last":
            return {"x": tf.data.Dataset.from_tensor_slices(images[:1000]).batch(105).prefetch(1)}
        if kind == "unknown":
            return {
                "x": tf.data.Dataset.from_tensor_slices(images).filter(lambda x: True).batch(105, drop_remainder=True)
            }
        if kind == "one epoch":
            return {"x": data.batches(DIGITS, 140)}
        return {"x": data.batches(DIGITS, 100, start=0), "steps_per_epoch": 10}

    validation = data.batches(DIGITS, 300, shuffle=False, drop_remainder=False)
    one, several = small(), small()
    one.steps_per_execution = 1
    some, histories, ends = Executions(), [], []
    for gan in (one, several):
        fitted = gan.fit(**data_of(given), epochs=2, validation_data=validation, callbacks=[some], verbose=0)
        histories.append(fitted.history)
        ends.append(some.ends)
    assert len(ends[0]) == 10 and (len(ends[1]) < 10 or given == "unknown") and one.step == several.step == 20
    for name, values in histories[0].items():
        np.testing.assert_allclose(values, histories[1][name], rtol=1e-5, err_msg=name)
    for first, second in zip(one.variables, several.variables, strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.thorough
def test_it_is_saved_as_what_was_asked_for(tmp_path):
    gan = small()
    gan.fit(data.batches(DIGITS, 100), verbose=0)
    gan.save(tmp_path / "gan.keras")
    assert ganzoo.load(tmp_path / "gan.keras").get_compile_config()["steps_per_execution"] == "auto"
    gan.compile(steps_per_execution=3)
    gan.save(tmp_path / "gan.keras")
    assert ganzoo.load(tmp_path / "gan.keras").steps_per_execution == 3


def test_evaluate_and_predict_after_fit():
    gan = small()
    gan.fit(data.batches(DIGITS, 100), verbose=0)
    held_out = data.batches(DIGITS, 100, shuffle=False, drop_remainder=False)
    results = gan.evaluate(held_out, verbose=0)
    gan.steps_per_execution = 1
    assert results == pytest.approx(gan.evaluate(held_out, verbose=0), rel=1e-5)
    latents = gan.prior.sample(70, seed=0)
    np.testing.assert_allclose(gan.predict(latents, verbose=0), gan(latents), atol=1e-6)


@pytest.mark.thorough
def test_each_plan_is_traced_once(monkeypatch):
    """Fits on data of 3 and of 4 steps, with a callback that sees each batch and without it, in turns."""
    plans, make_function = [], mixin.make_function
    monkeypatch.setattr(mixin, "make_function", lambda *parts: plans.append(parts[2]) or make_function(*parts))
    gan, points = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0), np.zeros((64, 2), "float32")
    for _ in range(3):
        for count, callbacks in ((48, []), (64, []), (48, [Every()])):
            gan.fit(points[:count], batch_size=16, callbacks=callbacks, verbose=0)
    assert [made.steps for made in plans] == [3, 1] and gan.step == 30  # 3 and 4 steps share a trace
    gan.compile()
    gan.fit(points, batch_size=16, verbose=0)
    assert len(plans) == 3


@pytest.mark.parametrize(
    "callback, every",
    [
        (lambda folder: keras.callbacks.ModelCheckpoint(folder / "{batch}.keras", save_freq=10), True),
        (lambda folder: keras.callbacks.BackupAndRestore(folder, save_freq=10), True),
        (lambda folder: keras.callbacks.TensorBoard(folder, update_freq=10), True),
        (lambda folder: keras.callbacks.TensorBoard(folder, update_freq="batch"), True),
        (lambda folder: keras.callbacks.TensorBoard(folder, profile_batch=(10, 20)), True),
        (lambda folder: keras.callbacks.TensorBoard(folder), False),
        (lambda folder: keras.callbacks.ModelCheckpoint(folder / "last.keras"), False),
        (lambda folder: keras.callbacks.BackupAndRestore(folder), False),
        (lambda folder: keras.callbacks.TerminateOnNaN(), False),
    ],
)
def test_callbacks_of_keras_that_count_batches_see_each(callback, every, tmp_path):
    assert mixin.needs_every_batch(callback(tmp_path)) is every


@pytest.mark.thorough
def test_a_checkpoint_after_every_tenth_batch(tmp_path):
    gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0)
    checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "{batch}.keras", save_freq=10)
    gan.fit(np.zeros((30, 2), "float32"), batch_size=1, callbacks=[checkpoint], verbose=0)
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["10", "20", "30"]


@pytest.mark.thorough
def test_tensorflow_warns_of_no_traces_of_several_models(caplog):
    points = np.zeros((50, 2), "float32")
    for seed in range(6):
        gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=seed)
        gan.fit(points, batch_size=16, validation_data=points[:20], verbose=0)
        for count in (20, 33):
            gan.evaluate(points[:count], verbose=0)
            gan.predict(points[:count], verbose=0)
            gan.sample(count)
    assert "retracing" not in caplog.text


@pytest.mark.thorough
def test_an_interrupted_fit_leaves_nothing_of_it():
    def stop(epoch, logs):
        raise KeyboardInterrupt

    gan = small()
    with pytest.raises(KeyboardInterrupt):
        callback = keras.callbacks.LambdaCallback(on_epoch_end=stop)
        gan.fit(data.batches(DIGITS, 100, start=0), steps_per_epoch=12, callbacks=[callback], verbose=0)
    assert gan.step == 12 and gan.steps_per_execution == 1


@pytest.mark.thorough
def test_what_xla_compiles_by_default_is_the_train_step(monkeypatch, tmp_path):
    compiled = []
    make_function = mixin.make_function
    monkeypatch.setattr(plan, "WORTH_XLA", 0)
    monkeypatch.setattr(
        mixin,
        "make_function",
        lambda model, step, how, eager: (
            compiled.append((step.__name__, how.jit_compile)) or make_function(model, step, how, eager)
        ),
    )
    gan = ganzoo.create("dcgan", data_shape=(2,), seed=0, width=4)
    points = data.batches(data.examples("ring"), 100, start=0)
    assert gan.jit_compile is False
    gan.fit(points, steps_per_epoch=3, validation_data=points.take(2), epochs=2, verbose=0)
    assert set(compiled) == {("train_step", True), ("test_step", False)} and gan.jit_compile is False
    gan.save(tmp_path / "gan.keras")
    assert ganzoo.load(tmp_path / "gan.keras").get_compile_config()["jit_compile"] == "auto"
    for choice in (True, False):
        gan.compile(jit_compile=choice)
        assert gan.jit_compile is choice
        gan.save(tmp_path / "gan.keras")
        assert ganzoo.load(tmp_path / "gan.keras").get_compile_config()["jit_compile"] is choice


@pytest.mark.thorough
def test_where_xla_cannot_compile_the_error_says_how_to_do_without():
    class InPython(ganzoo.GAN):
        def generator_terms(self, play):
            score = tf.py_function(lambda scores: tf.reduce_mean(scores), [play.fake_scores], tf.float32)
            return {"in_python": tf.ensure_shape(score, ())}

    networks = mlp.generator(4, (2,), (8,)), mlp.leaky_discriminator((2,), (8,))
    gan = InPython(*networks, ganzoo.priors.Normal(4), seed=0)
    gan.compile(jit_compile=True)
    with pytest.raises(tf.errors.InvalidArgumentError) as raised:
        gan.fit(data.batches(data.examples("ring"), 100), verbose=0)
    assert raised.value.__notes__ == ["XLA compiled this step: compile(jit_compile=False) does without."]


@pytest.mark.cases(1)
@pytest.mark.parametrize("simultaneous", [False, True])
def test_no_product_of_matrices_is_computed_that_a_step_does_not_need(simultaneous):
    """With three kernels in each player; D's gradient by its input is G's alone, and G's by the latents is nobody's."""
    networks = mlp.generator(4, (2,), (8, 8)), mlp.leaky_discriminator((2,), (8, 8))
    gan = ganzoo.GAN(*networks, ganzoo.priors.Normal(4), seed=0, simultaneous=simultaneous)
    gan.compile()
    batch = tf.zeros((16, 2))
    gan.check_test_batch(batch)
    graph = tf.function(gan.train_step, autograph=False).get_concrete_function(batch).graph
    needed, left = set(), [*(output.op for output in graph.outputs), *graph.control_outputs]
    while left:  # TensorFlow runs only what outputs and assignments need
        node = left.pop()
        if node not in needed:
            needed.add(node)
            left += [*(tensor.op for tensor in node.inputs), *node.control_inputs]
    products = sum(node.type == "MatMul" for node in needed)
    of_discriminator = 3 + 2 * (3 + 3 + 2)  # fakes; of real ones and fakes forward, to the kernels, to the inner layers
    of_generator = 3 + 3 + 2  # back through D, to G's kernels, to its inner layers
    if not simultaneous:
        of_generator += 3 + 3  # new fakes, and D's scores of them
    assert products == of_discriminator + of_generator


@pytest.mark.exhaustive
def test_under_xla_a_last_batch_that_k_steps_cannot_share_is_refused_too():
    gan = ganzoo.create("lsgan", (2,), seed=0, width=4, latent_dim=4, discriminator_steps=2)
    gan.compile(jit_compile=True)
    points = np.random.default_rng(0).uniform(-1, 1, (17, 2)).astype("float32")
    with pytest.raises(ValueError, match="^The last batch, of 1 examples, is not divisible by 2"):
        gan.fit(tf.data.Dataset.from_tensor_slices(points).filter(lambda point: True).batch(8), verbose=0)
    assert int(gan.step.numpy()) == 2 and np.isfinite(gan.sample(4)).all()
    gan.evaluate(tf.data.Dataset.from_tensor_slices(points).batch(8), verbose=0)  # which shares out nothing
