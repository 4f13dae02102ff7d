"""`zoufang rules simulate`: what a rule file would ask of the register, before it is in force."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.clock import SystemClock
from storage.database import Database
from storage.policy import Role
from storage.vault import Vault
from tests import world
from tests.bot.cli.conftest import Command

SPAN = ("--from", "2027-01-01", "--to", "2027-03-31")
QUARTER = """
[[rule]]
id = "T01"
version = 1
titles = { zh = "每月走访", en = "Monthly visit" }
source = "测试"
status = "I"
scope = "local"
on = true
valid_from = 2026-01-01
who = "grid_worker"
anchor = { kind = "calendar" }
every = "1 month"

[rule.population]
any_tags = ["left_behind_child"]

[[rule.satisfied_by]]
form = "child_checkin"
"""


@pytest.fixture(autouse=True)
def staffed(village: None, sqlite_url: str, vault: Vault) -> None:
    """The small register with a worker in one of its four grids, and a supervisor of two."""

    async def hire() -> None:
        database = await Database.open(sqlite_url, SystemClock())
        await world.hire(database, Role.GRID_WORKER, world.GRID)
        await world.hire(database, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
        await database.close()

    asyncio.run(hire())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "county.toml"
    made.write_text(QUARTER, encoding="utf-8")
    return made


def rows(out: str) -> list[list[str]]:
    return [line.split() for line in out.splitlines() if line.strip()]


def change(out: str, who: str) -> str:
    """How many obligations more a worker has, from the row with their role."""
    return next(row[-4] for row in rows(out) if who in row[:2] and len(row) > 5)


def test_it_tells_what_is_owed_now_and_then(zoufang: Command, file: Path) -> None:
    told = zoufang("rules", "simulate", file, *SPAN)
    assert told.status == 0
    assert "登记册 8 人、4 户" in told.out
    assert ["T01", "每月走访", "0", "12", "+12"] in rows(told.out)
    assert ["2027W04", "0", "4", "+4"] in rows(told.out)
    assert change(told.out, "网格员") == "+3"


def test_what_nobody_owes_is_told(zoufang: Command, file: Path) -> None:
    """In the township without staff nobody stands in; in the other one the supervisor does."""
    told = zoufang("rules", "simulate", file, *SPAN)
    assert change(told.out, "没有责任人") == "+3"
    assert change(told.out, "乡镇督导") == "+6"


def test_an_area_alone(zoufang: Command, file: Path) -> None:
    told = zoufang("rules", "simulate", file, *SPAN, "--area", world.GRID)
    assert "登记册 2 人、1 户" in told.out
    assert ["T01", "每月走访", "0", "3", "+3"] in rows(told.out)


def test_a_file_takes_the_place_of_its_former_self(
    zoufang: Command, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / file.name).write_text(QUARTER, encoding="utf-8")
    monkeypatch.setenv("ZOUFANG_RULES", str(folder))
    assert "和现在的规则没有不同" in zoufang("rules", "simulate", file, *SPAN).out
    file.write_text(QUARTER.replace("1 month", "1 quarter"), encoding="utf-8")
    told = zoufang("rules", "simulate", file, *SPAN)
    assert ["T01", "每月走访", "12", "4", "-8"] in rows(told.out)


def test_a_file_with_a_fault_is_refused(zoufang: Command, file: Path) -> None:
    file.write_text(QUARTER.replace("grid_worker", "gridman"), encoding="utf-8")
    assert zoufang("rules", "simulate", file, *SPAN).refusal == (
        "county.toml: T01: who: 没有“gridman”这个角色。"
    )


@pytest.mark.parametrize(
    "days",
    [("--from", "2027-02-01", "--to", "2027-01-01"), ("--from", "soon", "--to", "2027-01-01")],
)
def test_days_that_can_not_be_used(zoufang: Command, file: Path, days: tuple[str, ...]) -> None:
    assert "--" in zoufang("rules", "simulate", file, *days).refusal


def test_a_file_that_is_not_there(zoufang: Command) -> None:
    assert "nowhere.toml" in zoufang("rules", "simulate", "nowhere.toml", *SPAN).refusal
