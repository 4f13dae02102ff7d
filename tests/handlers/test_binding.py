"""Nobody sees a pension but the person, and who acts for them: every factor and every role."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.ids import check_digit
from core.messages import Contact, Text
from storage.database import Database
from storage.policy import NOBODY, OPERATOR, POWERS, Actor, Role
from storage.register import NewHousehold, NewPerson
from tests.handlers.binding import (
    AMOUNT,
    NAME,
    NUMBER,
    OTHER,
    PHONE,
    bound_village,
    code_for,
    consent,
    on,
    prove,
    sees,
)
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID, TOWNSHIP, Village

__all__ = ["bound_village"]


# --- by a code -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["/start {code}", "{code}", "{lower}"])
async def test_a_resident_binds_with_the_code_that_a_worker_hands_over(
    bound_village: Village, how: str
) -> None:
    village = bound_village
    code = await code_for(await village.worker())
    resident = village.talker("resident")
    said = await resident.say(how.format(code=code, lower=code.lower().replace("-", "")))
    assert "绑定好了" in said.text
    assert await sees(village, resident) == ["PQQQQQQ"]


async def test_a_code_works_once_and_a_new_one_ends_the_old(bound_village: Village) -> None:
    village = bound_village
    worker = await village.worker()
    old, new = await code_for(worker), await code_for(worker)
    first, second = village.talker("first"), village.talker("second")
    assert "无效" in (await first.say(f"/start {old}")).text
    assert "绑定好了" in (await first.say(f"/start {new}")).text
    assert "无效" in (await second.say(f"/start {new}")).text
    assert await sees(village, second) == []


async def test_a_chat_that_is_somebodys_binds_nobody_else_by_number(bound_village: Village) -> None:
    village = on(bound_village, "web", "web")
    someone = village.talker("screen")
    assert "绑定好了" in await prove(someone, NAME, NUMBER)
    assert "解除绑定" in (await someone.say("/bind")).text
    assert await sees(village, someone) == ["PQQQQQQ"]


async def test_the_chats_that_somebody_has_hear_of_a_new_one(bound_village: Village) -> None:
    village = bound_village
    worker = await village.worker()
    first, second = village.talker("first"), village.talker("second")
    await first.say(await code_for(worker))
    await second.say(await code_for(worker))
    assert "另一部手机" in first.last.text
    assert "另一部手机" not in "".join(second.texts)


async def test_a_code_ends_after_a_week(bound_village: Village) -> None:
    village = bound_village
    code = await code_for(await village.worker())
    village.clock.turn(days=7, seconds=1)
    resident = village.talker("resident")
    assert "无效" in (await resident.say(f"/start {code}")).text
    assert await sees(village, resident) == []


async def test_a_worker_who_tries_the_code_does_not_use_it_up(bound_village: Village) -> None:
    village = bound_village
    worker = await village.worker()
    code = await code_for(worker)
    assert "居民本人" in (await worker.say(f"/start {code}")).text
    assert await sees(village, worker) == []
    resident = village.talker("resident")
    assert "绑定好了" in (await resident.say(code)).text


async def test_five_wrong_codes_lock_a_chat_for_an_hour(bound_village: Village) -> None:
    village = bound_village
    code = await code_for(await village.worker())
    resident = village.talker("resident")
    for _ in range(4):
        assert "无效" in (await resident.say("/start AAAAA22222")).text
    assert "一小时" in (await resident.say("/start AAAAA22222")).text
    assert "一小时" in (await resident.say(f"/start {code}")).text
    assert await sees(village, resident) == []
    village.clock.turn(hours=1, seconds=1)
    assert "绑定好了" in (await resident.say(f"/start {code}")).text


async def test_nobody_hands_out_a_code_for_whom_they_do_not_visit(bound_village: Village) -> None:
    village = bound_village
    worker = await village.worker()
    await code_for(worker)
    handed = worker.last
    for role, area in ((Role.GRID_WORKER, NEXT_GRID), (Role.CHILD_DIRECTOR, GRID)):
        other = await village.staff(role, area)
        card = next(p for p in reversed(worker.sheet) if any("绑定码" in b.text for b in p.buttons))
        said = await other.press("绑定码", card)
        assert "`" not in said.text
        assert handed.text != said.text
    stranger = village.talker("stranger")
    card = next(p for p in reversed(worker.sheet) if any("绑定码" in b.text for b in p.buttons))
    assert "`" not in (await stranger.press("绑定码", card)).text


# --- by name and ID number -----------------------------------------------------------------------


async def test_name_and_number_bind_on_the_web_and_leave_no_trace(
    bound_village: Village,
) -> None:
    village = on(bound_village, "web", "web")
    resident = village.talker("guest")
    said = await prove(resident, " 钱 桂香 ", NUMBER)
    assert "绑定好了" in said
    assert await sees(village, resident) == ["PQQQQQQ"]
    assert [one.event for one in village.channel.erased] == [
        Text(text=" 钱 桂香 "),
        Text(text=NUMBER),
    ]
    assert not any(NUMBER in text for text in resident.texts)
    assert NUMBER.encode() not in await kept(village.database)


@pytest.mark.parametrize(
    "number",
    [
        NUMBER.replace("X", "х"),
        f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
        "".join(chr(ord(c) + 0xFEE0) for c in NUMBER),
    ],
)
async def test_numbers_are_taken_as_people_paste_them(bound_village: Village, number: str) -> None:
    village = on(bound_village, "web", "web")
    assert "绑定好了" in await prove(village.talker("guest"), NAME, number)


@pytest.mark.parametrize(
    ("name", "number"),
    [("钱大成", NUMBER), (NAME, OTHER), ("钱", NUMBER), ("王德福", OTHER)],
)
async def test_a_wrong_factor_gives_the_same_answer_whoever_exists(
    bound_village: Village, name: str, number: str
) -> None:
    village = on(bound_village, "web", "web")
    resident = village.talker("guest")
    said = await prove(resident, name, number)
    nobody = await prove(village.talker("other"), "无此人", OTHER)
    assert said == nobody
    assert "没有对上" in said
    assert await sees(village, resident) == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("123", "18 位"),
        (NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), "写错了一位"),
        ("99010120990305001" + check_digit("99010120990305001"), "今天之后"),
    ],
)
async def test_a_number_that_can_not_be_one_is_no_try(
    bound_village: Village, number: str, sentence: str
) -> None:
    village = on(bound_village, "web", "web")
    resident = village.talker("guest")
    await resident.say("/bind")
    await resident.say(NAME)
    for _ in range(6):
        assert sentence in (await resident.say(number)).text
    assert "绑定好了" in (await resident.say(NUMBER)).text


async def test_five_wrong_tries_lock_the_chat_and_say_nothing_else(
    bound_village: Village,
) -> None:
    village = on(bound_village, "web", "web")
    resident = village.talker("guest")
    for _ in range(4):
        assert "没有对上" in await prove(resident, "无此人", NUMBER)
    assert "一小时" in await prove(resident, "无此人", NUMBER)
    assert "一小时" in (await resident.say("/bind")).text
    assert await sees(village, resident) == []


@pytest.mark.parametrize("number", [NUMBER, OTHER])
async def test_five_wrong_tries_from_many_chats_lock_the_number(
    bound_village: Village, number: str
) -> None:
    village = on(bound_village, "web", "web")
    for n in range(5):
        await prove(village.talker(f"guest-{n}"), "无此人", number)
    assert "一小时" in await prove(village.talker("owner"), NAME, number)
    village.clock.turn(hours=1, seconds=1)
    late = village.talker("late")
    assert ("绑定好了" in await prove(late, NAME, number)) is (number == NUMBER)


async def test_where_the_channel_is_not_open_only_a_code_counts(bound_village: Village) -> None:
    village = on(bound_village, "telegram", "web")
    resident = village.talker("guest")
    assert "绑定码" in (await resident.say("/bind")).text
    await resident.say(NAME)
    await resident.say(NUMBER)
    assert await sees(village, resident) == []
    assert not village.house.shows_amounts("telegram")
    code = await code_for(await bound_village.worker())
    await resident.say(code)
    assert await sees(village, resident) == ["PQQQQQQ"]
    await resident.say("/pension")
    assert AMOUNT not in "".join(resident.texts)


@pytest.mark.parametrize(
    ("phone", "own", "bound"),
    [(f"+86{PHONE}", True, True), (PHONE, False, False), ("13900139000", True, False)],
)
async def test_an_open_messenger_has_to_vouch_for_the_telephone(
    bound_village: Village, phone: str, own: bool, bound: bool
) -> None:
    village = on(bound_village, "telegram", "web", "telegram")
    resident = village.talker("guest")
    asked = await prove(resident, NAME, NUMBER)
    assert "手机号" in asked
    assert await sees(village, resident) == []
    await resident.do(Contact(phone=phone, own=own))
    assert (await sees(village, resident) == ["PQQQQQQ"]) is bound


async def test_whoever_is_not_on_record_with_a_telephone_needs_a_code(
    bound_village: Village,
) -> None:
    village = on(bound_village, "telegram", "telegram")
    async with village.database.unit(OPERATOR, "test") as uow:
        home = NewHousehold(
            "HSSSSSS",
            GRID,
            "",
            (NewPerson("PSSSSSS", "周平", "m", date(1960, 1, 1), id_number=OTHER),),
        )
        await uow.register.enter([home], "test")
    resident = village.talker("guest")
    await prove(resident, "周平", OTHER)
    await resident.do(Contact(phone=PHONE, own=True))
    assert await sees(village, resident) == []


async def test_whoever_left_the_register_can_not_bind(bound_village: Village) -> None:
    village = on(bound_village, "web", "web")
    from sqlalchemy import update

    from storage.tables import person

    async with village.database.unit(OPERATOR, "test") as uow:
        gone = update(person).where(person.c.code == "PQQQQQQ").values(state="deceased")
        await uow.connection.execute(gone)
    resident = village.talker("guest")
    assert "没有对上" in await prove(resident, NAME, NUMBER)


async def test_staff_bind_no_resident(bound_village: Village) -> None:
    village = bound_village
    worker = await village.worker()
    assert "工作人员" in (await worker.say("/bind")).text


async def test_a_step_that_fails_keeps_no_number(
    bound_village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = on(bound_village, "web", "web")
    resident = village.talker("guest")
    await resident.say("/bind")
    await resident.say(NAME)

    async def breaks(*_: object, **__: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr("storage.proofs.Proofs.check", breaks)
    await resident.say(NUMBER)
    async with village.database.unit(OPERATOR, "test") as uow:
        waiting = await uow.inbox.waiting()
    assert len(waiting) == 1
    assert NUMBER not in waiting[0].model_dump_json()


# --- every role ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if POWERS[role].staff])
async def test_no_member_of_staff_sees_an_account(bound_village: Village, role: Role) -> None:
    async with bound_village.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PQQQQQQ")
        assert person
        assert await uow.pension.insured(person.id)
        account = await uow.accounts.add("测试", Role.GRID_WORKER, COUNTY)
        for area in (COUNTY, TOWNSHIP, GRID):
            uow.become(Actor(role, area, account_id=account.id))
            assert await uow.pension.insured(person.id) is None


async def test_no_other_resident_and_no_stranger_sees_an_account(bound_village: Village) -> None:
    async with bound_village.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PQQQQQQ")
        relative = await uow.register.person("PRRRRRR")
        assert person
        assert relative
        for actor in (NOBODY, Actor(Role.RESIDENT, person_id=relative.id)):
            uow.become(actor)
            assert await uow.pension.insured(person.id) is None
            assert await uow.pension.insured(person.id, 1) is None


async def test_what_was_done_is_in_the_log(bound_village: Village) -> None:
    village = bound_village
    worker = await village.worker()
    relative = village.talker("relative")
    await relative.say(await consent(worker))
    await relative.say("/proxies")
    await relative.press("取消：")
    await relative.press("确定取消")
    from sqlalchemy import select

    from storage.tables import audit

    async with village.database.unit(OPERATOR, "test") as uow:
        rows = await uow.connection.execute(select(audit.c.action, audit.c.object))
        done = {(row.action, row.object) for row in rows}
    assert {("consent", "PQQQQQQ"), ("proxy_enter", "PQQQQQQ"), ("revoke", "PQQQQQQ")} <= done


async def kept(database: Database) -> bytes:
    """Everything on the disk."""
    file = Path(str(database.engine.url.database))
    return b"".join(one.read_bytes() for one in file.parent.glob(file.name + "*"))
