"""What is said of a record: approved, or sent back to its author for a reason.

Both forms carry a mark of what was seen. Where the record has changed since, or somebody has said
something of it, it is shown again instead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.office.acting import turn_of
from bot.office.office import Desk
from bot.office.pages import purpose
from bot.office.pages.approvals import may
from bot.office.visit import Visit
from forms import SummaryLine
from forms.definition import NONE
from handlers.interviews import Session
from handlers.markup import unmarked
from handlers.record_reviews import (
    MAX_REASON,
    decide,
    is_approved,
    mark_of,
    mendable,
    opened,
    send_back,
)
from handlers.turn import Turn
from scheduler.manners import is_night
from storage.four_eyes import is_own
from storage.reviews import APPROVED, Reviewed
from storage.unit import UnitOfWork

_ROW: Final = re.compile(r"\[(\d+)\]")
_WHOLE = ""
"""What stands in place of a question where all of the record is meant."""


@dataclass(frozen=True, slots=True)
class Reviewing:
    """How a record stands, by its version `stands`, and the questions that it can be sent back
    for, by their refs: none if it was not filled in here. The visitor's `own` is for others to
    decide. `author` is who handed it in, and `mends` whether they are still here to correct it;
    `mark` tells what was seen."""

    root: str
    stands: str
    decision: str
    current: bool
    own: bool
    author: str
    mends: bool
    mark: str
    questions: Sequence[tuple[str, str]]


def routes(desk: Desk) -> list[web.RouteDef]:
    """Both decisions."""

    async def approve(visit: Visit) -> web.Response:
        return await _approve(desk, visit)

    async def back(visit: Visit) -> web.Response:
        return await _back(desk, visit)

    return [
        desk.post("/office/records/{record}/approve", may, approve),
        desk.post("/office/records/{record}/return", may, back),
    ]


async def reviewing(desk: Desk, visit: Visit, uow: UnitOfWork, one: str) -> Reviewing | None:
    """What can be said of the record of which `one` is a version; None if it is not the visitor's
    to decide."""
    if not may(visit.actor):
        return None
    record, session = await opened(await turn_of(desk, visit, uow), one)
    if record is None:
        return None
    asked = _lines(session) if session else []
    return Reviewing(
        root=record.root_id,
        stands=record.instance_id,
        decision=record.decision or "",
        current=record.current,
        own=is_own(uow.actor, record.account_id),
        author=record.worker,
        mends=record.mends,
        mark=mark_of(record),
        questions=_labelled(session, asked) if session else (),
    )


def _labelled(session: Session, asked: Sequence[SummaryLine]) -> list[tuple[str, str]]:
    """The questions that can be sent back, with their words; where several have the same, the
    words of the group around them go first."""
    found = [(line.ref, unmarked(line.label)) for line in asked if mendable(session, line)]
    often = Counter(label for _, label in found)
    return [
        (ref, f"{_group(session, ref)} {label}".strip() if often[label] > 1 else label)
        for ref, label in found
    ]


def _group(session: Session, ref: str) -> str:
    """What the group or row is called that a question stands in; '' for none."""
    form = session.iv.form
    question = form.question(_ROW.sub("", ref))
    if question is None or question.container == NONE:
        return ""
    label = unmarked(form.words(form.containers[question.container].label, session.iv.language))
    return " ".join([label, *_ROW.findall(ref)[-1:]])


def _lines(session: Session) -> list[SummaryLine]:
    return [one for one in session.iv.summary().lines if isinstance(one, SummaryLine)]


def _mendable(session: Session | None, line: SummaryLine) -> bool:
    return session is not None and mendable(session, line)


async def _approve(desk: Desk, visit: Visit) -> web.Response:
    said = await visit.words("mark")
    async with visit.unit("review") as uow:
        turn = await turn_of(desk, visit, uow)
        record, _, instead = await _found(desk, visit, turn)
        if instead is not None:
            return instead
        if is_approved(record):
            return visit.go(_page(record), "approved")
        if said["mark"] != mark_of(record):
            return visit.go(_page(record), "record_changed")
        await decide(turn, record, APPROVED)
    return visit.go(_page(record), "approved")


async def _back(desk: Desk, visit: Visit) -> web.Response:
    said = await visit.words("about", "reason", "mark")
    async with visit.unit("review") as uow:
        turn = await turn_of(desk, visit, uow)
        record, session, instead = await _found(desk, visit, turn)
        if instead is not None:
            return instead
        if said["mark"] != mark_of(record):
            return visit.go(_page(record), "record_changed")
        if not record.mends:
            return visit.go(_page(record), "author_left", to=record.worker)
        if not 0 < len(said["reason"]) <= MAX_REASON:
            return visit.go(_page(record), "no_reason", n=MAX_REASON)
        lines = _lines(session) if session else []
        line = next((one for one in lines if one.ref == said["about"]), None)
        if said["about"] != _WHOLE and (line is None or not _mendable(session, line)):
            return visit.go(_page(record), "gone")
        told = await send_back(turn, record, session, line, said["reason"])
        by_night = is_night(uow.now, desk.database.zone)
    key = "returned_untold" if not told else "returned_by_night" if by_night else "returned"
    return visit.go(_page(record), key, to=record.worker)


async def _found(
    desk: Desk, visit: Visit, turn: Turn
) -> tuple[Reviewed, Session | None, web.Response | None]:
    """The record that is decided on, as it stands, what filled it in, and what is answered instead
    of deciding: it is the visitor's own, or a child's of which nobody said what for. Raises
    HTTPNotFound."""
    record, session = await opened(turn, visit.part("record"))
    if record is None:
        raise web.HTTPNotFound
    instead: web.Response | None = await purpose.asked_of(
        desk, visit, turn.uow, record.subject_kind, record.subject_code, after=_page(record)
    )
    if is_own(turn.uow.actor, record.account_id):
        instead = visit.go(_page(record), "own_work")
    return record, session, instead


def _page(record: Reviewed) -> str:
    return f"/office/records/{record.instance_id}"
