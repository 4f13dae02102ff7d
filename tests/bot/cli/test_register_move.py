"""A household moves by a command: with its people, and with what it is owed."""

from __future__ import annotations

import sqlite3

from tests import world
from tests.bot.cli.conftest import Command

HOME = "HA00001"


def test_a_household_moves_with_its_people_and_duties(
    village: None, zoufang: Command, sqlite_url: str
) -> None:
    zoufang("tick")
    done = zoufang("register", "move", HOME, world.OTHER_GRID)
    assert done.status == 0
    assert f"{HOME}：{world.GRID} → {world.OTHER_GRID}。家里 2 人一起迁" in done.out
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        places = connection.execute("SELECT area_code FROM person WHERE household_id = 1")
        assert places.fetchall() == [(world.OTHER_GRID,)] * 2
        owed = "SELECT count(*), count(*) FILTER (WHERE area_code = ?) FROM obligation"
        mine = " WHERE household_id = 1 AND ended IS NULL"
        found, there = connection.execute(owed + mine, (world.OTHER_GRID,)).fetchone()
        assert found == there > 0
        audited = connection.execute("SELECT count(*) FROM audit WHERE action = 'move'")
        assert audited.fetchone() == (1,)


def test_a_household_that_lives_there_already_stays(village: None, zoufang: Command) -> None:
    assert f"{HOME} 本来就在 {world.GRID}" in zoufang("register", "move", HOME, world.GRID).out


def test_unknown_households_and_areas_are_refused(village: None, zoufang: Command) -> None:
    nobody = zoufang("register", "move", "HXXXXXX", world.GRID)
    assert (nobody.status, "没有户编号 HXXXXXX" in nobody.err) == (2, True)
    nowhere = zoufang("register", "move", HOME, "1")
    assert (nowhere.status, "没有区划 1" in nowhere.err) == (2, True)
