"""Loading the program quickly."""

from __future__ import annotations

import gc
from types import ModuleType


def program() -> ModuleType:
    """`bot.app`, loaded without the collector's walks: what a start makes lives on to the end."""
    gc.disable()
    try:
        from bot import app
    finally:
        gc.freeze()
        gc.enable()
    return app
