"""Settings come from the environment and .env, and say in one line what is wrong with them."""

from pathlib import Path

import pytest

from moodring.bot.settings import Settings, SettingsError, load_settings
from moodring.bot.settings_text import env_example, settings_table

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder without .env and without settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOODRING_{name.upper()}", raising=False)
    return tmp_path


def test_everything_has_a_default() -> None:
    settings = load_settings()

    assert settings.token is None
    assert settings.message_content is False
    assert settings.database_url == "sqlite+aiosqlite:///moodring.sqlite3"


def test_environment_wins_over_env_file(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / ".env").write_text("MOODRING_THREADS=3\nMOODRING_QUEUE_LIMIT=70\n")
    monkeypatch.setenv("MOODRING_THREADS", "5")

    settings = load_settings()

    assert (settings.threads, settings.queue_limit) == (5, 70)


def test_default_database_lies_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODRING_DATA_DIR", "/var/lib/moodring")

    assert load_settings().database_url == "sqlite+aiosqlite:////var/lib/moodring/moodring.sqlite3"


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODRING_TOKEN", "")
    monkeypatch.setenv("MOODRING_THREADS", "")

    assert load_settings() == Settings()
    assert load_settings().token is None


def test_names_of_others_do_no_harm(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kubernetes makes MOODRING_SERVICE_HOST for a service called moodring; .env may serve others too."""
    monkeypatch.setenv("MOODRING_SERVICE_HOST", "10.0.0.1")
    (empty_folder / ".env").write_text("POSTGRES_USER=x\n")

    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("MOODRING_THREADS", "many", "should be a valid integer"),
        ("MOODRING_THREADS", "0", "greater than or equal to 1"),
        ("MOODRING_LOG_FORMAT", "xml", "'text' or 'json'"),
        ("MOODRING_MESSAGE_CONTENT", "perhaps", "should be a valid boolean"),
        ("MOODRING_PAGE_PORT", "70000", "less than or equal to 65535"),
        ("MOODRING_DEADLINE_S", "nan", "finite number"),
        ("MOODRING_DATABASE_URL", "mysql://root:hunter2@db", "sqlite+aiosqlite:// or postgresql+asyncpg://"),
        ("MOODRING_TOKEN", "Bot hunter2", "bare token"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable_and_hides_the_value(
    variable: str, value: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError) as caught:
        load_settings()

    message = str(caught.value)
    assert message.startswith(f"{variable}: ")
    assert complaint in message
    assert message.endswith("correct it, or remove it for the default")
    assert "\n" not in message
    assert "hunter2" not in message


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODRING_THREADS", "x")
    monkeypatch.setenv("MOODRING_LOG_LEVEL", "loud")

    with pytest.raises(SettingsError, match=r"MOODRING_THREADS.*MOODRING_LOG_LEVEL"):
        load_settings()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("MOODRING_TOKN=hunter2", "MOODRING_TOKN in .env is not a setting; did you mean MOODRING_TOKEN?"),
        ("MOODRING_XYZZY=1", "MOODRING_XYZZY in .env is not a setting; remove it"),
    ],
)
def test_a_misspelt_name_in_the_env_file_is_an_error(line: str, message: str, empty_folder: Path) -> None:
    (empty_folder / ".env").write_text(line)

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert str(caught.value) == message


def test_an_unreadable_env_file_is_an_error(empty_folder: Path) -> None:
    (empty_folder / ".env").write_bytes(b"MOODRING_TOKEN=\xff\xfe")

    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODRING_TOKEN", "hunter2")
    monkeypatch.setenv("MOODRING_DATABASE_URL", "postgresql+asyncpg://mood:hunter3@db/mood")

    assert "hunter" not in repr(load_settings())


def test_the_example_file_matches_the_settings_classes() -> None:
    example = (REPOSITORY / ".env.example").read_text(encoding="utf-8")

    assert example == env_example(), "run: make docs"


def test_the_example_file_means_the_defaults(empty_folder: Path) -> None:
    lines = [line.removeprefix("#") if "=" in line else line for line in env_example().splitlines()]
    (empty_folder / ".env").write_text("\n".join(lines), encoding="utf-8")

    assert load_settings() == Settings.model_construct(**Settings().model_dump())


def test_every_setting_is_described_in_example_and_table() -> None:
    for name, field in Settings.model_fields.items():
        variable = f"MOODRING_{name.upper()}"
        assert field.description, variable
        assert f"#{variable}=" in env_example()
        assert f"| `{variable}` |" in settings_table()


def test_a_name_that_a_terminal_would_obey_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"MOODRING_\x1b[2JX=1\n")

    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert str(refused.value).isprintable()
    assert r"\x1b" in str(refused.value)
