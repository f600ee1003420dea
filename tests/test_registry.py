import pytest

import ganzoo
from ganzoo.registry import Registry, nearest


def test_register_get_and_names():
    things = Registry("thing")

    @things.register
    def second():
        return 2

    things.register(1, name="first")
    assert things.names() == ["first", "second"] and things["second"] is second and "first" in things


def test_duplicates_are_refused():
    things = Registry("thing")
    things.register(1, name="one")
    with pytest.raises(ValueError, match="'one' is already registered"):
        things.register(2, name="one")
    assert things["one"] == 1


def test_a_notebook_may_run_a_cell_twice():
    things = Registry("thing")
    cell = "def mine():\n    return 1"
    for _ in range(2):
        names = {"__name__": "__main__"}
        exec(cell, names)
        things.register(names["mine"])
    assert things["mine"] is names["mine"]


def test_errors_for_unknown_names_suggest_the_nearest_and_list_all():
    things = Registry("thing")
    for name in ("apple", "pear"):
        things.register(name, name=name)
    with pytest.raises(ValueError, match=r"^Unknown thing 'aple'; did you mean 'apple'\? Known things: apple, pear\.$"):
        things["aple"]
    with pytest.raises(ValueError, match=r"^Unknown thing 'zzz'\. Known things: apple, pear\.$"):
        things["zzz"]


def test_of_many_names_the_first_are_listed():
    known = [f"name {number}" for number in range(10, 40)]
    assert nearest("thing", "name 39", known, most=2).endswith("'name 39'? Known things: name 10, name 11 and 28 more.")
    assert nearest("thing", "zzz", known[:2], most=2) == "Unknown thing 'zzz'. Known things: name 10, name 11."


@pytest.mark.cases(2)
@pytest.mark.parametrize(
    "given, name",
    [("DCGAN", "dcgan"), ("WGAN-GP", "wgan_gp"), ("Wgan_gp", "wgan_gp"), ("improved-GAN", "improved_gan")],
)
def test_names_are_found_in_capitals_and_with_hyphens(given, name):
    assert ganzoo.zoo.variants.find(given) == name
    assert ganzoo.create(given, (8, 8, 1), **({"num_classes": 3} if name == "improved_gan" else {})).name == name
    assert ganzoo.objectives.get("Hinge") == ganzoo.objectives.get("hinge")
