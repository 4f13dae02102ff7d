"""What looks like an ID number is kept masked wherever a message waits, mistyped or not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.ids import check_digit
from core.messages import Command, Event, File, Inbound, Text, without_id_numbers
from storage.database import Database
from storage.policy import SYSTEM
from storage.tables import inbox, web_event
from storage.web import DatabaseWebStore

NUMBER = "99010119580305068" + check_digit("99010119580305068")
MISTYPED = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")


async def waiting(database: Database) -> str:
    """All that the transcript and the inbox hold, with what is sealed opened."""
    held = []
    async with database.unit(SYSTEM, "test") as uow:
        for column in (web_event.c.body, inbox.c.body):
            held += [repr(one) for one in (await uow.connection.execute(select(column))).scalars()]
    return "\n".join(held)


@pytest.mark.parametrize(
    ("event", "secret"),
    [
        (Text(text=NUMBER), NUMBER),
        (Text(text=MISTYPED), MISTYPED),
        (Text(text=NUMBER[:-1]), NUMBER[:-1]),
        (Text(text="990101580305068"), "990101580305068"),
        (Text(text=f"我是钱桂香，{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}"), NUMBER[:6]),
        (Command(name="bind", argument=NUMBER), NUMBER),
        (File(media="photo", file_id="1", caption=MISTYPED), MISTYPED),
    ],
)
async def test_a_message_of_a_resident_waits_without_its_number(
    database: Database, event: Event, secret: str
) -> None:
    said = Inbound(channel="web", address="guest", key="k", event=event)
    line = {"from": "person", "event": event.model_dump(mode="json")}
    taken = await DatabaseWebStore(database, "zh").take(said, line)
    assert taken.due
    assert taken.due.event == event  # the step is made with what was typed
    kept = await waiting(database)
    assert secret not in kept
    assert kept.count("•") >= 2 * 11


@pytest.mark.parametrize("text", ["13800138000", "2026-11-22", "12,345.67", "你好"])
def test_shorter_numbers_are_none(text: str) -> None:
    said = Inbound(channel="web", address="guest", key="k", event=Text(text=text))
    assert without_id_numbers(said) is said
