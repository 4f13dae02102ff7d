"""Telegram, apart from any library: what its updates mean and how replies look there.

A runtime (`bot.channels.aiogram_runtime`) brings only an `Api`: how a call travels. All the rest
is here once, so that every runtime behaves the same.
"""

from bot.channels.telegram.api import Api, ApiError, Call, TokenRefused, Upload
from bot.channels.telegram.channel import TelegramChannel

__all__ = ["Api", "ApiError", "Call", "TelegramChannel", "TokenRefused", "Upload"]
