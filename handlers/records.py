"""What somebody handed in: the list, one record as the review shows it, and its correction.

A submitted record never changes. To correct one is to go through it again, beginning with its
answers: what is submitted then is a new version of it, and the former is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal

from core.messages import Button, Reply
from handlers import interviews, leaving, menu, purposes, showing
from handlers.interviews import Session
from handlers.markup import literal
from handlers.rebuilding import rebuilt
from handlers.review_page import LINES, said
from handlers.shelf import title_of
from handlers.states import Idle
from handlers.submitting import receipt_of
from handlers.tokens import MENU, RECORD, Token, token
from handlers.turn import Replies, Turn
from storage.corrections import Filed, OwnRecord

PAGE: Final = 8

Row = tuple[Button, ...]


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button of the list or of a record."""
    match pressed.word(0):
        case "open":
            return await open_(turn, pressed.word(1), max(pressed.number(2), 0))
        case "correct":
            return await _correct(turn, pressed.word(1))
        case _:
            return await show(turn, max(pressed.number(1), 0), edit=True)


# --- the list ------------------------------------------------------------------------------------


async def show(turn: Turn, page: int = 0, lead: str = "", *, edit: bool = False) -> Replies:
    """One page (from 0) of the person's own records, the newest first: whom each is about, the
    form, and the day of the visit."""
    turn.state = Idle()
    found, total = await turn.uow.corrections.mine(page, PAGE)
    if not found and page:
        return await show(turn, 0, lead, edit=edit)
    title = turn.say("chat.records.title", n=total) if total else turn.say("chat.records.none")
    text = "\n\n".join(part for part in (lead, title) if part)
    rows = [*await _entries(turn, found), *_pager(page, -(-total // PAGE), "page"), (_menu(turn),)]
    return [
        Reply(text=text, buttons=tuple(rows), slot=menu.SLOT, edits=menu.SLOT if edit else None)
    ]


async def _entries(turn: Turn, found: Sequence[OwnRecord]) -> list[Row]:
    titles: dict[str, str] = {}
    for sha256 in {one.form_sha256 for one in found}:
        version = await turn.uow.forms.get(sha256)
        titles[sha256] = title_of(version, turn.language) if version else ""
    surnames: dict[str, str] = {}
    for kind in ("household", "person"):
        codes = {one.subject_code for one in found if one.subject_kind == kind}
        named = [code for code in codes if code]
        surnames |= await turn.uow.register.surnames(kind, named) if named else {}
    rows: list[Row] = []
    for one in found:
        code = one.subject_code or ""
        parts = (code, surnames.get(code), titles[one.form_sha256], f"{one.visit_date:%m-%d}")
        mark = turn.say("chat.records.mark") if one.corrected else ""
        if one.returned:
            mark = turn.say("supervise.record.mark")
        text = " ".join(part for part in (*parts, mark) if part)
        style: Literal["primary", "plain"] = "primary" if one.returned else "plain"
        name = token(RECORD, "open", one.interview_id, 0)
        rows.append((Button(text=text, token=name, style=style),))
    return rows


# --- one record ----------------------------------------------------------------------------------


async def open_(turn: Turn, interview_id: str, page: int = 0) -> Replies:
    """A record as it stands now, page by page. Opening it is logged; a child's first asks for a
    purpose."""
    filed, session = await _find(turn, interview_id)
    if filed is None or session is None:
        return await show(turn, lead=turn.say(_unreadable(filed)), edit=True)
    if await _purpose_is_missing(turn, session):
        return _ask_purpose(turn, session)
    turn.state = Idle()
    await turn.uow.record("open", filed.instance_id)
    summary = session.iv.summary()
    pages = max(-(-len(summary.lines) // LINES), 1)
    page = min(page, pages - 1)
    parts = [await _head(turn, session, filed), *said(turn, session, summary, page)]
    rows = _pager(page, pages, "open", interview_id)
    day = filed.last_day.isoformat()
    if filed.correctable(turn.today):
        parts.append(turn.say("chat.records.until", day=day))
        name = token(RECORD, "correct", interview_id)
        rows.append((Button(text=turn.say("chat.button.correct"), token=name, style="primary"),))
    else:
        parts.append(turn.say("chat.records.over", day=day))
    back = Button(text=turn.say("chat.button.list"), token=token(RECORD, "page", 0))
    rows.append((back, _menu(turn)))
    text = "\n\n".join(parts)
    return [Reply(text=text, buttons=tuple(rows), slot=menu.SLOT, edits=menu.SLOT)]


async def _head(turn: Turn, session: Session, filed: Filed) -> str:
    subject = session.stored.subject
    lines = [
        turn.say(
            "chat.records.head",
            form=literal(await session.title(turn)),
            subject=literal(f"{subject.get('code', '')} {subject.get('surname', '')}".strip()),
            day=filed.visit_date.isoformat(),
            receipt=receipt_of(filed.instance_id),
        )
    ]
    if filed.corrected:
        lines.append(turn.say("chat.records.corrected"))
    if filed.reason is not None:
        lines.append(turn.say("supervise.record.sent_back", why=literal(filed.reason)))
    return "\n".join(lines)


async def _correct(turn: Turn, interview_id: str) -> Replies:
    """Begin to correct a record, or go on where that was begun before."""
    filed, session = await _find(turn, interview_id)
    if filed is None or session is None:
        return await show(turn, lead=turn.say(_unreadable(filed)), edit=True)
    if not filed.correctable(turn.today) or await _purpose_is_missing(turn, session):
        return await open_(turn, interview_id)
    begun = await turn.uow.interviews.correcting(filed.instance_id)
    if begun is not None:
        return await leaving.resume(turn, begun)
    draft = await interviews.reopen(turn, session, filed)
    if filed.reason is not None and filed.ref:
        draft.iv.goto(filed.ref)
    await turn.uow.record("reopen", filed.instance_id)
    head = Reply(text=await _head(turn, session, filed), edits=menu.SLOT)
    return [head, *await showing.show(turn, draft, lead=turn.say("chat.records.correcting"))]


def _unreadable(filed: Filed | None) -> str:
    """What to say of a record that can't be read: one from elsewhere is corrected where it was."""
    elsewhere = filed is not None and filed.interview_id is None
    return "chat.records.elsewhere" if elsewhere else "chat.records.gone"


async def mend(turn: Turn, interview_id: str) -> Replies:
    """Begin to correct what was sent back, at the question that it was sent back for. What is open
    now becomes a draft."""
    await leaving.set_aside(turn)
    return await _correct(turn, interview_id)


async def _purpose_is_missing(turn: Turn, session: Session) -> bool:
    born, number = session.stored.subject.get("birth_date"), session.stored.subject_id
    if not born or number is None:
        return False
    return await purposes.missing(turn, number, date.fromisoformat(born))


def _ask_purpose(turn: Turn, session: Session) -> Replies:
    subject = session.stored.subject
    return purposes.ask(turn, subject["code"], subject["surname"], session.stored.id)


async def _find(turn: Turn, interview_id: str) -> tuple[Filed | None, Session | None]:
    """The version that stands of the record that came from this interview, or from elsewhere by
    this id, and its answers."""
    corrections = turn.uow.corrections
    filed = await corrections.filed(interview_id)
    filed = filed or await corrections.of_root(f"uuid:{interview_id}")
    if filed is None or filed.interview_id is not None:
        return filed, await interviews.open_record(turn, filed) if filed else None
    whole = filed.instance_id, filed.root_id
    return filed, await rebuilt(turn, *whole, filed.first_entered)


# --- buttons -------------------------------------------------------------------------------------


def _pager(page: int, pages: int, *words: object) -> list[Row]:
    if pages <= 1:
        return []
    shown = ((page - 1) % pages, "‹"), (page, f"{page + 1} / {pages}"), ((page + 1) % pages, "›")
    return [tuple(Button(text=text, token=token(RECORD, *words, to)) for to, text in shown)]


def _menu(turn: Turn) -> Button:
    return Button(text=turn.say("chat.button.menu"), token=token(MENU))
