import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest  # noqa: E402
import tensorflow as tf  # noqa: E402

# Two logical CPUs, so that a strategy of two replicas can be had; without one, everything runs on the first.
_CPU = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(_CPU, [tf.config.LogicalDeviceConfiguration()] * 2)

from descriptors import VARIANTS  # noqa: E402
from ganzoo import strategies  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--all-variants", action="store_true", help="test every variant for every property, not a few")


def pytest_generate_tests(metafunc):
    """A test that takes `variant` runs for rows of the table."""
    rows = [row for row in VARIANTS if row.quick or metafunc.config.getoption("all_variants")]
    if "variant" in metafunc.fixturenames:
        metafunc.parametrize("variant", rows, ids=str)


@pytest.fixture(scope="session")  # one: a second strategy in a process would reuse the collectives' keys
def mirrored():
    return strategies.get("mirrored")
