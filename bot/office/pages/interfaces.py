"""What lets programs in: tokens for ODK Collect and for services; and who is told of what happens.

A token is shown once, on the page that answers its making, and stands in no address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.visit import Visit, day_of
from bot.openrosa import address
from core.texts import say
from handlers import letting_in
from handlers.inviting import LONGEST
from storage.names import surname
from storage.policy import Actor

if TYPE_CHECKING:
    from storage.tokens import Issued
    from storage.webhooks import Standing, Webhook

PAGE: Final = 50
LIFE: Final = timedelta(days=365)
LONGEST_LIFE: Final = timedelta(days=3650)
_LEVELS: Final = ("county", "township", "village")
_STATES: Final = ("queued", "delivered", "dead")
_PATH: Final = "/office/interfaces"
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Made:
    """A new token as it is shown, here and never again: `what` is ``collect`` or ``read``, `name`
    who has it, `until` its last day, `picture` a QR code as SVG."""

    what: str
    name: str
    token: str
    until: str
    picture: str = ""


def routes(desk: Desk) -> list[web.RouteDef]:
    """The lists, two kinds of new tokens, and the end of one."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def collect(visit: Visit) -> web.Response:
        return await _collect(desk, visit)

    async def read(visit: Visit) -> web.Response:
        return await _read(desk, visit)

    async def revoke(visit: Visit) -> web.Response:
        return await _revoke(visit)

    return [
        desk.get(_PATH, may, show),
        desk.post(f"{_PATH}/collect", may, collect),
        desk.post(f"{_PATH}/read", may, read),
        desk.post(f"{_PATH}/{{number}}/revoke", may, revoke),
    ]


def may(actor: Actor) -> bool:
    """Whether somebody lets programs in."""
    return actor.may_administer


async def _show(desk: Desk, visit: Visit) -> web.Response:
    every, page = visit.query("show") == "all", visit.number("page")
    async with visit.reading("interfaces") as uow:
        tokens = (await uow.tokens.all())[::-1]
        receivers = await uow.undelivered.receivers()
        standings = await uow.undelivered.standings(receivers)
        areas = await uow.areas.all(visit.actor.area or "")
    names = {one.code: one.name for one in areas}
    good = [one for one in tokens if one.standing(visit.now) == "good"]
    shown = tokens if every else good
    return desk.shell.page(
        visit,
        "interfaces.html",
        tokens=[_token(visit, one, names) for one in shown[page * PAGE :][:PAGE]],
        counts={"good": len(good), "all": len(tokens)},
        query={"show": "all" if every else ""},
        page=page,
        pages=-(-len(shown) // PAGE),
        areas=[
            (one.code, words.area_path(one.code, names)) for one in areas if one.level in _LEVELS
        ],
        receivers=[_receiver(visit, one, standings, names) for one in receivers],
        longest=LONGEST,
        days={
            "first": visit.today + timedelta(days=1),
            "usual": visit.today + LIFE,
            "last": visit.today + LONGEST_LIFE,
        },
    )


def _token(visit: Visit, one: Issued, names: Mapping[str, str]) -> dict[str, object]:
    standing, used = one.standing(visit.now), one.last_used_at
    return {
        "id": one.id,
        "kind": say(visit.language, f"token.kind.{'files' if one.files else one.kind}"),
        "name": one.name,
        "area": words.area_path(one.area_code, names),
        "used": _day(visit, used) if used else visit.say("interfaces.never"),
        "expires": _day(visit, one.expires_at - _INSTANT),
        "state": say(visit.language, f"token.state.{standing}"),
        "good": standing == "good",
    }


def _day(visit: Visit, at: datetime) -> str:
    return at.astimezone(visit.database.zone).date().isoformat()


def _receiver(
    visit: Visit, one: Webhook, standings: Sequence[Standing], names: Mapping[str, str]
) -> dict[str, object]:
    """A receiver, and of its address the host alone: what follows may be a secret."""
    own = {each.state: each for each in standings if each.webhook_id == one.id}
    waiting = own.get("queued")
    error = waiting.error if waiting else None
    topics = [visit.say(f"interfaces.topic.{topic}") for topic in one.topics]
    return {
        "name": one.name,
        "host": urlsplit(one.url).hostname or "",
        "topics": visit.say("interfaces.join").join(topics),
        "answers": one.answers,
        "area": words.area_path(one.area_code, names) if one.area_code else visit.say("all"),
        "counts": [(state, own[state].count if state in own else 0) for state in _STATES],
        "error": say(visit.language, f"webhooks.error.{error}") if error else "",
    }


# --- new tokens, and the end of one --------------------------------------------------------------


async def _collect(desk: Desk, visit: Visit) -> web.Response:
    """A worker's address for ODK Collect; the worker's own chats hear of it."""
    from bot.openrosa.settings_code import drawn

    said = await visit.words("account", "until")
    life = _life(visit, said["until"])
    if life is None:
        return visit.go(_PATH, "bad_end")
    async with visit.unit("interfaces") as uow:
        one = await uow.accounts.by_code(said["account"].upper()[:16])
        try:
            token = await uow.tokens.for_worker(one.id if one else 0, life)
        except (LookupError, PermissionError):
            return visit.go(_PATH, "no_worker")
        assert one is not None
        await letting_in.tell(uow, one.id, "collect")
        await uow.record("token collect", one.code)
    url = address(desk.settings.base_url, token)
    picture = drawn(url, say(visit.language, "token.project", code=one.code))
    name = f"{one.code} {surname(one.name)}"
    made = Made("collect", name, url, said["until"], picture)
    return desk.shell.page(visit, "token.html", made=made)


async def _read(desk: Desk, visit: Visit) -> web.Response:
    """A token for a service that reads an area."""
    said = await visit.words("name", "area", "files", "until")
    life, name = _life(visit, said["until"]), said["name"]
    if life is None:
        return visit.go(_PATH, "bad_end")
    if not 0 < len(name) <= LONGEST:
        return visit.go(_PATH, "bad_service", n=LONGEST)
    async with visit.unit("interfaces") as uow:
        area = await uow.areas.get(said["area"])
        if area is None or not visit.actor.covers(area.code):
            return visit.go(_PATH, "gone")
        files = said["files"] == "yes"
        token = await uow.tokens.for_service(name, area.code, files=files, life=life)
        await uow.record("token add", f"{name}:{area.code}")
    made = Made("read", name, token, said["until"])
    return desk.shell.page(visit, "token.html", made=made)


def _life(visit: Visit, typed: str) -> timedelta | None:
    """From now to the end of a day that is to come; None for any other day."""
    day = day_of(typed)
    if day is None or not visit.today < day <= visit.today + LONGEST_LIFE:
        return None
    return datetime.combine(day + timedelta(days=1), time(), visit.database.zone) - visit.now


async def _revoke(visit: Visit) -> web.Response:
    number = visit.part_number("number") or 0
    async with visit.unit("interfaces") as uow:
        done = await uow.tokens.revoke(number)
        if done:
            await uow.record("token revoke", str(number))
    return visit.go(_PATH, "token_revoked" if done else "gone", what=str(number))
