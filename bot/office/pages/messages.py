"""What waits to be delivered, and what could not be, to people and to other systems: to be sent
again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from aiohttp import web

from bot.office.office import Desk
from bot.office.visit import Visit
from core.texts import known, say
from storage.dead_letters import DeadMessage
from storage.policy import Actor
from storage.waiting_messages import Pause, Waiting, WaitingMessages

if TYPE_CHECKING:
    from storage.pushes import Failure
    from storage.webhooks import DeadCall

NEWEST: Final = 200
_PATH: Final = "/office/messages"
_REASONS: Final = {
    "unreachable": "unreachable",
    "blocked by the user": "blocked",
    "user is deactivated": "deactivated",
    "chat not found": "no_chat",
    "too many requests": "too_many",
    "whole bot has to wait": "too_many",
}
"""What a messenger says when a message can't be delivered, and our words for it."""


def routes(desk: Desk) -> list[web.RouteDef]:
    """The lists, and one more try of each kind."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def retry(visit: Visit) -> web.Response:
        return await _retry(visit)

    async def calls(visit: Visit) -> web.Response:
        return await _again(visit, "webhook")

    async def records(visit: Visit) -> web.Response:
        return await _again(visit, "push")

    return [
        desk.get(_PATH, may, show),
        desk.post(f"{_PATH}/retry", may, retry),
        desk.post(f"{_PATH}/calls", may, calls),
        desk.post(f"{_PATH}/records", may, records),
    ]


def may(actor: Actor) -> bool:
    """Whether somebody looks after what failed."""
    return actor.may_administer


async def _show(desk: Desk, visit: Visit) -> web.Response:
    async with visit.reading("messages") as uow:
        queue = WaitingMessages(uow.connection, uow.actor, uow.now)
        waiting = await queue.all()
        pauses, paused = await queue.pauses(NEWEST)
        messages = await uow.dead_letters.messages(NEWEST)
        calls = await uow.undelivered.calls(NEWEST)
        records = await uow.undelivered.records(NEWEST)
    return desk.shell.page(
        visit,
        "messages.html",
        waiting=[_waiting(visit, one) for one in waiting],
        pauses=[_pause(visit, one) for one in pauses],
        paused=paused,
        messages=[_message(visit, one) for one in messages],
        calls=[_call(visit, one) for one in calls],
        records=[_record(visit, one) for one in records],
        newest=NEWEST,
    )


def _waiting(visit: Visit, one: Waiting) -> dict[str, object]:
    return {
        "channel": _called(visit, "channel", one.channel),
        "kind": _called(visit, "kind", one.kind),
        "n": one.n,
        "later": one.later,
        "since": _moment(visit, one.oldest) if one.oldest else "—",
    }


def _pause(visit: Visit, one: Pause) -> dict[str, object]:
    return {
        "channel": _called(visit, "channel", one.channel),
        "account": one.account or "—",
        "n": one.n,
        "attempts": one.attempts,
        "until": _moment(visit, one.until),
        "reason": _reason(visit, one.error),
        "error": one.error,
    }


def _reason(visit: Visit, error: str) -> str:
    """Why something was not delivered, in words; what is new here as the messenger says it."""
    name = next((name for said, name in _REASONS.items() if said in error.casefold()), "")
    return visit.say(f"messages.reason.{name}") if name else error


def _message(visit: Visit, one: DeadMessage) -> dict[str, object]:
    error = one.error or ""
    return {
        "id": one.id,
        "channel": _called(visit, "channel", one.channel),
        "account": one.account or "—",
        "kind": _called(visit, "kind", one.kind),
        "error": error,
        "reason": _reason(visit, error),
        "attempts": one.attempts,
        "since": _moment(visit, one.since),
    }


def _call(visit: Visit, one: DeadCall) -> dict[str, object]:
    return {
        "receiver": one.name,
        "event": _called(visit, "event", one.event.replace(".", "_")),
        "thing": one.thing,
        "reason": say(visit.language, f"webhooks.error.{one.error}"),
        "attempts": one.attempts,
        "since": _moment(visit, one.at),
    }


def _record(visit: Visit, one: Failure) -> dict[str, object]:
    return {
        "id": one.instance_id,
        "receiver": one.target,
        "state": say(visit.language, f"push.state.{one.state}"),
        "reason": say(visit.language, f"push.error.{one.error}"),
        "attempts": one.attempts,
    }


def _called(visit: Visit, what: str, name: str) -> str:
    """What people call it; a name that is new here as it is."""
    key = f"messages.{what}.{name}"
    return visit.say(key) if known(f"office.{key}") else name


def _moment(visit: Visit, at: datetime) -> str:
    return f"{at.astimezone(visit.database.zone):%Y-%m-%d %H:%M}"


async def _retry(visit: Visit) -> web.Response:
    """Once more one message, or all where the form names none; an id that is none is no wish for
    all."""
    named, which = (await visit.words("id"))["id"], await visit.chosen("id")
    if named and not which:
        return visit.go(_PATH, "retried", n=0)
    async with visit.unit("messages") as uow:
        n = await uow.dead_letters.retry(which[0] if which else None)
        if n:
            await uow.record("retry", str(which[0]) if which else "all")
    return visit.go(_PATH, "retried", n=n)


async def _again(visit: Visit, what: Literal["webhook", "push"]) -> web.Response:
    """Once more all that a receiver did not take."""
    name = (await visit.words("name"))["name"]
    async with visit.unit("messages") as uow:
        undelivered = uow.undelivered
        again = undelivered.call_again if what == "webhook" else undelivered.push_again
        n = await again(name)
        if n:
            await uow.record(f"{what} retry", name)
    return visit.go(_PATH, "retried", n=n)
