"""Rules that changed while obligations by them were open.

What is closed stays as it was closed. What is open follows the rule as it now is: its window moves,
it opens for those who have come into the population and is cancelled for those who fell out of it,
and visits made before count. A version that begins later changes nothing of the periods under way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from scheduler.ground import Ground
from scheduler.periods import calendar_periods
from scheduler.recounting import recount
from scheduler.runs import PURPOSE, Runs
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


async def look_back(uow: UnitOfWork, ground: Ground, kind: str, terms: Terms, run: Run) -> None:
    """Find the visits of a run that were made before the period was opened, or by a former rule."""
    if kind in REVIEWED:
        amendments = Amendments(uow.connection, uow.now)
        await amendments.visited(kind, terms.opens_on, run, uow.today)
    else:
        await recount(uow, ground, kind, terms, run)


async def withdraw(runs: Runs, ground: Ground) -> None:
    """Cancel what is open of periods that no rule has any more: it was switched off, taken out of
    its file, or divides time in another way."""
    for gone in [one for one in runs.progress.values() if _gone(ground, one)]:
        for kind in KINDS:
            await runs.each(kind, _Withdrawing(gone, kind))
        async with runs.database.unit(SYSTEM, PURPOSE) as uow:
            await Openings(uow.connection).reach(replace(gone, fingerprint=_GONE))


@dataclass(frozen=True, slots=True)
class _Withdrawing:
    """One step of it. Where periods hang on days of a subject, each is looked at."""

    gone: Progress
    kind: str

    async def __call__(self, uow: UnitOfWork, run: Run) -> None:
        amendments, gone = Amendments(uow.connection, uow.now), self.gone
        if gone.first is None:
            await amendments.doubt_rule(self.kind, gone.rule_id, run, uow.today)
        else:
            await amendments.withdraw(self.kind, gone.rule_id, gone.period_key, run)


def _gone(ground: Ground, known: Progress) -> bool:
    """Whether a period that was opened is no rule's any more."""
    if known.fingerprint in ("", _GONE):  # "": opened before fingerprints were kept
        return False
    place = (known.rule_id, known.rule_region)
    line = next((one for one in ground.book.lines if (one.id, one.region) == place), None)
    on = [one for one in line.versions if one.on] if line else []
    if any(one.fingerprint == known.fingerprint for one in on):
        return False
    if line is None or known.first is None:
        return all(known.period_key != f"v{one.version}" for one in on)
    periods = calendar_periods(line, known.first, known.first)
    return all(one.key != known.period_key for one in periods)
