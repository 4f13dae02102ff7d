"""Telegram: the library, the token, how updates come in, and what its clock says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from bot.checkup.finding import Finding, failure, fine, warning
from bot.settings import Settings
from bot.telegram import check_webhook, hook_of, open_api_of
from core.clock import SystemClock
from storage.vault import VaultError

if TYPE_CHECKING:
    from bot.channels.telegram import Api

TELEGRAM: Final = "https://api.telegram.org"
RECENT: Final = timedelta(hours=1)  # an error before that is history
SKEW: Final = 30.0  # seconds that clocks may differ
_CALL: Final = 20.0  # seconds

Json = dict[str, Any]


async def telegram(settings: Settings) -> AsyncIterator[Finding]:
    """Everything about it. Raises SettingsError, Unusable (for a runtime that is missing and a
    malformed token), VaultError."""
    if settings.telegram_token is None:
        yield fine("telegram_off")
        return
    if settings.telegram_webhook:
        check_webhook(settings)
    api = open_api_of(settings)
    try:
        async for finding in _asked(api, settings):
            yield finding
    finally:
        await api.close()
    yield await _clock(settings.telegram_api or TELEGRAM)


async def _asked(api: Api, settings: Settings) -> AsyncIterator[Finding]:
    from bot.channels.telegram import ApiError, Call
    from bot.channels.telegram.api import token_refused

    try:
        me: Json = await api.call(Call("getMe", {}), _CALL)
        info: Json = await api.call(Call("getWebhookInfo", {}), _CALL)
    except ApiError as error:
        yield failure("token_refused" if token_refused(error) else "telegram_silent")
        return
    name = str(me.get("username", ""))
    yield fine("token", name=name)
    if settings.telegram_bot and settings.telegram_bot.lstrip("@").lower() != name.lower():
        yield warning("bot_name", name=name)
    yield _posted(info, settings) if settings.telegram_webhook else _polled(info)


def _polled(info: Json) -> Finding:
    waiting = info.get("pending_update_count", 0)
    if info.get("url"):
        return warning("webhook_unwanted", n=waiting)
    return fine("polling", n=waiting)


def _posted(info: Json, settings: Settings) -> Finding:
    waiting = info.get("pending_update_count", 0)
    if not info.get("url"):
        return failure("webhook_not_set")
    try:
        ours = info["url"] == hook_of(settings).url
    except VaultError:  # without a key nobody knows what it should be
        ours = True
    if not ours:
        return failure("webhook_elsewhere")
    failed = datetime.fromtimestamp(info.get("last_error_date") or 0, UTC)
    if SystemClock().now() - failed < RECENT:
        when = f"{failed.astimezone(settings.zone):%H:%M}"
        reason = str(info.get("last_error_message", ""))
        judge = failure if waiting else warning
        return judge("webhook_trouble", n=waiting, when=when, reason=reason)
    return fine("webhook", n=waiting)


async def _clock(base: str) -> Finding:
    """By the header ``Date``, which is there whatever is asked, on the way that the bot takes."""
    from bot.channels.telegram.api import ApiError
    from bot.channels.telegram.wire import Wire

    wire = Wire(base)
    try:
        theirs = parsedate_to_datetime((await wire.headers(_CALL))["Date"])
    except (ApiError, LookupError, ValueError):
        return warning("clock_unknown")
    finally:
        await wire.close()
    apart = round(abs((SystemClock().now() - theirs).total_seconds()))
    return fine("clock") if apart < SKEW else failure("clock_off", seconds=apart)
