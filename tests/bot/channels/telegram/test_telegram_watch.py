"""With a webhook only Telegram knows whether it gets through, so it is asked."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs

from bot.channels.telegram import Api, Hook, TokenRefused
from bot.channels.telegram.watch import WebhookWatch
from bot.channels.telegram.webhook import setting
from core import measures
from tests.emulator import Emulator, faults
from tests.patience import PATIENCE

HOOK = Hook("http://localhost:1/hook", "/hook", "a-secret-of-the-tests")
UP = ("telegram",)


@pytest.fixture
async def watch(telegram: Emulator, api: Api) -> WebhookWatch:
    await api.call(setting(HOOK), within=PATIENCE)
    return WebhookWatch(api, HOOK)


async def test_a_webhook_that_works_is_up(watch: WebhookWatch) -> None:
    with capture_logs() as logs:
        await watch.look()
    assert not logs
    assert measures.CHANNEL_UP.values[UP] == 1


def told(waiting: int, failed_at: int) -> faults.Fault:
    """What Telegram says of a webhook that it could not get through to."""
    info = {
        "url": HOOK.url,
        "pending_update_count": waiting,
        "last_error_date": failed_at,
        "last_error_message": "Connection refused",
    }
    return faults.garbage(200, json.dumps({"ok": True, "result": info}))


async def test_trouble_is_told_once_until_there_is_other_trouble(
    telegram: Emulator, watch: WebhookWatch
) -> None:
    lines: list[str] = []
    for failed_at in (1000, 1000, 1060):
        telegram.fail_next("getWebhookInfo", told(3, failed_at))
        with capture_logs() as logs:
            await watch.look()
        lines += [f"{entry['event']} {entry['waiting']} {entry['reason']}" for entry in logs]
        assert measures.CHANNEL_UP.values[UP] == 0
    assert lines == ["telegram.webhook_trouble 3 Connection refused"] * 2
    assert measures.WEBHOOK_WAITING.values[()] == 3


async def test_old_trouble_is_over_when_nothing_waits(
    telegram: Emulator, watch: WebhookWatch
) -> None:
    telegram.fail_next("getWebhookInfo", told(0, 1000))
    with capture_logs() as logs:
        await watch.look()
    assert not logs
    assert measures.CHANNEL_UP.values[UP] == 1


async def test_a_webhook_that_somebody_took_away_is_told(
    telegram: Emulator, watch: WebhookWatch
) -> None:
    telegram.world.webhook = {}
    with capture_logs() as logs:
        await watch.look()
    assert [entry["event"] for entry in logs] == ["telegram.webhook_gone"]


@pytest.mark.parametrize("code", [401, 404])
async def test_a_token_that_was_revoked_ends_the_watch(
    telegram: Emulator, watch: WebhookWatch, code: int
) -> None:
    telegram.fail_next("getWebhookInfo", faults.error(code, "Unauthorized"))
    with pytest.raises(TokenRefused):
        await watch.look()
    assert measures.CHANNEL_UP.values[UP] == 0


async def test_a_telegram_that_does_not_answer_is_down(
    telegram: Emulator, watch: WebhookWatch
) -> None:
    telegram.fail_next("getWebhookInfo", faults.cut())
    await watch.look()
    assert measures.CHANNEL_UP.values[UP] == 0
