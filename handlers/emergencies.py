"""Opening a file that is outside of one's area or role, in an emergency.

By its exact code, with a reason in one's own words; for an hour, and the supervisors of both places
are told at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.messages import Button, Entry, Reply, Text
from core.texts import say
from handlers import kinds, menu, subjects
from handlers.markup import literal
from handlers.states import Explaining
from handlers.tokens import MENU, token
from handlers.turn import House, Replies, Turn
from storage.accounts import Account
from storage.codes import HOUSEHOLD, subject_code
from storage.file_access import EMERGENCY, Opened, TooManyEmergenciesError
from storage.policy import Role
from storage.priorities import ANSWER

SHORTEST, LONGEST = 6, 200


async def ask(turn: Turn, typed: str) -> Replies:
    """Ask for the reason. A file that one may open anyway opens without any."""
    code = subject_code(typed)
    if code is None or not turn.chat.actor.may_see_people:
        return await menu.show(turn, turn.say("chat.stale"))
    kind = "household" if code.startswith(HOUSEHOLD) else "person"
    own = turn.uow.register.household if kind == "household" else turn.uow.register.person
    if await own(code) is not None:
        return await subjects.card(turn, kind, code)
    return _ask(turn, code)


def _ask(turn: Turn, code: str, lead: str = "") -> Replies:
    turn.state = Explaining(code=code)
    back = Button(text=turn.say("trust.emergency.back"), token=token(MENU))
    text = "\n\n".join(filter(None, (lead, turn.say("trust.emergency.ask", code=code))))
    placeholder = turn.say("trust.emergency.placeholder")
    entry = Entry(kind="text", placeholder=placeholder)
    return [Reply(text=text, buttons=((back,),), entry=entry, slot=menu.SLOT, edits=menu.SLOT)]


async def handle(turn: Turn, state: Explaining) -> Replies:
    """The reason, in one's own words."""
    reason = turn.event.text.strip() if isinstance(turn.event, Text) else ""
    if not SHORTEST <= len(reason) <= LONGEST:
        return _ask(turn, state.code, turn.say("trust.emergency.length", n=SHORTEST))
    try:
        opened = await turn.uow.file_access.break_glass(turn.chat.id, state.code, reason)
    except TooManyEmergenciesError:
        return await menu.show(turn, turn.say("trust.emergency.too_many"))
    if opened is None:
        await turn.uow.record("break_glass_failed", "-")  # what was typed may be anything
        return await menu.show(turn, turn.say("trust.emergency.unknown"))
    turn.uow.purpose = EMERGENCY
    await turn.uow.record("break_glass", opened.code)
    told = await _tell(turn, opened, reason)
    until = opened.until.astimezone(turn.house.zone)
    lead = turn.say(f"trust.emergency.{'told' if told else 'nobody'}", until=f"{until:%H:%M}")
    (card,) = await subjects.card(turn, opened.kind, opened.code)
    return [card.model_copy(update={"text": f"{lead}\n\n{card.text}", "edits": None})]


async def _tell(turn: Turn, opened: Opened, reason: str) -> int:
    """Tell the supervisors of the subject's place and of the worker's; how many chats it went to.
    Where there are none, the county's administrators are told."""
    own = await turn.uow.accounts.get(turn.chat.account_id or 0)
    body = {
        "account": own.code if own else "",
        "role": turn.chat.actor.role.value,
        "subject": opened.code,
        "reason": reason,
        "until": opened.until.isoformat(timespec="minutes"),
    }
    told = 0
    for role in (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_ADMINISTRATOR):
        for account in await _above(turn, opened, role):
            for chat in await turn.uow.conversations.of_account(account.id):
                await turn.uow.outbox.queue_kind(chat.id, kinds.EMERGENCY, body, ANSWER)
                told += 1
        if told:
            break
    return told


async def _above(turn: Turn, opened: Opened, role: Role) -> Sequence[Account]:
    found: dict[int, Account] = {}
    for area in (opened.area_code, turn.chat.actor.area or ""):
        for one in await turn.uow.accounts.supervisors(area, role):
            found[one.id] = one
    found.pop(turn.chat.account_id or 0, None)
    return list(found.values())


def render(body: dict[str, Any], language: str, house: House) -> Reply:
    """What a supervisor reads of it: codes and the reason, no name."""
    until = datetime.fromisoformat(str(body["until"])).astimezone(house.zone)
    text = say(
        language,
        "trust.emergency.report",
        role=say(language, f"chat.role.{body['role']}"),
        account=body["account"] or "—",
        subject=body["subject"],
        reason=literal(str(body["reason"])),
        until=f"{until:%H:%M}",
    )
    return Reply(text=text)
