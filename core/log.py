"""What the program reports about itself, a line at a time.

structlog writes the lines. It comes with rich and with tracebacks in colour, some 60 ms and 9 MiB,
and a program that runs well has nothing to report: so it is loaded with the first line.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final


class Log:
    """Takes lines: an event in fixed words, with values that tell nothing about a person."""

    def __init__(self) -> None:
        self._level = logging.NOTSET
        self._first: Callable[[], None] | None = None

    def prepare(self, level: int, first: Callable[[], None] | None) -> None:
        """Write what is of `level` or above; `first` is called before the first line is, and tells
        structlog how."""
        self._level = level
        self._first = first

    def write(self, level: int, event: str, **values: object) -> None:
        """Write a line of one of logging's levels. `exc_info` is the error that it tells of."""
        if level < self._level:
            return
        import structlog

        if self._first is not None:
            first, self._first = self._first, None
            first()
        structlog.get_logger().log(level, event, **values)

    def debug(self, event: str, **values: object) -> None:
        """What matters only to somebody who looks for an error."""
        self.write(logging.DEBUG, event, **values)

    def warning(self, event: str, **values: object) -> None:
        """What may become a trouble."""
        self.write(logging.WARNING, event, **values)

    def error(self, event: str, **values: object) -> None:
        """What went wrong."""
        self.write(logging.ERROR, event, **values)

    def exception(self, event: str, **values: object) -> None:
        """What went wrong, with the error that is being handled."""
        self.write(logging.ERROR, event, exc_info=True, **values)


log: Final = Log()
"""The log of this process."""
