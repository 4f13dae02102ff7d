"""What a worker is told of others' doing, their supervisor's or a resident's: one message each, and
not at any moment.

It keeps the night and an open interview free: what comes then waits for eight in the morning, or
for the end of the interview. Both are looked at again when it is to be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any, Final

from core.messages import Button, Reply
from core.texts import known, say
from handlers import states, window_words
from handlers.kinds import NOTICE
from handlers.markup import literal
from handlers.states import Filling, Leaving, Reviewing
from handlers.tokens import DUTY, RECORD, REQUEST, token
from handlers.turn import House, Turn
from scheduler.manners import LEFT_FOR, is_night, morning_after
from storage.conversations import Conversation
from storage.obligation_tables import obligation
from storage.obligations import Obligations
from storage.outbox import Parcel
from storage.overdue import Case
from storage.priorities import DIGEST
from storage.reviews import Nudged, Reviews
from storage.unit import UnitOfWork

_BUTTONS: Final = ("reminded", "given", "given_one")


async def remind(turn: Turn, case: Case) -> Nudged:
    """Remind whoever owes a duty of it, unless they were of its subject, or often, today."""
    by = turn.chat.account_id
    assert by is not None
    reviews = Reviews(turn.uow.connection, turn.uow.actor, turn.uow.clock)
    nudged = await reviews.nudge(case, turn.today, by)
    if nudged == "now":
        await about(turn, case, "reminded", {})
    return nudged


async def about(
    turn: Turn, case: Case, what: str, values: Mapping[str, Any], reader: int | None = None
) -> None:
    """Tell the account `reader`, or whoever owes the duty, what was done about it. Nobody is told
    what they did themselves."""
    reader = case.account_id if reader is None else reader
    rule = None
    if turn.house.ground is not None:
        rule = turn.house.ground().rule(case.rule_id, case.rule_version, case.rule_region)
    titles = rule.titles.model_dump() if rule else {"zh": case.rule_id, "en": case.rule_id}
    duty = {"id": case.id, "kind": case.kind, "code": case.code, "surname": case.surname}
    days = {"opens_on": case.opens_on.isoformat(), "due_on": case.due_on.isoformat()}
    await tell(turn, reader, what, {"titles": titles, **duty, **days, **values})


async def tell(turn: Turn, reader: int | None, what: str, body: Mapping[str, Any]) -> None:
    """Tell an account something; `what` names a text of ``supervise.told``, or is a whole key."""
    if reader is None or reader == turn.chat.account_id:
        return
    for chat in await turn.uow.conversations.of_account(reader):
        await _queue(turn.uow, chat, {"what": what, **body}, turn.house.zone)


async def _queue(uow: UnitOfWork, chat: Conversation, body: dict[str, Any], zone: tzinfo) -> None:
    free = free_at(chat, uow.now, zone)
    await uow.outbox.queue_kind(chat.id, NOTICE, body, DIGEST, not_before=free)


def free_at(chat: Conversation, now: datetime, zone: tzinfo) -> datetime:
    """The next moment from `now` on (aware) at which a chat may be written to unasked."""
    if isinstance(states.load(chat.state), Filling | Reviewing | Leaving):
        now = max(now, chat.updated_at + LEFT_FOR)
    return morning_after(now, zone) if is_night(now, zone) else now


async def prepare(uow: UnitOfWork, parcel: Parcel, house: House) -> Reply | None:
    """A notice at the moment of sending; None if it has to wait once more, or if there is nothing
    to remind of any more."""
    chat = await uow.conversations.get(parcel.conversation_id)
    if parcel.body["what"] == "reminded" and not await _is_owed(uow, parcel.body["id"], chat):
        return None
    if chat is not None and free_at(chat, uow.now, house.zone) > uow.now:
        await _queue(uow, chat, parcel.body, house.zone)
        return None
    return render(parcel.body, parcel.language, house)


async def _is_owed(uow: UnitOfWork, duty: int, chat: Conversation | None) -> bool:
    """Whether a duty is open, and is still the reader's: it may have gone to somebody else."""
    rows = await Obligations(uow.connection).select(obligation.c.id == duty)
    if not rows or chat is None:  # it went with an import that was taken back
        return False
    return rows[0].ended is None and rows[0].account_id == chat.account_id


def render(body: dict[str, Any], language: str, house: House) -> Reply:
    """A notice in the reader's language."""
    values = dict(body)
    what = str(values.pop("what"))
    if "reason" in values and known(f"rulewords.reason.{values['reason']}"):
        values["reason"] = say(language, f"rulewords.reason.{values['reason']}")
    if "unfit" in values:
        values["unfit"] = say(language, f"supervise.unfit.{values['unfit']}")
    if "titles" in values:
        values["duty"] = _duty(values, language)
    if "due_on" in values:
        first, last = (date.fromisoformat(values[name]) for name in ("opens_on", "due_on"))
        values["window"] = window_words.any_day(first, last, last, language)
    text = say(language, what if "." in what else f"supervise.told.{what}", **values)
    return Reply(text=text, buttons=_buttons(what, body, language))


def _duty(values: Mapping[str, Any], language: str) -> str:
    title = literal(values["titles"].get(language, ""))
    if not values["code"]:
        return title
    key = "chat.list.family" if values["kind"] == "household" else "chat.list.someone"
    name = say(language, key, code=literal(values["code"]), surname=literal(values["surname"]))
    return say(language, "supervise.told.duty", subject=name, title=title)


def _buttons(what: str, body: Mapping[str, Any], language: str) -> tuple[tuple[Button, ...], ...]:
    if what.startswith("requests."):
        look = say(language, "requests.button.look")
        return ((Button(text=look, token=token(REQUEST, "list")),),)
    if what.startswith("returned"):
        text = say(language, "supervise.button.mend")
        return (
            (Button(text=text, token=token(RECORD, "mend", body["interview"]), style="primary"),),
        )
    if what in _BUTTONS:
        text = say(language, "supervise.button.why")
        return ((Button(text=text, token=token(DUTY, "why", body["id"])),),)
    return ()
