"""Where arrays become logits: in this process or on other machines."""

from typing import TYPE_CHECKING, Protocol

from moodring.model.engine import Engine

from ..settings import ClassifierSettings, SettingsError

if TYPE_CHECKING:
    from moodring.model import Predictor


class BackendError(Exception):
    """What computes elsewhere cannot be reached or does not answer; the message is one line that says so."""


class Backend(Engine, Protocol):
    """An engine that is called from several threads at once.

    One that computes elsewhere raises `BusyError` where too much waits there already, and `BackendError`
    where it cannot be reached or gives no answer in time.
    """

    def close(self) -> None:
        """Let go of what it holds; nothing is asked of it any more."""
        ...


def open_backend(settings: ClassifierSettings, predictor: "Predictor") -> Backend:
    """Return the backend that the settings name.

    Args:
        settings: Which one, and where it is.
        predictor: The weights, which those elsewhere must be as well.

    Raises:
        SettingsError: What it needs is not installed, or it is not said where it is.
        BackendError: It is not there, or holds other weights.
    """
    if settings.backend == "litert":
        from .litert import LiteRTBackend

        return LiteRTBackend(predictor)
    if not settings.backend_url:
        example = "auto" if settings.backend == "ray" else "http://127.0.0.1:8501"
        raise SettingsError(
            f"MOODRING_BACKEND is {settings.backend}: say where it is by MOODRING_BACKEND_URL, "
            f"such as {example}"
        )
    from moodring.model.wire import identity

    if settings.backend == "ray":
        from .ray import RayBackend

        return RayBackend(settings.backend_url, identity(predictor), settings.deadline_s)
    from .tfserving import TFServingBackend

    return TFServingBackend(settings.backend_url, identity(predictor), settings.deadline_s)
