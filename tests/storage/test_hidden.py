"""Mail, chats, files and forms: who is not the machine itself reads none of others' and writes no
forms and areas."""

from __future__ import annotations

import pytest

from storage.areas import Area
from storage.database import Database
from storage.formshelf import FormSource
from storage.policy import NOBODY, OPERATOR, SYSTEM, Actor, Role
from tests import world
from tests.storage.test_submissions import FORM, record


async def test_of_another_s_chat_one_learns_that_it_is_there(village: Database) -> None:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    above = await world.hire(village, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    async with village.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("telegram", "4711", "zh")
        await uow.conversations.bind(chat, account_id=worker.account_id, person_id=None)
        chat.state = {"query": "王桂兰"}
        await uow.conversations.save(chat)
    for actor, told in ((above, False), (NOBODY, False), (worker, True), (SYSTEM, True)):
        async with village.unit(actor, "test") as uow:
            assert worker.account_id
            (found,) = await uow.conversations.of_account(worker.account_id)
            same = await uow.conversations.get(found.id)
        assert (found.id, found.channel) == (chat.id, "telegram")
        assert same and (same.address, same.state) == (found.address, found.state)
        assert (found.address == "4711", bool(found.state)) == (told, told)


async def test_mail_and_inbounds_are_for_the_machine(village: Database) -> None:
    for actor in (NOBODY, Actor(Role.COUNTY_ADMINISTRATOR, world.COUNTY, account_id=1)):
        async with village.unit(actor, "test") as uow:
            with pytest.raises(PermissionError):
                await uow.inbox.waiting()
            with pytest.raises(PermissionError):
                await uow.outbox.heads(["web"])
            with pytest.raises(PermissionError):
                await uow.outbox.next_of(1)


async def test_forms_and_areas_are_not_a_supervisors_to_change(village: Database) -> None:
    above = await world.hire(village, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    async with village.unit(above, "test") as uow:
        with pytest.raises(PermissionError):
            await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
        with pytest.raises(PermissionError):
            await uow.forms.retire(FORM.form_id)
        with pytest.raises(PermissionError):
            await uow.areas.put([Area("990909", "county", "别县")])


async def test_a_file_is_for_who_may_read_its_record(village: Database) -> None:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    async with village.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
    async with village.unit(worker, "test") as uow:
        await uow.submissions.add(record("uuid:1", worker))
        photo = await uow.media.put(b"\xff\xd8photo", "p.jpg", "image/jpeg", "k")
        await uow.media.attach([photo.id], "uuid:1")
    readers = {
        worker: True,
        await world.hire(village, Role.GRID_WORKER, world.GRID): False,
        await world.hire(village, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP): True,
        await world.hire(village, Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP): False,
        await world.hire(village, Role.AUDITOR, world.COUNTY): False,
        NOBODY: False,
        SYSTEM: True,
    }
    for actor, may in readers.items():
        async with village.unit(actor, "test") as uow:
            assert (await uow.media.get(photo.id) is not None) == may, actor
