"""Settings come from the environment and two files; nothing misspelt is overlooked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.settings import DEFAULTS, Settings, from_environment
from bot.settings_error import SettingsError


def refused(**environment: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        from_environment(environment)
    return caught.value


def test_without_any_variable_it_runs_on_a_laptop() -> None:
    settings = from_environment({"PATH": "/bin"})
    assert settings.database_url == "sqlite:///data/zoufang.sqlite3"
    assert (settings.base_url, settings.language) == ("http://127.0.0.1:8080", "zh")
    assert str(settings.zone) == "Asia/Shanghai"
    assert settings.demo
    assert settings.telegram_token is None


def test_every_setting_is_read() -> None:
    settings = from_environment(
        {
            "ZOUFANG_DATABASE_URL": "postgresql://localhost/zoufang",
            "ZOUFANG_KEY_FILE": "/keys/k",
            "ZOUFANG_HOST": "0.0.0.0",
            "ZOUFANG_PORT": "9000",
            "ZOUFANG_PUBLIC_URL": "https://visit.example/chat/",
            "ZOUFANG_TELEGRAM_TOKEN": "1:a",
            "ZOUFANG_TELEGRAM_API": "http://127.0.0.1:8081",
            "ZOUFANG_TELEGRAM_RUNTIME": "ptb",
            "ZOUFANG_TELEGRAM_BOT": "@visit_bot",
            "ZOUFANG_LANGUAGE": "en",
            "ZOUFANG_TIMEZONE": "UTC",
            "ZOUFANG_PHONES": "/etc/phones.toml",
            "ZOUFANG_PARAMETERS": "/etc/parameters.toml",
            "ZOUFANG_DEMO": "0",
        }
    )
    assert settings.base_url == "https://visit.example/chat"
    assert (settings.port, settings.demo, settings.telegram_runtime) == (9000, False, "ptb")
    assert settings.parameters_file == Path("/etc/parameters.toml")


def test_an_empty_variable_counts_as_not_set() -> None:
    assert from_environment({"ZOUFANG_PORT": "", "ZOUFANG_TELEGRAM_TOKEN": ""}) == Settings()


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("ZOUFANG_DATABSE_URL", "ZOUFANG_DATABASE_URL"),
        ("ZOUFANG_TELEGRAMTOKEN", "ZOUFANG_TELEGRAM_TOKEN"),
        ("ZOUFANG_port", "ZOUFANG_PORT"),
        ("ZOUFANG_PARAMETERS_FILE", "ZOUFANG_PARAMETERS"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_nearest_name(name: str, like: str) -> None:
    error = refused(**{name: "1"})
    assert (error.code, error.values) == ("unknown", {"name": name, "like": like})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZOUFANG_PORT", "many"),
        ("ZOUFANG_PORT", "70000"),
        ("ZOUFANG_LANGUAGE", "fr"),
        ("ZOUFANG_TIMEZONE", "Mars/Base"),
        ("ZOUFANG_TIMEZONE", "../etc/passwd"),
        ("ZOUFANG_PUBLIC_URL", "visit.example"),
        ("ZOUFANG_TELEGRAM_RUNTIME", "grammy"),
        ("ZOUFANG_TELEGRAM_BOT", "not a name"),
        ("ZOUFANG_DEMO", "perhaps"),
    ],
)
def test_a_bad_value_is_refused_and_not_repeated(name: str, value: str) -> None:
    error = refused(**{name: value})
    assert (error.code, error.values) == ("bad_value", {"name": name})


def test_secrets_are_not_shown() -> None:
    settings = from_environment({"ZOUFANG_TELEGRAM_TOKEN": "geheim", "ZOUFANG_KEY": "geheim"})
    assert "geheim" not in repr(settings)


# --- the two files --------------------------------------------------------------------------------


def test_the_phone_list_for_a_report_begins_with_the_police() -> None:
    book = Settings().phonebook()
    report = book.of("report")
    assert report[0].number == "110"
    assert (report[0].name("zh"), report[0].name("en")) == ("公安报警", "Police")
    assert {"12345", "12355"} <= {one.number for one in book.of("mood")}
    assert [one.number for one in book.of("fraud")] == ["96110"]
    assert book.of("nothing") == ()


def test_numbers_of_other_areas_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "phones.toml"
    file.write_text(
        '[[phone]]\nnumber="1"\nuse=["office"]\nzh="一"\nen="one"\narea="990101100"\n'.replace(
            '"1"', '"0001"'
        )
        + '[[phone]]\nnumber="0002"\nuse=["office"]\nzh="二"\nen="two"\n',
        encoding="utf-8",
    )
    book = Settings(phones=file).phonebook()
    assert [one.number for one in book.of("office", "990101100201")] == ["0001", "0002"]
    assert [one.number for one in book.of("office", "990102")] == ["0002"]


def test_the_parameters_that_come_along_have_what_the_forms_ask_for() -> None:
    values = Settings().parameters(date(2026, 11, 21))
    assert values["htn_sbp_limit"] == "140"
    assert (values["summer_from"], values["child_photo"]) == ("06-15", "0")


def test_the_nearest_area_and_then_the_latest_day_counts(tmp_path: Path) -> None:
    entries = [
        ("140", "2017-01-01", "", ""),
        ("130", "2026-01-01", "2026-06-30", ""),
        ("135", "2020-01-01", "", "9901"),
    ]
    text = "".join(
        f'[[parameter]]\nkey="limit"\nvalue="{value}"\nvalid_from={start}\n'
        + (f"valid_to={end}\n" if end else "")
        + f'area="{area}"\nsource="test"\n'
        for value, start, end, area in entries
    )
    file = tmp_path / "parameters.toml"
    file.write_text(text, encoding="utf-8")
    settings = Settings(parameters=file)
    assert settings.parameters(date(2016, 12, 31)) == {}
    assert settings.parameters(date(2017, 1, 1)) == {"limit": "140"}
    assert settings.parameters(date(2026, 6, 30)) == {"limit": "130"}
    assert settings.parameters(date(2026, 7, 1)) == {"limit": "140"}
    assert settings.parameters(date(2026, 6, 30), "990101100") == {"limit": "135"}


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("[[phone]]\nnumber = 110", "[[phone]] 1 number"),
        ("[[phones]]\nnumber = '110'", "phones"),
        ("[phone]\nnumber = '110'", "phone"),
        ("[[phone]]\nnumber='110'\nuse=['report']\nzh='报警'", "[[phone]] 1 en"),
        ("[[phone]]\nnumber='110'\nuse=['joke']\nzh='报'\nen='x'", "[[phone]] 1 use.0"),
    ],
)
def test_a_bad_entry_is_told_by_its_place(tmp_path: Path, content: str, where: str) -> None:
    file = tmp_path / "phones.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        Settings(phones=file).phonebook()
    assert caught.value.code == "bad_file"
    assert caught.value.values["where"] == where


@pytest.mark.parametrize("content", [b"not toml", b"\xff\xfe"])
def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "phones.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        Settings(phones=file).phonebook()
    assert caught.value.code == "bad_file"
    with pytest.raises(SettingsError) as caught:
        Settings(phones=tmp_path / "missing.toml").phonebook()
    assert caught.value.code == "no_file"


def test_the_files_that_come_along_lie_beside_the_program() -> None:
    assert {file.name for file in DEFAULTS.glob("*.toml")} == {
        *("phones.toml", "parameters.toml", "retention.toml")
    }
