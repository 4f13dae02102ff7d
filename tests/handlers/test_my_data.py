"""A resident reads what is kept about them, and asks for correction or deletion."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from core.messages import Reply
from storage.erasure import ERASED
from storage.import_tables import register_edit
from storage.obligation_tables import person_tier
from storage.pension_tables import proxy, resident_request
from storage.policy import OPERATOR, Role
from storage.retention import EMPTIED, Holds
from storage.submissions import Record
from storage.tables import (
    audit,
    conversation,
    form,
    household,
    metadata,
    person,
    submission,
)
from storage.trust_tables import file_opening
from tests import world
from tests.handlers.conftest import GRID, TOWNSHIP, Village
from tests.handlers.paper import Talker
from tests.handlers.pensions import bind, over, person_id


async def elder(village: Village, channel: str = "web") -> tuple[Village, Talker]:
    """王德福 in a chat of their own, on a channel that may carry data or, else, may not."""
    there = over(village, channel)
    return there, await bind(there, await person_id(there, "PAAAAAA"))


async def test_anybody_may_read_the_notice(village: Village) -> None:
    worker, stranger = await village.worker(), village.talker("stranger")
    for someone in (worker, stranger):
        await someone.say("/notice")
        told = someone.sheet[-2]
        for word in ("谁在处理", "为什么", "存多久", "未成年人保护法", "/mydata"):
            assert word in told.text
        assert "3年" not in told.text  # each form has a term of its own


async def test_a_resident_gets_a_copy_of_what_is_on_record(village: Village) -> None:
    there, resident = await elder(village)
    await resident.say("/mydata")
    await resident.press("导出我的资料")
    (file,) = next(paper.reply.pictures for paper in resident.sheet if paper.reply.pictures)
    assert file.as_file
    assert file.name.startswith("我的资料-2026")
    async with there.database.unit(OPERATOR, "test") as uow:
        stored = await uow.media.get(file.media)
        done = (await uow.connection.execute(select(audit.c.action, audit.c.object))).all()
    assert stored
    text = stored[0].decode("utf-8-sig")
    for word in ("王德福", "PAAAAAA", "1950-03-05", "柳树村1号", "第一网格", "高血压", "没有登记"):
        assert word in text
    assert "王小明" not in text
    assert ("own_data", "PAAAAAA") in done


async def test_a_channel_abroad_carries_none_of_it(village: Village) -> None:
    _, resident = await elder(village, "telegram")
    await resident.say("/mydata")
    told = await resident.press("导出我的资料")
    assert "境外" in told.text
    assert not any(paper.reply.pictures for paper in resident.sheet)


async def test_who_is_not_bound_is_told_how_to_be(village: Village) -> None:
    assert "/bind" in (await village.talker("stranger").say("/mydata")).text
    assert "/bind" in (await (await village.worker()).say("/mydata")).text


async def test_the_supervisor_decides_on_a_deletion_and_the_answer_comes_back(
    village: Village,
) -> None:
    there, resident = await elder(village)
    worker = await there.staff(Role.GRID_WORKER, GRID, "worker")
    boss = await there.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "boss")
    await resident.say("/mydata")
    await resident.press("要求删除")
    assert "审核" in (await resident.press("提出删除要求")).text
    assert "要求删除个人资料" in boss.last.text
    assert not any("删除" in text for text in worker.texts)
    await worker.say("/menu")
    assert not any("居民的请求" in one.text for one in worker.last.buttons)
    await boss.say("/menu")
    await boss.press("居民的请求（1）")
    await boss.press("PAAAAAA")
    await boss.press("到期才能删")
    assert "对您删除要求的答复：法律要求保存" in resident.last.text


async def asked_to_delete(village: Village) -> tuple[Village, Talker, Talker]:
    """王德福 has asked for deletion, and the supervisor looks at it."""
    there, resident = await elder(village)
    boss = await there.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "boss")
    await resident.say("/mydata")
    await resident.press("要求删除")
    await resident.press("提出删除要求")
    await boss.say("/menu")
    await boss.press("居民的请求（1）")
    await boss.press("PAAAAAA")
    return there, resident, boss


async def record_of(
    there: Village, name: str, basis: str | None, form_id: str = "elderly_followup"
) -> None:
    """A record about 王德福 of last month, made by `basis`."""
    worker = await world.hire(there.database, Role.GRID_WORKER, GRID)
    number = await person_id(there, "PAAAAAA")
    async with there.database.unit(worker, "test") as uow:
        version = await uow.forms.latest(form_id)
        assert version and worker.account_id
        await uow.submissions.add(
            Record(
                instance_id=name,
                area_code=GRID,
                form_id=form_id,
                form_version=version.version,
                form_sha256=version.sha256,
                subject_kind="person",
                subject_id=number,
                subject_code="PAAAAAA",
                account_id=worker.account_id,
                channel="web",
                visit_date=date(2026, 10, 21),
                entered_at=uow.now,
                mode=None,
                outcome=None,
                deprecated_id=None,
                xml=b"<a>words of a visit</a>",
                answers={"words": "words of a visit"},
                legal_basis=basis,
            )
        )


async def states(there: Village) -> dict[str, str]:
    async with there.database.unit(OPERATOR, "test") as uow:
        query = select(submission.c.instance_id, submission.c.state)
        return {one.instance_id: one.state for one in await uow.connection.execute(query)}


async def test_a_deletion_agreed_to_is_carried_out_and_what_stays_is_named(
    village: Village,
) -> None:
    there, resident, boss = await asked_to_delete(village)
    await record_of(there, "uuid:duty", "statutory_duty")
    await record_of(there, "uuid:asked", "consent")
    preview = await boss.press("已同意")
    for word in ("走访记录 1 份", "老年人随访 1 份，到 2029-10-21", "确认后马上删除"):
        assert word in preview.text
    assert await states(there) == {"uuid:duty": "submitted", "uuid:asked": "submitted"}
    assert "已按规定删除" in (await boss.press("确认删除")).text
    told = resident.last.text
    assert "已经办好" in told
    assert "老年人随访 1 份，到 2029-10-21" in told
    assert await states(there) == {"uuid:duty": "submitted", "uuid:asked": EMPTIED}
    async with there.database.unit(OPERATOR, "test") as uow:
        query = select(person).where(person.c.code == "PAAAAAA")
        row = (await uow.connection.execute(query)).one()
        done = (await uow.connection.execute(select(audit.c.action, audit.c.object))).all()
        bound = await uow.conversations.of_person(row.id)
    assert (row.id_number, row.id_hash, row.phone) == (None, None, None)
    assert (row.state, row.name) == (ERASED, "王德福")  # a kept record needs the name
    assert bound == []
    assert ("erase", "PAAAAAA") in done
    assert ("keep", "PAAAAAA elderly_followup 2029-10-21") in done
    assert "/bind" in (await resident.say("/mydata")).text


async def test_where_nothing_has_to_stay_the_name_goes_too(village: Village) -> None:
    there, resident, boss = await asked_to_delete(village)
    await boss.press("已同意")
    sure = boss.last
    await boss.press("确认删除")
    assert "暂时保留" not in resident.last.text
    async with there.database.unit(OPERATOR, "test") as uow:
        query = select(person.c.name).where(person.c.code == "PAAAAAA")
        assert (await uow.connection.execute(query)).scalar_one() == "PAAAAAA"
    assert "答复过了" in (await boss.press("确认删除", sure)).text


async def test_of_a_held_person_nothing_goes(village: Village) -> None:
    there, resident, boss = await asked_to_delete(village)
    await record_of(there, "uuid:asked", "consent")
    async with there.database.unit(OPERATOR, "test") as uow:
        assert await Holds(uow.connection).add("PAAAAAA", "案号 7", uow.now)
    assert "依法保留" in (await boss.press("已同意")).text
    await boss.press("到期才能删")
    assert "法律要求保存" in resident.last.text
    assert await states(there) == {"uuid:asked": "submitted"}


async def test_a_worker_deletes_nobody(village: Village) -> None:
    there, _, boss = await asked_to_delete(village)
    sure = await boss.press("已同意")
    worker = await there.staff(Role.GRID_WORKER, GRID, "worker")
    assert "答复过了" in (await worker.press("确认删除", sure)).text
    assert await person_id(there, "PAAAAAA")
    async with there.database.unit(OPERATOR, "test") as uow:
        assert await uow.register.person("PAAAAAA")


async def test_the_notice_names_basis_and_term_of_each_form(village: Village) -> None:
    someone = village.talker("stranger")
    await someone.say("/notice")
    told = someone.last.text
    assert "儿童走访：依法履职，未成年人保护法第11、43条；最后一次走访后保存3年" in told


async def test_a_correction_is_asked_for_in_words(village: Village) -> None:
    there, resident = await elder(village)
    worker = await there.staff(Role.GRID_WORKER, GRID, "worker")
    await resident.say("/mydata")
    await resident.press("要求更正")
    await resident.say("门牌号写错了")
    assert "记录有误" in worker.last.text


async def test_a_record_of_old_that_says_no_basis_has_that_of_its_form(village: Village) -> None:
    there, _, boss = await asked_to_delete(village)
    await record_of(there, "uuid:old", None)
    async with there.database.unit(OPERATOR, "test") as uow:
        by_consent = update(form).where(form.c.form_id == "elderly_followup")
        await uow.connection.execute(by_consent.values(privacy={"legal_basis": "consent"}))
    await boss.press("已同意")
    await boss.press("确认删除")
    assert await states(there) == {"uuid:old": EMPTIED}


NAME, PHONE, WORDS = "王德福", "13800001234", "隐秘的话"


async def planted(there: Village, boss: Talker, chat: int) -> None:
    """What may stand somewhere of 王德福, who lives alone: name, telephone, and words."""
    number = await person_id(there, "PAAAAAA")
    async with there.database.unit(OPERATOR, "test") as uow:
        now, run = uow.now, uow.connection.execute
        home = (await run(select(person.c.household_id).where(person.c.id == number))).scalar_one()
        others = update(person).where(person.c.household_id == home, person.c.id != number)
        await run(others.values(state=ERASED, name="PXXXXXX"))
        await run(update(person).where(person.c.id == number).values(phone=PHONE))
        await run(update(household).where(household.c.id == home).values(address=WORDS))
        tier = {"person_id": number, "tier": "t", "since": date(2026, 1, 1), "source": WORDS}
        await run(person_tier.insert().values(tier))
        by = {"person_id": number, "consent_by": boss.account, "consent_at": now}
        until = {"until": date(2027, 1, 1), "relation": "child"}
        await run(proxy.insert().values(by | until | {"name": WORDS}))
        await run(update(resident_request).values(words=WORDS))
        about = {"subject_kind": "person", "subject_id": number, "account_id": boss.account}
        edit = {"what": "tags", "detail": {}, "reason": WORDS, "at": now}
        await run(register_edit.insert().values(about | edit))
        opened = {"purpose": "emergency", "reason": WORDS, "on_day": now.date(), "opened_at": now}
        await run(file_opening.insert().values(about | opened | {"conversation_id": chat}))
        await uow.media.put(WORDS.encode(), WORDS, "text/plain", f"mydata:{chat}:1")
        await uow.outbox.queue(chat, [Reply(text=f"{NAME}：{WORDS}")])
        await run(update(conversation).where(conversation.c.id == chat).values(reachable=False))


async def told_of(there: Village) -> set[str]:
    """Tables in which a planted word is still to be read."""
    found = set()
    async with there.database.unit(OPERATOR, "test") as uow:
        for table in metadata.sorted_tables:
            for row in await uow.connection.execute(select(table)):
                said = " ".join(
                    one.decode(errors="replace") if isinstance(one, bytes) else str(one)
                    for one in row
                )
                if any(word in said for word in (NAME, PHONE, WORDS)):
                    found.add(table.name)
    return found


async def test_after_a_deletion_nothing_tells_of_the_person(village: Village) -> None:
    there, resident, boss = await asked_to_delete(village)
    async with there.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("web", resident.address, "zh")
    await planted(there, boss, chat.id)
    assert {"person", "person_tier", "proxy", "register_edit", "outbox"} <= await told_of(there)
    await boss.press("已同意")
    await boss.press("确认删除")
    assert await told_of(there) == set()
    async with there.database.unit(OPERATOR, "test") as uow:
        now = await uow.conversations.load("web", resident.address, "zh")
    assert now.person_id is None
