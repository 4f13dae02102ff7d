"""A record of somebody else's, read by who oversees it: approved, or sent back with a reason.

What is said of it is kept by `record_reviews`. A child's record asks for a purpose first, whatever
button led to it. What came from elsewhere is read in the office.
"""

from __future__ import annotations

from datetime import date

from core.messages import Button, Entry, Picture, Reply, Text
from forms import Summary, SummaryLine
from handlers import purposes
from handlers.interviews import Session
from handlers.markup import authored, literal
from handlers.record_reviews import (
    MAX_REASON,
    decide,
    is_approved,
    mark_of,
    mendable,
    opened,
    send_back,
    title,
)
from handlers.review_page import LINES, said
from handlers.states import Idle, Returning
from handlers.submitting import receipt_of
from handlers.supervising_page import Row, button, ground_of, in_rows, page, pager, say
from handlers.tokens import OVERSEE, Token, record_word, token
from handlers.turn import Replies, Turn
from storage.four_eyes import is_own
from storage.reviews import APPROVED, Reviewed

_DECIDING = frozenset({"fine", "back", "about"})


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button of a record's page: what it does, then the record."""
    record, session = await opened(turn, f"uuid:{pressed.word(1)}")
    if record is None:
        return page(turn, [turn.say("chat.records.gone")], [(button(turn, "late", "h"),)])
    if session is None:
        return await _elsewhere(turn, record)
    if await _purpose_is_missing(turn, session):
        return _ask_purpose(turn, record, session)
    if pressed.word(0) in _DECIDING and is_own(turn.uow.actor, record.account_id):
        return await show(turn, record, session, 0, say(turn, "own"))
    shown = max(pressed.number(2), 0)
    match pressed.word(0):
        case "fine":
            return await _approve(turn, record, session, pressed.word(2))
        case "photos":
            return await _photos(turn, record, session)
        case "back" | "about" if not record.mends:
            return await show(turn, record, session, 0, _nobody_mends(turn, record))
        case "back":
            return await _which(turn, record, session, shown)
        case "about" if pressed.word(3) != mark_of(record):
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
    root = record_word(record.root_id)
    rows = pager(shown, len(summary.lines), LINES, "c", root, "{}")
    if is_own(turn.uow.actor, record.account_id):
        text.append(say(turn, "own"))
    elif not is_approved(record):
        fine = button(turn, "fine", "fine", root, mark_of(record))
        rows.append((fine, button(turn, "return", "back", root, shown)))
    if await turn.uow.media.pictures_of(record.root_id):
        if turn.house.hands_out_files(turn.chat.channel):
            rows.append((button(turn, "photos", "photos", root),))
        else:
            text.append(say(turn, "record.photos_elsewhere", url=_in_office(turn, record)))
    if record.subject_code:
        way = button(turn, "subject", "w", record.subject_kind, record.subject_code)
        rows.append((way,))
    return page(turn, ["\n\n".join(part for part in text if part)], rows)


async def _photos(turn: Turn, record: Reviewed, session: Session) -> Replies:
    """The photos that belong to a record, below its page. Looking at them is logged."""
    files = await turn.uow.media.pictures_of(record.root_id)
    if not files or not turn.house.hands_out_files(turn.chat.channel):
        return await show(turn, record, session)
    await turn.uow.record("open_photo", record.instance_id)
    pictures = tuple(
        Picture(media=one.id, name=one.record_name, mime=one.mime, caption=str(number))
        for number, one in enumerate(files, 1)
    )
    back = button(turn, "back", "c", record_word(record.root_id), 0)
    text = say(turn, "record.photos", n=len(files), receipt=receipt_of(record.instance_id))
    return [Reply(text=text, pictures=pictures, buttons=((back,),))]


async def _elsewhere(turn: Turn, record: Reviewed) -> Replies:
    """A record that was not filled in here: the chat has no page for it, the office has."""
    form = literal(await title(turn, record))
    text = say(turn, "record.elsewhere", form=form, url=_in_office(turn, record))
    return page(turn, [text], [(button(turn, "late", "h"),)])


def _in_office(turn: Turn, record: Reviewed) -> str:
    return f"{turn.house.url}/office/records/{record.instance_id}"


def _nobody_mends(turn: Turn, record: Reviewed) -> str:
    return say(turn, "return.left", worker=record.worker)


async def open_(turn: Turn, root: str) -> Replies:
    """The record whose first version has the plain id `root`, once a purpose is named."""
    return await pressed(turn, Token(OVERSEE, ("c", root, "0")))


async def _changed(turn: Turn, record: Reviewed, session: Session) -> Replies:
    """What was seen is not what stands: nothing is decided before it is read."""
    return await show(turn, record, session, 0, say(turn, "record.changed"))


def _ask_purpose(turn: Turn, record: Reviewed, session: Session) -> Replies:
    subject = session.stored.subject
    return purposes.ask(
        turn, subject["code"], subject["surname"], record_word(record.root_id), OVERSEE
    )


async def _purpose_is_missing(turn: Turn, session: Session) -> bool:
    born, number = session.stored.subject.get("birth_date"), session.stored.subject_id
    if not born or number is None:
        return False
    return await purposes.missing(turn, number, date.fromisoformat(born))


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
    if is_approved(record):
        return await show(turn, record, session)
    if mark != mark_of(record):
        return await _changed(turn, record, session)
    await decide(turn, record, APPROVED)
    fresh, _ = await opened(turn, record.root_id)
    return await show(turn, fresh or record, session, 0, say(turn, "record.approved"))


# --- sending back --------------------------------------------------------------------------------


async def _which(turn: Turn, record: Reviewed, session: Session, shown: int) -> Replies:
    """Which question it is about: those of the page that was shown, by number. It opens the
    record, and is logged as that."""
    await turn.uow.record("open", record.instance_id)
    summary = session.iv.summary()
    start, mark = shown * LINES, mark_of(record)
    root = record_word(record.root_id)
    numbers = [
        Button(text=str(index + 1), token=token(OVERSEE, "about", root, index, mark))
        for index, line in enumerate(summary.lines[start : start + LINES], start)
        if isinstance(line, SummaryLine) and mendable(session, line)
    ]
    text = [say(turn, "return.which"), "", "\n\n".join(said(turn, session, summary, shown))]
    rows: list[Row] = [
        *in_rows(numbers, 5),
        *pager(shown, len(summary.lines), LINES, "back", root, "{}"),
        (button(turn, "whole_record", "about", root, "all", mark),),
        (button(turn, "back", "c", root, shown),),
    ]
    return page(turn, text, rows)


def _ask_why(turn: Turn, record: Reviewed, session: Session, index: int) -> Replies:
    line = _line(session.iv.summary(), index)
    ref = line.ref if line else ""
    turn.state = Returning(root=record.root_id, ref=ref, mark=mark_of(record))
    label = authored(line.label) if line else say(turn, "return.whole")
    (reply,) = page(
        turn,
        [say(turn, "return.why", question=label)],
        [(button(turn, "back", "c", record_word(record.root_id), 0),)],
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
    if state.mark != mark_of(record):
        return _below(await _changed(turn, record, session))
    if not record.mends:
        return _below(await show(turn, record, session, 0, _nobody_mends(turn, record)))
    lines = [one for one in session.iv.summary().lines if isinstance(one, SummaryLine)]
    line = next((one for one in lines if one.ref == state.ref), None)
    reason = turn.event.text.strip() if isinstance(turn.event, Text) else ""
    if not reason or len(reason) > MAX_REASON:
        label = authored(line.label) if line else say(turn, "return.whole")
        text = say(turn, "return.why", question=label)
        lead = say(turn, "return.long", n=MAX_REASON) if reason else say(turn, "return.type")
        return [Reply(text=f"{lead}\n\n{text}", entry=Entry(kind="text"))]
    told = await send_back(turn, record, session, line, reason)
    fresh, _ = await opened(turn, state.root)
    done = say(turn, "return.done" if told else "return.untold", worker=record.worker)
    turn.state = Idle()
    return _below(await show(turn, fresh or record, session, 0, done))


def _below(replies: Replies) -> Replies:
    """An answer to what was typed: below it, not in place of a page further up."""
    return [reply.model_copy(update={"edits": None}) for reply in replies]
