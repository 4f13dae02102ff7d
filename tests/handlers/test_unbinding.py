"""A binding ends: by the resident, by who looks after them, and with their leaving the register."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from core.messages import Reply
from core.texts import LANGUAGES
from handlers import departed
from storage.bindings import unbind
from storage.policy import NOBODY, OPERATOR, POWERS, Actor, Role
from storage.tables import audit, conversation, person, web_session
from tests.handlers.conftest import GRID, NEXT_GRID, TOWNSHIP, Village
from tests.handlers.paper import Talker
from tests.handlers.pensions import bind, enrol, over, person_id

CODE = "PCCCCCC"


async def resident(village: Village, address: str = "resident", language: str = "zh") -> Talker:
    return await bind(village, await person_id(village, CODE), address, language)


async def is_bound(village: Village, someone: Talker) -> bool:
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load(someone.channel.name, someone.address, "zh")
    return chat.person_id is not None


async def logged(village: Village) -> list[tuple[str, str]]:
    async with village.database.unit(OPERATOR, "test") as uow:
        rows = await uow.connection.execute(select(audit.c.action, audit.c.object))
        return [tuple(row) for row in rows]


async def card(worker: Talker) -> None:
    await worker.say("/menu")
    await worker.press("走访对象")
    await worker.say(CODE)
    await worker.press(CODE)


# --- by the resident -----------------------------------------------------------------------------


async def test_a_resident_undoes_it_by_buttons_alone(village: Village) -> None:
    someone = await resident(village)
    await someone.press("绑定和委托")
    asked = await someone.press("解除绑定")
    assert "就看不到您的记录了" in asked.text
    assert await is_bound(village, someone)
    assert "已经解除绑定" in (await someone.press("确定解除")).text
    assert not await is_bound(village, someone)
    assert ("unbind", CODE) in await logged(village)
    assert "没有登记" not in (await someone.say("/pension")).text
    assert "绑定我的记录" in [button.text for button in someone.last.buttons]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_may_be_left(village: Village, language: str) -> None:
    someone = await resident(village, language=language)
    await someone.say("/unbind")
    await someone.press(1)
    assert await is_bound(village, someone)


async def test_in_a_browser_it_signs_out_as_the_transcript_stays_there(village: Village) -> None:
    web = over(village)
    someone = await resident(web)
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("web", "resident", "zh")
        now = uow.now
        row = {"secret_hash": "x", "conversation_id": chat.id, "created_at": now}
        await uow.connection.execute(web_session.insert().values(row | {"expires_at": now}))
    assert "会退出登录" in (await someone.say("/unbind")).text
    await someone.press("确定解除")
    async with village.database.unit(OPERATOR, "test") as uow:
        assert not (await uow.connection.execute(select(web_session))).all()


async def test_who_is_not_bound_has_nothing_to_undo(village: Village) -> None:
    stranger, worker = village.talker("stranger"), await village.worker()
    asked = await (await resident(village)).say("/unbind")
    for someone in (stranger, worker):
        assert "没有绑定记录" in (await someone.say("/unbind")).text
        assert "没有绑定记录" in (await someone.press("确定解除", asked)).text
    assert await is_bound(village, village.talker("resident"))


# --- by who looks after them ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "area"), [(Role.GRID_WORKER, GRID), (Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)]
)
async def test_a_worker_undoes_all_of_them_and_every_chat_is_told(
    village: Village, role: Role, area: str
) -> None:
    first, second = await resident(village), await resident(village, "second")
    worker = await village.staff(role, area)
    await card(worker)
    handed = await worker.press("绑定码")
    assert "现在有 2 个聊天绑定" in handed.text
    code = handed.text.split("`")[1]
    await worker.press("解除绑定")
    assert "都解除了" in (await worker.press("确定解除")).text
    for someone in (first, second):
        assert not await is_bound(village, someone)
        assert "网格员解除了这里的绑定" in someone.last.text
    assert "无效" in (await village.talker("thief").say(code)).text
    assert ("unbind", CODE) in await logged(village)


async def test_nobody_else_undoes_it(village: Village) -> None:
    someone = await resident(village)
    worker = await village.worker()
    await card(worker)
    await worker.press("绑定码")
    asked = await worker.press("解除绑定")
    others = [
        village.talker("stranger"),
        await bind(village, await person_id(village, "PAAAAAA"), "neighbour"),
        await village.staff(Role.GRID_WORKER, NEXT_GRID),
        await village.staff(Role.CHILD_DIRECTOR, GRID),
    ]
    for other in others:
        await other.press("确定解除", asked)
    assert await is_bound(village, someone)


@pytest.mark.parametrize("role", [role for role in Role if not POWERS[role].fills])
async def test_the_storage_refuses_it_to_whoever_fills_in_nothing(
    village: Village, role: Role
) -> None:
    whose = await person_id(village, CODE)
    actor = NOBODY if role is Role.NOBODY else Actor(role, TOWNSHIP, account_id=1)
    if actor.everything:
        return
    async with village.database.unit(actor, "test") as uow:
        with pytest.raises(PermissionError):
            await unbind(uow.connection, actor, whose, uow.today)


# --- with leaving the register -------------------------------------------------------------------


async def leave(village: Village, state: str) -> None:
    async with village.database.unit(OPERATOR, "test") as uow:
        gone = update(person).where(person.c.code == CODE).values(state=state)
        await uow.connection.execute(gone)


@pytest.mark.parametrize(("state", "told"), [("moved", True), ("deceased", False)])
async def test_it_ends_with_leaving_and_the_dead_are_not_written_to(
    village: Village, state: str, told: bool
) -> None:
    await enrol(village, CODE)
    someone, worker = await resident(village), await village.worker()
    relative = village.talker("relative")
    await relative.say(await consented(village, worker))
    await leave(village, state)
    assert "3,210.50" not in (await someone.say("/pension")).text  # at once, before any tick
    count = len(someone.sheet)
    assert await departed.end(village.database) == 1
    assert await departed.end(village.database) == 0
    await village.sender.drain()
    assert (len(someone.sheet) > count) is told
    assert not await is_bound(village, someone)
    assert "没有委托" in (await relative.say("/proxies")).text


async def consented(village: Village, worker: Talker) -> str:
    """The code of a consent that a worker records."""
    whose = await person_id(village, CODE)
    actor = Actor(Role.GRID_WORKER, GRID, account_id=worker.account)
    async with village.database.unit(actor, "test") as uow:
        number = await uow.proxies.consent(whose, "李大成", "child", date(2027, 1, 31))
        return await uow.invites.issue("messenger", proxy_id=number)


async def test_who_is_in_the_register_keeps_everything(village: Village) -> None:
    someone = await resident(village)
    assert await departed.end(village.database) == 0
    assert await is_bound(village, someone)
    async with village.database.unit(OPERATOR, "test") as uow:
        rows = await uow.connection.execute(select(conversation.c.person_id))
        assert any(row.person_id for row in rows)


@pytest.mark.parametrize("by", ["themselves", "a worker", "leaving"])
async def test_what_waits_for_a_chat_is_not_delivered_once_it_is_nobodys(
    village: Village, by: str
) -> None:
    someone, worker = await resident(village), await village.worker()
    await card(worker)
    await worker.press("绑定码")
    await worker.press("解除绑定")
    await someone.say("/unbind")
    whose = await person_id(village, CODE)
    async with village.database.unit(OPERATOR, "test") as uow:
        (chat,) = await uow.conversations.of_person(whose)
        await uow.outbox.queue(chat.id, [Reply(text="给陈秀英的信")])
    if by == "themselves":
        await someone.press("确定解除")
    elif by == "a worker":
        await worker.press("确定解除")
    else:
        await leave(village, "moved")
        await departed.end(village.database)
    await village.sender.drain()
    assert not any("给陈秀英的信" in text for text in someone.texts)
    assert "解除" in someone.last.text or "迁出" in someone.last.text
