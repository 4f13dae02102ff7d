"""What workers and areas owe is counted again where visits came before the obligation.

A quota and a report are met by each visit as it comes in. One that came before its period was
opened, after an outage or a change of the rule, is found here.
"""

from __future__ import annotations

from scheduler.ground import Ground
from scheduler.meeting import give
from storage.obligations import Obligations
from storage.obligations_facts import Facts
from storage.obligations_opening import Run, Terms
from storage.unit import UnitOfWork


async def recount(uow: UnitOfWork, ground: Ground, kind: str, terms: Terms, run: Run) -> None:
    """Give the visits of its time to what is open of a period, of the workers of a run or of all
    areas."""
    obligations, facts = Obligations(uow.connection), Facts(uow.connection)
    for row in await obligations.open_of(kind, terms.rule_id, terms.period_key, run):
        until = terms.counts_until
        if kind == "worker":
            visits = await facts.visits_by(row.subject_id, terms.opens_on, until)
        else:
            visits = await facts.visits_around(row.area_code, terms.opens_on, until)
        if visits:
            await give(obligations, ground, [row], visits, uow.now)
