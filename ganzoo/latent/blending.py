"""Completions whose seams are not seen: Poisson blending, Pérez et al. (2003)."""

import numpy as np
from scipy.sparse.linalg import LaplacianNd, splu

from ganzoo.latent.masks import alike, masked


def blend(generated, images, mask):
    """`images` with their missing pixels from `generated`, shifted so that they fit at the edge of the hole.

    Both are (N, H, W, C); `mask` as in `inpaint`. The hole gets the gradients of the generated image and the values of
    the known pixels round it: G + e, where e is y - G on the known pixels and harmonic in the hole (the discrete
    Laplacian of e is 0), mirrored at the border of the image, and clipped to [-1, 1]. Known pixels stay as they are.

    Raises ValueError for images and masks that do not fit each other.
    """
    images, known = masked(images, mask)
    generated = np.asarray(generated, "float64")
    if generated.shape != images.shape:
        raise ValueError(f"Generated images {generated.shape} and those to blend, {images.shape}, differ in shape.")
    laplacian = LaplacianNd(images.shape[1:3], boundary_conditions="neumann", dtype=np.float64).tosparse().tocsr()
    shift = np.where(known, images - generated, 0.0)
    for one, rows in alike(known):
        edge, hole = one.ravel(), ~one.ravel()
        shifts = np.moveaxis(shift[rows], 0, -1)  # (H, W, C, n): all images and channels by one factorization
        columns = shifts.reshape(edge.size, -1)
        columns[hole] = splu(laplacian[hole][:, hole].tocsc()).solve(-(laplacian[hole][:, edge] @ columns[edge]))
        shift[rows] = np.moveaxis(columns.reshape(shifts.shape), -1, 0)
    return np.where(known, images, np.clip(generated + shift, -1, 1)).astype("float32")
