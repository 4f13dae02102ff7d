"""Where there is much: numbers are kept for a minute, and areas are chosen level by level."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.office import narrowing
from bot.office.recent import A_WHILE, KEPT, MANY, Recent
from storage.areas import Area
from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import House
from tests.handlers.conftest import COUNTY
from tests.handlers.test_supervising import visit

NOW = datetime(2026, 12, 3, 2, tzinfo=UTC)


class Counter:
    """Counts `n` duties, and how often."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.times = 0

    async def __call__(self) -> int:
        self.times += 1
        return self.n


async def looked(counter: Counter, after: timedelta, *, changing: bool = True) -> int:
    """How often is counted by who looks twice."""
    kept: Recent[int] = Recent()
    for moment in (NOW, NOW + after):
        found = await kept.get("here", moment, counter, (lambda n: n) if changing else None)
        assert found == counter.n
    return counter.times


@pytest.mark.parametrize(
    ("duties", "after", "times"),
    [
        (MANY - 1, timedelta(0), 2),
        (MANY, timedelta(0), 1),
        (MANY, A_WHILE - timedelta(seconds=1), 1),
        (MANY, A_WHILE, 2),
        (MANY, -timedelta(seconds=1), 2),  # the clock was set back
    ],
)
async def test_many_are_counted_once_a_minute(duties: int, after: timedelta, times: int) -> None:
    assert await looked(Counter(duties), after) == times


async def test_days_that_are_over_are_counted_once_an_hour() -> None:
    assert await looked(Counter(1), KEPT - timedelta(seconds=1), changing=False) == 1
    assert await looked(Counter(1), KEPT, changing=False) == 2


async def test_the_overview_of_many_tells_from_when_its_numbers_are(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = await house.browser(house.above)
    few = await above.get("/office")
    assert "每分钟更新" not in few.text
    for place in ("bot.office.recent.MANY", "bot.office.pages.overview.MANY"):
        monkeypatch.setattr(place, 1)
    before = await above.get("/office")
    assert "按 10:00:00 的数字" in before.text
    await visit(house.mei)
    at_once = await above.get("/office")
    house.village.clock.turn(seconds=61)
    later = await above.get("/office")
    shares = [re.findall(r"\d+ / \d+", page.text) for page in (before, at_once, later)]
    assert shares[0] == shares[1] != shares[2]
    assert "按 10:01:01 的数字" in later.text


async def test_where_areas_are_many_each_level_is_offered_in_turn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "MOST", 20)
    township = COUNTY + "777"
    village = township + "201"
    new = [Area(township, "township", "大乡", COUNTY), Area(village, "village", "一村", township)]
    new += [Area(f"{village}{n}", "grid", f"{n}格", village) for n in range(101, 116)]
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(new)
    chief = await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief")
    browser = await house.browser(chief)

    async def offered(area: str) -> set[int]:
        page = await browser.get(f"/office/records?area={area}")
        names = re.search(r'<select name="area">(.*?)</select>', page.text, re.DOTALL)
        assert names
        return {len(code) for code in re.findall(r'value="(\d+)"', names[1])}

    assert await offered("") == {9}
    assert await offered(township) == {9, 12}
    assert await offered(village) == await offered(f"{village}101") == {9, 12, 15}
    monkeypatch.setattr(narrowing, "MOST", 1_000)
    assert await offered("") == {9, 12, 15}


def test_of_many_villages_those_in_the_chosen_township_are_offered() -> None:
    villages = {f"990101{township}{n}" for township in range(100, 110) for n in range(201, 301)}
    townships = {code[:9] for code in villages}
    assert set(narrowing.among(villages, "990101")) == townships
    near = {code for code in villages if code.startswith("990101105")}
    for chosen in ("990101105", "990101105201", "990101105201101"):
        assert set(narrowing.among(villages, chosen)) == townships | near
    assert set(narrowing.among(near, "")) == near
