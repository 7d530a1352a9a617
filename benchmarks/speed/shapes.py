"""How large the networks are that are raced."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a BERT is."""

    layers: int
    width: int
    heads: int
    inner: int
    vocabulary: int = 30_522
    positions: int = 512
    labels: int = 28


BASE = Shape(layers=12, width=768, heads=12, inner=3_072)
"""BERT-base (Devlin et al., 2019), what most emotion classifiers are."""

MINILM = Shape(layers=6, width=384, heads=12, inner=1_536)
"""MiniLM-L6 (Wang et al., 2020), the shape of our text tower."""

SIDE = 224
"""Side in pixels of the picture that all of them see."""

FEATURES = 2_048
"""Width of what ResNet-50 makes of a picture."""

JOINT, CONTEXT = 512, 77
"""CLIP ViT-B/32: width of the joint space, and tokens to which every text is padded."""
