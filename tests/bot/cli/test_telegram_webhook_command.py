"""`zoufang telegram webhook` tells Telegram where to post, and says what went wrong in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Command
from tests.emulator import Emulator, faults


@pytest.mark.parametrize("runtime", ["aiogram", "ptb"])
def test_a_webhook_is_set_shown_and_deleted(
    telegram: Emulator, zoufang: Command, monkeypatch: pytest.MonkeyPatch, runtime: str
) -> None:
    monkeypatch.setenv("ZOUFANG_TELEGRAM_RUNTIME", runtime)
    telegram.world.push("message", {"text": "waits"})
    assert "没有设 webhook" in zoufang("telegram", "webhook", "info").out
    assert "https://visit.example/telegram/…" in zoufang("telegram", "webhook", "set").out
    (asked,) = telegram.called("setWebhook")
    assert asked["url"].startswith("https://visit.example/telegram/")
    assert len(asked["secret_token"]) == 32
    told = zoufang("telegram", "webhook", "info").out
    assert "https://visit.example/telegram/…" in told
    assert "1 条" in told
    assert asked["url"] not in told
    assert zoufang("telegram", "webhook", "delete").status == 0
    assert telegram.world.webhook == {}
    assert len(telegram.world.updates) == 1


def test_a_secret_of_ones_own_is_used(
    telegram: Emulator, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_TELEGRAM_WEBHOOK_SECRET", "secret_of-the-operator")
    zoufang("telegram", "webhook", "set")
    assert telegram.world.webhook["secret_token"] == "secret_of-the-operator"


def test_the_last_trouble_is_shown(telegram: Emulator, zoufang: Command) -> None:
    zoufang("telegram", "webhook", "set")
    telegram.world.webhook |= {
        "last_error_date": 1_795_226_400,
        "last_error_message": "Connection refused",
    }
    assert "2026-11-21 10:00：Connection refused" in zoufang("telegram", "webhook", "info").out


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (faults.error(401, "Unauthorized"), "不认这个令牌"),
        (faults.error(400, "Bad Request: bad webhook: Failed to resolve host"), "resolve host"),
        (faults.garbage(), "没有应答"),
        (faults.cut(), "没有应答"),
    ],
)
def test_what_goes_wrong_is_one_line(
    telegram: Emulator, zoufang: Command, fault: faults.Fault, says: str
) -> None:
    telegram.fail_next("setWebhook", fault)
    assert says in zoufang("telegram", "webhook", "set").refusal


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("TELEGRAM_TOKEN=", "ZOUFANG_TELEGRAM_TOKEN"),
        ("TELEGRAM_TOKEN=mistyped", "不认这个令牌"),
        ("PUBLIC_URL=http://visit.example", "https"),
        ("PUBLIC_URL=", "https"),
        ("TELEGRAM_WEBHOOK_SECRET=too short", "ZOUFANG_TELEGRAM_WEBHOOK_SECRET"),
    ],
)
def test_a_webhook_needs_a_token_a_safe_address_and_a_secret(
    telegram: Emulator, zoufang: Command, monkeypatch: pytest.MonkeyPatch, setting: str, says: str
) -> None:
    name, _, value = setting.partition("=")
    monkeypatch.setenv(f"ZOUFANG_{name}", value)
    assert says in zoufang("telegram", "webhook", "set").refusal
    assert not telegram.calls


def test_a_command_that_is_refused_makes_no_key(
    zoufang: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ZOUFANG_KEY")
    assert zoufang("telegram", "webhook", "set").status == 2
    assert not (tmp_path / "keys").exists()
