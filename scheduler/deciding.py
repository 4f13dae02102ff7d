"""What who oversees an area decides of single duties: lifted, or accepted although it came late."""

from __future__ import annotations

from scheduler.ground import Ground
from scheduler.windows import State
from storage.obligations import Obligations
from storage.overdue import Case, Overdue
from storage.unit import UnitOfWork


async def exempt(uow: UnitOfWork, case: Case, reason: str) -> bool:
    """Lift a duty that is open, for a reason; False if it has ended meanwhile. Recorded."""
    current = await Overdue(uow.connection, uow.actor, uow.now).one(case.id)
    if current is None or not is_open(current):
        return False
    await Obligations(uow.connection).end(case.id, State.EXEMPT, uow.now, reason=reason)
    await uow.record("exempt", f"{_named(current)}:{reason}")
    return True


async def accept_late(uow: UnitOfWork, ground: Ground, number: int) -> Case | None:
    """Correct a duty that was closed as missed, by the visits that came after: it was done late.
    The duty as it was; None if it was not missed, or if too few visits came. Recorded."""
    case = await Overdue(uow.connection, uow.actor, uow.now).one(number)
    if case is None or case.state != State.MISSED:
        return None
    rule = ground.rule(case.rule_id, case.rule_version, case.rule_region)
    obligations = Obligations(uow.connection)
    links = await obligations.links([number])
    if not links or len(links) < (rule.at_least if rule else 1):
        return None
    last = next((one for one in links if one.settled), links[-1])
    await obligations.reopen(number)
    await obligations.end(
        number, State.DONE_LATE, uow.now, visit_root=last.root_id, late_entry=True
    )
    await uow.record("accept_late", f"{_named(case)}:{last.root_id}")
    return case


def is_open(case: Case) -> bool:
    """Whether something can still be done about a duty."""
    return case.state in (State.OPEN, State.DUE_SOON, State.OVERDUE, State.NOT_DUE)


def _named(case: Case) -> str:
    """A duty in the log: rule, period, and whom it concerns by code."""
    return f"{case.rule_id}:{case.period_key}:{case.code or case.area_code}"
