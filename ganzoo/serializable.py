"""Checks that what a model consists of could be loaded again, before it is trained."""

import warnings

import keras


def check_registered(thing: object, kind: str) -> None:
    """Raises ValueError, with the cure, if a model with this object could not be loaded. `kind` says what it is."""
    if reason := why_not_loadable(thing):
        raise ValueError(f"A model with this {kind} could not be loaded, because {reason}.")


def why_not_loadable(thing: object) -> str | None:
    """Returns why a Keras object, such as a network, could not be loaded once it is saved, and the cure, or None."""
    try:
        with warnings.catch_warnings(action="ignore"):
            config = keras.saving.serialize_keras_object(thing)
    except (NotImplementedError, OSError, TypeError, ValueError) as error:
        return f"its configuration cannot be saved ({str(error).strip().splitlines()[0]}): define get_config"
    names = sorted(set(_unknown(config)))
    if "__lambda__" in names:
        return "it holds a lambda, whose Python code is never loaded: use a registered function or class instead"
    if names:
        return (
            f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} not registered: decorate the definition with "
            "@keras.saving.register_keras_serializable()"
        )
    return None


def _unknown(config):
    """Yields the names of classes and functions in a configuration that Keras would not find."""
    if isinstance(config, dict):
        name, registered = config.get("class_name"), config.get("registered_name")
        if name == "__lambda__":
            yield name
        elif name == "function":
            try:
                keras.saving.deserialize_keras_object(config)
            except (TypeError, ValueError):
                yield config["config"]
        elif registered and not str(config.get("module")).startswith("keras"):
            if keras.saving.get_registered_object(registered) is None:
                yield name
        config = config.values()
    if not isinstance(config, (str, bytes)) and hasattr(config, "__iter__"):
        for part in config:
            yield from _unknown(part)
