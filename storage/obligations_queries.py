"""What every record that comes in asks of obligations and of its subject, each written once."""

from __future__ import annotations

from functools import cache
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Table,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
)

from storage.dialects import upsert
from storage.obligation_tables import (
    NO_ONE,
    obligation,
    person_tier,
    review,
    subject_day,
    subject_event,
    visit,
)
from storage.ready import Ready
from storage.tables import Instant, household, person, person_tag

VISIT: Final = (
    "root_id",
    "form_id",
    "visit_date",
    "entered_at",
    "mode",
    "outcome",
    "role",
    "answers",
)
"""The columns of a visit that rules see."""

_one: Final = obligation.c


# --- obligations ----------------------------------------------------------------------------------


def _subject(kind: str, number: str, code: str) -> ColumnElement[bool]:
    """The obligations of one subject, by the names of the parameters that tell it."""
    same = and_(_one.subject_kind == bindparam(kind), _one.subject_id == bindparam(number))
    return and_(same, _one.area_code == bindparam(code))


def _oldest_first(*which: ColumnElement[bool]) -> Ready:
    """Those of `which`, locked."""
    query = select(obligation).where(*which).order_by(_one.first, _one.id)
    return Ready(query.with_for_update())


_OF: Final = _subject("kind", "number", "code")
OPEN_OF: Final = _oldest_first(_OF, _one.ended.is_(None))


@cache
def open_or(identities: int) -> Ready:
    """The open ones of a subject, and those of so many `identities` (``rule0``, ``key0`` …)."""
    wanted = [
        and_(_one.rule_id == bindparam(f"rule{n}"), _one.period_key == bindparam(f"key{n}"))
        for n in range(identities)
    ]
    return _oldest_first(_OF, or_(_one.ended.is_(None), *wanted))


# In words, not as comparisons: the indexes that hold only these rows are found by them.
_MISSED: Final[ColumnElement[bool]] = literal_column("obligation.ended = 'missed'")
_OF_WORKERS: Final[ColumnElement[bool]] = literal_column("obligation.subject_kind = 'worker'")


def _missed(kind: str, number: str) -> ColumnElement[bool]:
    """What a subject missed, wherever it lived: that stays with the area in which it was owed."""
    same = and_(_one.subject_kind == bindparam(kind), _one.subject_id == bindparam(number))
    return and_(same, _MISSED)


@cache
def fitting(subjects: int, areas: int) -> Ready:
    """What a visit on ``day`` may be for, open or missed: that of so many `subjects` (``kind0``,
    ``number0``, ``code0`` …), the quota of ``worker``, and reports for so many `areas` (``area0``
    …). What they missed counts where they lived before, too."""
    whose = [_subject(f"kind{n}", f"number{n}", f"code{n}") for n in range(subjects)]
    elsewhere = [_missed(f"kind{n}", f"number{n}") for n in range(subjects)]
    quota = and_(_OF_WORKERS, _one.subject_id == bindparam("worker"))
    around = _one.area_code.in_([bindparam(f"area{n}") for n in range(areas)])
    reports = [and_(_one.subject_kind == "area", around)] if areas else []
    return _oldest_first(
        or_(*whose, *elsewhere, quota, *reports),
        or_(_one.ended.is_(None), _one.ended == "missed"),
        _one.opens_on <= bindparam("day"),
        or_(_one.counts_until.is_(None), _one.counts_until >= bindparam("day")),
    )


@cache
def earliest(lifted: tuple[str, ...]) -> Ready:
    """The ``first`` day of what is open of a subject at ``now``, or was cancelled for a reason of
    `lifted` and is not settled."""
    unsettled = or_(_one.closes.is_(None), _one.closes > bindparam("now", type_=Instant))
    may_return = or_(*(_one.reason == reason for reason in lifted))
    cancelled = and_(_one.ended == "cancelled", may_return, unsettled)
    alive = or_(_one.ended.is_(None), cancelled)
    return Ready(select(func.min(_one.first).label("first")).where(_OF, alive))


# --- when a subject is to be looked at again ------------------------------------------------------

LOOKED_AT: Final = Ready(
    delete(review).where(
        review.c.subject_kind == bindparam("kind"), review.c.subject_id == bindparam("number")
    )
)

_waits: Final = review.c.on_day > bindparam("today", type_=Date)
FORGET_REVIEW: Final = Ready(
    delete(review).where(
        review.c.subject_kind == bindparam("kind"),
        review.c.subject_id == bindparam("number"),
        _waits,
    )
)


@cache
def put_review(dialect: str) -> Ready:
    """Look at a subject on a day, unless the day has come by ``today`` on which it was to be."""
    key = ["subject_kind", "subject_id"]
    return Ready(upsert(dialect, review, key, ["on_day"], where=_waits), *key, "on_day")


# --- subjects -------------------------------------------------------------------------------------

WHOSE: Final[dict[str, Ready]] = {
    "person": Ready(
        select(person.c.area_code, person.c.household_id).where(person.c.id == bindparam("number"))
    ),
    "household": Ready(
        select(household.c.area_code, household.c.id.label("household_id")).where(
            household.c.id == bindparam("number")
        )
    ),
}


HOME: Final = Ready(
    select(household.c.area_code, household.c.created_at).where(
        household.c.id == bindparam("number")
    )
)


def _people(which: ColumnElement[bool]) -> Ready:
    one = person.c
    columns = (one.id, one.area_code, one.created_at, one.household_id, one.birth_date, one.left_on)
    return Ready(select(*columns).where(which).order_by(one.id))


def _spells(table: Table, which: ColumnElement[bool]) -> Ready:
    name = (table.c.tag if table is person_tag else table.c.tier).label("name")
    columns = (table.c.person_id, name, table.c.since, table.c.until)
    return Ready(select(*columns).join(person, person.c.id == table.c.person_id).where(which))


def _days(which: ColumnElement[bool]) -> Ready:
    one = subject_day.c
    people = and_(one.subject_kind == "person", one.subject_id == person.c.id)
    query = select(one.subject_id, one.name, one.day).join(person, people).where(which)
    return Ready(query.order_by(one.day))


_WHO: Final = {
    "person": person.c.id == bindparam("number"),
    "household": person.c.household_id == bindparam("number"),
}
PEOPLE: Final = {kind: _people(which) for kind, which in _WHO.items()}
TAGS: Final = {kind: _spells(person_tag, which) for kind, which in _WHO.items()}
TIERS: Final = {kind: _spells(person_tier, which) for kind, which in _WHO.items()}
PEOPLES_DAYS: Final = {kind: _days(which) for kind, which in _WHO.items()}
"""One person, or all of a household, by its ``number``; with their spells and their days."""

DAYS: Final = Ready(
    select(subject_day.c.name, subject_day.c.day)
    .where(
        subject_day.c.subject_kind == bindparam("kind"),
        subject_day.c.subject_id == bindparam("number"),
    )
    .order_by(subject_day.c.day)
)


def _events() -> Ready:
    one = subject_event.c
    which = (
        one.subject_kind == bindparam("kind"),
        one.subject_id == bindparam("number"),
        or_(one.subject_id != NO_ONE, one.area_code == bindparam("code")),
    )
    return Ready(select(one.name, one.key, one.on_day, one.at, one.stated).where(*which))


EVENTS: Final = _events()


def _visits(*which: ColumnElement[bool]) -> Ready:
    """Visits in order of their entry."""
    query = select(*(visit.c[name] for name in VISIT)).where(*which)
    return Ready(query.order_by(visit.c.entered_at, visit.c.root_id))


VISITS_IN: Final = _visits(visit.c.household_id == bindparam("home"))
VISITS_TO: Final = _visits(
    visit.c.subject_kind == "person", visit.c.subject_id == bindparam("number")
)


@cache
def put_visit(dialect: str) -> Ready:
    """Keep a visit, or what a correction made of it."""
    changed = ["visit_date", "mode", "outcome", "answers"]
    whose = ("area_code", "subject_kind", "subject_id", "household_id", "account_id")
    return Ready(upsert(dialect, visit, ["root_id"], changed), *VISIT, *whose)
