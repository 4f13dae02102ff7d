"""Records get to another server exactly once and byte for byte, whatever it answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.push.pusher import Pusher
from bot.push.targets import Target
from storage.astray import call_back
from storage.database import Database
from storage.formshelf import FormSource, FormVersion
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.pushes import Failure, Standing
from storage.submissions import Record
from tests import world
from tests.clock import START, TurnedClock
from tests.openrosa.server import CUT, PORTAL, OpenRosaServer, serving
from tests.storage.test_submissions import record

FORM = FormVersion("a" * 64, "household_visit", "1", "b" * 64, {"en": "Visit"}, "published", START)


@pytest.fixture
async def server() -> AsyncIterator[OpenRosaServer]:
    async with serving() as one:
        yield one


@pytest.fixture
async def worker(database: Database) -> Actor:
    await world.settle(database)
    async with database.unit(OPERATOR, "test") as uow:
        assert await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
    return await world.hire(database, Role.GRID_WORKER, world.GRID)


@pytest.fixture
def pusher(database: Database, server: OpenRosaServer, clock: TurnedClock) -> Pusher:
    return Pusher(database, [target(server)], clock)


def target(server: OpenRosaServer, **changes: Any) -> Target:
    return Target.model_validate({"id": "county", "url": server.url} | changes)


def xml(name: str, former: str | None = None, photo: str = "") -> bytes:
    old = f"<deprecatedID>{former}</deprecatedID>" if former else ""
    return (
        f'<data id="household_visit" version="1"><note>门口有一只狗</note><photo>{photo}</photo>'
        f"<meta><instanceID>{name}</instanceID>{old}</meta></data>"
    ).encode()


async def submit(
    database: Database, worker: Actor, name: str, *, files: tuple[bytes, ...] = (), **changes: Any
) -> Record:
    """A record with photos; a correction if it has a `deprecated_id`."""
    async with database.unit(worker, "test") as uow:
        kept = [
            await uow.media.put(content, "photo.jpg", "image/jpeg", f"{name}-{n}")
            for n, content in enumerate(files)
        ]
        photos = "</photo><photo>".join(one.record_name for one in kept)
        said = xml(name, changes.get("deprecated_id"), photos)
        entered = {"entered_at": database.clock.now()}
        made = record(name, worker, **(entered | {"xml": said} | changes))
        root = await uow.submissions.add(made)
        await uow.media.attach([one.id for one in kept], root)
    return made


async def standings(database: Database) -> list[Standing]:
    async with database.unit(OPERATOR, "test") as uow:
        return list(await uow.pushes.standings())


async def troubles(database: Database) -> list[Failure]:
    async with database.unit(OPERATOR, "test") as uow:
        return list(await uow.pushes.troubles(9))


async def test_a_record_gets_there_byte_for_byte_with_its_files(
    database: Database, worker: Actor, server: OpenRosaServer, pusher: Pusher
) -> None:
    made = await submit(database, worker, "uuid:1", files=(b"\xff\xd8one", b"\xff\xd8two"))
    await pusher.push()
    assert server.records == {"uuid:1": made.xml}
    assert sorted(server.files["uuid:1"].values()) == [b"\xff\xd8one", b"\xff\xd8two"]
    assert await standings(database) == [Standing("county", "stored", 1)]
    verbs = [verb for verb, _ in server.calls]
    assert verbs == ["HEAD", "POST"]
    assert all(headers["X-OpenRosa-Version"] == "1.0" for _, headers in server.calls)
    assert all(headers["Date"].endswith("GMT") for _, headers in server.calls)


async def test_a_second_look_sends_nothing_again(
    database: Database, worker: Actor, server: OpenRosaServer, pusher: Pusher
) -> None:
    await submit(database, worker, "uuid:1")
    await pusher.push()
    await pusher.push()
    await submit(database, worker, "uuid:2")
    await pusher.push()
    assert len(server.posts) == 2


async def test_two_replicas_send_a_record_once(
    database: Database, worker: Actor, server: OpenRosaServer, clock: TurnedClock
) -> None:
    for number in range(6):
        await submit(database, worker, f"uuid:{number}")
    replicas = [Pusher(database, [target(server)], clock) for _ in range(2)]
    await asyncio.gather(*(one.push() for one in replicas))
    assert len(server.records) == len(server.posts) == 6


async def test_a_lost_answer_leads_to_the_same_bytes_again(
    database: Database,
    worker: Actor,
    server: OpenRosaServer,
    pusher: Pusher,
    clock: TurnedClock,
) -> None:
    await submit(database, worker, "uuid:1")
    server.script.append(CUT)
    await pusher.push()
    [failure] = await troubles(database)
    assert (failure.error, failure.attempts) == ("unreachable", 1)
    clock.turn(minutes=1)
    await pusher.push()
    assert server.posts[0] == server.posts[1]
    assert await standings(database) == [Standing("county", "duplicate", 1)]


@pytest.mark.parametrize(
    ("status", "error", "hours"),
    [
        (401, "unauthorised", 0.25),
        (402, "quota", 1),
        (403, "unauthorised", 0.25),
        (404, "no_form", 6),
        (423, "locked", 1 / 6),
        (429, "busy", 1),
        (500, "server", 1),
        (503, "server", 1),
        (PORTAL, "server", 1),
    ],
)
async def test_what_passes_is_tried_again_later(
    database: Database,
    worker: Actor,
    server: OpenRosaServer,
    pusher: Pusher,
    clock: TurnedClock,
    status: int,
    error: str,
    hours: float,
) -> None:
    await submit(database, worker, "uuid:1")
    server.script.append(status)
    await pusher.push()
    assert [one.error for one in await troubles(database)] == [error]
    await pusher.push()
    assert len(server.posts) == 1
    clock.turn(hours=hours)
    await pusher.push()
    assert await standings(database) == [Standing("county", "stored", 1)]


@pytest.mark.parametrize(
    ("status", "error"), [(400, "refused"), (409, "conflict"), (413, "too_large")]
)
async def test_what_does_not_pass_waits_for_a_person(
    database: Database,
    worker: Actor,
    server: OpenRosaServer,
    pusher: Pusher,
    clock: TurnedClock,
    status: int,
    error: str,
) -> None:
    await submit(database, worker, "uuid:1")
    await submit(database, worker, "uuid:2")
    server.script.append(status)
    await pusher.push()
    assert "uuid:2" in server.records, "another record is not kept back"
    clock.turn(days=30)
    await pusher.push()
    [failure] = await troubles(database)
    assert (failure.instance_id, failure.state, failure.error) == ("uuid:1", "attention", error)
    async with database.unit(OPERATOR, "test") as uow:
        assert await uow.pushes.retry() == 1
    await pusher.push()
    assert await standings(database) == [Standing("county", "stored", 2)]


async def test_a_server_that_asks_for_time_gets_it(
    database: Database,
    worker: Actor,
    server: OpenRosaServer,
    pusher: Pusher,
    clock: TurnedClock,
) -> None:
    for number in range(3):
        await submit(database, worker, f"uuid:{number}")
    server.script.append(429)
    server.retry_after = "600"
    await pusher.push()
    clock.turn(seconds=599)
    await pusher.push()
    assert len(server.posts) == 1
    clock.turn(seconds=1)
    await pusher.push()
    assert len(server.records) == 3


async def test_a_correction_follows_its_former_version(
    database: Database,
    worker: Actor,
    server: OpenRosaServer,
    pusher: Pusher,
    clock: TurnedClock,
) -> None:
    await submit(database, worker, "uuid:1", interview_id=None)
    server.script.append(423)
    await pusher.push()
    clock.turn(minutes=1)
    await submit(database, worker, "uuid:2", deprecated_id="uuid:1")
    await pusher.push()
    assert server.records == {}
    clock.turn(minutes=10)
    await pusher.push()
    assert list(server.records) == ["uuid:1", "uuid:2"]


async def test_records_of_a_clock_that_was_ahead_go_and_hold_back_none_that_follow(
    database: Database,
    worker: Actor,
    server: OpenRosaServer,
    pusher: Pusher,
    clock: TurnedClock,
) -> None:
    clock.jump(days=1)
    await submit(database, worker, "uuid:1", interview_id=None)
    server.script.append(503)
    await pusher.push()
    clock.jump(days=-1)
    async with database.unit(SYSTEM, "clock") as uow:
        await call_back(uow.connection, uow.now)
    await submit(database, worker, "uuid:2", deprecated_id="uuid:1")
    await submit(database, worker, "uuid:3")
    await pusher.push()
    assert server.records == {}  # it rests for as long as it was to, by seconds that passed
    clock.turn(minutes=1)
    await pusher.push()
    assert list(server.records) == ["uuid:1", "uuid:2", "uuid:3"]


async def test_many_files_go_in_as_many_posts_as_the_server_takes_them(
    database: Database, worker: Actor, server: OpenRosaServer, pusher: Pusher
) -> None:
    photos = tuple(b"\xff\xd8" + bytes([number]) * 40_000 for number in range(5))
    await submit(database, worker, "uuid:1", files=photos)
    server.room = 100_000
    await pusher.push()
    assert len(server.posts) == 3
    assert len(set(server.posts)) == 1
    assert sorted(server.files["uuid:1"].values()) == sorted(photos)


async def test_a_post_that_is_too_large_is_split(
    database: Database, worker: Actor, server: OpenRosaServer, pusher: Pusher
) -> None:
    photos = tuple(b"\xff\xd8" + bytes([number]) * 40_000 for number in range(5))
    await submit(database, worker, "uuid:1", files=photos)
    server.limit = 60_000
    await pusher.push()
    assert sorted(server.files["uuid:1"].values()) == sorted(photos)
    assert await standings(database) == [Standing("county", "stored", 1)]


async def test_records_go_where_the_server_says(
    database: Database, worker: Actor, server: OpenRosaServer, pusher: Pusher
) -> None:
    await submit(database, worker, "uuid:1")
    server.moved_to = f"{server.base}/elsewhere"
    await pusher.push()
    assert list(server.records) == ["uuid:1"]


async def test_only_the_forms_and_days_of_a_target_go_there(
    database: Database, worker: Actor, server: OpenRosaServer, clock: TurnedClock
) -> None:
    await submit(database, worker, "uuid:old", entered_at=START - timedelta(days=40))
    await submit(database, worker, "uuid:new")
    await submit(database, worker, "uuid:other", form_id="elder_followup")
    chosen = target(server, forms={"household_visit": {}}, since="2026-11-01")
    await Pusher(database, [chosen], clock).push()
    assert list(server.records) == ["uuid:new"]


async def test_what_was_renamed_is_sent_again_as_it_was(
    database: Database, worker: Actor, server: OpenRosaServer, clock: TurnedClock
) -> None:
    """KoboToolbox knows a form by its asset; a record keeps its bytes if the settings change."""
    await submit(database, worker, "uuid:1")
    for version in ("v1", "v2"):
        name = {"id": "aXyz", "version": version, "uuid": "0f"}
        server.script.extend([500] if version == "v1" else [])
        await Pusher(database, [target(server, forms={"household_visit": name})], clock).push()
        clock.turn(hours=1)
    first, second = server.posts
    assert first == second
    assert b'<aXyz id="aXyz" version="v1">' in first
    assert b"<formhub><uuid>0f</uuid></formhub>" in first
    assert b"<__version__>v1</__version__>" in first
    assert "门口有一只狗".encode() in first


@pytest.mark.parametrize(
    ("sign", "header"),
    [
        ("basic", "Basic emhhbmc6ODg4OA=="),
        ("token", "Token 8888"),
        ("bearer", "Bearer 8888"),
    ],
)
async def test_calls_are_signed_as_the_server_wants(
    database: Database,
    worker: Actor,
    server: OpenRosaServer,
    clock: TurnedClock,
    tmp_path: Path,
    sign: str,
    header: str,
) -> None:
    (tmp_path / "secret").write_text("8888\n")
    server.wants = header
    await submit(database, worker, "uuid:1")
    user = {"user": "zhang"} if sign == "basic" else {}
    signed = target(server, sign=sign, secret_file=tmp_path / "secret", **user)
    await Pusher(database, [signed], clock).push()
    assert list(server.records) == ["uuid:1"]


async def test_one_server_in_trouble_does_not_keep_another_waiting(
    database: Database, worker: Actor, server: OpenRosaServer, clock: TurnedClock
) -> None:
    await submit(database, worker, "uuid:1")
    gone = Target(id="gone", url="http://127.0.0.1:9")
    await Pusher(database, [gone, target(server)], clock).push()
    assert list(server.records) == ["uuid:1"]
    assert [(one.target, one.error) for one in await troubles(database)] == [
        ("gone", "unreachable")
    ]
