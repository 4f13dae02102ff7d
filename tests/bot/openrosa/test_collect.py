"""ODK Collect takes a worker's forms along and brings back what was filled in, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import aiohttp
import pytest

from bot import openrosa
from bot.parameters import Parameters
from bot.settings import DEFAULTS
from forms import library
from forms.intake import Intake, intake
from handlers.forms import _offer, publish
from handlers.shelf import Shelf
from handlers.turn import House
from scheduler.closing import keep_up
from scheduler.ground import Ground
from storage.database import Database
from storage.formshelf import Offer
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.submissions import Filter, Record
from tests import world
from tests.bot.served import served
from tests.clock import TurnedClock
from tests.handlers.matrix import HOMES
from tests.openrosa.phone import Phone
from tests.scheduler.duties import Place, ground
from tests.scheduler.making import SHANGHAI

FORMS = ("household_visit", "elderly_followup", "child_checkin", "food_drug_patrol", "task_done")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"photo" * 200
HOME, OTHER_HOME = "HA00001", "HD00001"

GATE = """
| survey |  |  |  |
|---|---|---|---|
|  | type | name | label |
|  | image | front | 正门 |
|  | image | back | 后门 |

| settings |  |  |  |
|---|---|---|---|
|  | form_id | version | form_title |
|  | gate | 1 | 门 |
"""

ROOF = """
| survey |  |  |  |  |  |
|---|---|---|---|---|---|
|  | type | name | label | required | calculation |
|  | calculate | before |  |  | pulldata('previous', 'roof', 'key', 'previous') |
|  | select_one_from_file subjects.csv | house_code | 哪一户 | yes |  |
|  | text | roof | 屋顶 | yes |  |

| settings |  |  |  |
|---|---|---|---|
|  | form_id | version | form_title |
|  | roof | 1 | 屋顶 |
"""
OWN = {"gate": (GATE, Offer()), "roof": (ROOF, Offer(subject="household"))}


@dataclass(slots=True)
class Office:
    """The server, the worker whose token is used, and the phones that talk to it."""

    database: Database
    clock: TurnedClock
    http: aiohttp.ClientSession
    house: House
    ground: Ground
    worker: Actor

    async def phone(self, worker: Actor | None = None) -> Phone:
        """A phone with the address of a new token in it."""
        account = (worker or self.worker).account_id
        assert account is not None
        async with self.database.unit(OPERATOR, "test") as uow:
            token = await uow.tokens.for_worker(account)
        return Phone(self.http, openrosa.address("", token), self.clock)

    async def records(self) -> list[Record]:
        async with self.database.unit(OPERATOR, "test") as uow:
            return [one for one, _ in await uow.submissions.list(Filter(superseded=True))]

    async def states(self) -> dict[str, str]:
        """Where the duty to each home stands."""
        place = Place(self.database, self.clock, self.ground, self.worker)
        return {who: state for who, _, _, state in await place.states()}


@pytest.fixture(scope="module")
def taken() -> dict[str, tuple[bytes, Intake]]:
    forms = {name: library.source(name) for name in FORMS} | {
        name: text.encode() for name, (text, _) in OWN.items()
    }
    return {name: (source, intake(source, f"{name}.md")) for name, source in forms.items()}


@pytest.fixture
async def office(
    sqlite_database: Database, clock: TurnedClock, taken: dict[str, tuple[bytes, Intake]]
) -> AsyncIterator[Office]:
    database = sqlite_database
    database.zone = SHANGHAI
    await world.settle(database)
    rules = ground(HOMES)
    parameters = Parameters.read(DEFAULTS / "parameters.toml")
    house = House(Shelf(), SHANGHAI, parameters.on, lambda *_: (), ground=lambda: rules)
    for name, (source, form) in taken.items():
        own = ({"zh": name}, OWN[name][1]) if name in OWN else _offer(library.offers()[name])
        async with database.unit(OPERATOR, "test") as uow:
            await publish(uow, form, source, titles=own[0], offer=own[1])
    clock.set(datetime(2026, 12, 3, 2, tzinfo=UTC))
    await keep_up(database, rules)
    worker = await world.hire(database, Role.GRID_WORKER, world.GRID)
    attach = partial(openrosa.attach, database=database, house=house, base_url="")
    async with served(attach) as http:
        yield Office(database, clock, http, house, rules, worker)


async def test_a_worker_is_offered_what_they_fill_in_by_themselves(office: Office) -> None:
    forms = await (await office.phone()).forms()
    assert set(forms) == {"household_visit", "elderly_followup", "child_checkin", "roof"} | (
        {"gate", "food_drug_patrol"}
    )
    assert forms["household_visit"]["name"] == "入户走访"
    assert forms["household_visit"]["hash"].startswith("md5:")


async def test_a_phone_carries_the_workers_own_subjects_and_no_names(office: Office) -> None:
    phone = await office.phone()
    await phone.take("elderly_followup")
    files = {name: content.decode() for name, content in phone.files["elderly_followup"].items()}
    assert files["subjects.csv"] == "name,label\nPA00001,PA00001 王\n"
    assert files["subject.csv"] == (
        "key,code,birth_date,tags\nsubject,PA00001,1950-03-05,hypertension over_65\n"
    )
    assert files["previous.csv"] == "key,code,dm_class,height,htn_class\n"
    assert not any(secret in text for text in files.values() for secret in world.SECRETS)


async def test_what_is_sent_meets_what_is_owed(office: Office) -> None:
    phone = await office.phone()
    before = (await office.states())[HOME]
    record = phone.fill(await phone.take("household_visit"), HOME)
    answers = await phone.send(record.xml)
    assert [one.status for one in answers] == [201]
    assert "已收下" in answers[0].message
    after = await office.states()
    assert (before, after[HOME], after[OTHER_HOME]) == ("open", "done_on_time", "open")
    kept = (await office.records())[0]
    assert kept.xml == record.xml
    assert kept.answers == dict(record.answers)
    assert (kept.channel, kept.subject_code, kept.area_code) == ("collect", HOME, world.GRID)


async def test_the_next_visit_reads_what_was_said_at_the_last(office: Office) -> None:
    phone = await office.phone()
    first = phone.fill(await phone.take("roof"), HOME, say={"roof": "漏雨"})
    assert (await phone.send(first.xml))[0].status == 201
    second = phone.fill(await phone.take("roof"), HOME)
    assert phone.files["roof"]["previous.csv"].decode() == (
        f"key,code,roof\nprevious,{HOME},漏雨\n"
    )
    assert (first.answers.get("before"), second.answers["before"]) == (None, "漏雨")


async def test_files_come_in_parts_and_as_often_as_the_phone_likes(office: Office) -> None:
    phone = await office.phone()
    xml = gate("uuid:1", front="a.jpg", back="b.jpg")
    files = {"a.jpg": JPEG, "b.jpg": JPEG + b"2", "stranger.jpg": JPEG + b"3"}
    answers = [*await phone.send(xml, files, parts=2), *await phone.send(xml, files)]
    assert {one.status for one in answers} == {201}
    assert len(await office.records()) == 1
    async with office.database.unit(OPERATOR, "test") as uow:
        kept = {one.name: content for one, content in await uow.media.of_record("uuid:1")}
    assert kept == {"a.jpg": JPEG, "b.jpg": JPEG + b"2"}


async def test_two_posts_at_once_keep_one_record(office: Office) -> None:
    phones = [await office.phone(), await office.phone()]
    xml = gate("uuid:1")
    answers = await asyncio.gather(*(one.send(xml) for one in phones * 3))
    assert {one.status for told in answers for one in told} == {201}
    assert len(await office.records()) == 1


async def test_other_words_under_the_same_id_are_refused(office: Office) -> None:
    phone = await office.phone()
    await phone.send(gate("uuid:1"))
    told = (await phone.send(gate("uuid:1", front="c.jpg")))[0]
    assert told.status == 409
    assert told.message.startswith("没有收下：同一编号")
    colleague = await world.hire(office.database, Role.GRID_WORKER, world.GRID, "吴芳")
    assert (await (await office.phone(colleague)).send(gate("uuid:1")))[0].status == 409


async def test_a_correction_replaces_its_former_version(office: Office) -> None:
    phone = await office.phone()
    form = await phone.take("household_visit")
    first = phone.fill(form, HOME)
    second = phone.fill(form, HOME, former=first.instance_id)
    for record in (first, second):
        assert (await phone.send(record.xml))[0].status == 201
    found = {one.instance_id: one.state for one in await office.records()}
    assert found == {first.instance_id: "superseded", second.instance_id: "submitted"}
    third = phone.fill(form, HOME, former=first.instance_id)
    assert (await phone.send(third.xml))[0].status == 409
    office.clock.turn(days=40)
    late = phone.fill(form, HOME, former=second.instance_id)
    assert (await phone.send(late.xml))[0].status == 409


async def test_a_record_about_somebody_elses_subject_is_refused_kindly(office: Office) -> None:
    phone = await office.phone()
    form = await phone.take("household_visit")
    xml = phone.fill(form, HOME).xml.replace(HOME.encode(), OTHER_HOME.encode())
    told = (await phone.send(xml))[0]
    assert told.status == 403
    assert "不在您负责的范围内" in told.message
    assert await office.records() == []


async def test_a_day_to_come_is_refused(office: Office) -> None:
    phone = await office.phone()
    xml = phone.fill(await phone.take("household_visit"), HOME).xml
    today = f"<visit_date>{office.clock.now():%Y-%m-%d}</visit_date>".encode()
    assert today in xml
    told = await phone.send(xml.replace(today, b"<visit_date>2026-12-24</visit_date>"))
    assert (told[0].status, "手机的日期" in told[0].message) == (400, True)


@pytest.mark.parametrize(
    ("xml", "status"),
    [
        (b"", 400),
        (b"<gate", 400),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><gate id="gate" version="1">&a;</gate>', 400),
        (b'<gate id="gate" version="1">' + b"<a>" * 5000 + b"</a>" * 5000 + b"</gate>", 400),
        (b'<data id="gate" version="1"/>', 400),
        (b'<data id="gate" version="9"><meta><instanceID>uuid:1</instanceID></meta></data>', 404),
        (b'<x id="gate" version="1"><meta><instanceID>uuid:1</instanceID></meta></x>', 400),
        (b'<gate id="gate" version="1">' + b" " * 3_000_000 + b"</gate>", 413),
    ],
)
async def test_hostile_and_foreign_xml_is_refused(office: Office, xml: bytes, status: int) -> None:
    assert (await (await office.phone()).send(xml))[0].status == status


async def test_a_file_of_another_kind_is_refused_with_the_record(office: Office) -> None:
    phone = await office.phone()
    told = await phone.send(gate("uuid:1", front="a.jpg"), {"a.jpg": b"MZ\x90\x00 a program"})
    assert told[0].status == 415
    assert await office.records() == []


async def test_a_picture_that_may_tell_its_place_is_refused_with_the_record(office: Office) -> None:
    phone = await office.phone()
    picture = b"\0\0\0\x0cftypheic"
    told = await phone.send(gate("uuid:1", front="a.jpg"), {"a.jpg": picture})
    assert told[0].status == 415
    assert await office.records() == []


async def test_an_alarm_from_the_field_reaches_the_supervisors_once(office: Office) -> None:
    supervisor = await world.hire(office.database, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    async with office.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("web", "supervisor", "zh")
        chat.account_id = supervisor.account_id
        await uow.conversations.save(chat)
    phone = await office.phone()
    form = await phone.take("child_checkin")
    record = phone.fill(form, "PA00002", say={"mr": "s5"})
    for _ in range(2):
        assert (await phone.send(record.xml))[0].status == 201
    async with office.database.unit(SYSTEM, "test") as uow:
        assert len(await uow.outbox.queued(chat.id)) == 1


async def test_a_token_that_is_over_opens_nothing(office: Office) -> None:
    phone = await office.phone()
    async with office.database.unit(OPERATOR, "test") as uow:
        number = (await uow.tokens.all())[-1].id
        assert await uow.tokens.revoke(number)
    async with office.http.get(f"{phone.url}/formList") as response:
        assert response.status == 403
        assert "已失效" in await response.text()
    other = await office.phone()
    office.clock.turn(days=366)
    async with office.http.get(f"{other.url}/formList") as response:
        assert response.status == 403


async def test_a_closed_account_takes_its_phones_with_it(office: Office) -> None:
    phone = await office.phone()
    assert office.worker.account_id is not None
    async with office.database.unit(OPERATOR, "test") as uow:
        await uow.accounts.close(office.worker.account_id)
    async with office.http.get(f"{phone.url}/formList") as response:
        assert response.status == 403


async def test_only_those_who_work_in_a_village_take_forms_along(office: Office) -> None:
    supervisor = await world.hire(office.database, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    with pytest.raises(PermissionError):
        await office.phone(supervisor)


def gate(name: str, front: str = "", back: str = "") -> bytes:
    """A record of the form about a gate."""
    return (
        f'<data id="gate" version="1"><front>{front}</front><back>{back}</back>'
        f"<meta><instanceID>{name}</instanceID></meta></data>"
    ).encode()
