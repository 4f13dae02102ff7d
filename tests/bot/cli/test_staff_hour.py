"""An operator sets at which hour somebody gets the message of the day."""

from __future__ import annotations

import re

import pytest

from tests import world
from tests.bot.cli.conftest import Command


@pytest.fixture
def code(village: None, zoufang: Command) -> str:
    invited = zoufang(
        *("staff", "invite", "--role", "grid_worker", "--area", world.GRID, "--name", "周敏")
    )
    found = re.search(rf"{world.GRID} (\w+)", invited.out)
    assert found
    return found[1]


def test_an_hour_is_set_and_taken_back(code: str, zoufang: Command) -> None:
    assert "每天 09:15 发汇总。" in zoufang("staff", "hour", code, "09:15").out
    assert "每天 08:30 发汇总（统一的时间）。" in zoufang("staff", "hour", code).out


@pytest.mark.parametrize("hour", ["07:59", "21:00", "03:00"])
def test_an_hour_by_night_is_refused(code: str, zoufang: Command, hour: str) -> None:
    assert "08:00" in zoufang("staff", "hour", code, hour).refusal
