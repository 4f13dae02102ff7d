"""Rules that changed while obligations by them were open.

What is closed stays as it was closed. What is open follows the rule as it now is: its window moves,
it opens for those who have come into the population and is cancelled for those who fell out of it,
and visits made before count. A version that begins later changes nothing of the periods under way.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

from scheduler.ground import Ground
from scheduler.periods import calendar_periods
from scheduler.recounting import recount
from scheduler.runs import PURPOSE, Runs
from scheduler.visit_rules import VisitRule
from storage.obligations_amending import KINDS, REVIEWED, Amendments
from storage.obligations_crowd import Crowd, Day
from storage.obligations_opening import Openings, Progress, Run, Terms
from storage.policy import SYSTEM
from storage.unit import UnitOfWork

_GONE: Final = "-"  # the fingerprint of a period that its rule does not have any more


async def amend(uow: UnitOfWork, who: Crowd, days: list[Day], terms: Terms, run: Run) -> None:
    """Have what is open of a period follow `terms`. The run is of those who were there when it
    began; whoever came later is looked at one by one."""
    amendments = Amendments(uow.connection, uow.now)
    await amendments.amend(who, days, terms, run)
    await amendments.doubt(who, days, terms, run, uow.today)


async def look_back(
    uow: UnitOfWork,
    ground: Ground,
    who: Crowd,
    day: Day | None,
    *,
    terms: Terms,
    run: Run,
) -> None:
    """A period was opened after it had begun, or by a rule that was another one: find the visits
    that were made before, and those of a run who belong to `who` on `day` by a change of class. One
    that is over opens for nobody any more, and has no `day`."""
    amendments = Amendments(uow.connection, uow.now)
    if who.kind not in REVIEWED:
        await recount(uow, ground, who.kind, terms, run)
    elif day is None:
        await amendments.visited(who.kind, terms.opens_on, run, uow.today)
    else:
        on = min(uow.today, terms.last)
        await amendments.visited(who.kind, terms.opens_on, run, on)
        await amendments.missing(who, day, terms, run, on)


async def withdraw(runs: Runs, ground: Ground) -> None:
    """Cancel what is open of periods that no rule has any more: it was switched off, taken out of
    its file, or divides time in another way."""
    by_line: dict[tuple[str, str], list[Progress]] = defaultdict(list)
    for one in runs.progress.values():
        if _gone(ground, one):
            by_line[one.rule_id, one.rule_region].append(one)
    for place, gone in by_line.items():
        for kind in KINDS:
            await runs.each(kind, _Withdrawing(kind, *place, _periods(ground, place, gone)))
        async with runs.database.unit(SYSTEM, PURPOSE) as uow:
            for one in gone:
                await Openings(uow.connection).reach(replace(one, fingerprint=_GONE))


@dataclass(frozen=True, slots=True)
class _Withdrawing:
    """What is done for a run. Without `periods` it is all of them; where periods hang on days of a
    subject (None), each is looked at."""

    kind: str
    rule_id: str
    region: str
    periods: tuple[str, ...] | None

    async def __call__(self, uow: UnitOfWork, run: Run) -> None:
        amendments = Amendments(uow.connection, uow.now)
        if self.periods is None:
            await amendments.doubt_rule(self.kind, self.rule_id, run, uow.today)
        else:
            place = (self.kind, self.rule_id, self.region)
            await amendments.withdraw(*place, self.periods, run)


def _periods(
    ground: Ground, place: tuple[str, str], gone: list[Progress]
) -> tuple[str, ...] | None:
    if any(one.first is None for one in gone):
        return None
    return tuple(one.period_key for one in gone) if _on(ground, place) else ()


def _on(ground: Ground, place: tuple[str, str]) -> list[VisitRule]:
    """The versions of a rule in a region that are switched on."""
    lines = (one for one in ground.book.lines if (one.id, one.region) == place)
    return [rule for line in lines for rule in line.versions if rule.on]


def _gone(ground: Ground, known: Progress) -> bool:
    """Whether a period that was opened is no rule's any more."""
    if known.fingerprint in ("", _GONE):  # "": opened before fingerprints were kept
        return False
    place = (known.rule_id, known.rule_region)
    on = _on(ground, place)
    if any(one.fingerprint == known.fingerprint for one in on):
        return False
    if not on or known.first is None:
        return all(known.period_key != f"v{one.version}" for one in on)
    line = next(one for one in ground.book.lines if (one.id, one.region) == place)
    periods = calendar_periods(line, known.first, known.first)
    return all(one.key != known.period_key for one in periods)
