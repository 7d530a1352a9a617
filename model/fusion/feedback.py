"""Progressive fusion that also feeds back: an ablation, since its text tower no longer runs on its own.

Related: Pro-Fusion (Shankar et al., 2022, https://arxiv.org/abs/2205.05857) feeds the late result back.
"""

from typing import Any

import keras
from keras import ops

from ..encoders.text import STAGES, TextEncoder, mean_pool
from .progressive import ProgressiveFusion


@keras.saving.register_keras_serializable("moodring")
class FeedbackFusion(ProgressiveFusion):
    """Adds what the fusion tokens know at a depth to every word before the text tower's next layers.

    The way back starts at zero, like the readout.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.back = [
            keras.layers.Dense(self.hidden, kernel_initializer="zeros", name=f"back_{index}")
            for index in range(len(STAGES) - 1)
        ]

    def build(self, text_shapes: Any, image_shapes: Any) -> None:
        super().build(text_shapes, image_shapes)
        for dense in self.back:
            dense.build((None, self.width))

    def read_together(
        self,
        token_ids: Any,
        image_stages: Any,
        image_present: Any,
        *,
        encoder: TextEncoder,
        training: bool = False,
    ) -> tuple[Any, list[Any]]:
        """Run the text tower and the fusion together.

        Args:
            token_ids: int32 (B, L).
            image_stages: Tokens of the stages, float32 (B, 49, channels) each, or None.
            image_present: bool (B, 49), or None.
            encoder: The text tower.
            training: Whether dropout is on.

        Returns:
            The fused vector (B, hidden), and the text tower's states.
        """
        mask = ops.not_equal(token_ids, 0)
        tokens = self.first_tokens(mask)

        def climb(depth: int, text: Any) -> Any:
            nonlocal tokens
            image = image_stages[depth] if image_stages is not None else None
            tokens = self.climb[depth](tokens, text, mask, image, image_present, training=training)
            if depth == len(self.back):
                return text
            return text + self.back[depth](ops.mean(tokens, axis=1))[:, None]

        x, sees = encoder.embed(token_ids)
        states = encoder.encode(x, sees, training=training, change=climb)
        return self.read_out(tokens) + mean_pool(states[-1], mask), states
