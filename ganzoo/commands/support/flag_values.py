"""Names that the flags' help lists. They are written down here, because importing TensorFlow for them takes seconds."""

VARIANTS = (
    "acgan began biggan catgan cdcgan cgan cyclegan dcgan dragan ebgan fastgan fgan gan hinge improved_gan infogan "
    "lsgan nsgan pacgan pix2pix projection r1 r3gan ragan sagan sgan sngan stylegan2 vaegan wgan wgan_gp"
).split()
DATASETS = "digits gaussian_1d grid outlined_digits recoloured_digits ring stacked_digits".split()
STRATEGIES = "auto mirrored multi_worker one_device tpu".split()
FORMULAS = (
    "frechet frechet_infinity kernel score precision_recall density_coverage sliced_wasserstein two_sample "
    "neighbour_error parzen modes"
).split()
EXTRACTORS = "classifier convolutions inception2015 inception2015clean inception299 pixels stacked".split()
METRICS = ("frechet_classifier_10k", "kernel_classifier_10k", "score_classifier_10k", "precision_recall_classifier_10k")
"""The metrics that scripts compute if none are named."""
ATTRIBUTES = "thick thin right left".split()
DIVERGENCES = "kl reverse_kl pearson neyman squared_hellinger jensen_shannon gan total_variation".split()
CACHE = "~/.cache/ganzoo"
