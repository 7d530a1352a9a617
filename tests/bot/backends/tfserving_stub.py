"""TensorFlow Serving's REST interface on loopback, over the signatures of a SavedModel as they were written.

It answers as https://www.tensorflow.org/tfx/serving/api_rest says and as `json_tensor.cc`,
`http_rest_api_handler.cc` and `http_server.cc` of https://github.com/tensorflow/serving do.
"""

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from patience import READY_S

from moodring.bot.backends import Backend
from moodring.bot.backends.tfserving import TFServingBackend
from moodring.model import Predictor
from moodring.model.wire import identity

NETWORK = "progressive-1234abcd 0123456789abcdef"
"""What the small network says it is."""


@dataclass(frozen=True)
class SmallNetwork:
    """A small network, and the SavedModel that was written of it.

    Attributes:
        text_run: What answers words alone.
        classifier: What answers whatever has a picture.
        folder: The SavedModel.
        served: The same, loaded again.
    """

    text_run: Any
    classifier: Any
    folder: Path
    served: Any


def write_small_network(folder: Path) -> SmallNetwork:
    """Write a small network whose every weight counts; takes some seconds."""
    import tensorflow as tf

    from moodring.model.saved_model import write_saved_model
    from tests.model.exported import small_runs
    from tests.model.small import stir

    text_run, classifier = small_runs()
    stir(classifier.face_tokens)
    write_saved_model(text_run, classifier, NETWORK, folder)
    return SmallNetwork(text_run, classifier, folder, tf.saved_model.load(str(folder)))


@pytest.fixture(scope="session")
def shipped_saved_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `python -m model saved-model` writes of the shipped weights."""
    from moodring.model.saved_model import write_shipped

    folder = tmp_path_factory.mktemp("serving") / "1"
    write_shipped(None, None, folder)
    return folder


@pytest.fixture(scope="session")
def tfserving_backend(shipped: Predictor, shipped_saved_model: Path) -> Iterator[Backend]:
    """A server of the shipped weights."""
    import tensorflow as tf

    stub = ServingStub(tf.saved_model.load(str(shipped_saved_model)))
    stub.start()
    backend = TFServingBackend(stub.url, identity(shipped), deadline_s=READY_S)
    yield backend
    backend.close()
    stub.stop()


class _RefusedError(Exception):
    """What TensorFlow Serving answers with a status of its own and ``{"error": …}``."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass
class ServingStub:
    """A server that is asked over HTTP.

    Attributes:
        served: The loaded SavedModel.
        model: The name that it is served by.
        faults: What the next requests to predict get instead of an answer; each is called with the handler.
        changes: What changes the outputs of an answer before they are sent.
        asked: Method, path and bytes of every request.
        connections: How many there were.
    """

    served: Any
    model: str = "moodring"
    faults: list[Callable[["_Handler"], None]] = field(default_factory=list)
    changes: list[Callable[[dict[str, Any]], Any]] = field(default_factory=list)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    connections: int = 0

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.stub = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, method: str, path: str, body: bytes) -> Any:
        predict = re.fullmatch(r"(?i)/v1/models/([^/:]+)(?:/versions/(\d+)|/labels/([^/:]+))?:predict", path)
        about = re.fullmatch(
            r"(?i)/v1/models/([^/:]+)(?:/versions/(\d+)|/labels/([^/:]+))?(/metadata)?", path
        )
        if method == "POST" and predict:
            self._check_name(predict[1])
            return self._predict(body)
        if method == "GET" and about:
            self._check_name(about[1])
            return self._metadata() if about[4] else self._status()
        raise _RefusedError(400, f"Malformed request: {method} {path}")

    def _check_name(self, name: str) -> None:
        if name != self.model:
            raise _RefusedError(404, f"Servable not found for request: Latest({name})")

    def _status(self) -> Any:
        status = {"error_code": "OK", "error_message": ""}
        return {"model_version_status": [{"version": "1", "state": "AVAILABLE", "status": status}]}

    def _metadata(self) -> Any:
        def describe(tensors: dict[str, Any]) -> Any:
            return {name: _description(spec) for name, spec in tensors.items()}

        signatures = {
            name: {
                "inputs": describe(signature.structured_input_signature[1]),
                "outputs": describe(signature.structured_outputs),
                "method_name": "tensorflow/serving/predict",
            }
            for name, signature in self.served.signatures.items()
        }
        return {
            "model_spec": {"name": self.model, "signature_name": "", "version": "1"},
            "metadata": {"signature_def": {"signature_def": signatures}},
        }

    def _predict(self, body: bytes) -> Any:
        import tensorflow as tf

        try:
            request = json.loads(body)
        except ValueError:
            raise _RefusedError(400, "JSON Parse error: Invalid value. at offset: 0") from None
        name = request.get("signature_name", "serving_default")
        if name not in self.served.signatures:
            raise _RefusedError(400, f'Serving signature name: "{name}" not found in signature def')
        signature = self.served.signatures[name]
        specs = signature.structured_input_signature[1]
        if request.get("inputs", {}).keys() != specs.keys():
            raise _RefusedError(400, f"Missing named input: {', '.join(specs)}")
        inputs = {part: tf.constant(_strings(values)) for part, values in request["inputs"].items()}
        try:
            outputs = signature(**inputs)
        except tf.errors.InvalidArgumentError as error:
            raise _RefusedError(400, error.message) from None
        values = {part: _plain(output.numpy()) for part, output in outputs.items()}
        for change in self.changes:
            values = change(values)
        return {"outputs": values}


def _description(spec: Any) -> Any:
    dim = [{"size": str(size or -1), "name": ""} for size in spec.shape]
    shape = {"dim": dim, "unknown_rank": False}
    return {"dtype": f"DT_{spec.dtype.name.upper()}", "tensor_shape": shape, "name": f"serve_{spec.name}:0"}


def _strings(values: Any) -> list[bytes]:
    """Return strings of a request, binary ones being objects with one key, ``b64``."""
    for value in values:
        if not isinstance(value, str) and list(value) != ["b64"]:
            raise _RefusedError(
                400, f"JSON Value: {json.dumps(value)} not formatted correctly for base64 data"
            )
    return [
        value.encode() if isinstance(value, str) else base64.b64decode(value["b64"], validate=True)
        for value in values
    ]


def _plain(output: Any) -> Any:
    """Return an output as JSON has it: text where its name does not end in ``_bytes``, else numbers."""
    if output.dtype == np.object_:
        return [value.decode() for value in output]
    return output.astype(np.float64).tolist()


class _Server(ThreadingHTTPServer):
    stub: ServingStub
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else an answer waits for what acknowledges its head

    def setup(self) -> None:
        self.server.stub.connections += 1
        super().setup()

    def do_GET(self) -> None:
        self._do()

    def do_POST(self) -> None:
        self._do()

    def _do(self) -> None:
        stub = self.server.stub
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        stub.asked.append((self.command, self.path, len(body)))
        if stub.faults and self.command == "POST":
            stub.faults.pop(0)(self)
            return
        try:
            status, answer = 200, stub.answer(self.command, self.path, body)
        except _RefusedError as error:
            status, answer = error.status, {"error": str(error)}
        self.send_json(status, json.dumps(answer, indent=4).encode())

    def send_json(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output for what failed."""
