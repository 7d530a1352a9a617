"""TensorFlow Serving is asked as its REST interface wants it, and nothing it says becomes a wrong label."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tfserving_stub import NETWORK, ServingStub, SmallNetwork, write_small_network

from moodring.bot.backends import BackendError
from moodring.bot.backends.tfserving import MAX_ANSWER_BYTES, TFServingBackend
from moodring.bot.settings import SettingsError
from moodring.bot.turns import BusyError
from moodring.model import Logits
from moodring.model.image import scale
from moodring.model.sample import Prepared
from moodring.model.signatures import PICTURE_BYTES
from tests.model.exported import picture
from tests.model.small import sentences

PATIENT_S = 60.0

Open = Callable[..., TFServingBackend]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallNetwork:
    return write_small_network(tmp_path_factory.mktemp("serving") / "1")


@pytest.fixture
def server(small: SmallNetwork) -> Iterator[ServingStub]:
    stub = ServingStub(small.served)
    stub.start()
    yield stub
    stub.stop()


@pytest.fixture
def open_backend(server: ServingStub) -> Iterator[Open]:
    opened: list[TFServingBackend] = []

    def open_backend(
        path: str = "", network: str = NETWORK, deadline_s: float = PATIENT_S
    ) -> TFServingBackend:
        opened.append(TFServingBackend(server.url + path, network, deadline_s))
        return opened[-1]

    yield open_backend
    for backend in opened:
        backend.close()


def message(tokens: int, *pictures: int) -> Prepared:
    ids = sentences(1, tokens)[0] if tokens else np.zeros(0, np.int32)
    return Prepared(ids, tuple(map(picture, pictures)), (), ())


def assert_says(logits: Logits, outputs: Any) -> None:
    np.testing.assert_allclose(logits.emotions, outputs.emotions[0], atol=2e-4)
    np.testing.assert_allclose(logits.sentiment, outputs.sentiment[0], atol=2e-4)
    assert logits.toxicity == pytest.approx(float(outputs.toxicity[0]), abs=2e-4)
    assert logits.sexism == pytest.approx(float(outputs.sexism[0]), abs=2e-4)


# ------------------------------------------------------------------------------------- what is answered


def test_a_batch_is_one_question_and_is_answered_in_its_order(
    open_backend: Open, server: ServingStub, small: SmallNetwork
) -> None:
    backend = open_backend()
    asked = len(server.asked)
    words, pair, others = backend.infer([message(4), message(6, 1), message(9)])
    assert_says(words, small.text_run(message(4).token_ids[None]))
    assert_says(others, small.text_run(message(9).token_ids[None]))
    assert_says(pair, small.classifier(message(6).token_ids[None], scale(picture(1)[None]), np.array([True])))
    assert [path for _, path, _ in server.asked[asked:]] == ["/v1/models/moodring:predict"]


def test_a_picture_travels_once_and_as_its_bytes(open_backend: Open, server: ServingStub) -> None:
    backend = open_backend()
    sample = message(5, 1)
    hidden = list(np.eye(49, dtype=np.bool_))
    texts = [sample.token_ids[:length] for length in range(5)]

    without_words, without_cells = backend.infer_variants(sample, texts, hidden)

    assert (len(without_words), len(without_cells)) == (5, 49)
    [own] = backend.infer([sample])
    [shown], [same] = backend.infer_variants(sample, [sample.token_ids], [np.zeros(49, np.bool_)])
    for logits in (shown, same):
        np.testing.assert_allclose(logits.emotions, own.emotions, atol=2e-4)
    [size, *_] = [size for *_, size in server.asked[2:]]
    assert size < 1.4 * PICTURE_BYTES


def test_nothing_is_asked_for_nothing(open_backend: Open, server: ServingStub) -> None:
    backend = open_backend()
    asked = len(server.asked)
    assert backend.infer([]) == []
    assert backend.infer_variants(message(3), [], []) == ([], [])
    with pytest.raises(ValueError, match="neither tokens nor pictures"):
        backend.infer([message(0)])
    assert len(server.asked) == asked


def test_a_thread_keeps_its_connection_and_shares_it_with_no_other(
    open_backend: Open, server: ServingStub
) -> None:
    backend = open_backend()
    for _ in range(3):
        backend.infer([message(4)])
    assert server.connections == 1
    together = threading.Barrier(3, timeout=PATIENT_S)

    def ask(tokens: int) -> list[Logits]:
        together.wait()
        backend.infer([message(tokens)])
        together.wait()
        return backend.infer([message(tokens)])

    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(ask, (3, 5, 7)))
    assert server.connections == 4
    for tokens, [answer] in zip((3, 5, 7), answers, strict=True):
        [alone] = backend.infer([message(tokens)])
        np.testing.assert_allclose(answer.emotions, alone.emotions, atol=2e-4)


@pytest.mark.parametrize("path", ["", "/", "/v1/models/moodring", "/v1/models/moodring/versions/1"])
def test_the_url_may_name_model_and_version(path: str, open_backend: Open) -> None:
    assert len(open_backend(path).infer([message(3)])) == 1


# ------------------------------------------------------------------------------------- hostile answers


def put(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Change one output."""
    return lambda outputs: {**outputs, name: change(outputs[name])}


def filled(value: Any) -> Callable[[Any], Any]:
    return lambda rows: [[value, *rows[0][1:]], *rows[1:]]


WRONG = {
    "a label too few": put("emotions", lambda rows: [row[:-1] for row in rows]),
    "a label too many": put("sentiment", lambda rows: [[*row, 1.0] for row in rows]),
    "a row too few": put("emotions", lambda rows: rows[:-1]),
    "a row too many": put("toxicity", lambda rows: [*rows, 0.5]),
    "rows of several lengths": put("emotions", lambda rows: [rows[0][:-1], *rows[1:]]),
    "a level too deep": put("sexism", lambda rows: [rows]),
    "one number": put("toxicity", lambda _: 0.5),
    "not a number": put("emotions", filled(float("nan"))),
    "infinity": put("emotions", filled(float("inf"))),
    "a word": put("emotions", filled("joy")),
    "digits as a word": put("emotions", filled("1.5")),
    "a truth value": put("toxicity", lambda rows: [True for _ in rows]),
    "null": put("sentiment", filled(None)),
    "an object": put("sentiment", lambda _: {}),
    "an output missing": lambda outputs: {name: rows for name, rows in outputs.items() if name != "sexism"},
    "no name of a network": lambda outputs: {n: rows for n, rows in outputs.items() if n != "network"},
    "no outputs": lambda _: None,
    "a list of outputs": lambda outputs: list(outputs.values()),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_an_answer_of_another_form_is_no_answer(
    change: Callable[[Any], Any], open_backend: Open, server: ServingStub
) -> None:
    backend = open_backend()
    server.changes.append(change)
    with pytest.raises(BackendError, match="TensorFlow Serving gave an answer that is none of Moodring's"):
        backend.infer([message(4), message(5)])
    server.changes.clear()
    assert len(backend.infer([message(4)])) == 1


def test_variations_are_as_many_as_were_asked_for(open_backend: Open, server: ServingStub) -> None:
    backend = open_backend()
    server.changes.append(lambda outputs: {n: [row[:-1] for row in rows] for n, rows in outputs.items()})
    with pytest.raises(BackendError, match="none of Moodring's"):
        backend.infer_variants(message(4), [message(3).token_ids, message(2).token_ids], [])


def test_weights_that_change_while_the_bot_runs_are_noticed(open_backend: Open, server: ServingStub) -> None:
    backend = open_backend()
    server.changes.append(put("network", lambda rows: ["progressive-other" for _ in rows]))
    with pytest.raises(BackendError, match=f"does not hold the weights {NETWORK} of this bot: write it by"):
        backend.infer([message(4)])


def refuse(status: int, reason: str, **headers: str) -> Callable[[Any], None]:
    content = json.dumps({"error": reason}).encode()
    return lambda handler: handler.send_json(status, content, **headers)


@pytest.mark.parametrize("status", [429, 503])
def test_a_full_queue_is_busy(status: int, open_backend: Open, server: ServingStub) -> None:
    backend = open_backend()
    server.faults.append(refuse(status, "The batch scheduling queue is full"))
    with pytest.raises(BusyError):
        backend.infer([message(4)])
    assert len(backend.infer([message(4)])) == 1
    assert server.connections == 1


@pytest.mark.parametrize("status", [400, 404, 500, 501, 504])
def test_a_refusal_says_why_in_one_line(status: int, open_backend: Open, server: ServingStub) -> None:
    backend = open_backend()
    server.faults.append(refuse(status, "Servable not found\n  for request:\tLatest(moodring)" + "x y" * 500))
    with pytest.raises(BackendError) as raised:
        backend.infer([message(4)])
    assert str(raised.value).startswith(
        f"TensorFlow Serving answers {status}: Servable not found for request: Latest(moodring)"
    )
    assert len(str(raised.value)) < 300
    assert len(backend.infer([message(4)])) == 1


@pytest.mark.parametrize("tokens", [1, 2, 7, 64])
def test_what_a_refusal_quotes_of_a_message_is_left_out(
    tokens: int, open_backend: Open, server: ServingStub
) -> None:
    backend = open_backend()
    sent: list[str] = []

    def quote(handler: Any) -> None:
        sent.append(base64.b64encode(message(tokens).token_ids.tobytes()).decode())
        reason = f'JSON Value: {{ "b64": "{sent[0]}" }} Type: Object is not of expected type: float'
        handler.send_json(400, json.dumps({"error": reason}).encode())

    server.faults.append(quote)
    with pytest.raises(BackendError, match="is not of expected type: float") as raised:
        backend.infer([message(tokens)])
    assert sent[0] not in str(raised.value)
    assert sent[0][:8] not in str(raised.value)


def hang_up(handler: Any) -> None:
    handler.close_connection = True
    handler.connection.close()


def speak_otherwise(handler: Any) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    handler.close_connection = True


@pytest.mark.parametrize("fault", [hang_up, speak_otherwise])
def test_a_connection_that_broke_is_made_once_more(
    fault: Callable[[Any], None], open_backend: Open, server: ServingStub
) -> None:
    backend = open_backend()
    server.faults.append(fault)
    assert len(backend.infer([message(4)])) == 1
    assert server.connections == 2
    server.faults += [fault, fault]
    with pytest.raises(BackendError, match=r"no TensorFlow Serving at 127\.0\.0\.1:\d+ \(.+\): start it or"):
        backend.infer([message(4)])
    assert len(backend.infer([message(4)])) == 1


def send(content: bytes, claimed: int | None = None) -> Callable[[Any], None]:
    """Answer with some bytes, and say that there are others."""

    def answer(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content) if claimed is None else claimed))
        handler.end_headers()
        handler.wfile.write(content)
        handler.close_connection = claimed is not None

    return answer


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"[" * 100_000, b"\xff\xfe", b'{"outputs": {'],
    ids=["nothing", "a page", "depth", "bytes", "half"],
)
def test_what_is_no_json_is_no_answer(content: bytes, open_backend: Open, server: ServingStub) -> None:
    backend = open_backend()
    server.faults.append(send(content))
    with pytest.raises(BackendError, match="gave an answer that is no JSON"):
        backend.infer([message(4)])
    assert len(backend.infer([message(4)])) == 1


def test_half_an_answer_is_none(open_backend: Open, server: ServingStub) -> None:
    backend = open_backend()
    server.faults.append(send(b'{"outputs": ', claimed=1_000))
    with pytest.raises(BackendError, match="no JSON"):
        backend.infer([message(4)])
    assert len(backend.infer([message(4)])) == 1


def test_an_answer_too_large_is_not_read(open_backend: Open, server: ServingStub) -> None:
    backend = open_backend()
    server.faults.append(send(b" " * (MAX_ANSWER_BYTES + 2)))
    with pytest.raises(BackendError, match="TensorFlow Serving's answer has more than 4194304 bytes"):
        backend.infer([message(4)])
    assert len(backend.infer([message(4)])) == 1


def test_a_redirect_is_not_followed(open_backend: Open, server: ServingStub) -> None:
    backend = open_backend()
    asked = len(server.asked)
    server.faults.append(refuse(307, "moved", Location="/v1/models/other:predict"))
    with pytest.raises(BackendError, match="TensorFlow Serving answers 307: moved"):
        backend.infer([message(4)])
    assert len(server.asked) == asked + 1


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"])
def test_an_answer_that_trickles_is_given_up_by_the_deadline(
    head: bytes, open_backend: Open, server: ServingStub
) -> None:
    given_up = threading.Event()

    def trickle(handler: Any) -> None:
        handler.wfile.write(head)
        while not given_up.wait(0.02):
            handler.wfile.write(b" ")
        handler.close_connection = True

    backend = open_backend(deadline_s=0.5)
    server.faults.append(trickle)
    began = time.monotonic()
    with pytest.raises(BackendError, match=r"no answer of TensorFlow Serving within 0\.5 s"):
        backend.infer([message(4)])
    given_up.set()
    assert time.monotonic() - began < PATIENT_S / 2


# ------------------------------------------------------------------------------------- at the start


def test_no_server_is_told_in_one_line(server: ServingStub) -> None:
    stopped = ServingStub(server.served)
    stopped.start()
    stopped.stop()
    with pytest.raises(BackendError, match=r"no TensorFlow Serving at 127.+ \(Connection refused\)"):
        TFServingBackend(stopped.url, NETWORK, PATIENT_S)


def test_a_model_of_another_name_is_told(open_backend: Open) -> None:
    with pytest.raises(BackendError, match=r"answers 404: Servable not found for request: Latest\(other\)"):
        open_backend("/v1/models/other")


def test_other_weights_are_refused(open_backend: Open) -> None:
    with pytest.raises(BackendError, match="does not hold the weights late-1 of this bot: write"):
        open_backend(network="late-1")


def test_a_server_that_loads_its_model_is_told(open_backend: Open, server: ServingStub) -> None:
    server.faults.append(refuse(503, "loading"))
    with pytest.raises(BackendError, match="is loading its model or overloaded"):
        open_backend()


def test_a_model_that_is_none_of_ours_is_refused(server: ServingStub, tmp_path: Path) -> None:
    class Half(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None,), tf.float32, "x")])
        def call(self, x: Any) -> Any:
            return {"y": x / 2 + 3}

    half = Half()
    tf.saved_model.save(half, str(tmp_path / "1"), signatures=half.call)
    server.served = tf.saved_model.load(str(tmp_path / "1"))
    with pytest.raises(BackendError, match="holds is none of Moodring's: write it by"):
        TFServingBackend(server.url, NETWORK, PATIENT_S)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8501",
        "https://127.0.0.1:8501",
        "http://",
        "http://127.0.0.1:99999",
        "http://me:secret@127.0.0.1:8501",
        "http://127.0.0.1:8501/?a=b",
        "http://127.0.0.1:8501/#a",
        "http://127.0.0.1:8501/v1",
        "http://127.0.0.1:8501/v1/models/moodring:predict",
        "http://127.0.0.1:8501/v1/models/moodring/versions/one",
        "http://127.0.0.1:8501/v1/models/a%0d%0ab",
    ],
)
def test_a_url_of_another_form_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="MOODRING_BACKEND_URL: should be the URL of TensorFlow Serving"):
        TFServingBackend(url, NETWORK, PATIENT_S)
