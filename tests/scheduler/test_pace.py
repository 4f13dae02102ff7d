"""How many rows one transaction of a tick takes."""

from __future__ import annotations

import pytest

from scheduler.pace import Pace


@pytest.mark.parametrize("shared", [False, True])
def test_it_takes_more_while_that_is_quick_and_fewer_when_it_is_slow(shared: bool) -> None:
    pace = Pace(shared, 1_000)
    pace.went(0.0001)
    assert pace.size == 2_000
    for _ in range(40):
        pace.went(9)
    assert 1 <= pace.size <= 1_000
    for _ in range(40):
        pace.went(0)
    assert pace.size == 20_000


def test_a_chat_waits_for_sqlite_and_not_for_postgresql() -> None:
    inside, beside = Pace(shared=False), Pace(shared=True)
    for pace in (inside, beside):
        pace.went(0.1)
    assert inside.size < beside.size
