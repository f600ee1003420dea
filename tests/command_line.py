"""The flags of a script, as its own definitions read them: a test that wrote them out would miss the next one."""

import contextlib
from types import ModuleType, SimpleNamespace

from absl import flags


@contextlib.contextmanager
def own_flags():
    """Flags that are defined within are forgotten afterwards, so that another script can define its own."""
    others = set(flags.FLAGS)
    try:
        yield
    finally:
        flags.FLAGS.unparse_flags()
        for name in set(flags.FLAGS) - others:
            delattr(flags.FLAGS, name)


def flags_of(script: ModuleType, *arguments: str) -> SimpleNamespace:
    """What `main` of a script takes when its command line holds the `arguments`."""
    with own_flags():
        script.define_flags()
        flags.FLAGS(["script", *arguments])
        return SimpleNamespace(**flags.FLAGS.flag_values_dict())
