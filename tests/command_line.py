"""The flags of a script, as its own definitions read them: a test that wrote them out would miss the next one."""

from types import ModuleType, SimpleNamespace

from absl import flags


def flags_of(script: ModuleType, *arguments: str) -> SimpleNamespace:
    """What `main` of a script takes when its command line holds the `arguments`."""
    others = set(flags.FLAGS)
    script.define_flags()
    own = set(flags.FLAGS) - others
    try:
        flags.FLAGS(["script", *arguments])
        return SimpleNamespace(**{name: flags.FLAGS[name].value for name in own})
    finally:
        flags.FLAGS.unparse_flags()
        for name in own:
            delattr(flags.FLAGS, name)
