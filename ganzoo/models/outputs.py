"""What a game reads of its discriminator must be there."""


def check_outputs(discriminator, **sizes):
    """Raises ValueError unless the outputs are two-dimensional, of these names and sizes, any where one is None."""
    shapes = [tuple(output.shape) for output in discriminator.outputs]
    fits = len(shapes) == len(sizes) and all(
        len(shape) == 2 and size in (None, shape[1]) for shape, size in zip(shapes, sizes.values(), strict=True)
    )
    if not fits:
        wanted = " and ".join(f"{name} (N, {size or 'D'})" for name, size in sizes.items())
        raise ValueError(
            f"The discriminator must have the outputs {wanted}; its shapes are {', '.join(map(str, shapes))}."
        )
