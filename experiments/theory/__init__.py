"""The theory of Goodfellow et al. (2014), checked numerically: figures of what they prove, and of what goes wrong.

`python -m experiments.theory` makes all of them. A part is a function of a folder and a seed that returns its numbers.
"""
