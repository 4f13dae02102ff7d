"""The machine's clock."""

from datetime import UTC, datetime, timedelta

from core.clock import SystemClock


def test_the_clock_tells_the_moment_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert timedelta(0) <= now - before < timedelta(minutes=1)
