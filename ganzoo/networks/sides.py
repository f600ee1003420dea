"""The sizes of images that networks of doubling blocks can make, and the small base from which they start."""

from ganzoo.arguments import shown


def base_and_doublings(data_shape: tuple[int, ...], least: int = 8, most: int = 1024) -> tuple[tuple[int, int], int]:
    """Returns the base (height, width) of images (H, W, C), and how often its sides double.

    The smaller side of the base is from 4 to 7: (64, 96, 3) is (4, 6) doubled four times, and (28, 28, 1) is (7, 7)
    doubled twice.

    Raises ValueError, with the nearest possible sides, for sides outside `least` to `most`, and for those that no base
    reaches.

    >>> base_and_doublings((64, 96, 3)), base_and_doublings((28, 28, 1))
    (((4, 6), 4), ((7, 7), 2))
    """
    if len(data_shape) != 3:
        raise ValueError(f"These networks are for images (H, W, C), not for data of shape {shown(data_shape)}.")
    sides = data_shape[:2]
    if not least <= min(sides) <= max(sides) <= most:
        raise ValueError(f"These networks are for images with sides of {least} to {most}; got {sides[0]} x {sides[1]}.")
    doublings = min(sides).bit_length() - 3  # the smaller side is from 4 to 7 times 2^doublings
    step = 2**doublings
    if any(side % step for side in sides):
        fitting = [max(4, round(side / step)) * step for side in sides]
        raise ValueError(
            f"Images of {sides[0]} x {sides[1]} cannot be made by doubling a small base {doublings} times; the nearest "
            f"possible size is {fitting[0]} x {fitting[1]}: resize or crop the images."
        )
    return tuple(side // step for side in sides), doublings
