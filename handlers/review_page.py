"""How the review looks: every answer, each with a button that leads to it."""

from __future__ import annotations

from typing import Final

from core.messages import Button, Entry, Picture, Reply
from forms import RepeatLine, RowLine, Summary, SummaryLine
from handlers.interviews import Session
from handlers.markup import authored, literal, unmarked
from handlers.review_changes import changes
from handlers.states import Reviewing
from handlers.tokens import REVIEW, token
from handlers.turn import Replies, Turn

LINES: Final = 10
SLOT: Final = "review"


async def render(
    turn: Turn,
    session: Session,
    state: Reviewing,
    lead: str = "",
    pictures: tuple[Picture, ...] = (),
    *,
    edit: bool = False,
) -> Replies:
    """The page of the review that `state` names, in place of the shown one if `edit`. `lead` and
    `pictures` come from notes before it."""
    summary = session.iv.summary()
    pages = max((len(summary.lines) + LINES - 1) // LINES, 1)
    page = min(state.page, pages - 1)
    reply = Reply(
        text=await _text(turn, session, summary, page, lead),
        buttons=_buttons(turn, session, summary, page, pages),
        pictures=pictures,
        entry=Entry(kind="none"),
        slot=SLOT,
        edits=SLOT if edit else None,
    )
    return [reply] if edit else [closed(turn), reply]


def closed(turn: Turn) -> Reply:
    """What becomes of a review that is left: its buttons go."""
    return Reply(text=turn.say("chat.review.closed"), edits=SLOT)


def ask_to_remove(turn: Turn, session: Session, line: RowLine, index: int) -> Reply:
    """Asks once more before a row goes with all that was said in it."""
    lines = session.iv.summary().lines
    said = [
        one for one in lines if isinstance(one, SummaryLine) and one.ref.startswith(f"{line.ref}/")
    ]
    text = turn.say("chat.review.remove", label=authored(line.label), n=len(said))
    words = (REVIEW, session.stored.id, session.iv.rev)
    remove = Button(
        text=turn.say("chat.button.remove_row"),
        token=token(*words, "remove", index),
        style="danger",
    )
    leave = Button(
        text=turn.say("chat.button.keep_row"), token=token(*words, "page", index // LINES)
    )
    return Reply(
        text=text, buttons=((remove, leave),), entry=Entry(kind="none"), slot=SLOT, edits=SLOT
    )


async def _text(turn: Turn, session: Session, summary: Summary, page: int, lead: str) -> str:
    parts = [lead] if lead else []
    title = await session.title(turn)
    parts.append(turn.say("chat.review.title", n=len(summary.lines), form=title))
    if page == 0:
        parts += await changes(turn, session, summary)
    parts += said(turn, session, summary, page)
    if page == (len(summary.lines) - 1) // LINES or not summary.lines:
        parts.append(turn.say("chat.review.ask"))
    return "\n\n".join(parts)


def said(turn: Turn, session: Session, summary: Summary, page: int) -> list[str]:
    """The answers of one page, each with its number and its question."""
    parts = []
    start = page * LINES
    for number, line in enumerate(summary.lines[start : start + LINES], start + 1):
        indent = "· " * line.depth
        if isinstance(line, RepeatLine):
            parts.append(f"{indent}**{number}.** {authored(line.label)}: {len(line.rows)}")
        elif isinstance(line, RowLine):
            parts.append(f"{indent}**{number}.** {authored(line.label)}")
        else:
            words = session.spoken(line.ref, line.value, line.shown, turn.language)
            shown = literal(words) or turn.say("chat.answer.skipped")
            label = authored(line.label) or line.ref.rsplit("/", 1)[-1]
            parts.append(f"{indent}**{number}.** {label}\n→ {shown}")
    return parts


def _buttons(
    turn: Turn, session: Session, summary: Summary, page: int, pages: int
) -> tuple[tuple[Button, ...], ...]:
    def name(*words: object) -> str:
        return token(REVIEW, session.stored.id, session.iv.rev, *words)

    start = page * LINES
    edits: list[Button] = []
    rows: list[tuple[Button, ...]] = []
    for index, line in enumerate(summary.lines[start : start + LINES], start):
        if isinstance(line, SummaryLine) and _editable(session, line):
            edits.append(Button(text=f"✎ {index + 1}", token=name("edit", index)))
        elif isinstance(line, RowLine) and line.can_remove:
            edits.append(Button(text=f"✕ {index + 1}", token=name("edit", index), style="danger"))
        elif isinstance(line, RepeatLine) and line.can_add:
            text = turn.say("chat.button.add_row", label=unmarked(line.label))
            rows.append((Button(text=text, token=name("edit", index)),))
    shown = [tuple(edits[at : at + 5]) for at in range(0, len(edits), 5)]
    if pages > 1:
        before, after = (page - 1) % pages, (page + 1) % pages
        rows.append(
            (
                Button(text="‹", token=name("page", before)),
                Button(text=f"{page + 1} / {pages}", token=name("page", page)),
                Button(text="›", token=name("page", after)),
            )
        )
    submit = Button(text=turn.say("chat.button.submit"), token=name("submit"), style="primary")
    return (*shown, *rows, (submit,))


def _editable(session: Session, line: SummaryLine) -> bool:
    fixed = session.subject_answered and line.ref == session.shelved.subject_path
    return not line.readonly and not fixed
