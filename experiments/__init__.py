"""Scripts that reproduce results and measure speed: `python -m experiments.NAME --help`, in the repository's root.

The commands of ganzoo can be run in the same way: `python -m experiments.train` is `ganzoo train`.
"""

from ganzoo import commands

__path__ += commands.__path__
