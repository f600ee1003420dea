"""Names that the flags of experiments list, written down here as importing TensorFlow for them takes seconds."""

WORKLOADS = ("toy mlp dcgan28 dcgan64 wgan_gp r3gan64 stylegan2_64 projection64 sagan64 biggan64 fastgan64").split()
THEORY = "proposition_1 theorem_1 divergences f_gan proposition_2 figure_1 saturation collapse".split()
