"""Other systems read the records of an area over HTTP, within what their token says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from bot import api
from bot.api.server import A_MINUTE, Api
from scheduler.closing import keep_up
from storage.audit import Which
from storage.database import Database
from storage.formshelf import FormSource
from storage.policy import OPERATOR, Role
from tests import world
from tests.bot.push.test_push import FORM, xml
from tests.bot.served import served
from tests.clock import TurnedClock
from tests.handlers.matrix import HOMES
from tests.patience import PATIENCE
from tests.scheduler.duties import ground
from tests.scheduler.making import SHANGHAI
from tests.storage.test_submissions import record

Json = dict[str, Any]


@dataclass(slots=True)
class Reader:
    """A system that reads with a token."""

    http: aiohttp.ClientSession
    token: str
    database: Database
    sent: list[str] = field(default_factory=list)

    async def get(self, path: str, **more: str) -> tuple[int, Json, str]:
        """Status, body and ETag."""
        headers = {"Authorization": f"Bearer {self.token}"} | more
        async with self.http.get(f"/api/v1/{path}", headers=headers) as response:
            body = await response.json(content_type=None) if response.status != 304 else {}
            return response.status, body, response.headers.get("ETag", "")

    async def items(self, path: str) -> list[Json]:
        status, body, _ = await self.get(path)
        assert status == 200, body
        found: list[Json] = body["items"]
        return found


@pytest.fixture
async def settled(sqlite_database: Database, clock: TurnedClock) -> Database:
    """Four homes, a record in the first and the last grid, duties open."""
    database = sqlite_database
    database.zone = SHANGHAI
    await world.settle(database)
    clock.set(datetime(2026, 12, 3, 2, tzinfo=UTC))
    async with database.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
    for number, area in enumerate((world.GRID, world.OTHER_GRID, world.GRID, world.GRID)):
        worker = await world.hire(database, Role.GRID_WORKER, area)
        name = f"uuid:{number}"
        async with database.unit(worker, "test") as uow:
            made = record(name, worker, area_code=area, entered_at=uow.now, xml=xml(name))
            await uow.submissions.add(made)
    await keep_up(database, ground(HOMES))
    return database


@pytest.fixture
async def http(settled: Database) -> AsyncIterator[aiohttp.ClientSession]:
    async with served(partial(api.attach, database=settled)) as session:
        yield session


async def reader(
    http: aiohttp.ClientSession, database: Database, area: str, *, files: bool = False
) -> Reader:
    async with database.unit(OPERATOR, "test") as uow:
        token = await uow.tokens.for_service("county board", area, files=files)
    return Reader(http, token, database)


async def test_a_token_reads_its_own_area_only(
    http: aiohttp.ClientSession, settled: Database
) -> None:
    near = await reader(http, settled, world.GRID)
    assert {one["instance_id"] for one in await near.items("submissions")} == {
        "uuid:0",
        "uuid:2",
        "uuid:3",
    }
    assert {one["subject_code"] for one in await near.items("obligations")} == {"HA00001"}
    assert [one["code"] for one in await near.items("areas")] == [world.GRID]
    assert await near.items(f"submissions?area={world.OTHER_GRID}") == []
    assert await near.items(f"subjects?area={world.OTHER_GRID}") == []
    assert (await near.get("submissions/uuid:1"))[0] == 404
    whole = await reader(http, settled, world.COUNTY)
    assert len(await whole.items("submissions")) == 4
    assert len(await whole.items("obligations?state=open")) == 4


async def test_subjects_are_a_code_and_a_surname_unless_the_token_reads_files(
    http: aiohttp.ClientSession, settled: Database
) -> None:
    plain = await reader(http, settled, world.GRID)
    found = await plain.items("subjects")
    assert found[0] == {
        "kind": "person",
        "code": "PA00001",
        "surname": "王",
        "area_code": world.GRID,
        "file": None,
    }
    full = await reader(http, settled, world.GRID, files=True)
    file = (await full.items("subjects"))[0]["file"]
    assert (file["name"], file["tags"]) == ("王桂兰", ["hypertension", "over_65"])
    assert [one["code"] for one in await plain.items("subjects?kind=household")] == ["HA00001"]


@pytest.mark.parametrize("path", ["submissions", "obligations", "subjects"])
async def test_pages_hold_everything_once(
    http: aiohttp.ClientSession, settled: Database, path: str
) -> None:
    one = await reader(http, settled, world.COUNTY)
    found: list[Json] = []
    page: Json = {"next": ""}
    while page["next"] is not None:
        cursor = f"&cursor={page['next']}" if page["next"] else ""
        _, page, _ = await one.get(f"{path}?limit=1{cursor}")
        found += page["items"]
    assert found == await one.items(path)


async def test_a_cursor_of_another_list_is_refused(
    http: aiohttp.ClientSession, settled: Database
) -> None:
    one = await reader(http, settled, world.COUNTY)
    _, body, _ = await one.get("subjects?limit=1")
    status, problem, _ = await one.get(f"obligations?cursor={body['next']}")
    assert (status, problem["detail"]) == (400, "cursor: not one of this list")


async def test_what_has_not_changed_is_not_sent_again(
    http: aiohttp.ClientSession, settled: Database
) -> None:
    one = await reader(http, settled, world.COUNTY)
    _, _, tag = await one.get("submissions")
    assert (await one.get("submissions", **{"If-None-Match": tag}))[0] == 304
    assert (await one.get("subjects", **{"If-None-Match": tag}))[0] == 200


async def test_a_record_comes_as_it_came_in(http: aiohttp.ClientSession, settled: Database) -> None:
    one = await reader(http, settled, world.COUNTY)
    headers = {"Authorization": f"Bearer {one.token}", "Accept": "text/xml"}
    async with http.get("/api/v1/submissions/uuid:1", headers=headers) as response:
        assert await response.read() == xml("uuid:1")


async def test_without_a_good_token_nothing_is_read(
    http: aiohttp.ClientSession, settled: Database
) -> None:
    one = await reader(http, settled, world.COUNTY)
    async with settled.unit(OPERATOR, "test") as uow:
        number = (await uow.tokens.all())[0].id
        await uow.tokens.revoke(number)
        worker = await uow.accounts.add("周敏", Role.GRID_WORKER, world.GRID)
        collects = await uow.tokens.for_worker(worker.id)
    for token in (one.token, collects, "", "x" * 43):
        status, problem, _ = await Reader(http, token, settled).get("submissions")
        assert (status, problem["title"]) == (401, "Unauthorized")


async def test_every_page_that_is_read_is_written_down(
    http: aiohttp.ClientSession, settled: Database
) -> None:
    one = await reader(http, settled, world.COUNTY)
    await one.items("submissions")
    async with settled.unit(OPERATOR, "test") as uow:
        said = [entry async for entry in uow.audit.entries(Which())]
    assert (said[-1].role, said[-1].channel, said[-1].purpose) == ("service", "api", "county board")
    assert (said[-1].action, said[-1].object) == ("read", "submissions:4")


async def test_who_asks_too_often_is_told_when_to_come_again(
    http: aiohttp.ClientSession, settled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = SimpleNamespace(monotonic=lambda: 1000.0)  # however long it takes to ask so often
    monkeypatch.setattr("bot.api.server.time", still)
    one = await reader(http, settled, world.COUNTY)
    answers = await asyncio.gather(*(one.get("forms") for _ in range(A_MINUTE + 3)))
    assert sorted(status for status, _, _ in answers)[-3:] == [429, 429, 429]
    assert (await (await reader(http, settled, world.COUNTY)).get("forms"))[0] == 200


async def test_it_does_what_its_own_document_says(settled: Database) -> None:
    patient = Api(settled, a_minute=10**6)

    def attach(app: web.Application) -> None:
        app.router.add_route("*", "/api/v1/{rest:(?s:.*)}", patient.answer)

    async with served(attach) as session:
        one = await reader(session, settled, world.COUNTY)
        base = str(session._base_url).rstrip("/")
        await asyncio.to_thread(_beleaguer, f"{base}/api/v1/openapi.json", one.token)


def _beleaguer(document: str, token: str) -> None:
    """Ask whatever the document allows, and what it does not."""
    schema = schemathesis.openapi.from_url(document, timeout=PATIENCE)
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]

        @settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(
                headers={"Authorization": f"Bearer {token}"},
                timeout=PATIENCE,
                excluded_checks=[positive_data_acceptance],  # a cursor is not to be made up
            )

        ask()
