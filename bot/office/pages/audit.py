"""Who saw and did what, the newest first."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.visit import Visit
from core.texts import known, say
from storage.audit import Entry, Which
from storage.policy import Actor

PAGE: Final = 100
_FILTER: Final = ("subject", "account", "since", "until")


def routes(desk: Desk) -> list[web.RouteDef]:
    """The log."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    return [desk.get("/office/audit", may, show)]


def may(actor: Actor) -> bool:
    """Whether somebody reads the log."""
    return actor.may_read_log


async def _show(desk: Desk, visit: Visit) -> web.Response:
    query = {name: visit.query(name)[:40] for name in _FILTER}
    which = Which(
        subject=query["subject"].upper() or None,
        account=query["account"].upper() or None,
        since=_midnight(desk, visit, "since"),
        until=_midnight(desk, visit, "until", 1),
    )
    page = visit.number("page")
    async with visit.unit("audit") as uow:
        entries, more = await uow.audit.latest(which, page, PAGE)
        await uow.record("list_audit", query["subject"] or query["account"])
    return desk.shell.page(
        visit,
        "audit.html",
        query=query,
        entries=[_row(desk, visit, one) for one in entries],
        page=page,
        pages=page + 2 if more else page + 1,
    )


def _midnight(desk: Desk, visit: Visit, name: str, later: int = 0) -> datetime | None:
    """The beginning of a day of the address, or of the one after it."""
    day = visit.day(name)
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=later), time(), desk.database.zone)


def _row(desk: Desk, visit: Visit, one: Entry) -> dict[str, str]:
    return {
        "at": f"{one.at.astimezone(desk.database.zone):%Y-%m-%d %H:%M:%S}",
        "account": one.account or "—",
        "role": words.role(visit, one.role) if one.role else "",
        "channel": _in_words(visit, "office.messages.channel", one.channel),
        "purpose": purpose_in_words(visit.language, one.purpose),
        "action": _in_words(visit, "audited", one.action),
        "object": one.object,
    }


def purpose_in_words(language: str, purpose: str) -> str:
    """What something was done for: a page of the office, a command or a chore; the name of another
    program that reads along as it is."""
    first, _, rest = purpose.partition(" ")
    whole = purpose.replace(" ", "_")
    places = [f"office.{rest.replace(' ', '_')}"] if first == "office" else [whole, first]
    keys = [*(f"audited_for.{one}" for one in places), f"office.messages.kind.{whole}"]
    return next((say(language, key) for key in keys if known(key)), purpose)


def _in_words(visit: Visit, group: str, code: str) -> str:
    """A code of the log in words, or as it is."""
    key = f"{group}.{code.replace(' ', '_')}"
    return say(visit.language, key) if known(key) else code
