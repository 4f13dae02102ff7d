"""What a token or a file's link opens × own, sibling, parent and foreign area, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from yarl import URL

from bot import openrosa
from bot.channels.telegram.webhook import SECRET_HEADER
from forms.intake import intake
from handlers.forms import publish
from storage.database import Database
from storage.formshelf import Offer
from storage.policy import OPERATOR, POWERS, STAFF_ROLES, Actor, Role
from storage.submissions import Record
from storage.tokens import NEAR
from tests import world
from tests.bot.channels.web.test_uploads import PNG, form
from tests.bot.openrosa.test_collect import ROOF
from tests.bot.route_matrix import (
    AREAS,
    FOREIGN_GRID,
    HOOK,
    PLACES,
    Site,
    browser,
    reveals,
    running,
)
from tests.clock import TurnedClock
from tests.openrosa.phone import Answered, Phone

TOKENS = (
    world.GRID,
    world.SIBLING_GRID,
    world.VILLAGE,
    world.TOWNSHIP,
    world.COUNTY,
    world.OTHER_TOWNSHIP,
    FOREIGN_GRID[:6],
)
"""Areas of services, from one's own grid up and aside."""

LISTS = ("subjects", "subjects?kind=household", "obligations", "submissions", "areas")

WORKERS = [one for one in STAFF_ROLES if POWERS[one].level in NEAR and POWERS[one].fills]


@pytest.fixture
async def site(sqlite_database: Database, clock: TurnedClock) -> AsyncIterator[Site]:
    clock.set(datetime(2026, 12, 3, 2, tzinfo=UTC))  # duties are open
    async with running(sqlite_database, clock) as one:
        source = ROOF.encode()
        async with one.database.unit(OPERATOR, "test") as uow:
            await publish(uow, intake(source, "roof.md"), source, offer=Offer(subject="household"))
        yield one


def inside(area: str) -> set[str]:
    """The letters of the homes in an area."""
    return {letter for letter, place in PLACES.items() if place.startswith(area)}


def outside(area: str) -> str:
    return "".join(PLACES.keys() - inside(area))


# --- the read API --------------------------------------------------------------------------------


async def recorded(site: Site) -> Mapping[str, str]:
    """A record in every place; its id by letter."""
    names = {}
    async with site.database.unit(OPERATOR, "test") as uow:
        version = await uow.forms.published("roof")
        assert version
    for letter, place in PLACES.items():
        worker = await world.hire(site.database, Role.GRID_WORKER, place)
        assert worker.account_id
        names[letter] = f"uuid:{uuid4()}"
        async with site.database.unit(worker, "test") as uow:
            home = await uow.register.household(f"H{letter}00001")
            assert home
            made = Record(
                instance_id=names[letter],
                area_code=place,
                form_id="roof",
                form_version="1",
                form_sha256=version.sha256,
                subject_kind="household",
                subject_id=home.id,
                subject_code=home.code,
                account_id=worker.account_id,
                channel="test",
                visit_date=uow.today,
                entered_at=uow.now,
                mode=None,
                outcome=None,
                deprecated_id=None,
                xml=b"<data/>",
                answers={"roof": f"H{letter}00001"},
            )
            await uow.submissions.add(made)
    return names


async def read(page: aiohttp.ClientSession, token: str, path: str) -> tuple[int, Any, str]:
    headers = {"Authorization": f"Bearer {token}"}
    async with page.get(f"/api/v1/{path}", headers=headers) as answer:
        return answer.status, await answer.json(content_type=None), await answer.text()


async def test_a_service_reads_its_own_area_and_no_other(site: Site) -> None:
    names = await recorded(site)
    async with aiohttp.ClientSession(site.base) as page:
        for area in TOKENS:
            token = await service(site, area)
            found = {one: await listed(page, token, area, one) for one in LISTS}
            assert {one["code"][1] for one in found["subjects?kind=household"]} == inside(area)
            assert {one["subject_code"][1] for one in found["obligations"]} == inside(area)
            assert {one["subject_code"][1] for one in found["submissions"]} == inside(area)
            for letter, name in names.items():
                status, _, text = await read(page, token, f"submissions/{name}")
                assert (status == 200) == (letter in inside(area)), (area, letter)
                assert status == 200 or not reveals(text), (area, letter)


async def service(site: Site, area: str) -> str:
    async with site.database.unit(OPERATOR, "test") as uow:
        return await uow.tokens.for_service("board", area, files=True)


async def listed(page: aiohttp.ClientSession, token: str, area: str, path: str) -> list[Any]:
    """A list, in which nothing is of another area."""
    status, body, text = await read(page, token, path)
    assert status == 200, (area, path)
    assert not reveals(text, outside(area)), (area, path)
    for one in body["items"]:
        assert (one.get("area_code") or one["code"]).startswith(area), (area, path)
    found: list[Any] = body["items"]
    return found


async def test_to_ask_for_another_area_gives_no_more(site: Site) -> None:
    await recorded(site)
    async with aiohttp.ClientSession(site.base) as page:
        for area in TOKENS:
            token = await service(site, area)
            for path in ("subjects", "obligations", "submissions"):
                for other in (*PLACES.values(), *TOKENS, "99"):
                    status, body, text = await read(page, token, f"{path}?area={other}")
                    assert status in {200, 400}, (area, path, other)
                    assert not reveals(text, outside(area)), (area, path, other)
                    if not (area.startswith(other) or other.startswith(area)):
                        assert body.get("items", []) == [], (area, path, other)


# --- phones --------------------------------------------------------------------------------------


async def phone_of(site: Site, page: aiohttp.ClientSession, actor: Actor) -> Phone:
    assert actor.account_id is not None
    async with site.database.unit(OPERATOR, "test") as uow:
        token = await uow.tokens.for_worker(actor.account_id)
    clock = site.database.clock
    assert isinstance(clock, TurnedClock)
    return Phone(page, openrosa.address("", token), clock)


async def sent(phone: Phone, code: str) -> Answered:
    xml = (
        f'<data id="roof" version="1"><house_code>{code}</house_code><roof>x</roof>'
        f"<meta><instanceID>uuid:{uuid4()}</instanceID></meta></data>"
    )
    return await phone.post(xml.encode(), {})


async def test_a_phone_carries_and_brings_back_its_own_area_only(site: Site) -> None:
    async with aiohttp.ClientSession(site.base) as page:
        for role in WORKERS:
            area = AREAS[POWERS[role].level]
            actor = await world.hire(site.database, role, area)
            phone = await phone_of(site, page, actor)
            await phone.take("roof")
            carried = {name: text.decode() for name, text in phone.files["roof"].items()}
            assert not any(reveals(text, outside(area)) for text in carried.values()), role
            rows = carried["subjects.csv"].splitlines()[1:]
            assert {row[1] for row in rows} == inside(area), role
            for letter in PLACES:
                answer = await sent(phone, f"H{letter}00001")
                theirs = letter in inside(area)
                assert answer.status == (201 if theirs else 403), (role, letter)
                assert theirs or not reveals(answer.message), (role, letter)


async def test_nobody_else_takes_forms_along(site: Site) -> None:
    async with aiohttp.ClientSession(site.base) as page:
        for role in set(STAFF_ROLES) - set(WORKERS):
            actor = await world.hire(site.database, role, AREAS[POWERS[role].level])
            with pytest.raises(PermissionError):
                await phone_of(site, page, actor)


# --- Telegram's own door -------------------------------------------------------------------------


async def test_who_does_not_know_the_secret_of_the_webhook_is_turned_away(site: Site) -> None:
    update = {"update_id": 1, "message": {"text": "/start"}}
    async with aiohttp.ClientSession(site.base) as page:
        for secret in (None, "", "x", HOOK.secret[:-1], HOOK.secret + "x", "密"):
            headers = {} if secret is None else {SECRET_HEADER: secret}
            async with page.post(HOOK.path, json=update, headers=headers) as answer:
                assert (answer.status, await answer.text()) == (403, ""), secret
        known = {SECRET_HEADER: HOOK.secret}
        async with page.post(HOOK.path[:-1] + "x", json=update, headers=known) as answer:
            assert answer.status == 404


# --- links to files ------------------------------------------------------------------------------


async def link(page: aiohttp.ClientSession) -> tuple[URL, URL]:
    """The address of a picture that somebody sent, and the signed link to it."""
    async with page.post("/chat/uploads", data=form()) as answer:
        assert answer.status == 202
    async with page.get("/chat/history") as answer:
        lines = (await answer.json())["lines"]
    (file_id,) = (one["body"]["event"]["file_id"] for one in lines)
    plain = URL(f"/chat/files/{file_id}")
    async with page.get(plain, allow_redirects=False) as answer:
        assert answer.status == 303
        return plain, URL(answer.headers["Location"], encoded=True)


async def opened(page: aiohttp.ClientSession, url: URL) -> tuple[int, bytes]:
    async with page.get(url) as answer:
        return answer.status, await answer.read()


async def others(site: Site) -> AsyncIterator[Actor | None]:
    """Somebody of every role, a resident, and nobody."""
    for role in STAFF_ROLES:
        yield await world.hire(site.database, role, AREAS[POWERS[role].level])
    async with site.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PA00001")
    assert person
    yield Actor(Role.RESIDENT, person_id=person.id)
    yield None


async def test_a_link_to_a_file_is_worth_nothing_to_anybody_else(site: Site) -> None:
    owner = await world.hire(site.database, Role.GRID_WORKER, world.GRID)
    async with browser(site, owner) as own:
        urls = await link(own)
        assert [await opened(own, url) for url in urls] == [(200, PNG), (200, PNG)]
        async for other in others(site):  # even who oversees the owner: the chat is the owner's
            async with browser(site, other) as page:
                for url in urls:
                    status, body = await opened(page, url)
                    assert (status, PNG in body) == (404 if other else 401, False), other
        async with browser(site, None) as guest:
            async with guest.post("/guest"):
                pass
            assert [(await opened(guest, url))[0] for url in urls] == [404, 404]
        async with own.post("/sign-out"):
            pass
        assert [(await opened(own, url))[0] for url in urls] == [401, 401]
