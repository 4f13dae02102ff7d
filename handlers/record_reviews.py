"""What is said of a record, in the chat as in the office: approved, or sent back for a reason.

Sending back changes nothing in the record. Its author gets one message with the reason, and a
button that leads straight into the correction, to the question that the reason is about.

What decides carries a mark of what was seen: of the version, and of what was said of it. Where
either has changed since, the record is shown again instead.
"""

from __future__ import annotations

from hashlib import blake2s
from typing import Final

from forms import SummaryLine
from handlers import interviews, notices
from handlers.interviews import Session
from handlers.markup import literal, unmarked
from handlers.rebuilding import rebuilt
from handlers.shelf import title_of
from handlers.supervising_page import someone
from handlers.tokens import record_word
from handlers.turn import Turn
from storage.reviews import APPROVED, RETURNED, Review, Reviewed, Reviews

MAX_REASON: Final = 200
"""Letters of a reason."""

_NAMED: Final = ("household", "person")


async def opened(turn: Turn, one: str) -> tuple[Reviewed | None, Session | None]:
    """The record of which `one` is a version, if it is the person's to oversee, and the interview
    that it was filled in by, if that can still be read; for one from elsewhere an interview that
    says the same, if there can be one."""
    reviews = Reviews(turn.uow.connection, turn.uow.actor, turn.uow.clock)
    record = await reviews.record(one)
    if record is not None and record.interview_id is None:
        whole = record.instance_id, record.root_id
        return record, await rebuilt(turn, *whole, record.first_entered)
    stored = await reviews.interview(record) if record else None
    if record is None or stored is None:
        return record, None
    return record, await interviews.read(turn, stored, record.first_entered)


def mark_of(record: Reviewed) -> str:
    """What tells this version, and what was last said of it, from any other."""
    said_at = record.decided_at.isoformat() if record.decided_at else ""
    return blake2s(f"{record.instance_id} {said_at}".encode(), digest_size=4).hexdigest()


def is_approved(record: Reviewed) -> bool:
    """Whether the version that stands is approved."""
    return record.current and record.decision == APPROVED


async def decide(
    turn: Turn,
    record: Reviewed,
    decision: str,
    ref: str | None = None,
    reason: str | None = None,
) -> None:
    """Keep what is said of a record, and write it down."""
    by = turn.chat.account_id
    assert by is not None
    review = Review(
        root_id=record.root_id,
        instance_id=record.instance_id,
        decision=decision,
        ref=ref,
        reason=reason,
        account_id=record.account_id,
        decided_by=by,
        decided_at=turn.uow.now,
    )
    await Reviews(turn.uow.connection, turn.uow.actor, turn.uow.clock).decide(review)
    await turn.uow.record("approve" if decision == APPROVED else "return", record.instance_id)


def mendable(session: Session, line: SummaryLine) -> bool:
    """Whether its author can change an answer: for whom the form is, the menu has said."""
    fixed = session.subject_answered and line.ref == session.shelved.subject_path
    return not line.readonly and not fixed


async def send_back(
    turn: Turn, record: Reviewed, session: Session | None, line: SummaryLine | None, reason: str
) -> bool:
    """Send a record back for a reason about one question, or about all of it, and tell its author
    with a button that leads straight there; False if no chat of theirs can be told. What was filled
    in elsewhere and has no `session` is corrected where it was."""
    await decide(turn, record, RETURNED, line.ref if line else None, reason)
    body = {
        "interview": record.interview_id or record_word(record.root_id),
        "form": literal(await title(turn, record)),
        "subject": await subject(turn, record, session),
        "day": f"{record.visit_date:%m-%d}",
        "question": unmarked(line.label) if line else "",
        "why": literal(reason),
    }
    what = "returned" if line else "returned_whole"
    await notices.tell(turn, record.account_id, what if session else "elsewhere_returned", body)
    return bool(await turn.uow.conversations.of_account(record.account_id))


async def title(turn: Turn, record: Reviewed) -> str:
    """What menus call the form of a record."""
    version = await turn.uow.forms.get(record.form_sha256)
    return title_of(version, turn.language) if version else record.form_id


async def subject(turn: Turn, record: Reviewed, session: Session | None) -> str:
    """Whom a record is about, by code and surname."""
    code, kind = record.subject_code or "", record.subject_kind
    if session is not None:
        named = session.stored.subject
        return someone(turn, kind, named.get("code", ""), named.get("surname", ""))
    named = await turn.uow.register.surnames(kind, [code]) if code and kind in _NAMED else {}
    return someone(turn, kind, code, named.get(code, ""))
