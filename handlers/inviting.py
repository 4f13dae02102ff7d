"""Letting somebody in: the role, the area, what they are called, and the code that they get."""

from __future__ import annotations

from typing import Final

from core.messages import Button, Text
from handlers import letting_in
from handlers.markup import literal
from handlers.staff_page import PAGE, Row, page, pager
from handlers.states import Idle, Inviting
from handlers.tokens import STAFF, token
from handlers.turn import Replies, Turn
from storage.accounts import Account
from storage.invites import TOKEN_LIFE
from storage.policy import POWERS, Role

LONGEST: Final = 20


def roles(turn: Turn) -> Replies:
    """Ask as what somebody is to be let in."""
    rows: list[Row] = [
        (Button(text=turn.say(f"chat.role.{role}"), token=token(STAFF, "role", role, 0)),)
        for role in turn.chat.actor.powers.invites
    ]
    return page(turn, turn.say("trust.staff.role"), rows)


async def areas(turn: Turn, wanted: str, at: int) -> Replies:
    """Ask for which area: those where the role stands, a page (from 0) of them."""
    role = _role(turn, wanted)
    if role is None:
        return roles(turn)
    every = await turn.uow.areas.all(turn.chat.actor.area or "~")
    fitting = [one for one in every if one.level == POWERS[role].level]
    pages = max(-(-len(fitting) // PAGE), 1)
    at = min(at, pages - 1)
    names = {one.code: one.name for one in every}
    rows: list[Row] = []
    for one in fitting[at * PAGE : (at + 1) * PAGE]:
        text = " ".join(filter(None, (names.get(one.parent or ""), one.name)))
        rows.append((Button(text=text, token=token(STAFF, "area", role, one.code)),))
    said = turn.say(f"trust.staff.{'area' if fitting else 'no_area'}")
    return page(turn, said, [*rows, *pager(at, pages, "role", role)])


async def name(turn: Turn, wanted: str, area: str) -> Replies:
    """Ask what they are called."""
    role = _role(turn, wanted)
    known = await turn.uow.areas.get(area)
    if role is None or known is None or not turn.chat.actor.may_invite(role, area):
        return roles(turn)
    return _ask_name(turn, Inviting(role=role, area=area))


def successor(turn: Turn, former: Account) -> Replies:
    """Ask what somebody is called who takes over."""
    wish = Inviting(role=former.role, area=former.area_code, replaces=former.code)
    return _ask_name(turn, wish)


def _ask_name(turn: Turn, wish: Inviting, lead: str = "") -> Replies:
    turn.state = wish
    asked = turn.say("trust.staff.successor" if wish.replaces else "trust.staff.name")
    return page(turn, "\n\n".join(filter(None, (lead, asked))), [], typed=True)


async def handle(turn: Turn, wish: Inviting) -> Replies:
    """The name, as it was typed: the account is opened, and the code shown."""
    typed = turn.event.text.strip() if isinstance(turn.event, Text) else ""
    if not 0 < len(typed) <= LONGEST or any(sign.isdigit() for sign in typed):
        return _ask_name(turn, wish, turn.say("trust.staff.bad_name", n=LONGEST))
    turn.state = Idle()
    accounts = turn.uow.accounts
    try:
        if wish.replaces:
            former = await accounts.by_code(wish.replaces)
            if former is None:
                return page(turn, turn.say("trust.staff.unknown"), [])
            new = await accounts.hand_over(former.id, typed)
            await turn.uow.record("hand_over", f"{former.code}:{new.code}")
        else:
            new = await accounts.add(typed, Role(wish.role), wish.area)
    except PermissionError:  # the person's own powers have changed since they were asked
        return page(turn, turn.say("trust.staff.unknown"), [])
    return await hand_out(turn, new)


async def hand_out(turn: Turn, one: Account) -> Replies:
    """A new code for an account; the ones before are void."""
    one, code = await letting_in.code_for(turn.uow, one)
    parts = [
        turn.say("trust.staff.invited", who=literal(one.name), account=one.code),
        turn.say("trust.staff.code", code=code, days=TOKEN_LIFE["messenger"].days),
    ]
    if turn.house.bot:
        parts.append(f"https://t.me/{turn.house.bot}?start={code}")
    if one.held == "pending":
        parts.append(turn.say("trust.staff.pending"))
    (reply,) = page(turn, "\n\n".join(parts), [])
    pressed = not isinstance(turn.event, Text)
    return [reply if pressed else reply.model_copy(update={"edits": None})]


def _role(turn: Turn, wanted: str) -> Role | None:
    return next((role for role in turn.chat.actor.powers.invites if role == wanted), None)
