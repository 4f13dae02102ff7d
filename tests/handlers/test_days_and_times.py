"""Days, months, years, moments and times: pressed, typed, found in the calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.handlers.conftest import Publish, Village
from tests.handlers.sampler import begin, labels, reach


@pytest.mark.parametrize(("button", "day"), [("今天", "2026-11-21"), ("昨天", "2026-11-20")])
async def test_today_and_yesterday_are_one_press(
    village: Village, ask: Publish, button: str, day: str
) -> None:
    mei = await begin(village, ask, "dates")
    await mei.press(button)
    assert (await village.values(mei))["day"] == day


async def test_today_is_the_day_in_the_village(village: Village, ask: Publish) -> None:
    village.clock.set(datetime(2026, 11, 21, 16, 30, tzinfo=UTC))  # half past midnight there
    mei = await begin(village, ask, "dates")
    entry = mei.open.reply.entry
    assert entry is not None
    assert entry.maximum == "2026-11-22"
    await mei.press("今天")
    assert (await village.values(mei))["day"] == "2026-11-22"


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2026-03-05", "2026-03-05"), ("3月5日", "2026-03-05"), ("昨天", "2026-11-20")],
)
async def test_a_day_may_be_typed_and_is_echoed(
    village: Village, ask: Publish, typed: str, day: str
) -> None:
    mei = await begin(village, ask, "dates")
    await mei.say(typed)
    assert (await village.values(mei))["day"] == day
    assert day in mei.texts[-2].replace("\\", "")


async def test_a_day_is_found_in_the_calendar(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "dates")
    await mei.press("日历")
    assert "2026年11月" in labels(mei)
    await mei.press("‹")
    assert "2026年10月" in labels(mei)
    await mei.press("2026年10月")
    assert "3月" in labels(mei)
    await mei.press("3月")
    await mei.press("5")
    assert (await village.values(mei))["day"] == "2026-03-05"
    assert len(mei.sheet) == 3  # the calendar was turned in place


async def test_a_month_needs_no_day(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which month?")
    await mei.say("1956年3月")
    assert (await village.values(mei))["month"] == "1956-03-01"
    assert "1956-03" in mei.texts[-2].replace("\\", "")
    await mei.press("上一题")
    await mei.press("日历")
    await mei.press("7月")
    assert (await village.values(mei))["month"] == "1956-07-01"


async def test_a_year_needs_no_month(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which year?")
    await mei.press("日历")
    await mei.press("2023")
    assert (await village.values(mei))["year"] == "2023-01-01"
    await mei.press("上一题")
    await mei.say("1999")
    assert (await village.values(mei))["year"] == "1999-01-01"


async def test_a_moment_is_asked_for_in_two_steps(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which moment?")
    await mei.press("昨天")
    assert "2026-11-20" in mei.open.text
    entry = mei.open.reply.entry
    assert entry is not None
    assert entry.kind == "time"
    await mei.say("下午2点半")
    assert (await village.values(mei))["moment"].startswith("2026-11-20T14:30:00")


async def test_the_day_of_a_moment_survives_a_restart(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which moment?")
    await mei.say("2026-11-01")
    mei.steps = village.restart().steps
    await mei.say("8:05")
    assert (await village.values(mei))["moment"].startswith("2026-11-01T08:05:00")


async def test_a_moment_may_be_typed_at_once_or_be_now(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which moment?")
    await mei.say("2026-03-05 14:30")
    assert (await village.values(mei))["moment"].startswith("2026-03-05T14:30:00")
    await mei.press("上一题")
    await mei.press("现在")
    assert (await village.values(mei))["moment"].startswith("2026-11-21T10:00:00")


async def test_a_time_is_typed_or_now(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which hour?")
    await mei.say("晚上八点")
    assert (await village.values(mei))["hour"].startswith("20:00")
    await mei.press("上一题")
    await mei.press("现在")
    assert (await village.values(mei))["hour"].startswith("10:00")
