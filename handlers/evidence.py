"""What the system itself knows of the items of an inspection: by item, from what is owed and done.

An inspection reads it as the table ``evidence``: it proposes a grade, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from handlers.turn import Turn

if TYPE_CHECKING:
    from scheduler.coverage import Covered

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


async def rows(turn: Turn) -> list[dict[str, str]]:
    """A row for each item of which something is owed in the actor's area today: ``key`` (its
    number), ``words`` (both numbers of each rule, in the reader's language), ``faults`` (how many
    rules fall short) and ``grade`` (``A`` if none does, else ``C``)."""
    if turn.house.ground is None:
        return []
    from scheduler.coverage import coverage

    rules = {rule for some in ITEMS.values() for rule in some}
    area = turn.chat.actor.area or ""
    found = await coverage(turn.uow, turn.house.ground(), turn.today, area, rules)
    by_rule = {one.rule_id: one for one in found if one.total.owed}
    made = []
    for key, names in ITEMS.items():
        some = [by_rule[name] for name in names if name in by_rule]
        if some:
            short = sum(not one.met for one in some)
            grade = "C" if short else "A"
            words = _words(turn, some)
            made.append({"key": key, "words": words, "faults": str(short), "grade": grade})
    return made


def _words(turn: Turn, some: Iterable[Covered]) -> str:
    return turn.say("inspection.between").join(
        turn.say(
            "inspection.evidence",
            title=one.rule.titles.of(turn.language) if one.rule else one.rule_id,
            done=one.total.done,
            owed=one.total.owed,
            late=one.total.overdue,
        )
        for one in some
    )
