"""Presets: trained weights in a folder, with all that belongs to them, for others to load by name.

`gan.save_to_preset(folder)` writes one, and `ganzoo.from_preset` loads it. The folder holds

    config.json        the game and its networks, as Keras describes them
    model.weights.h5   the weights, as Keras saves them
    metadata.json      what they were trained on and how, and the hashes of the two files above
    README.md          a model card with a grid of samples, samples.png
"""
