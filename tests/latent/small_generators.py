"""Small, smooth and fixed generators of images (8, 8, 1)."""

import keras
from keras import layers

SHAPE = (8, 8, 1)


def generator(latent_dim=4, seed=0):
    latents = keras.Input((latent_dim,))
    x = layers.Dense(32, "tanh", kernel_initializer=keras.initializers.GlorotNormal(seed))(latents)
    x = layers.Dense(64, "tanh", kernel_initializer=keras.initializers.GlorotNormal(seed + 1))(x)
    return keras.Model(latents, layers.Reshape(SHAPE)(x))
