"""The web chat's store: links work once, lines and uploads are kept once, cookies end."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import event, update

from core.messages import Inbound, Text
from core.ports import Taken
from storage import codes
from storage.database import Database
from storage.invites import SESSION_LIFE
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.tables import account
from storage.web import DatabaseWebStore
from tests import world
from tests.clock import TurnedClock
from tests.patience import PATIENCE


@pytest.fixture
async def store(village: Database) -> DatabaseWebStore:
    return DatabaseWebStore(village, "zh")


@pytest.fixture
async def worker(village: Database) -> Actor:
    return await world.hire(village, Role.GRID_WORKER, world.GRID)


async def link(database: Database, **whom: int | None) -> str:
    async with database.unit(OPERATOR, "test") as uow:
        return await uow.invites.issue("web", **whom)


async def signed_in(store: DatabaseWebStore, database: Database, worker: Actor) -> str:
    secret = await store.redeem(await link(database, account_id=worker.account_id))
    assert secret
    return secret


async def test_a_link_signs_in_once(
    store: DatabaseWebStore, village: Database, worker: Actor
) -> None:
    token = await link(village, account_id=worker.account_id)
    assert await store.redeem(token)
    assert await store.redeem(token) is None
    assert await store.redeem(codes.secret()) is None


async def test_a_link_is_void_after_a_day(
    store: DatabaseWebStore, village: Database, worker: Actor, clock: TurnedClock
) -> None:
    token = await link(village, account_id=worker.account_id)
    clock.turn(days=1)
    assert await store.redeem(token) is None


async def test_two_devices_share_one_conversation(
    store: DatabaseWebStore, village: Database, worker: Actor
) -> None:
    first = await store.session(await signed_in(store, village, worker))
    second = await store.session(await signed_in(store, village, worker))
    assert first == second
    assert first and first.language == "zh"


async def test_a_conversation_acts_as_the_account_that_signed_in(
    store: DatabaseWebStore, village: Database, worker: Actor
) -> None:
    session = await store.session(await signed_in(store, village, worker))
    assert session
    async with village.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("web", session.address, "zh")
    assert chat.actor == worker


async def test_a_resident_signs_in_as_themselves(
    store: DatabaseWebStore, village: Database
) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PA00001")
        assert person
    secret = await store.redeem(await link(village, person_id=person.id))
    session = await store.session(secret or "")
    assert session
    async with village.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("web", session.address, "zh")
    assert chat.actor == Actor(Role.RESIDENT, person_id=person.id)


async def test_a_cookie_ends_by_signing_out_and_by_time(
    store: DatabaseWebStore, village: Database, worker: Actor, clock: TurnedClock
) -> None:
    left, kept = [await signed_in(store, village, worker) for _ in range(2)]
    await store.sign_out(left)
    assert await store.session(left) is None
    assert await store.session(kept) is not None
    clock.turn(days=SESSION_LIFE.days)
    assert await store.session(kept) is None


async def test_a_closed_account_has_no_session(
    store: DatabaseWebStore, village: Database, worker: Actor
) -> None:
    secret = await signed_in(store, village, worker)
    async with village.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(
            update(account).where(account.c.id == worker.account_id).values(active=False)
        )
    assert await store.session(secret) is None


@pytest.mark.parametrize("made_up", ["", "x", "x" * 42, "x" * 44, "x" * 42 + "é", "x" * 43 + "\n"])
async def test_what_can_be_no_secret_costs_no_transaction(
    store: DatabaseWebStore, village: Database, made_up: str
) -> None:
    begun: list[object] = []
    for engine in (village.engine.sync_engine, village.engines.writing):
        if engine:
            event.listen(engine, "begin", begun.append)
    assert await store.session(made_up) is None
    assert await store.redeem(made_up) is None
    await store.sign_out(made_up)
    assert begun == []
    assert await store.session(codes.secret()) is None
    assert len(begun) == 1


async def test_a_page_is_read_while_another_transaction_writes(
    store: DatabaseWebStore, village: Database, worker: Actor
) -> None:
    secret = await signed_in(store, village, worker)
    await store.append("S1", {"text": "你好"}, "key")
    file_id = await store.put_file(b"\x89PNG", "照片.png", "image/png", "key")
    async with asyncio.timeout(PATIENCE), village.unit(OPERATOR, "test") as uow:
        await uow.areas.put(world.AREAS)
        assert await store.session(secret)
        assert len(await store.since("S1", 0)) == 1
        assert await store.get_file(file_id)


async def test_the_same_line_twice_is_kept_once(store: DatabaseWebStore) -> None:
    first = await store.append("S1", {"text": "你好"}, "key")
    assert await store.append("S1", {"text": "别的"}, "key") == first
    other = await store.append("S2", {"text": "你好"}, "key")
    assert other != first
    assert [event.body for event in await store.since("S1", 0)] == [{"text": "你好"}]


async def test_what_a_person_sent_is_due_until_its_step_is_made(
    store: DatabaseWebStore, village: Database
) -> None:
    sent = Inbound(channel="web", address="S1", key="key", event=Text(text="你好"))
    taken = await store.take(sent, {"text": "你好"})
    assert taken.due == sent.model_copy(update={"message": str(taken.seq)})
    assert await store.take(sent, {"text": "别的"}) == taken
    async with village.unit(SYSTEM, "step") as uow:
        assert await uow.inbox.claim("web", "key")
    assert await store.take(sent, {"text": "你好"}) == Taken(taken.seq, None)
    assert [event.body for event in await store.since("S1", 0)] == [{"text": "你好"}]


async def test_a_transcript_is_read_in_order_from_any_place(store: DatabaseWebStore) -> None:
    seqs = [await store.append("S1", {"n": n}, str(n)) for n in range(5)]
    assert seqs == sorted(seqs)
    await store.append("S2", {"n": 99}, "0")

    async def numbers(seq: int, limit: int = 200) -> list[object]:
        return [event.body["n"] for event in await store.since("S1", seq, limit)]

    assert await numbers(0) == [0, 1, 2, 3, 4]
    assert await numbers(seqs[2]) == [3, 4]
    assert await numbers(0, limit=2) == [0, 1]
    assert await numbers(-1, limit=2) == [3, 4]
    assert await numbers(seqs[4]) == []


async def test_the_same_upload_twice_is_kept_once(store: DatabaseWebStore) -> None:
    first = await store.put_file(b"\x89PNG", "照片.png", "image/png", "key")
    assert await store.put_file(b"other", "other", "image/png", "key") == first
    assert await store.get_file(first) == (b"\x89PNG", "照片.png", "image/png")
    assert await store.get_file("nothing") is None
