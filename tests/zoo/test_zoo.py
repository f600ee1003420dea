import keras
import numpy as np
import pytest
from variant_table import VARIANTS

import ganzoo
from descriptors import real
from ganzoo import zoo
from ganzoo.zoo import variants

SMALL = VARIANTS[0].settings


def test_names_are_sorted_and_created_models_are_compiled_and_built(untrained):
    assert ganzoo.names() == sorted(ganzoo.names()) and {"gan", "nsgan"} <= set(ganzoo.names())
    for variant in VARIANTS:
        gan = untrained(variant.name)
        assert isinstance(gan, ganzoo.Game) and gan.built and gan.compiled
        assert all(gan.optimizer_of(player).built for player in gan.players)


def test_help_finds_each_variant_in_the_zoo():
    own = [name for name in ganzoo.names() if variants._recipes[name].__module__.startswith("ganzoo.zoo.")]
    assert own == zoo.__all__ and all(callable(getattr(zoo, name)) for name in own)


def test_gan_and_nsgan_differ_in_the_objective_alone():
    gan, nsgan = (ganzoo.create(name, (8, 8, 1), seed=3, **SMALL) for name in ("gan", "nsgan"))
    assert (gan.objective.name, nsgan.objective.name) == ("minimax", "non_saturating")
    for left, right in zip(gan.weights, nsgan.weights, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy())


def test_the_papers_settings():
    gan = ganzoo.create("gan", data_shape=(28, 28, 1), seed=0)
    assert (gan.prior.dim, gan.discriminator_steps) == (100, 1)
    np.testing.assert_allclose([gan.prior.low, gan.prior.high], [-np.sqrt(3), np.sqrt(3)])
    for optimizer, rate in ((gan.generator_optimizer, 0.1), (gan.discriminator_optimizer, 0.05)):
        np.testing.assert_allclose(float(optimizer.learning_rate), rate)
        np.testing.assert_allclose([optimizer.momentum_schedule(step) for step in (0, 125_000)], [0.5, 0.7], rtol=1e-6)
    rates = [layer.rate for layer in gan.discriminator.layers if isinstance(layer, keras.layers.Dropout)]
    assert rates == [0.2, 0.5, 0.5]


def test_gan_takes_adam_where_it_is_asked_to():
    gan = ganzoo.create("gan", (8, 8, 1), seed=0, adam=1e-3, **SMALL)
    for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer):
        assert isinstance(optimizer, keras.optimizers.Adam) and optimizer.beta_1 == 0.5
        np.testing.assert_allclose(float(optimizer.learning_rate), 1e-3)


def test_settings_pass_through():
    assert isinstance(ganzoo.create("dcgan", (8, 8, 1), prior="normal", width=2).prior, ganzoo.priors.Normal)
    gan = ganzoo.create("nsgan", (2,), objective="hinge", discriminator_steps=3, seed=5, **SMALL)
    assert (gan.objective.name, gan.discriminator_steps, gan.seed, gan.prior.dim) == ("hinge", 3, 5, 6)
    assert gan.data_shape == (2,)


def test_settings_of_a_class_reach_up_to_those_of_gan():
    known = variants.settings_of("catgan")
    assert {"units", "marginal", "supervised", "feature_matching", "discriminator_steps"} <= set(known)
    assert not {"generator", "discriminator", "data_shape", "kw", "settings"} & set(known)
    assert known["objective"] == "wasserstein"


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (("improvd_gan", (8, 8, 1)), {}, "Unknown variant 'improvd_gan'; did you mean 'improved_gan'"),
        (
            ("gan", (8, 8, 1)),
            {"latent_dimm": 3},
            "Unknown setting of gan 'latent_dimm'; did you mean 'latent_dim'.*units",
        ),
        (
            ("nsgan", (8, 8, 1)),
            {"maxout_unit": 3},
            "Unknown setting of nsgan 'maxout_unit'; did you mean 'maxout_units'",
        ),
        (("gan", (8, 8, 1)), {"objective": "minmax"}, "Unknown objective 'minmax'; did you mean 'minimax'"),
        (("gan", (8, 8)), {}, "data_shape is"),
        (("gan", 28), {}, "data_shape is"),
        (("gan", (8, 0, 1)), {}, "data_shape is"),
        (("gan", (8, 8, 1)), {"discriminator_steps": 0}, "at least 1; got 0"),
    ],
)
def test_bad_settings_get_one_sentence(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        ganzoo.create(*arguments, **settings)


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"depth": -1}, "depth must be an integer of at least 0; got -1"),
        ({"seed": 1.5}, "The seed is an int of at most 64 bits, or None to draw one; got 1.5"),
        ({"seed": "1"}, "The seed is an int"),
        ({"seed": 2**70}, "The seed is an int"),
        ({"learning_rate": 0}, "learning_rate must be a number above 0; got 0"),
        ({"prior": 3}, "The prior is one of ganzoo.priors"),
        ({"augment": 3}, "augment names augmentations, separated by commas; got 3"),
    ],
)
def test_other_settings_that_are_refused(settings, message):
    shape = (8, 8, 1) if "augment" in settings else (2,)
    with pytest.raises(ValueError, match=message):
        ganzoo.create("lsgan", shape, **{"width": 4} | settings)


@pytest.mark.parametrize("num_classes", [0, 1, 2.5, 10**9, "3", True])
def test_numbers_of_classes_that_are_refused(num_classes):
    for name in ("cdcgan", "sgan", "cgan"):
        with pytest.raises(ValueError, match="num_classes is the number of classes, an int of at least 2 and at most"):
            ganzoo.create(name, (8, 8, 1), num_classes=num_classes)


@pytest.mark.parametrize(
    "data_shape",
    [(None, None, 3), None, "28,28,1", (8.0, 8.0, 1.0), (28, 28), (8, 8, 1, 1), 0, (0,), (), (True,)],
    ids=str,
)
def test_what_is_no_data_shape(data_shape):
    with pytest.raises(
        ValueError, match=r"^data_shape is \(height, width, channels\).*all integers of at least 1; got"
    ):
        ganzoo.create("lsgan", data_shape)


def test_integers_and_numbers_of_numpy_are_as_good():
    gan = ganzoo.create(
        "lsgan",
        np.array([8, 8, 1]),
        width=np.int64(2),
        latent_dim=np.int32(3),
        seed=np.int64(5),
        learning_rate=np.float32(1e-3),
        discriminator_steps=np.int64(2),
    )
    assert gan.data_shape == (8, 8, 1) and gan.seed == 5 and gan.shares == 2
    assert ganzoo.create("lsgan", (2,), learning_rate=1).generator_optimizer.learning_rate == 1


def test_one_number_stands_for_a_pair():
    gan = ganzoo.create("nsgan", (8, 8, 1), **SMALL | {"dropout": 0.25})
    assert {layer.rate for layer in gan.discriminator.layers if isinstance(layer, keras.layers.Dropout)} == {0.25}
    with pytest.raises(ValueError, match="dropout must be two numbers, or one for both"):
        ganzoo.create("nsgan", (8, 8, 1), dropout=(0.1, 0.2, 0.3))


@pytest.mark.usefixtures("eagerly")
def test_a_users_variant_registers_trains_saves_and_loads(tmp_path):
    class Weighted(ganzoo.GAN):
        def generator_terms(self, play):
            terms = super().generator_terms(play)
            return {**terms, "closeness": 0.1 * keras.ops.mean(keras.ops.square(play.fake - play.real))}

    @ganzoo.register
    def weighted(data_shape, latent_dim=4, **game):
        parts = zoo.gan(data_shape, latent_dim=latent_dim, units=8, maxout_units=4, pieces=2)
        gan = Weighted(parts.generator, parts.discriminator, parts.prior, **game)
        gan.compile()
        return gan

    try:
        gan = ganzoo.create("weighted", (8, 8, 1), objective="non_saturating", seed=1)
        logs = gan.fit(real((8, 8, 1)), batch_size=16, verbose=0).history
        np.testing.assert_allclose(
            logs["generator_loss"][0], logs["generator_adversarial"][0] + logs["closeness"][0], rtol=1e-5
        )
        gan.save(tmp_path / "mine.keras")
        assert type(ganzoo.load(tmp_path / "mine.keras")) is Weighted
    finally:
        del variants._recipes._values["weighted"]


def test_the_train_step_is_final():
    with pytest.raises(TypeError, match="final"):

        class Looping(ganzoo.GAN):
            def train_step(self, data):
                return {}


@pytest.mark.usefixtures("eagerly")
def test_two_terms_of_one_name_are_refused():
    class Doubled(ganzoo.GAN):
        def generator_terms(self, play):
            return {"discriminator_adversarial": super().generator_terms(play)["generator_adversarial"]}

    parts = VARIANTS[0].create()
    gan = Doubled(parts.generator, parts.discriminator, parts.prior)
    gan.compile()
    with pytest.raises(ValueError, match="called 'discriminator_adversarial'"):
        gan.fit(real((8, 8, 1)), batch_size=16, verbose=0)


@pytest.mark.usefixtures("eagerly")
def test_penalties_join_the_discriminators_loss_and_are_saved(tmp_path):
    @keras.saving.register_keras_serializable("tests")
    def drift(score, real, fake, seed):
        return 0.1 * keras.ops.mean(keras.ops.square(score(real)))

    gan = ganzoo.create("gan", (8, 8, 1), penalties=[drift], seed=1, **SMALL)
    logs = gan.fit(real((8, 8, 1)), batch_size=16, verbose=0).history
    np.testing.assert_allclose(
        logs["discriminator_loss"][0], logs["discriminator_adversarial"][0] + logs["drift"][0], rtol=1e-5
    )
    gan.save(tmp_path / "gan.keras")
    assert ganzoo.load(tmp_path / "gan.keras").penalties == (drift,)
