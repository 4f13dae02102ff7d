"""Alerts that can't wait: a form's own flag goes to the supervisors at once, through the outbox.

A form raises an alert by a calculation named ``alert_…`` that becomes ``1``. It is sent once an
interview, in the same transaction as the answer that raised it. An alert carries a subject code and
what kind it is, never a name or a detail (Law on the Protection of Minors, Art. 103).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.messages import Reply
from core.texts import known, say
from handlers.interviews import Session
from handlers.kinds import ALERT
from handlers.turn import House, Replies, Turn
from storage.priorities import URGENT
from storage.unit import UnitOfWork

PREFIX: Final = "alert_"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert: `subject` is a code, `at` the local minute as ISO text, `chat` the conversation of
    whoever raised it, None if they have none."""

    name: str
    subject: str
    form_id: str
    area: str
    at: str
    chat: int | None


async def check(turn: Turn, session: Session) -> Replies:
    """Send what has newly been raised; returns what the worker is told."""
    raised = [name for name in _flags(session) if name not in session.stored.alerts]
    replies: Replies = []
    for name in raised:
        session.stored.alerts.append(name)
        told = await _send(turn, session, name)
        key = "chat.alert.sent" if told else "chat.alert.nobody"
        phones = phone_list(turn.house, turn.language, "report", _area(turn, session))
        replies.append(Reply(text=turn.say(key, phones=phones), urgent=True))
    return replies


def flags(values: Mapping[str, str]) -> list[str]:
    """The alerts that answers, by path, raise."""
    named = ((path.rsplit("/", 1)[-1], value) for path, value in values.items())
    return sorted({name for name, value in named if name.startswith(PREFIX) and value == "1"})


def _flags(session: Session) -> list[str]:
    return flags(session.iv.values())


def _area(turn: Turn, session: Session) -> str:
    return session.stored.subject.get("area") or turn.chat.actor.area or ""


async def _send(turn: Turn, session: Session, name: str) -> int:
    alert = Alert(
        name=name,
        subject=session.stored.subject.get("code", ""),
        form_id=session.form.form_id,
        area=_area(turn, session),
        at=turn.now.isoformat(timespec="minutes"),
        chat=turn.chat.id,
    )
    return await send(turn.uow, alert)


async def send(uow: UnitOfWork, alert: Alert) -> int:
    """Queue an alert for every chat of the supervisors of its area; how many chats."""
    body = {
        "alert": alert.name,
        "subject": alert.subject,
        "form": alert.form_id,
        "area": alert.area,
        "at": alert.at,
        "from": alert.chat,
    }
    told = 0
    for supervisor in await uow.accounts.supervisors(alert.area):
        for chat in await uow.conversations.of_account(supervisor.id):
            await uow.outbox.queue_kind(chat.id, ALERT, body, URGENT)
            told += 1
    await uow.record("alert", f"{alert.name}:{alert.subject}")
    return told


def render(body: dict[str, Any], language: str, house: House) -> Reply:
    """The alert as a supervisor reads it, rendered at delivery in their language."""
    key = f"chat.alert.{body['alert']}"
    title = say(language, key if known(key) else "chat.alert.other")
    when = str(body["at"]).replace("T", " ")[:16]
    text = say(
        language,
        "chat.alert.text",
        title=title,
        subject=body["subject"] or "—",
        when=when,
        phones=phone_list(house, language, "report", str(body["area"])),
    )
    return Reply(text=text, urgent=True)


def render_undelivered(body: dict[str, Any], language: str, house: House) -> Reply:
    """What the worker who raised an alarm reads if it did not get through to a supervisor."""
    phones = phone_list(house, language, "report", str(body["area"]))
    return Reply(text=say(language, "chat.alert.undelivered", phones=phones), urgent=True)


def phone_list(house: House, language: str, use: str, area: str = "") -> str:
    """The offices to call for a use in an area, a line each, in the order to call them."""
    return "\n".join(
        f"- {phone.name(language)}: **{phone.number}**" for phone in house.phones(use, area)
    )
