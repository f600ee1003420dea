"""The command `ganzoo`: `ganzoo NAME --flag=value` runs the script ganzoo/commands/NAME.py."""

import ast
import importlib.util
import pkgutil
import runpy
import shutil
import sys
import textwrap

from ganzoo import commands
from ganzoo.registry import nearest
from ganzoo.version import __version__


def about_commands() -> dict[str, str]:
    """Returns {name: the first line of its documentation} of all commands, without importing them."""
    found = {}
    for module in pkgutil.iter_modules(commands.__path__):
        if not module.ispkg:
            specification = importlib.util.find_spec(f"{commands.__name__}.{module.name}")
            source = specification.loader.get_source(specification.name)
            found[module.name] = ast.get_docstring(ast.parse(source)).splitlines()[0]
    return found


def _help():
    about = about_commands()
    width, columns = max(map(len, about)) + 4, shutil.get_terminal_size().columns
    lines = [
        textwrap.fill(f"  {name:<{width - 2}}{line}", columns, subsequent_indent=" " * width)
        for name, line in about.items()
    ]
    return "\n".join(
        [
            f"ganzoo {__version__}: generative adversarial networks for TensorFlow and Keras.",
            "\nUsage: ganzoo COMMAND --flag=value ...\n",
            *lines,
            "\n`ganzoo COMMAND --help` lists the flags of a command.",
        ]
    )


def main() -> None:
    """Runs the command that the first argument names, with the other arguments as its flags."""
    name, *rest = sys.argv[1:] or ["--help"]
    if name in ("--help", "-h", "help"):
        print(_help())
    elif name in ("--version", "version"):
        print(__version__)
    elif (module := name.replace("-", "_")) in (known := about_commands()):
        sys.argv = [f"ganzoo {name}", *rest]
        runpy.run_module(f"{commands.__name__}.{module}", run_name="__main__", alter_sys=True)
    else:
        raise SystemExit(f"Error: {nearest('command', name, known)} `ganzoo --help` describes them.")


if __name__ == "__main__":
    main()
