"""Poisson blending of completed images, Pérez et al. (2003), which hides the seams."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.linalg import LaplacianNd, splu

from ganzoo.latent.masks import distinct_masks, masked


def blend(generated: ArrayLike, images: ArrayLike, mask: ArrayLike) -> np.ndarray:
    """Fills the missing pixels of images from generated ones, shifted so that they match the edge of the hole.

    The hole gets the gradients of the generated image G and, at its edge, the values of the known pixels y. It is
    G + e, where e is y - G on the known pixels and harmonic in the hole: its discrete Laplacian is 0, with mirrored
    values at the border of the image. The result is clipped to [-1, 1].

    Args:
        generated, images: (N, H, W, C), floats in [-1, 1].
        mask: as for `inpaint`.

    Returns:
        Images, float32 (N, H, W, C), in which known pixels are unchanged.

    Raises ValueError if images and masks do not match.
    """
    images, known = masked(images, mask)
    generated = np.asarray(generated, "float64")
    if generated.shape != images.shape:
        raise ValueError(
            f"The generated images {generated.shape} and the images to fill {images.shape} differ in shape: resize one."
        )
    laplacian = LaplacianNd(images.shape[1:3], boundary_conditions="neumann", dtype=np.float64).tosparse().tocsr()
    shift = np.where(known, images - generated, 0.0)
    for one, rows in distinct_masks(known):
        edge, hole = one.ravel(), ~one.ravel()
        shifts = np.moveaxis(shift[rows], 0, -1)  # (H, W, C, n): one factorization solves for all images and channels
        columns = shifts.reshape(edge.size, -1)
        columns[hole] = splu(laplacian[hole][:, hole].tocsc()).solve(-(laplacian[hole][:, edge] @ columns[edge]))
        shift[rows] = np.moveaxis(columns.reshape(shifts.shape), -1, 0)
    return np.where(known, images, np.clip(generated + shift, -1, 1)).astype("float32")
