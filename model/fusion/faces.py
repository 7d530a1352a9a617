"""Faces as further tokens of a picture, at every stage of the image tower."""

from collections.abc import Sequence
from typing import Any

import keras


@keras.saving.register_keras_serializable("moodring")
class FaceTokens(keras.layers.Layer):
    """Gives each face one token a stage, of the stage's width.

    Fusion reads them beside the tokens of the picture that they are in, so that no strategy needs to
    know of faces, and a picture without one is read as ever.

    Args:
        channels: Widths of the image tower's stages.
        width: What all of a face is narrowed to first.
    """

    def __init__(self, channels: Sequence[int], width: int = 64, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.channels = tuple(channels)
        self.width = width
        self.norm = keras.layers.LayerNormalization(epsilon=1e-6, name="norm")
        self.narrow = keras.layers.Dense(width, activation="gelu", name="narrow")
        self.widen = [
            keras.layers.Dense(each, name=f"stage_{index}") for index, each in enumerate(self.channels)
        ]

    def build(self, input_shape: Any) -> None:
        self.norm.build(input_shape)
        self.narrow.build(input_shape)
        for dense in self.widen:
            dense.build((None, None, self.width))
        self.built = True

    def call(self, faces: Any) -> list[Any]:
        """Return (B, F, channels) a stage for faces (B, F, ``sample.FACE_WIDTH``)."""
        narrow = self.narrow(self.norm(faces))
        return [dense(narrow) for dense in self.widen]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "channels": self.channels, "width": self.width}
