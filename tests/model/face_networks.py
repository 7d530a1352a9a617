"""The face networks: whether their weights were fetched, and a LiteRT file of them."""

from pathlib import Path

import keras
import pytest

from moodring.model.conversion import convert_endpoints
from moodring.model.encoders.face import face_endpoints

PRETRAINED = Path(__file__).parents[2] / "build" / "pretrained"

needs_weights = pytest.mark.skipif(
    not (PRETRAINED / "face-api").is_dir(), reason="needs the face networks' weights: `make faces`"
)


def write_faces(networks: tuple[keras.Model, keras.Model], path: Path) -> Path:
    path.write_bytes(convert_endpoints(networks, face_endpoints(*networks), "float16"))
    return path
