"""The face networks: whether their weights were fetched, and a LiteRT file of them."""

from pathlib import Path

import keras
import pytest

from moodring.model.encoders.face import (
    build_expression_net,
    build_face_detector,
    face_endpoints,
    join,
    load_face_tensors,
    read_expression_net,
    read_face_detector,
)
from moodring.model.export import convert_endpoints

PRETRAINED = Path(__file__).parents[2] / "build" / "pretrained"

needs_weights = pytest.mark.skipif(
    not (PRETRAINED / "face-api").is_dir(), reason="needs the face networks' weights: `make faces`"
)


def pretrained_networks() -> tuple[keras.Model, keras.Model]:
    detector, expression_net = build_face_detector(), build_expression_net()
    load_face_tensors(detector, read_face_detector(PRETRAINED))
    load_face_tensors(expression_net, read_expression_net(PRETRAINED))
    return detector, expression_net


def write_faces(networks: tuple[keras.Model, keras.Model], path: Path) -> Path:
    path.write_bytes(convert_endpoints(join(*networks), face_endpoints(*networks), "float16"))
    return path
