"""A supervisor's answer to what a worker asked: it takes effect, and the worker is told."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.ground import Ground
from scheduler.intents import DECISION, DECISION_SLOT
from scheduler.moving import moved
from scheduler.windows import State
from storage.obligation_tables import obligation
from storage.obligations import Obligation, Obligations
from storage.priorities import DIGEST
from storage.requests import Decision, Request, Requests
from storage.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked, and what came of it."""

    request: Request
    decision: Decision


async def answer(
    uow: UnitOfWork, ground: Ground, request_id: int, *, approve: bool
) -> Answered | None:
    """The actor of `uow` approves or refuses a request: an obligation ends as ``exempt``, or gets
    its new due day, and the worker is told in one message. None if it was decided before, or is not
    the actor's to decide; moot if the obligation has ended meanwhile."""
    requests = Requests(uow.connection, uow.actor, uow.now)
    obligations = Obligations(uow.connection)
    asked = await requests.get(request_id)
    if asked is None:
        return None
    (row,) = await obligations.select(obligation.c.id == asked.obligation_id)
    decision: Decision = "approved" if approve else "refused"
    if row.ended is not None or _closed(row, uow):
        decision = "moot"
    if await requests.settle(request_id, decision) is None:
        return None
    if decision == "approved":
        await _grant(uow, ground, row, asked)
    await uow.record(f"request_{decision}", f"{asked.kind}:{asked.id}")
    if decision != "moot":
        await _tell(uow, ground, row, asked, decision)
    return Answered(asked, decision)


def _closed(row: Obligation, uow: UnitOfWork) -> bool:
    return row.terms.closes is not None and row.terms.closes <= uow.now


async def _grant(uow: UnitOfWork, ground: Ground, row: Obligation, asked: Request) -> None:
    obligations = Obligations(uow.connection)
    if asked.kind == "exempt":
        await obligations.end(row.id, State.EXEMPT, uow.now, reason=asked.reason)
    elif asked.day is not None:
        await obligations.move(row.id, asked.day, moved(row.terms, asked.day, ground.zone))


async def _tell(
    uow: UnitOfWork, ground: Ground, row: Obligation, asked: Request, decision: Decision
) -> None:
    body = {
        "asked": asked.kind,
        "decision": decision,
        "rule": [row.terms.rule_id, row.terms.rule_version, row.terms.rule_region],
        "subject": await Requests(uow.connection, uow.actor, uow.now).subject(row.id),
        "day": asked.day.isoformat() if asked.day else None,
        "on": uow.now.astimezone(ground.zone).date().isoformat(),
    }
    for chat in await uow.conversations.of_account(asked.account_id):
        await uow.outbox.queue_kind(chat.id, DECISION, body, DIGEST, slot=DECISION_SLOT)
