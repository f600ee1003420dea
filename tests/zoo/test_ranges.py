"""Settings of recipes, and of the constructors and networks that they use, that are out of their range."""

import pytest

import ganzoo

NAN = float("nan")
COUNTS = {  # variant: (settings that are integers of at least 1, others that it needs)
    "lsgan": (("width", "latent_dim", "packing", "discriminator_steps"), {}),
    "nsgan": (("units", "maxout_units", "pieces", "latent_dim"), {}),
    "acgan": (("width", "latent_dim"), {"num_classes": 3}),
    "ebgan": (("width", "code"), {}),
    "cyclegan": (("width", "kept_images"), {"blocks": 1}),
    "pix2pix": (("width", "kept_images"), {}),
    "fastgan": (("width", "latent_dim"), {}),
    "r3gan": (("width", "latent_dim", "blocks"), {}),
    "stylegan2": (("width", "latent_dim", "group_size", "every"), {}),
}
NUMBERS = {  # variant: (settings that are numbers of at least 0, others that it needs)
    "sgan": (("supervised", "feature_matching", "cross_entropy", "noise"), {"num_classes": 3}),
    "catgan": (("marginal",), {"num_classes": 3, "units": (4,), "discriminator_units": (4,)}),
    "acgan": (("real_class", "fake_class", "generator_class"), {"num_classes": 3}),
    "infogan": (("categorical", "continuous"), {}),
    "ebgan": (("margin", "pulling_away"), {}),
    "began": (("gamma", "gain"), {}),
    "vaegan": (("gamma",), {}),
    "fastgan": (("reconstruction",), {}),
    "r3gan": (("gamma", "images", "half_life"), {}),
    "stylegan2": (("gamma", "path_length"), {}),
    "cyclegan": (("adversarial", "cycle", "identity", "noise"), {"blocks": 1}),
    "pix2pix": (("l1",), {}),
    "wgan": (("clip", "learning_rate"), {}),
    "r1": (("weight", "learning_rate", "generator_ema"), {}),
    "cgan": (("dropout",), {"num_classes": 3}),
}


def settings_of_both(table, values):
    return [(name, setting, values, needed) for name, (settings, needed) in table.items() for setting in settings]


@pytest.mark.cases(20)
@pytest.mark.parametrize(
    "name, setting, values, needed", settings_of_both(COUNTS, (0, 1.5)) + settings_of_both(NUMBERS, (-1, NAN))
)
def test_settings_out_of_range_get_one_sentence(name, setting, values, needed):
    """In recipes, and in the constructors and networks that they use."""
    assert_refused(name, setting, values, needed)


@pytest.mark.thorough
@pytest.mark.cases(10)
@pytest.mark.parametrize(
    "name, setting, values, needed",
    settings_of_both(COUNTS, (-1, "4", True)) + settings_of_both(NUMBERS, (float("inf"), "1", True)),
)
def test_so_do_those_of_another_kind(name, setting, values, needed):
    assert_refused(name, setting, values, needed)


def assert_refused(name, setting, values, needed):
    small = {} if name in ("nsgan", "catgan", "cgan") else {"width": 2}
    for value in values:
        with pytest.raises(ValueError, match=r"^[^.\n]* must be (an integer|a number) [^.]*; got .*\.$") as raised:
            ganzoo.create(name, (8, 8, 1), **small | needed | {setting: value})
        assert len(str(raised.value)) < 120 and repr(value) in str(raised.value)
