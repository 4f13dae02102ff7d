"""`zoufang run`, started quickly: it waits for nothing that only other commands need."""

from __future__ import annotations

import gc
from types import ModuleType

from bot.cli.errors import INTERRUPTED, refuse


def run() -> int:
    """Serve until told to stop; the exit status. An operator's error is one line on stderr."""
    try:
        serve()
    except KeyboardInterrupt:  # before the program listens to signals
        return INTERRUPTED
    except Exception as error:
        return refuse(error)
    return 0


def serve() -> None:
    """Serve as the environment says, until told to stop. Raises what `refuse` explains."""
    serving = program()
    from bot.settings import from_environment

    serving.run(from_environment())


def program() -> ModuleType:
    """`bot.app`, loaded without the collector's walks: what a start makes lives on to the end."""
    gc.disable()
    try:
        from bot import app
    finally:
        gc.freeze()
        gc.enable()
    return app
