"""Logs as JSON lines that hold no personal data.

An exception is logged by its type and the places it came through: its message may quote an answer.
"""

from __future__ import annotations

import logging
import sys
import traceback

import structlog
from structlog.typing import EventDict, WrappedLogger


def configure(level: int = logging.WARNING) -> None:
    """Log from `level` on to stderr."""
    logging.basicConfig(level=level)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.add_log_level,
            _places_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _places_only(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["places"] = [f"{frame.name}:{frame.lineno}" for frame in frames[-8:]]
    return event
