"""What is done in the office × own, sibling, parent and foreign area, over real HTTP: whatever lies
elsewhere is refused, and nothing in any table is another for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import make_url

from storage.policy import POWERS, STAFF_ROLES, Role
from tests import world
from tests.bot.deeds import ABOVE, DEEDS, GOES_TO, OF_NO_PLACE, Thing, path_of, settle
from tests.bot.route_matrix import AREAS, MAY, ROUTES, Site, browser, reveals
from tests.bot.test_area_matrix import inside, outside, site
from tests.clock import TurnedClock

__all__ = ["site"]

APART = {"audit", "web_session"}
"""The log of what was asked, and when somebody was last here."""

DECIDE = {Role.TOWNSHIP_SUPERVISOR: world.TOWNSHIP, Role.COUNTY_ADMINISTRATOR: world.COUNTY}
"""Who does something in the office at all, with an area that has a parent and a sibling."""

LOOKS = {
    "POST /office/overdue/reassign",
    "POST /office/register/imports/{number}/confirm",
    "POST /office/register/imports/{number}/undo",
}
"""What only asks first, or begins what was looked at before."""

ELSEWHERE = {
    "POST /office/duties/{duty}/exempt": "C",
    "POST /office/overdue/remind": "B",
    "POST /office/overdue/give": "B",
    "POST /office/approvals/departures": "C",
    "POST /office/approvals/requests": "B",
    "POST /office/records/{record}/approve": "B",
    "POST /office/records/{record}/return": "C",
    "POST /office/interfaces/collect": "B",
}
"""Where something is done in one's own area, if not in the first place: what is over there can't be
ended again."""


class Tables:
    """All that the database holds, the log aside."""

    def __init__(self, url: str) -> None:
        file = make_url(url).database
        assert file
        self._file = Path(file)

    def picture(self) -> Mapping[str, object]:
        """Every row of every table."""
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as looked:
            names = looked.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {
                name: sorted(map(repr, looked.execute(f'SELECT * FROM "{name}"')))
                for (name,) in names
                if name not in APART
            }


@pytest.fixture
async def things(site: Site, clock: TurnedClock) -> Mapping[str, Thing]:
    return await settle(site, clock)


@pytest.fixture
def tables(sqlite_url: str) -> Tables:
    return Tables(sqlite_url)


async def do(page: aiohttp.ClientSession, route: str, it: Thing, to: Thing) -> tuple[int, str]:
    parts, fields = DEEDS[route](it, to)
    data = {name: str(value) for name, value in fields.items()}
    async with page.post(path_of(route, parts), data=data, allow_redirects=False) as answer:
        return answer.status, await answer.text()


def test_every_deed_of_the_office_stands_in_the_matrix() -> None:
    deeds = {route for route in ROUTES if route.startswith("POST /office")}
    assert deeds == DEEDS.keys() | OF_NO_PLACE.keys()
    assert not DEEDS.keys() & OF_NO_PLACE.keys()


@pytest.mark.parametrize("role", DECIDE)
async def test_whatever_lies_elsewhere_is_refused_and_stays_as_it_is(
    site: Site, things: Mapping[str, Thing], tables: Tables, role: Role
) -> None:
    area = DECIDE[role]
    actor = await world.hire(site.database, role, area)
    mine, wrong = things["A"], []
    above = (ABOVE,) if area.startswith(things[ABOVE].area) and area != things[ABOVE].area else ()
    async with browser(site, actor) as page:
        before = tables.picture()
        for route in DEEDS:
            refusals = {303, 404} if MAY[ROUTES[route]](POWERS[role]) else {403}
            for where in (*outside(area), *above):
                theirs = things[where]
                tried = [(theirs, mine), (theirs, theirs)]
                tried += [(mine, theirs)] if route in GOES_TO else []
                for it, to in tried:
                    status, said = await do(page, route, it, to)
                    after = tables.picture()
                    changed = [name for name in after if after[name] != before.get(name)]
                    if status not in refusals or changed or reveals(said, outside(area)):
                        wrong.append((route, where, it is mine, status, changed))
                    before = after
    assert not wrong


@pytest.mark.parametrize("role", DECIDE)
async def test_the_same_is_done_in_ones_own_area(
    site: Site, things: Mapping[str, Thing], tables: Tables, role: Role
) -> None:
    area = DECIDE[role]
    actor = await world.hire(site.database, role, area)
    assert set("ABC") <= inside(area)
    wrong = []
    async with browser(site, actor) as page:
        for route in DEEDS:
            if not MAY[ROUTES[route]](POWERS[role]):
                continue
            it = things[ELSEWHERE.get(route, "A")]
            to = things["C" if it.letter == "B" else "B"]
            before = tables.picture()
            status, _ = await do(page, route, it, to)
            changed = tables.picture() != before
            if status not in {200, 303} or changed != (route not in LOOKS):
                wrong.append((route, status, changed))
    assert not wrong


async def test_who_decides_nothing_changes_nothing_of_their_own_area_either(
    site: Site, things: Mapping[str, Thing], tables: Tables
) -> None:
    wrong = []
    for role in set(STAFF_ROLES) - DECIDE.keys():
        actor = await world.hire(site.database, role, AREAS[POWERS[role].level])
        async with browser(site, actor) as page:
            before = tables.picture()
            for route in DEEDS:
                if MAY[ROUTES[route]](POWERS[role]):
                    continue
                status, said = await do(page, route, things["A"], things["B"])
                if status != 403 or reveals(said):
                    wrong.append((role, route, status))
            assert tables.picture() == before, role
    assert not wrong
