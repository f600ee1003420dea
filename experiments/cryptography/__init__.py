"""Adversarial neural cryptography, Abadi & Andersen (2016): two networks learn to hide messages from a third.

`game.py` is the game, and an example of one with three players; `python -m experiments.cryptography` plays it.
"""
