"""The built-in reports meet their duties once they are handed in; a county adds its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.exports.checking import report_misfits
from bot.reports.periods import around, last
from bot.reports.shelf import read_all
from handlers.forms import publish_builtin
from scheduler.ground import Ground
from scheduler.lines import Line
from scheduler.rulebook import Rulebook
from storage.database import Database
from storage.policy import OPERATOR
from tests import world
from tests.bot.cli.conftest import Command, zoufang
from tests.clock import TurnedClock
from tests.scheduler.duties import settle
from tests.scheduler.making import SHANGHAI

__all__ = ["zoufang"]

OWN = """
id = "food_drug_report"
titles = { zh = "本县月报" }
form = "food_drug_patrol"
every = "month"
[[sections]]
titles = { zh = "村" }
by = "area.village"
[[sections.columns]]
titles = { zh = "次数" }
"""


def ground(rule_id: str) -> Ground:
    book = Rulebook.read()
    lines = tuple(
        Line(tuple(one.model_copy(update={"on": True}) for one in line.versions), line.carved)
        for line in book.lines
        if line.id == rule_id
    )
    return Ground(Rulebook(lines, (), book.roles, book.ladders, {}), SHANGHAI)


@pytest.mark.parametrize(
    ("report", "rule", "day", "role", "area"),
    [
        ("food_drug_report", "G03", date(2026, 12, 3), "cadre", world.VILLAGE),
        ("food_drug_report", "G04", date(2026, 12, 3), "township_supervisor", world.TOWNSHIP),
        ("health_archive_report", "H03", date(2026, 12, 20), "village_doctor", world.TOWNSHIP),
    ],
)
async def test_what_was_handed_in_is_owed_no_more(
    database: Database, clock: TurnedClock, report: str, rule: str, day: date, role: str, area: str
) -> None:
    place = await settle(database, clock, date(2026, 11, 2), ground(rule))
    await place.tick(date(2026, 11, 2))
    await place.tick(day)
    before = [state for *_, state in await place.states()]
    assert not [one for one in before if one.startswith("done")]
    task = {"task": read_all(None)[0][report].task}
    await place.visit("", day, task, form_id="task_done", role=role, account_area=area)
    assert "done_on_time" in [state for *_, state in await place.states()]


def test_a_county_has_reports_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    (folder / "worker.toml").write_text(OWN.replace("area.village", "record.worker"), "utf-8")
    (folder / "broken.toml").write_text("id =", "utf-8")
    found, faults = read_all(tmp_path)
    assert found["food_drug_report"].titles.zh == "本县月报"
    told = [(one.file, one.where, one.code) for one in faults]
    assert told[:2] == [
        ("reports/broken.toml", "", "not_toml"),
        ("reports/worker.toml", "sections.1", "field_unknown"),  # nobody is compared
    ]


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A county's folder with a report of a question that no form asks, and one that is spoilt."""
    folder = tmp_path / "reports"
    folder.mkdir()
    own = OWN.replace('by = "area.village"', 'by = "answer.weather"')
    (folder / "own.toml").write_text(own, encoding="utf-8")
    (folder / "spoilt.toml").write_text(OWN.replace('every = "month"', 'every = "moon"'), "utf-8")
    return tmp_path


def test_the_check_names_the_file_and_the_field_of_a_report(
    zoufang: Command, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_EXPORTS", str(faulty))
    told = zoufang("export", "check")
    assert told.status == 1
    assert "reports/spoilt.toml: every: 这个值不对：moon" in told.err


async def test_reports_ask_what_their_forms_ask(faulty: Path, sqlite_database: Database) -> None:
    await publish_builtin(sqlite_database)
    found = {**read_all(None)[0], "own": read_all(faulty)[0]["food_drug_report"]}
    async with sqlite_database.reading(OPERATOR, "test") as uow:
        wrong = {
            name: [(one.code, one.value) async for one in report_misfits(uow, report)]
            for name, report in found.items()
        }
    assert wrong.pop("own") == [("no_question", "weather")]
    assert not any(wrong.values())


@pytest.mark.parametrize(
    ("every", "first", "end"),
    [
        ("month", date(2026, 2, 1), date(2026, 2, 28)),
        ("quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("half_year", date(2026, 1, 1), date(2026, 6, 30)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_lie_around_a_day(every: str, first: date, end: date) -> None:
    assert around(every, date(2026, 2, 14)) == (first, end)
    assert last(every, end)[1] < first
