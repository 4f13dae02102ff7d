"""Which library carries the calls."""

from __future__ import annotations

from typing import Literal

from bot.channels.telegram.api import Api, Unusable
from bot.channels.telegram.measured import MeasuredApi

Runtime = Literal["aiogram", "ptb"]


def open_api(runtime: Runtime, token: str, base: str | None = None) -> Api:
    """An `Api` of the chosen runtime, measured; its library is imported only here.

    `base` is another Bot API server; None is Telegram's own. Raises TokenRefused for a token that
    is malformed, and Unusable ``runtime_missing`` for a library that is not installed.
    """
    try:
        if runtime == "ptb":
            from bot.channels.ptb_runtime import PtbApi

            return MeasuredApi(PtbApi(token, base))
        from bot.channels.aiogram_runtime import AiogramApi

        return MeasuredApi(AiogramApi(token, base))
    except ModuleNotFoundError as error:
        raise Unusable("runtime_missing", runtime=runtime) from error
