"""Inference by TensorFlow Serving, over its REST interface: https://www.tensorflow.org/tfx/serving/api_rest.

What its model takes and gives is in `moodring.model.signatures`; `python -m model saved-model` writes it.
"""

import base64
import json
import re
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from yarl import URL

from moodring.model import Logits, Prepared
from moodring.model.signatures import INPUTS, NETWORK, OUTPUTS, READ, VARY, as_row, as_varied_row

from ..settings import SettingsError
from ..turns import BusyError
from . import BackendError

DEFAULT_PATH: Final = "/v1/models/moodring"
"""Where the model is, if the URL names a server alone."""

MAX_ANSWER_BYTES: Final = 4 * 1024**2
"""Largest answer that is read: an explanation of four pictures and a long text has a tenth of it."""

MAX_REASON: Final = 200
"""Most characters of what a server says of an error."""

OPENING_S: Final = 60.0
"""Seconds that a server may take for the first answer, for which it still prepares its graph."""

_PATH: Final = re.compile(r"(/[\w.~-]+)*/v1/models/[\w.~-]+(/versions/\d+|/labels/[\w.~-]+)?")
_QUOTED: Final = re.compile(r"[A-Za-z0-9+/=]{8,}")

_WRITE: Final = "write it by `python -m model saved-model` of this installation, and serve that"


class TFServingBackend:
    """Sends prepared batches to a server; each calling thread keeps a connection of its own.

    A connection that a server closed between two questions is opened anew: the network keeps no state, so a
    question may be asked twice.

    Args:
        url: Where the model is, ``http://host:port``, with the path of another model or of one version of it
            if it is not `DEFAULT_PATH`. TensorFlow Serving offers no TLS here: keep it in a private network.
        network: Which network has to answer, by its `wire.identity`.
        deadline_s: Seconds that an answer may take.

    Raises:
        SettingsError: The URL is none.
        BackendError: There is no server, its model is another one, or it holds other weights.
    """

    def __init__(self, url: str, network: str, deadline_s: float) -> None:
        address = _parse(url)
        self._host, self._port = address.host or "", address.port
        self._path = address.path if address.path != "/" else DEFAULT_PATH
        self._network = network
        self._deadline_s = OPENING_S
        self._own = threading.local()
        self._connections: list[_Connection] = []
        self._lock = threading.Lock()
        try:
            self._open()
        except BusyError:
            self.close()
            raise BackendError(f"TensorFlow Serving at {url} is loading its model or overloaded") from None
        except BaseException:
            self.close()
            raise
        self._deadline_s = deadline_s

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        """Return one answer for each prepared sample, in their order.

        Raises:
            ValueError: A sample has neither tokens nor pictures.
            BusyError: The server refuses for now.
            BackendError: No answer in time, or none that can be used.
        """
        if not batch:
            return []
        answers = self._predict(READ, [as_row(prepared) for prepared in batch], (len(batch),))
        return _as_logits(answers)

    def infer_variants(
        self,
        prepared: Prepared,
        texts: Sequence[NDArray[np.int32]],
        hidden: Sequence[NDArray[np.bool_]],
    ) -> tuple[list[Logits], list[Logits]]:
        """Return the answers to one sample with other texts, and with parts of its pictures hidden.

        Raises:
            ValueError: The sample has neither tokens nor pictures.
            BusyError: The server refuses for now.
            BackendError: No answer in time, or none that can be used.
        """
        count = len(texts) + len(hidden)
        if not count:
            return [], []
        answers = self._predict(VARY, [as_varied_row(prepared, texts, hidden)], (1, count))
        logits = _as_logits({name: answer[0] for name, answer in answers.items()})
        return logits[: len(texts)], logits[len(texts) :]

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._connections:
                connection.close()

    def _open(self) -> None:
        """Refuse a model that cannot be asked, or that holds other weights."""
        metadata = self._ask("GET", "/metadata")
        try:
            signatures = metadata["metadata"]["signature_def"]["signature_def"]
            ours = all(_is_ours(signatures[name], INPUTS[name]) for name in INPUTS)
        except (KeyError, TypeError, AttributeError):
            ours = False
        if not ours:
            raise BackendError(f"the model that TensorFlow Serving holds is none of Moodring's: {_WRITE}")
        self._predict(READ, [{"token_ids": _FIRST, "pictures": b"", "faces": b""}], (1,))

    def _predict(
        self, signature: str, rows: Sequence[Mapping[str, bytes]], shape: tuple[int, ...]
    ) -> dict[str, NDArray[np.float32]]:
        """Return the logits of rows, each of a shape that begins so.

        Raises:
            BusyError: The server refuses for now.
            BackendError: There is no answer, or none that can be used.
        """
        inputs = {part: [_encoded(row[part]) for row in rows] for part in INPUTS[signature]}
        answer = self._ask("POST", ":predict", {"signature_name": signature, "inputs": inputs})
        try:
            outputs = answer["outputs"]
            networks = outputs[NETWORK]
            logits = {name: _numbers(outputs[name], (*shape, *rest)) for name, rest in OUTPUTS.items()}
        except (KeyError, TypeError, ValueError):
            raise BackendError("TensorFlow Serving gave an answer that is none of Moodring's") from None
        if networks != [self._network] * len(rows):
            raise BackendError(
                f"TensorFlow Serving does not hold the weights {self._network} of this bot: {_WRITE}"
            )
        return logits

    def _ask(self, method: str, what: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON that the server answers with.

        Raises:
            BusyError: The server refuses for now.
            BackendError: There is no answer in time, or it is an error.
        """
        content = None if body is None else json.dumps(body).encode()
        status, answer = self._exchange(method, self._path + what, content)
        if status in _BUSY:
            raise BusyError
        if status != HTTPStatus.OK:
            raise BackendError(f"TensorFlow Serving answers {status}: {_reason(answer)}")
        try:
            return json.loads(answer)
        except (ValueError, RecursionError):
            raise BackendError("TensorFlow Serving gave an answer that is no JSON") from None

    def _exchange(self, method: str, path: str, content: bytes | None) -> tuple[int, bytes]:
        """Return the status and content of an answer, over this thread's connection or a new one."""
        ends = time.monotonic() + self._deadline_s
        connection = self._connection()
        while True:
            is_new = connection.sock is None
            try:
                return connection.exchange(method, path, content, ends)
            except TimeoutError:
                connection.close()
                raise BackendError(f"no answer of TensorFlow Serving within {self._deadline_s:g} s") from None
            except (OSError, HTTPException) as error:
                connection.close()
                if is_new:
                    reason = getattr(error, "strerror", None) or type(error).__name__
                    raise BackendError(
                        f"no TensorFlow Serving at {self._host}:{self._port} ({reason}): start it or correct "
                        "MOODRING_BACKEND_URL"
                    ) from None

    def _connection(self) -> "_Connection":
        connection: _Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = _Connection(self._host, self._port)
            with self._lock:
                self._connections.append(connection)
        return connection


_BUSY: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""What *RESOURCE_EXHAUSTED* and *UNAVAILABLE* are in HTTP: a full queue of batches is the second."""

_FIRST: Final = np.array([101, 102], "<i4").tobytes()
"""Token ids of a message without words, which a server is asked first."""


class _Socket(socket.socket):
    """A socket whose every wait ends at one moment, however slowly an answer trickles."""

    ends = 0.0

    def recv_into(self, *args: Any) -> int:
        self._hurry()
        return super().recv_into(*args)

    def sendall(self, *args: Any) -> None:
        self._hurry()
        super().sendall(*args)

    def _hurry(self) -> None:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)


class _Connection(HTTPConnection):
    """A connection that is kept from question to question; for one thread."""

    def connect(self) -> None:
        """Connect by a socket that knows when to give up."""
        super().connect()
        self.sock = self._timed = _Socket(fileno=self.sock.detach())

    def exchange(self, method: str, path: str, body: bytes | None, ends: float) -> tuple[int, bytes]:
        """Return the status and content of an answer.

        Args:
            method: Of the request.
            path: On the server.
            body: JSON, or None.
            ends: Until when, on the monotonic clock.

        Raises:
            TimeoutError: It took longer.
            OSError: The connection broke.
            HTTPException: What came is no answer.
            BackendError: The answer is too large.
        """
        if self.sock is None:
            self.timeout = max(0.001, ends - time.monotonic())
            self.connect()
        self._timed.ends = ends
        self.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response: HTTPResponse = self.getresponse()
        content = response.read(MAX_ANSWER_BYTES + 1)
        if len(content) > MAX_ANSWER_BYTES:
            self.close()
            raise BackendError(f"TensorFlow Serving's answer has more than {MAX_ANSWER_BYTES} bytes")
        return response.status, content


def _parse(url: str) -> URL:
    try:
        address = URL(url)
    except ValueError:
        address = URL()
    path = address.path == "/" or _PATH.fullmatch(address.path)
    extra = address.query_string or address.fragment or address.user or address.password
    if address.scheme != "http" or not address.host or not path or extra:
        raise SettingsError(
            "MOODRING_BACKEND_URL: should be the URL of TensorFlow Serving's REST interface, such as "
            f"http://127.0.0.1:8501 or http://127.0.0.1:8501{DEFAULT_PATH}"
        )
    return address


def _is_ours(signature: Mapping[str, Any], inputs: Sequence[str]) -> bool:
    """Return whether a signature of the metadata takes what we send and gives what we read."""
    kinds = {name: tensor["dtype"] for name, tensor in signature["inputs"].items()}
    return kinds == dict.fromkeys(inputs, "DT_STRING") and {*OUTPUTS, NETWORK} == signature["outputs"].keys()


def _encoded(part: bytes) -> dict[str, str]:
    return {"b64": base64.b64encode(part).decode("ascii")}


def _numbers(answer: Any, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return an output as an array.

    Raises:
        ValueError: It has another shape, or holds something else than finite numbers.
    """
    numbers = np.asarray(answer)
    if numbers.shape != shape or numbers.dtype.kind not in "fi" or not np.isfinite(numbers).all():
        raise ValueError("no logits")
    return numbers.astype(np.float32)


def _as_logits(answers: Mapping[str, NDArray[np.float32]]) -> list[Logits]:
    rows = zip(*(answers[name] for name in OUTPUTS), strict=True)
    return [
        Logits(emotions, sentiment, float(toxicity), float(sexism))
        for emotions, sentiment, toxicity, sexism in rows
    ]


def _reason(answer: bytes) -> str:
    """Return in one line what a server says of an error, ``{"error": …}``.

    It may quote the request, which is what somebody wrote: all that could be Base64 of token ids is left out.
    """
    try:
        said = str(json.loads(answer)["error"])
    except (ValueError, RecursionError, KeyError, TypeError):
        return "it gives no reason; is it TensorFlow Serving?"
    line = _QUOTED.sub(lambda found: "…" if _may_be_content(found[0]) else found[0], " ".join(said.split()))
    return line[:MAX_REASON]


def _may_be_content(run: str) -> bool:
    """Return whether letters may be token ids: each of those has two bytes of zeros."""
    return "AA" in run or any(not letter.isalpha() for letter in run)
