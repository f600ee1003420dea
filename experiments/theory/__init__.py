"""The proofs of Goodfellow et al. (2014) seen to hold, and what goes wrong: figures, and numbers beside them.

`python -m experiments.theory` makes all of it; a part is a function of a folder and a seed, which returns its numbers.
"""
