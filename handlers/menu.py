"""The menu: what someone can do from here, by who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.messages import Button, Reply
from handlers import owed_menu, request_buttons, stranger, supervising_menu
from handlers.shelf import title_of
from handlers.states import Idle
from handlers.tokens import DRAFT, FORM, HELP, LANGUAGE, LIST, PENSION, RECORD, STAFF, token
from handlers.turn import Replies, Turn
from storage.policy import Role

if TYPE_CHECKING:
    from storage.interviews import Draft

SLOT: Final = "menu"
DRAFTS: Final = 2
"""On a page of the menu: more would push the rest off a phone's screen."""

Row = tuple[Button, ...]


async def show(turn: Turn, lead: str = "", *, edit: bool = False, page: int = 0) -> Replies:
    """The menu of whoever is asking, in place of the shown one if `edit`, with a page (from 0) of
    their drafts."""
    turn.state = Idle()
    if turn.chat.actor.role is Role.RESIDENT:
        from handlers import resident

        return resident.show(turn, lead)
    if turn.chat.actor.role is Role.NOBODY:
        return stranger.show(turn, lead)
    rows = await supervising_menu.rows(turn)
    rows += await owed_menu.rows(turn)
    rows += await _drafts(turn, page) if turn.chat.actor.may_fill else []
    rows += await request_buttons.waiting(turn)
    rows += await _work(turn)
    if turn.chat.actor.powers.invites:
        staff = Button(text=turn.say("trust.staff.button.staff"), token=token(STAFF, "list", 0))
        rows.append((staff,))
    rows.append((Button(text=turn.say("pension.button.pension"), token=token(PENSION, "open")),))
    rows.append(
        (
            Button(text=turn.say("chat.button.language"), token=token(LANGUAGE)),
            Button(text=turn.say("chat.button.help"), token=token(HELP)),
        )
    )
    title = turn.say("chat.menu.title", role=turn.say(f"chat.role.{turn.chat.actor.role.value}"))
    text = "\n\n".join(part for part in (lead, title) if part)
    return [Reply(text=text, buttons=tuple(rows), slot=SLOT, edits=SLOT if edit else None)]


async def _work(turn: Turn) -> list[Row]:
    if not turn.chat.actor.may_fill:
        return []
    households = Button(
        text=turn.say("chat.button.households"), token=token(LIST, "household"), style="primary"
    )
    people = Button(text=turn.say("chat.button.people"), token=token(LIST, "person"))
    rows: list[Row] = [(households,), (people,)] if turn.chat.actor.may_see_people else []
    for version in await turn.uow.forms.offered():
        if version.offer.subject == "none" and allowed(version.offer.roles, turn):
            name = token(FORM, version.sha256[:12], "-")
            rows.append((Button(text=title_of(version, turn.language), token=name),))
    records = Button(text=turn.say("chat.button.records"), token=token(RECORD, "page", 0))
    return [*rows, (records,)]


async def _drafts(turn: Turn, page: int) -> list[Row]:
    drafts, total = await turn.uow.interviews.drafts(page, DRAFTS)
    rows: list[Row] = [(await _draft(turn, draft),) for draft in drafts]
    pages = (total + DRAFTS - 1) // DRAFTS
    if pages > 1:
        before, after = (page - 1) % pages, (page + 1) % pages
        rows.append(
            (
                Button(text="‹", token=token(DRAFT, "page", before)),
                Button(text=f"{page + 1} / {pages}", token=token(DRAFT, "page", page)),
                Button(text="›", token=token(DRAFT, "page", after)),
            )
        )
    return rows


async def _draft(turn: Turn, draft: Draft) -> Button:
    version = await turn.uow.forms.get(draft.form_sha256)
    title = title_of(version, turn.language) if version else ""
    day = f"{draft.updated_at.astimezone(turn.house.zone):%m-%d}"
    label = " ".join(part for part in (title, draft.subject_code, day) if part)
    text = turn.say(f"chat.button.{'correcting' if draft.correction else 'resume'}", form=label)
    return Button(text=text, token=token(DRAFT, draft.id), style="primary")


def allowed(roles: tuple[str, ...], turn: Turn) -> bool:
    """Whether the person's role is among `roles`; none named means all."""
    return not roles or turn.chat.actor.role.value in roles
