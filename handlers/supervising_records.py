"""A record of somebody else's, read by who oversees it: approved, or sent back with a reason.

Sending back changes nothing in the record. Its author gets one message with the reason, and a
button that leads straight into the correction, to the question that the reason is about.

A button that decides carries a mark of what was seen: of the version, and of what was said of it.
Where either has changed since, the record is shown again instead. A child's record asks for a
purpose first, whatever button led to it.
"""

from __future__ import annotations

from datetime import date
from hashlib import blake2s
from typing import Final

from core.messages import Button, Entry, Reply, Text
from forms import Summary, SummaryLine
from handlers import interviews, notices, purposes
from handlers.interviews import Session
from handlers.markup import authored, literal, unmarked
from handlers.review_page import LINES, said
from handlers.states import Idle, Returning
from handlers.submitting import receipt_of
from handlers.supervising_page import Row, button, ground_of, in_rows, page, pager, say, someone
from handlers.tokens import OVERSEE, Token, token
from handlers.turn import Replies, Turn
from storage.four_eyes import is_own
from storage.reviews import APPROVED, RETURNED, Review, Reviewed, Reviews

MAX_REASON: Final = 200
"""Letters of a reason."""


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button of a record's page: what it does, then the record."""
    record, session = await opened(turn, f"uuid:{pressed.word(1)}")
    if record is None or session is None:
        return page(turn, [turn.say("chat.records.gone")], [(button(turn, "late", "h"),)])
    if await _purpose_is_missing(turn, session):
        return _ask_purpose(turn, record, session)
    if pressed.word(0) != "c" and is_own(turn.uow.actor, record.account_id):
        return await show(turn, record, session, 0, say(turn, "own"))
    shown = max(pressed.number(2), 0)
    match pressed.word(0):
        case "fine":
            return await _approve(turn, record, session, pressed.word(2))
        case "back":
            return await _which(turn, record, session, shown)
        case "about" if pressed.word(3) != _mark(record):
            return await _changed(turn, record, session)
        case "about":
            return _ask_why(turn, record, session, pressed.number(2))
        case _:
            return await show(turn, record, session, shown)


async def show(
    turn: Turn, record: Reviewed, session: Session, shown: int = 0, lead: str = ""
) -> Replies:
    """The record as it stands, page by page. Opening it is logged."""
    turn.state = Idle()
    await turn.uow.record("open", record.instance_id)
    summary = session.iv.summary()
    pages = max(-(-len(summary.lines) // LINES), 1)
    shown = min(shown, pages - 1)
    text = [lead, ""] if lead else []
    text += [await _head(turn, record, session), *said(turn, session, summary, shown)]
    plain = _plain(record)
    rows = pager(shown, len(summary.lines), LINES, "c", plain, "{}")
    if is_own(turn.uow.actor, record.account_id):
        text.append(say(turn, "own"))
    elif not _is_approved(record):
        fine = button(turn, "fine", "fine", plain, _mark(record))
        rows.append((fine, button(turn, "return", "back", plain, shown)))
    if record.subject_code:
        way = button(turn, "subject", "w", record.subject_kind, record.subject_code)
        rows.append((way,))
    return page(turn, ["\n\n".join(part for part in text if part)], rows)


async def open_(turn: Turn, plain: str) -> Replies:
    """The record whose first version has the id `plain`, once a purpose is named."""
    return await pressed(turn, Token(OVERSEE, ("c", plain, "0")))


def _plain(record: Reviewed) -> str:
    return record.root_id.removeprefix("uuid:")


def _is_approved(record: Reviewed) -> bool:
    return record.current and record.decision == APPROVED


def _mark(record: Reviewed) -> str:
    """What tells this version, and what was last said of it, from any other."""
    said_at = record.decided_at.isoformat() if record.decided_at else ""
    return blake2s(f"{record.instance_id} {said_at}".encode(), digest_size=4).hexdigest()


async def _changed(turn: Turn, record: Reviewed, session: Session) -> Replies:
    """What was seen is not what stands: nothing is decided before it is read."""
    return await show(turn, record, session, 0, say(turn, "record.changed"))


def _ask_purpose(turn: Turn, record: Reviewed, session: Session) -> Replies:
    subject = session.stored.subject
    return purposes.ask(turn, subject["code"], subject["surname"], _plain(record), OVERSEE)


async def _purpose_is_missing(turn: Turn, session: Session) -> bool:
    born, number = session.stored.subject.get("birth_date"), session.stored.subject_id
    if not born or number is None:
        return False
    return await purposes.missing(turn, number, date.fromisoformat(born))


async def opened(turn: Turn, root: str) -> tuple[Reviewed | None, Session | None]:
    """The record whose first version is `root`, if it is the person's to oversee, and the interview
    that it was filled in by, if that can still be read."""
    reviews = Reviews(turn.uow.connection, turn.uow.actor, turn.uow.clock)
    record = await reviews.record(root)
    stored = await reviews.interview(record) if record else None
    if record is None or stored is None:
        return record, None
    return record, await interviews.read(turn, stored, record.first_entered)


async def _head(turn: Turn, record: Reviewed, session: Session) -> str:
    subject = session.stored.subject
    head = turn.say(
        "chat.records.head",
        form=literal(await session.title(turn)),
        subject=literal(f"{subject.get('code', '')} {subject.get('surname', '')}".strip()),
        day=record.visit_date.isoformat(),
        receipt=receipt_of(record.instance_id),
    )
    lines = [head, say(turn, "record.worker", worker=record.worker)]
    near = await _close_by(turn, record)
    if near is not None:
        lines.append(say(turn, "record.close", day=near.isoformat()))
    if record.decision:
        when = "now" if record.current else "before"
        lines.append(say(turn, f"record.{record.decision}_{when}"))
    return "\n".join(lines)


async def _close_by(turn: Turn, record: Reviewed) -> date | None:
    from scheduler.spacing import close_by

    return await close_by(turn.uow, ground_of(turn), record.root_id)


async def _approve(turn: Turn, record: Reviewed, session: Session, mark: str) -> Replies:
    if _is_approved(record):
        return await show(turn, record, session)
    if mark != _mark(record):
        return await _changed(turn, record, session)
    await decide(turn, record, APPROVED)
    fresh, _ = await opened(turn, record.root_id)
    return await show(turn, fresh or record, session, 0, say(turn, "record.approved"))


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


# --- sending back --------------------------------------------------------------------------------


async def _which(turn: Turn, record: Reviewed, session: Session, shown: int) -> Replies:
    """Which question it is about: those of the page that was shown, by number. It opens the
    record, and is logged as that."""
    await turn.uow.record("open", record.instance_id)
    summary = session.iv.summary()
    start, mark = shown * LINES, _mark(record)
    plain = _plain(record)
    numbers = [
        Button(text=str(index + 1), token=token(OVERSEE, "about", plain, index, mark))
        for index, line in enumerate(summary.lines[start : start + LINES], start)
        if isinstance(line, SummaryLine) and mendable(session, line)
    ]
    text = [say(turn, "return.which"), "", "\n\n".join(said(turn, session, summary, shown))]
    rows: list[Row] = [
        *in_rows(numbers, 5),
        *pager(shown, len(summary.lines), LINES, "back", plain, "{}"),
        (button(turn, "whole_record", "about", plain, "all", mark),),
        (button(turn, "back", "c", plain, shown),),
    ]
    return page(turn, text, rows)


def mendable(session: Session, line: SummaryLine) -> bool:
    """Whether its author can change an answer: for whom the form is, the menu has said."""
    fixed = session.subject_answered and line.ref == session.shelved.subject_path
    return not line.readonly and not fixed


def _ask_why(turn: Turn, record: Reviewed, session: Session, index: int) -> Replies:
    line = _line(session.iv.summary(), index)
    ref = line.ref if line else ""
    turn.state = Returning(root=record.root_id, ref=ref, mark=_mark(record))
    label = authored(line.label) if line else say(turn, "return.whole")
    (reply,) = page(
        turn,
        [say(turn, "return.why", question=label)],
        [(button(turn, "back", "c", _plain(record), 0),)],
    )
    return [reply.model_copy(update={"entry": Entry(kind="text")})]


def _line(summary: Summary, index: int) -> SummaryLine | None:
    if 0 <= index < len(summary.lines):
        line = summary.lines[index]
        return line if isinstance(line, SummaryLine) else None
    return None


async def handle(turn: Turn, state: Returning) -> Replies:
    """The reason, typed: the record goes back to its author."""
    record, session = await opened(turn, state.root)
    if record is None or session is None:
        turn.state = Idle()
        return [Reply(text=turn.say("chat.records.gone"))]
    if await _purpose_is_missing(turn, session):
        return _below(_ask_purpose(turn, record, session))
    if state.mark != _mark(record):
        return _below(await _changed(turn, record, session))
    lines = [one for one in session.iv.summary().lines if isinstance(one, SummaryLine)]
    line = next((one for one in lines if one.ref == state.ref), None)
    reason = turn.event.text.strip() if isinstance(turn.event, Text) else ""
    if not reason or len(reason) > MAX_REASON:
        label = authored(line.label) if line else say(turn, "return.whole")
        text = say(turn, "return.why", question=label)
        lead = say(turn, "return.long", n=MAX_REASON) if reason else say(turn, "return.type")
        return [Reply(text=f"{lead}\n\n{text}", entry=Entry(kind="text"))]
    await send_back(turn, record, session, line, reason)
    fresh, _ = await opened(turn, state.root)
    done = say(turn, "return.done", worker=record.worker)
    turn.state = Idle()
    return _below(await show(turn, fresh or record, session, 0, done))


def _below(replies: Replies) -> Replies:
    """An answer to what was typed: below it, not in place of a page further up."""
    return [reply.model_copy(update={"edits": None}) for reply in replies]


async def send_back(
    turn: Turn, record: Reviewed, session: Session, line: SummaryLine | None, reason: str
) -> None:
    """Send a record back for a reason about one question, or about all of it, and tell its author
    with a button that leads straight there."""
    await decide(turn, record, RETURNED, line.ref if line else None, reason)
    title = await session.title(turn)
    subject = session.stored.subject
    name = someone(turn, record.subject_kind, subject.get("code", ""), subject.get("surname", ""))
    body = {
        "interview": record.interview_id,
        "form": literal(title),
        "subject": name,
        "day": f"{record.visit_date:%m-%d}",
        "question": unmarked(line.label) if line else "",
        "why": literal(reason),
    }
    await notices.tell(turn, record.account_id, "returned" if line else "returned_whole", body)
