"""The image tower: EfficientNet-Lite0 (Tan and Le, 2019; the Lite variants by Liu, 2020).

No squeeze-and-excitation, ReLU6, stem and head widths fixed: friendly to small CPUs.
"""

from typing import Any, Final, NamedTuple

import keras

from ..decoding import SIZE


class Block(NamedTuple):
    """Arguments of one group of inverted-residual blocks."""

    repeats: int
    kernel: int
    stride: int
    expand: int
    channels_in: int
    channels_out: int


BLOCKS: Final[tuple[Block, ...]] = (
    Block(1, 3, 1, 1, 32, 16),
    Block(2, 3, 2, 6, 16, 24),
    Block(2, 5, 2, 6, 24, 40),
    Block(3, 3, 2, 6, 40, 80),
    Block(3, 5, 1, 6, 80, 112),
    Block(4, 5, 2, 6, 112, 192),
    Block(1, 3, 1, 6, 192, 320),
)
STEM_CHANNELS: Final = 32
HEAD_CHANNELS: Final = 1_280
BATCH_NORM_EPSILON: Final = 1e-3

GRID: Final = 7
"""Side of the grid of image tokens that each stage is pooled to: the last stage's own size."""

STAGE_CHANNELS: Final[tuple[int, ...]] = (40, 112, HEAD_CHANNELS)
"""Channels of the stages handed out: 28×28 and 14×14 (pooled to `GRID`) and 7×7."""

IMAGE_MEAN: Final = (0.485, 0.456, 0.406)
IMAGE_DEVIATION: Final = (0.229, 0.224, 0.225)


def _batch_norm(name: str) -> keras.layers.BatchNormalization:
    return keras.layers.BatchNormalization(momentum=0.99, epsilon=BATCH_NORM_EPSILON, name=name)


def _conv(channels: int, kernel: int, stride: int, name: str) -> keras.layers.Conv2D:
    return keras.layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False, name=name)


def _inverted_residual(x: Any, block: Block, stride: int, name: str) -> Any:
    """Expand, filter each channel, project; add the input where the shape allows."""
    shortcut = x
    channels_in = int(x.shape[-1])
    if block.expand != 1:
        x = _conv(channels_in * block.expand, 1, 1, f"{name}_expand")(x)
        x = keras.layers.ReLU(6.0)(_batch_norm(f"{name}_expand_norm")(x))
    x = keras.layers.DepthwiseConv2D(
        block.kernel, stride, padding="same", use_bias=False, name=f"{name}_depthwise"
    )(x)
    x = keras.layers.ReLU(6.0)(_batch_norm(f"{name}_depthwise_norm")(x))
    x = _conv(block.channels_out, 1, 1, f"{name}_project")(x)
    x = _batch_norm(f"{name}_project_norm")(x)
    return x + shortcut if stride == 1 and channels_in == block.channels_out else x


def _tokens(x: Any) -> Any:
    """Pool a feature map to `GRID`×`GRID` and flatten it: (B, H, W, C) -> (B, 49, C)."""
    pool = int(x.shape[1]) // GRID
    if pool > 1:
        x = keras.layers.AveragePooling2D(pool)(x)
    return keras.layers.Reshape((GRID * GRID, int(x.shape[-1])))(x)


def build_image_encoder() -> keras.Model:
    """Build the tower as a functional model.

    Returns:
        A model from float32 (B, 224, 224, 3) in [0, 1] to a list of four: the stem's map
        (B, 112, 112, 32) and the stages' tokens (B, 49, 40), (B, 49, 112), (B, 49, 1280).
    """
    image = keras.Input((SIZE, SIZE, 3), name="image")
    variance = [deviation**2 for deviation in IMAGE_DEVIATION]
    x = keras.layers.Normalization(mean=IMAGE_MEAN, variance=variance, name="rescale")(image)
    x = _conv(STEM_CHANNELS, 3, 2, "stem")(x)
    stem = x = keras.layers.ReLU(6.0)(_batch_norm("stem_norm")(x))
    stages = []
    number = 0
    for block in BLOCKS:
        for repeat in range(block.repeats):
            stride = block.stride if repeat == 0 else 1
            x = _inverted_residual(x, block, stride, f"block_{number}")
            number += 1
        if block.channels_out in STAGE_CHANNELS:
            stages.append(_tokens(x))
    x = _conv(HEAD_CHANNELS, 1, 1, "head")(x)
    x = keras.layers.ReLU(6.0)(_batch_norm("head_norm")(x))
    stages.append(_tokens(x))
    return keras.Model(image, [stem, *stages], name="image_encoder")
