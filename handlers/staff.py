"""Who works in one's area, and what can be done about each: for who lets people in."""

from __future__ import annotations

from core.messages import Button
from handlers import inviting, menu
from handlers.staff_page import PAGE, Row, area_names, button, described, page, pager, state
from handlers.states import Idle
from handlers.tokens import STAFF, Token, token
from handlers.turn import Replies, Turn
from storage.accounts import Account


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button of these pages. Whoever lets nobody in gets the menu."""
    if not turn.chat.actor.powers.invites:
        return await menu.show(turn, turn.say("chat.stale"))
    turn.state = Idle()
    match pressed.word(0):
        case "list":
            return await _list(turn, max(pressed.number(1), 0))
        case "invite":
            return inviting.roles(turn)
        case "role":
            return await inviting.areas(turn, pressed.word(1), max(pressed.number(2), 0))
        case "area":
            return await inviting.name(turn, pressed.word(1), pressed.word(2))
        case act:
            return await _about(turn, act, pressed.word(1))


async def _list(turn: Turn, at: int) -> Replies:
    everyone = [one for one in await turn.uow.accounts.all() if one.id != turn.chat.account_id]
    pages = max(-(-len(everyone) // PAGE), 1)
    at = min(at, pages - 1)
    names = await area_names(turn)
    rows: list[Row] = [(button(turn, "invite", "invite", style="primary"),)]
    for one in everyone[at * PAGE : (at + 1) * PAGE]:
        mark = "" if one.active else f" · {turn.say(f'trust.staff.state.{state(one)}')}"
        text = described(turn, one, names) + mark
        rows.append((Button(text=text, token=token(STAFF, "one", one.code)),))
    return page(
        turn, turn.say("trust.staff.title", n=len(everyone)), [*rows, *pager(at, pages, "list")]
    )


# --- one of them ---------------------------------------------------------------------------------


def acts(one: Account) -> tuple[str, ...]:
    """What may be done about an account as it stands, by the names of the buttons."""
    if one.active:
        return ("again", "suspend", "hand_over")
    match one.held:
        case "pending":
            return ("confirm", "again")
        case "suspended":
            return ("resume",)
        case _:
            return ()  # closed for good: whoever comes back gets an account of their own


async def _about(turn: Turn, act: str, code: str) -> Replies:
    one = await turn.uow.accounts.by_code(code)
    if one is None or one.id == turn.chat.account_id:
        return page(turn, turn.say("trust.staff.unknown"), [])
    if act not in acts(one):
        return await _card(turn, one)
    match act:
        case "again":
            return await inviting.hand_out(turn, one)
        case "hand_over":
            return inviting.successor(turn, one)
        case "confirm":
            try:
                await turn.uow.accounts.confirm(one.id)
            except PermissionError:
                return await _card(turn, one, turn.say("trust.staff.another"))
        case "suspend":
            await turn.uow.accounts.hold(one.id, "suspended")
        case _:
            await turn.uow.accounts.open(one.id)
    await turn.uow.record(act, one.code)
    return await _card(turn, await turn.uow.accounts.get(one.id) or one)


async def _card(turn: Turn, one: Account, lead: str = "") -> Replies:
    names = await area_names(turn)
    told = turn.say(f"trust.staff.state.{state(one)}")
    parts = (lead, f"**{described(turn, one, names)}**\n{told}")
    rows: list[Row] = [(button(turn, act, act, one.code),) for act in acts(one)]
    return page(turn, "\n\n".join(part for part in parts if part), rows)
