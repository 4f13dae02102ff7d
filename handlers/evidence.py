"""What the system itself knows of the items of an inspection: by item, from what is owed and done.

An inspection reads it as the table ``evidence``: it proposes a grade, and a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from core.texts import say
from handlers.read_first import read_first
from handlers.turn import Turn

if TYPE_CHECKING:
    from scheduler.coverage import Covered
    from scheduler.ground import Ground
    from storage.unit import UnitOfWork

TABLE: Final = "evidence"

ITEMS: Final = {
    "2": ("C05", "C06"),
    "5": ("C07",),
    "7": ("C03",),
    "8": ("C04",),
    "18": ("C01", "C02"),
    "21": ("C08",),
    "24": ("C07",),
}
"""The rules that tell of an item of the 26-item form (docs/forms.md)."""

MOST: Final = 100
"""Faults that an item of the form takes; two are enough for its worst grade."""


async def rows(turn: Turn) -> list[dict[str, str]]:
    """What `known` tells of the actor's area today, in the reader's language. It counts all that is
    owed there."""
    if turn.house.ground is None:
        return []
    ground, day, language = turn.house.ground(), turn.today, turn.language
    area = turn.chat.actor.area or ""

    async def read(uow: UnitOfWork) -> list[dict[str, str]]:
        return await known(uow, ground, day, area, language)

    return await read_first(turn, (TABLE, day, area, language), read)


async def known(
    uow: UnitOfWork, ground: Ground, day: date, area: str, language: str
) -> list[dict[str, str]]:
    """A row for each item of which something was owed in `area`: in the period of each rule that
    was over by `day`, or in the one under way if nothing was owed before. ``key`` (its number),
    ``words`` (whose numbers, and both of each rule), ``faults`` (how many more should have been
    done; of a period under way only those that are overdue) and ``grade`` (``A`` if none, else
    ``C``)."""
    by_rule = await _over(uow, ground, day, area)
    place = await uow.areas.get(area)
    made = []
    for key, names in ITEMS.items():
        some = [by_rule[name] for name in names if name in by_rule]
        if some:
            faults = min(sum(_faults(one, over=on < day) for on, one in some), MOST)
            grade = "C" if faults else "A"
            told = _words(some, language)
            if place is not None:
                told = say(language, "inspection.of", area=place.name, told=told)
            made.append({"key": key, "words": told, "faults": str(faults), "grade": grade})
    return made


async def _over(
    uow: UnitOfWork, ground: Ground, day: date, area: str
) -> dict[str, tuple[date, Covered]]:
    """Each rule of `ITEMS` of which something was owed, as it stood on the last day looked at."""
    from scheduler.coverage import coverage

    async def at(end: date, names: Collection[str]) -> list[Covered]:
        return await coverage(uow, ground, end, area, names, by_period=True)

    rules = {rule for some in ITEMS.values() for rule in some}
    now = {one.rule_id: (day, one) for one in await at(day, rules)}
    ends = {name: _end_before(one, day) for name, (_, one) in now.items()}
    found = dict(now)
    for end in {one for one in ends.values() if one is not None}:
        names = [name for name, one in ends.items() if one == end]
        before = await at(end, names)
        found |= {one.rule_id: (end, one) for one in before if one.total.owed}
    return {name: (on, one) for name, (on, one) in found.items() if one.total.owed}


def _end_before(one: Covered, day: date) -> date | None:
    """The last day of the period before that of `day`; None for a rule without periods."""
    from scheduler.tiles import tile

    if one.rule is None or one.rule.every is None:
        return None
    return tile(one.rule.every, day).first - timedelta(days=1)


def _faults(one: Covered, *, over: bool) -> int:
    """How many more should have been done: nobody is at fault for what still has its time."""
    return one.lacking if over else min(one.lacking, one.total.overdue)


def _words(some: Iterable[tuple[date, Covered]], language: str) -> str:
    return say(language, "inspection.between").join(
        say(
            language,
            "inspection.evidence",
            title=one.rule.titles.of(language) if one.rule else one.rule_id,
            day=day,
            done=one.total.done,
            owed=one.total.owed,
            late=one.total.overdue,
        )
        for day, one in some
    )
