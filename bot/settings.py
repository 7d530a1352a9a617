"""Settings: one class per concern, read from the environment and from ``.env``.

Each setting's description here is the one that ``.env.example`` and the README show (`settings_text`).
"""

import difflib
import logging
import os
import re
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from .addresses import API_HOST, GATEWAY_HOST, address, origins
from .secret_file import exposed, read_secret

PREFIX: Final = "MOODRING_"
"""Every setting's environment variable starts with this."""

ENV_FILE: Final = ".env"
"""Settings of the working directory."""

log: Final = logging.getLogger(__name__)

_DATABASE_URL = re.compile(r"(sqlite\+aiosqlite|postgresql\+asyncpg)://")


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one line that says what to do."""


class DiscordSettings(BaseModel):
    """Discord."""

    token: SecretStr | None = Field(
        default=None,
        description="Bot token from the Developer Portal. Without it the simulated server starts.",
    )
    token_file: Path | None = Field(
        default=None,
        description="File with the bot token alone, instead of `MOODRING_TOKEN`; nobody else may be able to "
        "read it (`chmod 600`).",
    )
    message_content: bool = Field(
        default=False,
        description="Ask Discord for the privileged Message Content intent, which `/watch`, `/backtest` and "
        "mentions in a reply need. Switch it on in the Developer Portal first.",
    )
    contact: str = Field(
        default="",
        max_length=200,
        pattern=r"^[^\r\n]*$",
        description="Whom members may ask about their data, such as a mail address; `/privacy` tells it. "
        "Without it they are sent to the server's managers.",
    )

    @field_validator("token")
    @classmethod
    def _bare_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not re.fullmatch(r"\S+", token.get_secret_value()):
            raise ValueError("should be the bare token, without spaces and without 'Bot' before it")
        return token


def _database_in(data: dict[str, Any]) -> str:
    """Return the URL of the default database in the data folder."""
    return f"sqlite+aiosqlite:///{data['data_dir'] / 'moodring.sqlite3'}"


class AddressSettings(BaseModel):
    """Addresses."""

    api_base: str = Field(
        default="",
        description="Where Discord's HTTP interface is, such as `http://127.0.0.1:8080/api/v10` for "
        "to test against. This and the next two take this machine and Discord's own hosts, no other.",
    )
    gateway_url: str = Field(
        default="", description="Where Discord's gateway is, such as `ws://127.0.0.1:8080/gateway`."
    )
    cdn_hosts: str = Field(
        default="",
        description="Hosts that attachments are fetched from, with commas between, such as `127.0.0.1:8080`.",
    )

    @field_validator("api_base")
    @classmethod
    def _api(cls, text: str) -> str:
        return text and str(address(text, API_HOST, "https", "http")).rstrip("/")

    @field_validator("gateway_url")
    @classmethod
    def _gateway(cls, text: str) -> str:
        return text and str(address(text, GATEWAY_HOST, "wss", "ws"))

    @field_validator("cdn_hosts")
    @classmethod
    def _cdn(cls, text: str) -> str:
        origins(text)
        return text

    @property
    def cdn_origins(self) -> frozenset[str]:
        """The hosts as origins, such as ``http://127.0.0.1:8080``; none without the setting."""
        return origins(self.cdn_hosts)


def _runtime_directory() -> Path | None:
    """Return the folder in memory that systemd made for the service, if it did."""
    first, _, _ = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")
    return Path(first) if first else None


class StorageSettings(BaseModel):
    """Storage."""

    data_dir: Path = Field(default=Path(), description="Folder for what Moodring keeps on disk.")
    database_url: str = Field(
        default_factory=_database_in,
        repr=False,
        description="Database for server settings, as `sqlite+aiosqlite://…` or "
        "`postgresql+asyncpg://user:password@host/name`. By default a file, `moodring.sqlite3`, in the "
        "data folder.",
    )
    memory_dir: Path | None = Field(
        default_factory=_runtime_directory,
        description="Folder in memory (tmpfs) through which counts of feelings survive a crash, at most 2 s "
        "old: they must not reach a disk before they are large enough. By default systemd's "
        "`RuntimeDirectory`. Without any, a crash loses what was not large enough yet, mostly the last hour.",
    )
    departed_days: int = Field(
        default=7,
        ge=0,
        le=365,
        description="Days after the bot was removed from a server until all that is kept about the server is "
        "deleted.",
    )

    @field_validator("database_url")
    @classmethod
    def _supported_database(cls, url: str) -> str:
        if not _DATABASE_URL.match(url):
            raise ValueError("should start with sqlite+aiosqlite:// or postgresql+asyncpg://")
        return url


class LogSettings(BaseModel):
    """Logs."""

    log_format: Literal["text", "json"] = Field(
        default="text", description="One line an event: `text` for people, `json` for log collectors."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        description="Least severe event that is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`.",
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level


class HealthSettings(BaseModel):
    """Health."""

    health_port: int = Field(
        default=0,
        ge=0,
        le=65_535,
        description="Port on this machine for `/live`, `/ready` and Prometheus's `/metrics`, such as 9464; 0 "
        "opens none.",
    )


class ClassifierSettings(BaseModel):
    """Classifier."""

    backend: Literal["litert", "ray", "tfserving"] = Field(
        default="litert",
        description="Where the network runs: in the bot's own process (`litert`), in a Ray cluster (`ray`, "
        "needs the extra `ray`) or in a TensorFlow Serving server (`tfserving`).",
    )
    backend_url: str = Field(
        default="",
        description="Where that is. `ray`: the cluster that this machine belongs to, `auto` or "
        "`address:port`. `tfserving`: its HTTP interface, such as `http://127.0.0.1:8501`.",
    )
    weights: Path | None = Field(
        default=None, description="Folder with other weights than those that Moodring ships."
    )
    fusion: Literal["progressive", "late"] | None = Field(
        default=None,
        description="How words and pictures come together: `progressive` or, in weights that hold it, "
        "`late`. By default as the weights have it.",
    )
    threads: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Inference threads. Each holds the network once more in memory; with a backend other "
        "than `litert` they only wait for it, so more of them cost little.",
    )
    queue_limit: int = Field(
        default=64,
        ge=16,  # what `analyze --jsonl` keeps in flight has room
        le=10_000,
        description="Messages that may wait to be read, as many that people ask about and as many of watched "
        "channels; those with pictures wait apart, as many. Of more, the oldest go; who asked is told.",
    )
    cache_entries: int = Field(
        default=1024,
        ge=0,
        le=1_000_000,
        description="Answers kept in memory for messages that come again, found by a hash; about 3 kB each.",
    )
    deadline_s: float = Field(
        default=10.0,
        gt=0,
        le=600,
        allow_inf_nan=False,
        description="Seconds after which a message is given up with an error.",
    )


class DecodeSettings(BaseModel):
    """Pictures."""

    decode_workers: int = Field(
        default=2,
        ge=1,
        le=32,
        description="Processes that decode pictures, started when they are first needed.",
    )
    decode_timeout_s: float = Field(
        default=5.0,
        gt=0,
        le=60,
        allow_inf_nan=False,
        description="Seconds a picture may take to decode before its process is killed.",
    )
    decode_memory_mib: int = Field(
        default=512, ge=256, le=8192, description="Address space of a decoding process in MiB."
    )

    ocr: bool = Field(
        default=False,
        description="Whether text in pictures is read as well; needs the extra `ocr` and 400 MB a process.",
    )
    ocr_timeout_s: float = Field(
        default=4.0,  # so that four pictures, two at a time, stay within the deadline
        gt=0,
        le=60,
        allow_inf_nan=False,
        description="Seconds that reading the text in a picture may take; then the picture is read without.",
    )


class PageSettings(BaseModel):
    """Simulated server."""

    page_port: int = Field(
        default=8765,
        ge=0,
        le=65_535,
        description="Port of the simulated server's page on this machine; 0 takes any.",
    )


class Settings(
    DiscordSettings,
    StorageSettings,
    LogSettings,
    HealthSettings,
    ClassifierSettings,
    DecodeSettings,
    PageSettings,
    AddressSettings,
    BaseSettings,
):
    """All settings. Functions take the class of their own concern; this one fits each."""

    concerns: ClassVar[tuple[type[BaseModel], ...]] = (
        DiscordSettings,
        StorageSettings,
        LogSettings,
        HealthSettings,
        ClassifierSettings,
        DecodeSettings,
        PageSettings,
        AddressSettings,
    )

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        # A misspelt name in .env is an error; the environment may hold names of others
        # (Kubernetes makes some for a service called "moodring").
        dotenv_filtering="match_prefix",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )


def load_settings() -> Settings:
    """Read the settings from the environment and ``.env`` in the working directory; the token from its file.

    Raises:
        SettingsError: A value is wrong, ``.env`` names something that is no setting, or the token's file is
            not safe. The message never repeats a value: it may be a secret.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        details = error.errors(include_input=False, include_context=False)
        raise SettingsError("; ".join(filter(None, map(_problem, details)))) from None
    except UnicodeDecodeError:
        raise SettingsError(".env is not UTF-8 text; save it as UTF-8 or remove it") from None
    except OSError as error:
        raise SettingsError(f".env cannot be read: {error.strerror}; correct or remove it") from None
    if settings.token_file is None:
        return settings
    if settings.token is not None:
        raise SettingsError("MOODRING_TOKEN and MOODRING_TOKEN_FILE are both set; remove one of them")
    try:
        token = SecretStr(read_secret(settings.token_file))
    except ValueError as problem:
        raise SettingsError(f"MOODRING_TOKEN_FILE: {problem}") from None
    return settings.model_copy(update={"token": token})


def warn_of_exposed_secrets() -> None:
    """Say it where every user of this machine may read the secrets in ``.env``."""
    if exposed(Path(ENV_FILE)):
        log.warning("every user of this machine may read the secrets in .env: run `chmod 600 .env`")


def _problem(detail: ErrorDetails) -> str:
    """Return a clause that names the variable, says what is wrong and what to do."""
    variable = variable_name(str(detail["loc"][0]))
    match detail["type"]:
        case "default_factory_not_called":  # follows from another problem, which has its own clause
            return ""
        case "extra_forbidden":
            close = difflib.get_close_matches(str(detail["loc"][0]), Settings.model_fields, n=1)
            advice = f"did you mean {variable_name(close[0])}?" if close else "remove it"
            named = variable if variable.isprintable() else ascii(variable)  # one line, whatever is in it
            return f"{named} in .env is not a setting; {advice}"
        case _:
            wrong = detail["msg"].removeprefix("Value error, ")
            return f"{variable}: {wrong[0].lower()}{wrong[1:]}; correct it, or remove it for the default"


def variable_name(field: str) -> str:
    """Return the environment variable of a settings field."""
    return PREFIX + field.upper()
