"""Generators and discriminators by architecture, and the layers and heads that they consist of.

Each is a function that returns a built Keras model. Images are (N, H, W, C) in [-1, 1]; scores are raw outputs, without
a sigmoid.

>>> from ganzoo.networks import mlp
>>> mlp.generator(latent_dim=3, data_shape=(2,), units=(16,)).output_shape
(None, 2)
"""
