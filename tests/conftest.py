import functools
import gc
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # several processes share a GPU
os.environ.setdefault("XLA_FLAGS", "--xla_gpu_autotune_level=0")  # a GPU's search for kernels outlasts a test

import keras  # noqa: E402
import pytest  # noqa: E402
import tensorflow as tf  # noqa: E402

# Two logical CPUs, so that a strategy of two replicas can be had; without one, everything runs on the first.
_CPU = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(_CPU, [tf.config.LogicalDeviceConfiguration()] * 2)

# Where products of float32 would be rounded to 10 bits, on some GPUs, nothing could be compared to its last digits.
tf.config.experimental.enable_tensor_float_32_execution(False)

from variant_table import KINDS, QUICK, VARIANTS  # noqa: E402

import steady_data  # noqa: E402, F401
from ganzoo import data, metrics  # noqa: E402
from ganzoo.distribution import strategies  # noqa: E402
from ganzoo.metrics import reference_classifier  # noqa: E402
from ganzoo.training.model import MultiPlayerModel  # noqa: E402

CELLS = {}

SLOWEST_FILES = (
    "contract/test_replicas.py",
    "contract/test_resume.py",
    "test_readme.py",
    "test_bad_inputs.py",
    "experiments/test_train_and_sample.py",
    "experiments/test_several_devices.py",
    "experiments/test_remote_runs.py",
    "experiments/test_measurements.py",
    "contract/test_saving.py",
    "execution/test_execution.py",
    "contract/test_execution.py",
    "contract/test_randomness.py",
    "contract/test_logs.py",
    "contract/test_players.py",
    "contract/test_precision.py",
    "experiments/test_theory.py",
    "metrics/test_suite.py",
)


def pytest_addoption(parser):
    parser.addoption("--all-variants", action="store_true", help="test every variant for every property, not a few")
    parser.addoption("--kinds", action="store_true", help="test every kind of variant for every property")


def left_out(config):
    """The markers of tests that were not asked for."""
    if config.getoption("all_variants"):
        return ()
    return ("exhaustive",) if config.getoption("kinds") else ("exhaustive", "thorough")


def pytest_generate_tests(metafunc):
    """A test that takes `variant` runs for the quick rows of the table, or for those that its marker `quick` names.

    With --kinds it also runs for those that its marker `kinds` names, or else for all of KINDS; with --all-variants for
    every row. A marker `only` names the sole rows that a test can have: all of them run, but for those that a marker
    `kinds` beside it leaves to --all-variants.

    The scope lets fixtures that cost much, such as trained models, serve all tests of a variant in a file.
    """
    if "variant" in metafunc.fixturenames:
        markers = {name: metafunc.definition.get_closest_marker(name) for name in ("quick", "kinds", "only")}
        quick, kinds, only = (marker and marker.args for marker in markers.values())
        names = {row.name for row in VARIANTS} if metafunc.config.getoption("all_variants") else set(quick or QUICK)
        if metafunc.config.getoption("kinds"):
            names |= set(kinds or KINDS)
        if only:
            names = set(only) & names if kinds and not metafunc.config.getoption("all_variants") else set(only)
        rows = [row for row in VARIANTS if row.name in names]
        metafunc.parametrize("variant", rows, ids=str, scope="module")


@pytest.fixture(autouse=True)
def drawn_from_a_seed():
    """A test draws what it draws, weights of networks for instance, from the same seed in each run."""
    keras.utils.set_random_seed(0)


@pytest.fixture
def eagerly(monkeypatch):
    """Models run without traces, which takes less time for a few steps."""
    compile_traced = MultiPlayerModel.compile

    def compile_eager(model, *optimizers, **arguments):
        compile_traced(model, *optimizers, **{"run_eagerly": True} | arguments)

    monkeypatch.setattr(MultiPlayerModel, "compile", compile_eager)


@pytest.fixture(scope="session")
def untrained():
    """A function of a variant's name: its small model, built once, for tests that look at it and change nothing."""
    rows = {row.name: row for row in VARIANTS}
    return functools.cache(lambda name: rows[name].create())


@pytest.fixture(scope="session", autouse=True)
def brief_judges():
    """Reference classifiers take a quarter of their updates, with which they are right about 95 % of the digits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference_classifier, "EPOCHS", 2)
        patch.setattr(reference_classifier, "UPDATES", 150)
        yield


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A home directory for this run of the tests, one for all its processes."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "home"


@pytest.fixture(scope="session")
def judges(home):
    """A cache with the reference classifier of the digits. A test that writes to it, or damages it, copies it first."""
    cache = home / ".cache" / "ganzoo"
    metrics.classifier(data.examples("digits"), data.examples("digits", "test"), cache, verbose=0)
    return cache


def pytest_configure(config):
    config.addinivalue_line("markers", "property(name): the column of the table variant x property that a test fills")
    config.addinivalue_line("markers", "quick(*names): the variants for which a test runs by default")
    config.addinivalue_line("markers", "kinds(*names): the variants for which a test runs with --kinds")
    config.addinivalue_line("markers", "only(*names): the sole variants that a test is for")
    config.addinivalue_line(
        "markers", "cases(count): how many of its cases run by default; with --kinds, twice as many do"
    )
    config.addinivalue_line("markers", "thorough: runs with --all-variants or --kinds alone, for it takes long")
    config.addinivalue_line("markers", "exhaustive: runs with --all-variants alone; others test the same by less")


def surplus_cases(items, factor):
    """The cases of parametrized tests beyond `factor` times what their marker `cases` says: evenly spaced ones stay."""
    tests = {}
    for item in items:
        if marker := item.get_closest_marker("cases"):
            tests.setdefault((item.path, item.originalname, factor * marker.args[0]), []).append(item)
    for (_, _, count), cases in tests.items():
        kept = {round(place * (len(cases) - 1) / max(count - 1, 1)) for place in range(min(count, len(cases)))}
        yield from (item for place, item in enumerate(cases) if place not in kept)


@pytest.hookimpl(trylast=True)  # after pytest's own order, which parts the tests of a variant
def pytest_collection_modifyitems(config, items):
    """Leaves out tests and cases that were not asked for, and begins with the files that take longest.

    Each process takes the next file when it is done with one, so both end at about the same time. Within a file, the
    tests of a variant follow each other, so that they share what its fixtures trained.
    """
    unasked = {item for item in items if any(map(item.get_closest_marker, left_out(config)))}
    if not config.getoption("all_variants"):
        share = 2 if config.getoption("kinds") else 1
        unasked |= set(surplus_cases([item for item in items if item not in unasked], share))
    config.hook.pytest_deselected(items=[item for item in items if item in unasked])
    items[:] = [item for item in items if item not in unasked]
    places = {name: place for place, name in enumerate(SLOWEST_FILES)}
    tests = pathlib.Path(__file__).parent
    files = {path: number for number, path in enumerate(dict.fromkeys(item.path for item in items))}

    def order(item):
        variant = item.callspec.params.get("variant") if hasattr(item, "callspec") else None
        place = places.get(item.path.relative_to(tests).as_posix(), len(places))
        return place, files[item.path], -1 if variant is None else VARIANTS.index(variant)

    items.sort(key=order)


def pytest_collection_finish():
    """Keeps the garbage collector from searching all imported modules again and again while graphs are traced."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item, call):
    marker = item.get_closest_marker("property")
    if marker and call.when == "call":
        item.user_properties.append(("cell", [item.callspec.params["variant"].name, marker.args[0]]))


def pytest_runtest_logreport(report):
    """Notes of a test with a property whether it passed, and the largest difference that it recorded."""
    noted = dict(report.user_properties)
    if report.when == "call" and "cell" in noted:
        difference = noted.get("difference")
        CELLS.setdefault(tuple(noted["cell"]), []).append((report.passed, difference and float(difference)))


def pytest_terminal_summary(terminalreporter):
    """The table variant x property: how many tests passed of those that ran, and the largest difference of weights."""
    if not CELLS:
        return
    names, columns = (sorted({key[index] for key in CELLS}) for index in (0, 1))
    terminalreporter.section("variant x property")
    terminalreporter.write_line(f"| variant | {' | '.join(columns)} |")
    terminalreporter.write_line(f"|---|{'---|' * len(columns)}")
    for name in names:
        row = []
        for column in columns:
            cell = CELLS.get((name, column), [])
            largest = max((difference for _, difference in cell if difference is not None), default=None)
            text = f"{sum(passed for passed, _ in cell)}/{len(cell)}" if cell else ""
            row.append(text if largest is None else f"{text}, {largest:.1e}")
        terminalreporter.write_line(f"| {name} | {' | '.join(row)} |")


@pytest.fixture(scope="session")  # one: a second strategy in a process would reuse the collectives' keys
def mirrored():
    """Two replicas or more, on logical CPUs where there is but one GPU."""
    if len(tf.config.list_physical_devices("GPU")) == 1:
        return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"], tf.distribute.ReductionToOneDevice())
    return strategies.get("mirrored")
