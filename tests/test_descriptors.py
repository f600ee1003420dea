from variant_table import VARIANTS

import ganzoo


def test_every_variant_of_the_zoo_is_in_the_table():
    assert sorted(variant.name for variant in VARIANTS) == ganzoo.names()
