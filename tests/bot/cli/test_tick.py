"""An operator does the work of a tick by hand, at a moment of their choice."""

from __future__ import annotations

import pytest

from tests.bot.cli.conftest import Command


@pytest.mark.usefixtures("village")
def test_a_tick_by_hand_opens_what_is_owed_and_nothing_the_second_time(zoufang: Command) -> None:
    first = zoufang("tick", "--now", "2031-01-05T09:00")
    assert first.status == 0
    assert "新开任务 0 项" not in first.out
    again = zoufang("--lang", "en", "tick", "--now", "2031-01-05")
    assert (again.status, again.out) == (
        0,
        "Opened 0, looked at 0 people and households one by one, closed 0 as missed.\n"
        "0 reminders came up; queued 0 messages of their own and 0 of the day"
        " (the running program sends them).\n",
    )


@pytest.mark.usefixtures("village")
def test_what_was_not_done_is_closed_when_its_time_is_over(zoufang: Command) -> None:
    zoufang("tick", "--now", "2031-01-05")
    assert "记为未完成 0 项" not in zoufang("tick", "--now", "2031-03-01").out


def test_a_moment_that_is_none_is_refused(zoufang: Command) -> None:
    assert "--now" in zoufang("tick", "--now", "soon").refusal
