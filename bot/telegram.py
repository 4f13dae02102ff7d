"""Telegram as the settings want it: which library, and whether it polls or is posted to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot.settings import Settings
from bot.settings_error import SettingsError
from core.ports import Clock, Lease
from storage.vault import vault

if TYPE_CHECKING:
    from bot.channels.telegram import Api, Hook, TelegramChannel
    from bot.channels.telegram.channel import Media, Unread

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def open_channel(
    settings: Settings, clock: Clock, media: Media, unread: Unread, lease: Lease | None = None
) -> TelegramChannel:
    """The channel of the token that is set; with a `lease` it polls only while it has that.

    Raises SettingsError, Unusable.
    """
    from bot.channels.telegram import TelegramChannel

    hook = hook_of(settings) if settings.telegram_webhook else None
    api = open_api_of(settings)
    return TelegramChannel(api, clock=clock, media=media, unread=unread, hook=hook, lease=lease)


def open_api_of(settings: Settings) -> Api:
    """The Bot API by the chosen library. Raises SettingsError ``no_token``, Unusable."""
    from bot.channels.telegram import open_api

    return open_api(settings.telegram_runtime, _token(settings), settings.telegram_api)


def check_webhook(settings: Settings) -> None:
    """Raises SettingsError if there can be no webhook: it needs a token, and Telegram posts to
    https only (a server on this machine, as tests have, aside)."""
    _token(settings)
    url = urlsplit(settings.public_url or "")
    if url.scheme != "https" and url.hostname not in _LOOPBACK:
        raise SettingsError("webhook_url")


def hook_of(settings: Settings) -> Hook:
    """Where Telegram is to post. Its secret comes from the vault in use, unless one is set.

    Raises SettingsError.
    """
    from bot.channels.telegram import Hook

    check_webhook(settings)
    given = settings.telegram_webhook_secret
    secret = given.get_secret_value() if given else vault().index("secret", "telegram.webhook")
    return Hook.of(settings.base_url, _token(settings), secret)


def _token(settings: Settings) -> str:
    if settings.telegram_token is None:
        raise SettingsError("no_token")
    return settings.telegram_token.get_secret_value()
