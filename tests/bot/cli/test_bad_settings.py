"""A setting that can't work ends each command with one line that says what to do, and status 2."""

from __future__ import annotations

import sys

import pytest

from tests.bot.cli.conftest import Command
from tests.emulator import Emulator, faults

SECRET = "geheim"


@pytest.fixture(autouse=True)
def small(zoufang: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that would start quickly, on a port that is free."""
    monkeypatch.setenv("ZOUFANG_DEMO", "false")
    monkeypatch.setenv("ZOUFANG_PORT", "0")
    monkeypatch.setenv("ZOUFANG_TELEGRAM_RUNTIME", "ptb")


@pytest.mark.parametrize("command", ["run", "db upgrade", "staff list"])
@pytest.mark.parametrize(
    "url",
    [
        f"postgres//nobody:{SECRET}@localhost/zoufang",
        f"postgressql://nobody:{SECRET}@localhost/zoufang",
        f"postgresql://nobody:{SECRET}@localhost:port/zoufang",
        f"postgresql://nobody:{SECRET}@127.0.0.1:1/zoufang",
        f"postgresql://nobody:{SECRET}@127.0.0.1:1/zoufang?sslmod=require",
        "sqlite://zoufang.sqlite3",
    ],
)
def test_a_database_url_with_a_typo(
    zoufang: Command, monkeypatch: pytest.MonkeyPatch, command: str, url: str
) -> None:
    monkeypatch.setenv("ZOUFANG_DATABASE_URL", url)
    told = zoufang(*command.split())
    assert "ZOUFANG_DATABASE_URL" in told.refusal
    assert SECRET not in told.out + told.err


@pytest.mark.parametrize("command", ["run", "telegram webhook info", "telegram webhook delete"])
@pytest.mark.parametrize("token", ["mistyped", "424242:a-token-that-nobody-gave-out-00000000"])
def test_a_token_that_is_wrong(
    telegram: Emulator,
    zoufang: Command,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    token: str,
) -> None:
    monkeypatch.setenv("ZOUFANG_TELEGRAM_TOKEN", token)
    told = zoufang(*command.split())
    assert "ZOUFANG_TELEGRAM_TOKEN" in told.refusal
    assert token not in told.out + told.err


def test_a_token_that_is_revoked_while_the_program_runs(
    telegram: Emulator, zoufang: Command
) -> None:
    telegram.fail_next("getUpdates", faults.error(401, "Unauthorized"))
    assert "ZOUFANG_TELEGRAM_TOKEN" in zoufang("run").refusal


def test_a_token_that_is_revoked_while_telegram_posts(
    telegram: Emulator, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_TELEGRAM_WEBHOOK", "true")
    monkeypatch.setattr("bot.channels.telegram.watch.EVERY", 0.01)
    telegram.fail_next("getWebhookInfo", faults.error(401, "Unauthorized"))
    assert "ZOUFANG_TELEGRAM_TOKEN" in zoufang("run").refusal


def test_a_webhook_that_telegram_can_not_reach(
    telegram: Emulator, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_TELEGRAM_WEBHOOK", "true")
    refusal = faults.error(400, "Bad Request: bad webhook: Failed to resolve host")
    telegram.fail_next("setWebhook", refusal, refusal)
    for command in ("run", "telegram webhook set"):
        told = zoufang(*command.split()).refusal
        assert "Failed to resolve host" in told
        assert "ZOUFANG_PUBLIC_URL" in told


@pytest.mark.parametrize("command", ["run", "telegram webhook set", "telegram webhook info"])
@pytest.mark.parametrize(("runtime", "library"), [("ptb", "telegram"), ("aiogram", "aiogram")])
def test_a_runtime_that_is_not_installed(
    telegram: Emulator,
    zoufang: Command,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    *,
    runtime: str,
    library: str,
) -> None:
    monkeypatch.setenv("ZOUFANG_TELEGRAM_RUNTIME", runtime)
    monkeypatch.delitem(sys.modules, f"bot.channels.{runtime}_runtime", raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    assert f"ZOUFANG_TELEGRAM_RUNTIME={runtime}" in zoufang(*command.split()).refusal


def test_a_runtime_that_is_not_installed_fails_with_the_doctor(
    telegram: Emulator, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "bot.channels.ptb_runtime", raising=False)
    monkeypatch.setitem(sys.modules, "telegram", None)
    told = zoufang("doctor")
    assert (told.status, "ZOUFANG_TELEGRAM_RUNTIME=ptb" in told.out) == (1, True)


@pytest.mark.parametrize("command", ["run", "doctor", "telegram webhook info"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZOUFANG_TELEGRAM_TOKN", SECRET),
        ("ZOUFANG_METRICS_TOKEN", SECRET),
        ("ZOUFANG_TELEGRAM_API", f"no address {SECRET}"),
    ],
)
def test_a_setting_that_can_not_be_read(
    zoufang: Command, monkeypatch: pytest.MonkeyPatch, command: str, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    told = zoufang(*command.split())
    assert name in told.refusal
    assert SECRET not in told.err
