"""The count of a simulation: every obligation once, whatever the stretch is cut into."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules_simulation import Simulation, Stretch, Tally
from bot.rules_staff import Member, Staff
from scheduler.calendars import WorkingDays
from scheduler.owed import owed_by_all
from scheduler.rulebook import Rulebook
from scheduler.subjects import Spell, Stay, Subject
from scheduler.windows import window
from tests.scheduler.making import SHANGHAI, VILLAGE, person

GRID: Final = VILLAGE + "001"
CHINA: Final = WorkingDays.china()
SINCE: Final = date(2025, 1, 15)
STAFF: Final = (
    Member("A", "grid_worker", GRID),
    Member("B", "grid_worker", GRID),
    Member("S", "township_supervisor", VILLAGE[:9]),
)
SUBJECTS: Final = (
    person(Spell("lives_alone", SINCE), Spell("hypertension", SINCE, date(2026, 5, 20))),
    person(Spell("tuberculosis", SINCE), birth_date=date(1966, 8, 2)),
    person(Spell("orphan", date(2026, 2, 3)), birth_date=date(2008, 9, 9)),
    Subject("area", (Stay(VILLAGE, SINCE),)),
    Subject("area", (Stay(VILLAGE[:6], SINCE),)),
    Subject("worker", (Stay(VILLAGE, SINCE),), role="cadre"),
    Subject("household", (Stay(GRID, SINCE),), members=(person(),)),
)


@cache
def book() -> Rulebook:
    """The built-in rules, all of them switched on."""
    known = Rulebook.read()
    lines = tuple(
        type(line)(tuple(one.model_copy(update={"on": True}) for one in line.versions), line.carved)
        for line in known.lines
    )
    return Rulebook(lines, known.effects, known.roles, known.ladders, known.escalations)


def counted(first: date, last: date) -> Tally:
    stretch = Stretch(first, last, CHINA, SHANGHAI)
    made = Simulation(book(), book().lines, Staff(STAFF, book().roles), stretch)
    for number, subject in enumerate(SUBJECTS):
        made.take(subject, number, "W" if subject.kind == "worker" else "")
    return made.tally


def plain(first: date, last: date) -> int:
    """The same without any short cut, over years."""
    wide = timedelta(days=800)
    found = 0
    for subject in SUBJECTS:
        for one in owed_by_all(book().lines, subject, first - wide, last + wide):
            made = window(one.period, CHINA, SHANGHAI, one.since)
            if made and first <= made.due_on <= last:
                found += one.until is None or one.until > made.due_on
    return found


@settings(max_examples=6, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(0, 120))
def test_it_finds_what_is_found_without_short_cuts(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    assert counted(first, last).total == plain(first, last)


@settings(max_examples=10, deadline=None)
@given(st.dates(date(2026, 3, 2), date(2026, 8, 30)))
def test_two_stretches_owe_what_the_whole_owes(cut: date) -> None:
    first, last = date(2026, 3, 1), date(2026, 8, 31)
    whole, parts = counted(first, last), counted(first, cut - timedelta(days=1))
    parts.add(counted(cut, last))
    assert (parts.by_rule, parts.by_worker) == (whole.by_rule, whole.by_worker)


def test_nobody_gets_two_digests_a_day() -> None:
    tally = counted(date(2026, 1, 1), date(2026, 3, 31))
    people = {code for code, _ in tally.digests["never"]}
    assert people <= {"A", "B", "S", "W"}
    assert len(tally.digests["never"]) <= 90 * len(people)
    assert tally.digests["in_time"] <= tally.digests["never"]
    assert tally.messages("in_time") < tally.messages("never")


# --- who owes it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "area", "number", "code"),
    [
        ("grid_worker", GRID, 2, "A"),
        ("grid_worker", GRID, 3, "B"),
        ("grid_worker", VILLAGE + "002", 2, "S"),
        ("cadre", GRID, 2, "A"),
        ("child_director", VILLAGE, 1, "S"),
        ("child_director", "990301", 1, None),
        ("nobody_knows", GRID, 1, None),
    ],
)
def test_the_nearest_with_the_role_owes_it(
    role: str, area: str, number: int, code: str | None
) -> None:
    found = Staff(STAFF, book().roles).owner(role, area, number)
    assert (found.code if found else None) == code
