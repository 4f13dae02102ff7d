"""Logs as JSON lines that hold no personal data.

An exception is logged by its type and the places it came through: its message may quote an answer.
What libraries log becomes such lines too, by the fixed words of its message alone: what they fill
in may be somebody's address or answer.

An event that an operator can do something about is explained in plain words: it has a text of its
own, ``log.{event}``.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from functools import partial
from typing import TYPE_CHECKING, Final

from core.log import log
from core.texts import DEFAULT, known, say

if TYPE_CHECKING:  # loaded with the first line, by `core.log`
    from structlog import PrintLogger
    from structlog.typing import EventDict, WrappedLogger

# How a sentence of a library begins, before a name, number or quotation stands in it.
_PLAIN_WORDS: Final = re.compile(r"[A-Za-z ,.-]*")


def configure(level: int = logging.WARNING, language: str = DEFAULT) -> None:
    """Log from `level` on to stderr, in place of whatever handled logs before; plain words are in
    `language`."""
    logging.root.handlers = [_Libraries()]
    logging.root.setLevel(level)
    log.prepare(level, partial(_as_json, level, language))


def _as_json(level: int, language: str) -> None:
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_to_stderr,
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.add_log_level,
            _places_only,
            partial(_plain_words, language),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _to_stderr(*_arguments: object) -> PrintLogger:
    """A logger for one line: stderr as it is now, whoever has put another in its place."""
    from structlog import PrintLogger

    return PrintLogger(sys.stderr)


class _Libraries(logging.Handler):
    """Hands what libraries log by `logging` to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        level = min(record.levelno // 10 * 10, logging.CRITICAL)  # a library may have its own
        log.write(
            level,
            _fixed_words(record),
            logger=record.name,
            exc_info=record.exc_info[1] if record.exc_info else None,
        )


def _fixed_words(record: logging.LogRecord) -> str:
    """The message without what was filled in. One that was filled in before it came here is cut
    where it stops to be plain words."""
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    line = record.msg.partition("\n")[0]
    if record.args:
        return line
    plain = _PLAIN_WORDS.match(line)
    return plain[0].strip() if plain else ""


def _plain_words(
    language: str, _logger: WrappedLogger, _method: str, event: EventDict
) -> EventDict:
    key = f"log.{event['event']}"
    if known(key):
        event["says"] = say(language, key)
    return event


def _places_only(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["places"] = [f"{frame.name}:{frame.lineno}" for frame in frames[-8:]]
    return event
