"""What `zoufang doctor` says about Telegram."""

from __future__ import annotations

import time

import pytest

from bot.settings import from_environment
from bot.telegram import hook_of
from storage.vault import Vault
from tests.bot.cli.conftest import Command
from tests.bot.cli.test_doctor import lines
from tests.emulator import Emulator, faults


@pytest.fixture
def posting(telegram: Emulator, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """A Telegram that is to post, and knows where."""
    monkeypatch.setenv("ZOUFANG_TELEGRAM_WEBHOOK", "true")
    telegram.world.webhook = {"url": hook_of(from_environment()).url}
    return telegram


@pytest.mark.parametrize("runtime", ["aiogram", "ptb"])
def test_a_telegram_in_order(
    telegram: Emulator, zoufang: Command, monkeypatch: pytest.MonkeyPatch, runtime: str
) -> None:
    monkeypatch.setenv("ZOUFANG_TELEGRAM_RUNTIME", runtime)
    told = zoufang("doctor")
    assert told.status == 0
    well = lines(told.out, "正常")
    assert "@zoufang_test_bot" in well
    assert "消息平台和本机的时钟一致" in well
    assert telegram.token not in told.out
    assert not telegram.called("setWebhook") + telegram.called("deleteWebhook")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (faults.error(401, "Unauthorized"), "ZOUFANG_TELEGRAM_TOKEN"),
        (faults.cut(), "ZOUFANG_TELEGRAM_API"),
        (faults.garbage(), "ZOUFANG_TELEGRAM_API"),
    ],
)
def test_a_token_that_is_refused_and_a_telegram_that_is_silent_fail(
    telegram: Emulator, zoufang: Command, fault: faults.Fault, says: str
) -> None:
    telegram.fail_next("getMe", fault)
    told = zoufang("doctor")
    assert (told.status, says in lines(told.out, "故障")) == (1, True)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("TELEGRAM_TOKEN=mistyped", "ZOUFANG_TELEGRAM_TOKEN"),
        ("TELEGRAM_API=http://127.0.0.1:1", "ZOUFANG_TELEGRAM_API"),
    ],
)
def test_a_setting_that_does_not_do_fails(
    telegram: Emulator,
    zoufang: Command,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    says: str,
) -> None:
    name, _, value = setting.partition("=")
    monkeypatch.setenv(f"ZOUFANG_{name}", value)
    told = zoufang("doctor")
    assert (told.status, says in lines(told.out, "故障")) == (1, True)


def test_a_name_that_is_another_bots_is_a_warning(
    telegram: Emulator, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_TELEGRAM_BOT", "@Zoufang_Test_Bot")
    assert "邀请链接" not in zoufang("doctor").out
    monkeypatch.setenv("ZOUFANG_TELEGRAM_BOT", "another_bot")
    assert "邀请链接" in lines(zoufang("doctor").out, "注意")


def test_a_webhook_that_is_not_wanted_is_a_warning_and_stays(
    telegram: Emulator, zoufang: Command
) -> None:
    telegram.world.webhook = {"url": "https://visit.example/elsewhere"}
    told = zoufang("doctor")
    assert (told.status, "ZOUFANG_TELEGRAM_WEBHOOK" in lines(told.out, "注意")) == (0, True)
    assert telegram.world.webhook


def test_a_webhook_that_is_ours_is_well(posting: Emulator, zoufang: Command) -> None:
    told = zoufang("doctor")
    assert (told.status, "由 Telegram 往本程序投递" in lines(told.out, "正常")) == (0, True)
    assert posting.world.webhook["url"].rpartition("/")[2] not in told.out


@pytest.mark.parametrize("url", ["", "https://visit.example/telegram/another"])
def test_a_webhook_that_is_missing_or_another_fails(
    posting: Emulator, zoufang: Command, url: str
) -> None:
    posting.world.webhook = {"url": url}
    told = zoufang("doctor")
    assert (told.status, "zoufang telegram webhook set" in lines(told.out, "故障")) == (1, True)


@pytest.mark.parametrize(
    ("ago", "waiting", "level"),
    [(60, 3, "故障"), (60, 0, "注意"), (7200, 0, "正常")],
)
def test_what_telegram_says_of_the_webhook_is_told(
    posting: Emulator, zoufang: Command, ago: int, waiting: int, level: str
) -> None:
    posting.world.webhook |= {
        "last_error_date": int(time.time()) - ago,
        "last_error_message": "Connection refused",
    }
    posting.world.updates += [{"update_id": 1 + n} for n in range(waiting)]
    told = zoufang("doctor")
    assert f"那边等待中：{waiting}" in lines(told.out, level)
    assert ("Connection refused" in told.out) is (level != "正常")


def test_a_webhook_without_https_fails(
    posting: Emulator, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_PUBLIC_URL", "http://visit.example")
    told = zoufang("doctor")
    assert (told.status, "https" in lines(told.out, "故障")) == (1, True)
