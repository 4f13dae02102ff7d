"""Telegram, apart from any library: what its updates mean and how replies look there.

A runtime (`bot.channels.aiogram_runtime`, `bot.channels.ptb_runtime`) brings only an `Api`: how a
call travels. All the rest is here once, so that every runtime behaves the same.
"""

from bot.channels.telegram.api import Api, ApiError, Call, TokenRefused, Unusable, Upload
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.opening import open_api
from bot.channels.telegram.webhook import Hook

__all__ = [
    "Api",
    "ApiError",
    "Call",
    "Hook",
    "TelegramChannel",
    "TokenRefused",
    "Unusable",
    "Upload",
    "open_api",
]
