"""What who oversees an area decides of single duties: lifted, or what came late accepted or not."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.ground import Ground
from scheduler.windows import State
from storage.four_eyes import is_own
from storage.late_entries import LateEntries
from storage.obligations import Obligations
from storage.overdue import Case, Overdue
from storage.unit import UnitOfWork


async def exempt(uow: UnitOfWork, case: Case, reason: str) -> bool:
    """Lift a duty that is open, for a reason; False if it has ended meanwhile, or if it is the
    actor's own. Recorded."""
    current = await Overdue(uow.connection, uow.actor, uow.now).one(case.id)
    if current is None or not is_open(current) or is_own(uow.actor, current.account_id):
        return False
    await Obligations(uow.connection).end(case.id, State.EXEMPT, uow.now, reason=reason)
    await uow.record("exempt", f"{_named(current)}:{reason}")
    return True


async def accept_late(uow: UnitOfWork, ground: Ground, number: int) -> Case | None:
    """Correct a duty that was closed as missed, by the visits that came after: it was done late.
    The duty as it was; None if none of them waits for a decision of the actor, who never decides of
    what is their own, or if too few came. Recorded."""
    case = await Overdue(uow.connection, uow.actor, uow.now).one(number)
    entries = LateEntries(uow.connection, uow.actor, uow.now)
    if case is None or not await entries.waits(number):
        return None
    rule = ground.rule(case.rule_id, case.rule_version, case.rule_region)
    obligations = Obligations(uow.connection)
    refused = await entries.refused(number)
    links = [one for one in await obligations.links([number]) if one.root_id not in refused]
    if not links or len(links) < (rule.at_least if rule else 1):
        return None
    last = next((one for one in links if one.settled), links[-1])
    await obligations.reopen(number)
    await obligations.end(
        number, State.DONE_LATE, uow.now, visit_root=last.root_id, late_entry=True
    )
    await uow.record("accept_late", f"{_named(case)}:{last.root_id}")
    return case


async def refuse_late(uow: UnitOfWork, number: int, reason: str) -> Sequence[int]:
    """Do not let visits count that came after a duty had closed as missed, for a `reason`: it stays
    missed, and they are kept. The accounts that handed them in; none if nothing waits. Recorded."""
    case = await Overdue(uow.connection, uow.actor, uow.now).one(number)
    if case is None:
        return ()
    authors = await LateEntries(uow.connection, uow.actor, uow.now).refuse(number, reason)
    if authors:
        await uow.record("refuse_late", f"{_named(case)}:{reason}")
    return authors


def is_open(case: Case) -> bool:
    """Whether something can still be done about a duty."""
    return case.state in (State.OPEN, State.DUE_SOON, State.OVERDUE, State.NOT_DUE)


def _named(case: Case) -> str:
    """A duty in the log: rule, period, and whom it concerns by code."""
    return f"{case.rule_id}:{case.period_key}:{case.code or case.area_code}"
