"""What is personal can't be read from the database's files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from core.messages import Inbound, Reply, Text
from storage.database import Database
from storage.formshelf import FormSource
from storage.policy import OPERATOR, SYSTEM, Role
from storage.web import DatabaseWebStore
from tests import world
from tests.storage.test_submissions import FORM, record

SAID = "今天下午她说腿很疼"
FILE = "照片里的人"
STAFF = "周密密"
ADDRESS = "7700112233"


async def test_no_name_number_address_or_word_stands_in_the_files(
    sqlite_database: Database, sqlite_url: str
) -> None:
    await world.settle(sqlite_database)
    worker = await world.hire(sqlite_database, Role.GRID_WORKER, world.GRID, STAFF)
    assert worker.account_id
    async with sqlite_database.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
    async with sqlite_database.unit(worker, "test") as uow:
        chat = await uow.conversations.load("telegram", ADDRESS, "zh")
        chat.state = {"said": SAID}
        await uow.conversations.bind(chat, account_id=worker.account_id, person_id=None)
        await uow.outbox.queue(chat.id, [Reply(text=SAID)])
        await uow.interviews.start(
            chat.id, FORM.sha256, ("household", 1), {"subject": [{"n": SAID}]}, {"answer": SAID}
        )
        await uow.submissions.add(
            record("uuid:1", worker, xml=SAID.encode(), answers={"n": SAID}, visit_date=date.min)
        )
        await uow.record("test", "uuid:1")
    async with sqlite_database.unit(OPERATOR, "test") as uow:
        token = await uow.invites.issue("messenger", account_id=worker.account_id)
    store = DatabaseWebStore(sqlite_database, "zh")
    await store.append("S1", {"text": SAID}, "key")
    await store.put_file(SAID.encode(), FILE, "image/png", "key")
    async with sqlite_database.unit(SYSTEM, "test") as uow:
        inbound = Inbound(channel="telegram", address=ADDRESS, key="1", event=Text(text=SAID))
        await uow.inbox.set_aside(inbound, "ValueError")
    await sqlite_database.close()

    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    content = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"PA00001" in content  # codes are in clear, so this looks at the right files
    planted = (*world.SECRETS, SAID, FILE, STAFF, ADDRESS, token)
    readable = [
        secret
        for secret in planted
        for encoding in ("utf-8", "utf-16-le", "gb18030")
        if secret.encode(encoding) in content
    ]
    assert readable == []
