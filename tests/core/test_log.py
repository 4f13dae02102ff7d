"""The log loads what writes it with the first line that is to be written."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest
from structlog.testing import capture_logs

from core.log import Log


def test_a_line_has_its_level_its_event_and_its_values() -> None:
    with capture_logs() as lines:
        Log().warning("outbox is slow", seconds=3)
    assert lines == [{"event": "outbox is slow", "log_level": "warning", "seconds": 3}]


def test_an_exception_is_an_error_with_what_is_being_handled() -> None:
    with capture_logs() as lines:
        Log().exception("step failed")
    assert lines == [{"event": "step failed", "log_level": "error", "exc_info": True}]


def test_the_preparation_comes_once_and_before_the_first_line() -> None:
    order: list[str] = []
    log = Log()
    log.prepare(logging.NOTSET, lambda: order.append("prepared"))
    with capture_logs() as lines:
        assert order == []
        log.error("one")
        log.error("two")
    assert order == ["prepared"]
    assert [line["event"] for line in lines] == ["one", "two"]


@pytest.mark.parametrize(("level", "loaded"), [("debug", False), ("error", True)])
def test_structlog_is_loaded_by_a_line_that_is_written(level: str, loaded: bool) -> None:
    program = f"""
import logging, sys
from core.log import log
log.prepare(logging.WARNING, None)
log.{level}("it happened")
sys.exit("structlog" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == loaded
