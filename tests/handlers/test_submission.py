"""From the last press to a record that never changes again."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import etree
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.messages import Tap
from storage.policy import OPERATOR, Actor, Role
from storage.submissions import Filter
from tests.handlers.conftest import GRID, NEXT_GRID, TOWNSHIP, Publish, Village
from tests.handlers.paper import Talker
from tests.handlers.sampler import begin, reach


async def at_the_review(village: Village) -> Talker:
    """A worker who visited the day before and met nobody, since the household moved away."""
    mei = await village.worker()
    await mei.press("我的走访户")
    await mei.press("HAAAAAA")
    await mei.press("入户走访")
    await mei.press("昨天")
    await mei.press("入户")
    await mei.press("已迁出")
    await mei.say("搬到县城")
    return mei


async def test_a_record_says_who_for_whom_when_and_by_which_form(village: Village) -> None:
    mei = await at_the_review(village)
    village.clock.turn(minutes=5)
    await mei.press("提交")
    (record,) = await village.records()
    assert record.form_id == "household_visit"
    assert record.form_version.isdigit()
    async with village.database.unit(OPERATOR, "test") as uow:
        version = await uow.forms.get(record.form_sha256)
    assert version is not None
    assert version.form_id == "household_visit"
    assert record.account_id == mei.account
    assert (record.subject_kind, record.subject_code) == ("household", "HAAAAAA")
    assert record.area_code == GRID
    assert record.channel == "paper"
    assert record.visit_date == date(2026, 11, 20)
    assert record.entered_at == village.clock.now()
    assert (record.mode, record.outcome) == ("home", "moved")
    assert record.deprecated_id is None


async def test_a_record_holds_the_xml_and_the_typed_answers(village: Village) -> None:
    mei = await at_the_review(village)
    await mei.press("提交")
    (record,) = await village.records()
    root = etree.fromstring(record.xml)
    assert root.get("id") == "household_visit"
    assert root.get("version") == record.form_version
    assert root.findtext("head/outcome_reason") == "搬到县城"
    assert root.find("part_house") is None  # not asked, not there
    assert root.findtext("{*}meta/{*}instanceID") == record.instance_id
    head = record.answers["head"]
    assert head["house_code"] == "HAAAAAA"
    assert head["visit_date"] == "2026-11-20"
    assert record.answers["count15"] == 0


async def test_the_person_gets_a_receipt(village: Village) -> None:
    mei = await at_the_review(village)
    review = mei.open
    done = await mei.press("提交")
    (record,) = await village.records()
    assert "已提交" in done.text
    assert record.instance_id.removeprefix("uuid:")[:8].upper() in done.text
    assert review.buttons == []
    async with village.database.unit(OPERATOR, "test") as uow:
        found = await uow.submissions.get(record.instance_id[5:13].upper())
    assert found is not None
    menu = await mei.press("菜单")
    assert not any("继续" in button.text for button in menu.buttons)


async def test_submitting_twice_makes_one_record(village: Village) -> None:
    mei = await at_the_review(village)
    submit = mei.open.button("提交").token
    await mei.do(Tap(token=submit))
    await mei.do(Tap(token=submit))
    assert "过时" in mei.last.text
    assert len(await village.records()) == 1


async def test_a_submitted_interview_can_not_be_resumed(village: Village) -> None:
    mei = await at_the_review(village)
    (draft,) = await village.interviews(mei)
    await mei.press("提交")
    assert await village.interviews(mei) == []
    await mei.do(Tap(token=f"d:{draft.id}"))
    assert "提交或删除" in mei.last.text
    assert len(await village.records()) == 1


async def test_a_record_can_not_be_added_twice(village: Village) -> None:
    mei = await at_the_review(village)
    await mei.press("提交")
    (record,) = await village.records()
    with pytest.raises(DBAPIError):
        async with village.database.unit(OPERATOR, "test") as uow:
            await uow.submissions.add(record)


async def test_the_last_record_is_read_by_the_next_visit(village: Village, ask: Publish) -> None:
    mei = await at_the_review(village)
    await mei.press("提交")
    await mei.press("菜单")
    await mei.press("我的走访户")
    await mei.press("HAAAAAA")
    await mei.press("入户走访")
    (draft,) = await village.interviews(mei)
    (previous,) = draft.facts["previous"]
    assert previous["outcome"] == "moved"


async def test_a_photo_belongs_to_the_record(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "places", "A photo of the house?")
    await mei.photo(b"\xff\xd8\xffhouse")
    for _ in range(3):
        await mei.press("跳过")
    await mei.press("提交")
    (record,) = await village.records()
    name = record.answers["photo"]
    assert f"<photo>{name}</photo>".encode() in record.xml
    async with village.database.unit(OPERATOR, "test") as uow:
        query = "SELECT id, submission_id FROM media"
        (row,) = (await uow.connection.execute(text(query))).all()
    assert (row.id, row.submission_id) == (name.removesuffix(".jpg"), record.instance_id)


async def test_a_form_for_nobody_belongs_to_the_worker_s_area(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    for typed in ("a", "4", "2", "60.5", "7", "b"):
        await mei.say(typed)
    await mei.press("提交")
    (record,) = await village.records()
    assert (record.subject_kind, record.subject_id, record.subject_code) == ("none", None, None)
    assert record.area_code == GRID
    assert record.visit_date == date(2026, 11, 21)
    assert record.answers == {
        "remark": "a",
        "people": 4,
        "rooms": 2,
        "weight": 60.5,
        "pain": 7,
        "last": "b",
        "meta": {"instanceID": record.instance_id},
    }


async def test_only_those_whom_it_concerns_read_it(village: Village) -> None:
    mei = await at_the_review(village)
    await mei.press("提交")

    async def seen(actor: Actor) -> int:
        async with village.database.unit(actor, "test") as uow:
            return len(await uow.submissions.list(Filter()))

    assert await seen(Actor(Role.GRID_WORKER, GRID, account_id=mei.account)) == 1
    assert await seen(Actor(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, account_id=98)) == 1
    assert await seen(Actor(Role.GRID_WORKER, GRID, account_id=99)) == 0
    assert await seen(Actor(Role.GRID_WORKER, NEXT_GRID, account_id=99)) == 0
    assert await seen(Actor(Role.TOWNSHIP_SUPERVISOR, "990101002", account_id=99)) == 0
