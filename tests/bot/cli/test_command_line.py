"""Every operator's error is exit status 2 and one line that says what to do."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from bot.channels.telegram import TokenRefused
from bot.cli.errors import OperatorError, one_line
from bot.cli.words import choose, language
from storage.migrate import head
from tests.bot.cli.conftest import Command
from tests.patience import PATIENCE


def shell(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *arguments],
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["--help"], {}, ["演示乡镇", "工作人员", "登记册"]),
        (["--lang", "en", "--help"], {}, ["demo township", "Staff:", "register"]),
        (["staff", "--help"], {"ZOUFANG_LANGUAGE": "en"}, ["List all accounts"]),
    ],
)
def test_help_is_in_the_language_asked_for(
    arguments: list[str], environment: dict[str, str], words: list[str]
) -> None:
    done = shell(*arguments, **environment)
    assert done.returncode == 0
    for word in words:
        assert word in done.stdout


def test_the_command_line_loads_nothing_heavy_before_it_is_needed() -> None:
    heavy = {"sqlalchemy", "pydantic", "aiohttp", "aiogram", "telegram", "lxml", "openpyxl", "rich"}
    code = f"import bot.cli.app, sys; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_told(zoufang: Command) -> None:
    assert zoufang("version").out.startswith("zoufang ")


def test_without_a_command_there_is_help(zoufang: Command) -> None:
    assert "staff" in zoufang().out + zoufang().err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nonsense"], "--help"),
        (["staff", "nonsense"], "zoufang staff --help"),
        (["staff", "invite", "--nonsense"], "--nonsense"),
        (["submissions", "show"], "还缺"),
        (["submissions", "list", "--limit", "many"], "--limit"),
        (["submissions", "list", "--since", "yesterday"], "--since"),
        (["--lang", "fr", "version"], "--lang"),
        (["version", "too", "much"], "--help"),
    ],
)
def test_a_line_that_can_not_be_read_is_told_in_one_line(
    zoufang: Command, arguments: list[str], word: str
) -> None:
    assert word in zoufang(*arguments).refusal


def test_an_unknown_setting(zoufang: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOUFANG_DATABSE_URL", "x")
    refusal = zoufang("staff", "list").refusal
    assert "ZOUFANG_DATABSE_URL" in refusal
    assert "ZOUFANG_DATABASE_URL" in refusal


def test_a_bad_value(zoufang: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOUFANG_PORT", "many")
    assert "ZOUFANG_PORT" in zoufang("run").refusal


def test_a_database_that_can_not_be_used(zoufang: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOUFANG_DATABASE_URL", "mysql://user:geheim@localhost/x")
    refusal = zoufang("db", "upgrade").refusal
    assert "sqlite:///" in refusal
    assert "geheim" not in refusal
    monkeypatch.setenv("ZOUFANG_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x")
    assert "ZOUFANG_DATABASE_URL" in zoufang("db", "upgrade").refusal


def test_a_database_newer_than_the_program(zoufang: Command, sqlite_url: str) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "新版程序" in zoufang("db", "upgrade").refusal


def test_a_key_file_that_others_can_read(
    zoufang: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "zoufang.key"
    file.write_text("x", encoding="ascii")
    file.chmod(0o644)
    monkeypatch.delenv("ZOUFANG_KEY")
    monkeypatch.setenv("ZOUFANG_KEY_FILE", str(file))
    assert f"chmod 600 {file}" in zoufang("staff", "list").refusal


def test_a_wrong_key_is_noticed_before_anything_is_written(
    village: None, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_KEY", "A" * 43 + "=")
    assert "ZOUFANG_KEY_FILE" in zoufang("staff", "list").refusal


def test_a_malformed_key(zoufang: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOUFANG_KEY", "geheim")
    refusal = zoufang("staff", "list").refusal
    assert "base64" in refusal
    assert "geheim" not in refusal


def test_a_port_in_use(zoufang: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("ZOUFANG_PORT", str(taken.getsockname()[1]))
        assert "ZOUFANG_PORT" in zoufang("run").refusal


def test_a_token_that_telegram_refuses_is_found_among_what_else_failed() -> None:
    line = one_line(ExceptionGroup("tasks", [ExceptionGroup("one", [TokenRefused("401")])]))
    assert line and "ZOUFANG_TELEGRAM_TOKEN" in line


def test_a_line_never_breaks() -> None:
    line = one_line(OperatorError("file", file="a\nb", reason="c\n\nd"))
    assert line and "\n" not in line


@pytest.mark.parametrize("kind", [DataError, IntegrityError, ProgrammingError, DBAPIError])
def test_what_the_database_does_not_take_is_one_line_without_the_values(
    kind: type[DBAPIError],
) -> None:
    line = one_line(kind("INSERT INTO person", {"name": "王"}, Exception("value too\nlong")))
    assert line and "value too long" in line
    assert "INSERT" not in line
    assert "王" not in line


@pytest.mark.parametrize("error", [ValueError("ours"), KeyError("ours"), OSError("ours")])
def test_our_own_mistakes_are_not_dressed_up(error: Exception) -> None:
    assert one_line(error) is None


def test_the_database_is_brought_up_to_date(zoufang: Command) -> None:
    assert head() in zoufang("db", "upgrade").out


def test_the_demo_loads_once(zoufang: Command) -> None:
    first = zoufang("demo", "load")
    assert first.status == 0
    assert first.out.count("/sign-in/") == 5
    assert "网格员" in first.out
    assert "空的登记册" in zoufang("demo", "load").refusal


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--lang", "en", "version"], "en"),
        (["--lang=en", "version"], "en"),
        (["--lang", "fr", "version"], "zh"),
        (["--lang"], "zh"),
        (["forms", "check", "--lang", "en"], "zh"),
        ([], "zh"),
    ],
)
def test_the_language_stands_before_the_command(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: str
) -> None:
    monkeypatch.setenv("ZOUFANG_LANGUAGE", "zh")
    choose(arguments)
    assert language() == expected
