"""One step is one transaction: all of it or nothing, and each inbound once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from core.messages import Command, Event, File, Inbound, Reply, Tap, Text
from core.ports import Receipt
from storage.policy import OPERATOR, SYSTEM, Role
from tests.handlers.conftest import GRID, Publish, Village, running
from tests.handlers.paper import PaperChannel, Talker
from tests.handlers.sampler import begin, reach
from tests.patience import PATIENCE


async def rows(village: Village, table: str) -> int:
    async with village.database.unit(OPERATOR, "test") as uow:
        found = await uow.connection.execute(text(f"SELECT count(*) FROM {table}"))
        return int(found.scalar_one())


async def waiting(village: Village) -> list[str]:
    async with village.database.unit(SYSTEM, "test") as uow:
        return [inbound.key for inbound in await uow.inbox.waiting()]


def broken(village: Village) -> Village:
    """The same village in a house whose parameters can't be read: no form can be begun."""

    def fail(*_: object) -> Any:
        raise OSError("the file is gone")

    house = replace(village.house, parameters=fail)
    return running(village.database, village.clock, village.channel, house)


async def test_the_same_key_twice_changes_nothing_and_says_nothing(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.do(Text(text="first"), key="one")
    before, messages = await village.stored(mei), len(mei.sheet)
    await mei.do(Text(text="first"), key="one")
    await mei.do(Text(text="4"), key="one")
    assert await village.stored(mei) == before
    assert len(mei.sheet) == messages


async def test_a_key_counts_within_its_channel(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.do(Text(text="first"), key="one")
    telegram = PaperChannel(name="telegram")
    steps = running(village.database, village.clock, telegram, village.house).steps
    await steps.receive(
        Inbound(channel="telegram", address="9", key="one", event=Text(text="hello"))
    )
    assert await rows(village, "conversation") == 2


async def test_a_redelivered_update_after_a_restart_says_nothing(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.do(Text(text="first"), key="one")
    fresh = village.restart()
    mei.steps, mei.sender = fresh.steps, fresh.sender
    messages = len(mei.sheet)
    await mei.do(Text(text="first"), key="one")
    assert len(mei.sheet) == messages


async def test_what_fails_leaves_nothing_but_the_inbound(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    card = await mei.press("HAAAAAA")
    press = Tap(token=card.button("入户走访").token)
    before = {table: await rows(village, table) for table in ("interview", "audit", "outbox")}
    mei.steps = broken(village).steps
    with capture_logs() as logs:
        await mei.do(press, key="press")
    assert [log["event"] for log in logs] == ["step failed"]
    after = {table: await rows(village, table) for table in ("interview", "audit", "outbox")}
    assert after == before
    assert await waiting(village) == ["press"]


async def test_what_failed_is_tried_again_and_then_counts_once(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    card = await mei.press("HAAAAAA")
    press = Tap(token=card.button("入户走访").token)
    mei.steps = broken(village).steps
    with capture_logs():
        await mei.do(press, key="press")

    fresh = village.restart()
    await fresh.steps.retry()
    await fresh.sender.drain()
    assert "走访日期" in mei.open.text
    assert await waiting(village) == []
    mei.steps = fresh.steps
    messages = len(mei.sheet)
    await mei.do(press, key="press")
    await fresh.steps.retry()
    assert len(mei.sheet) == messages
    assert len(await village.interviews(mei)) == 1


async def test_after_three_attempts_the_person_gets_a_kind_word_and_is_free(
    village: Village,
) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    card = await mei.press("HAAAAAA")
    press = Tap(token=card.button("入户走访").token)
    failing = broken(village)
    mei.steps = failing.steps
    with capture_logs():
        await mei.do(press)
        assert "没能处理" not in mei.last.text
        await failing.steps.retry()
        await failing.steps.retry()
    await failing.sender.drain()
    assert "抱歉" in mei.last.text
    assert "/menu" in mei.last.text
    assert await waiting(village) == []
    async with village.database.unit(OPERATOR, "test") as uow:
        states = await uow.connection.execute(text("SELECT state FROM inbox WHERE attempts > 0"))
        assert states.scalars().all() == ["dead"]
    assert "我的走访户" in (await mei.say("/menu")).buttons[0].text


async def test_an_answer_that_failed_is_not_given_to_a_later_question(
    village: Village, ask: Publish
) -> None:
    """What was said stands for the question that was open then, whatever is asked by now."""
    mei = await reach(village, ask, "numbers", "How many live here?")
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(
            text("CREATE TRIGGER full BEFORE UPDATE ON interview BEGIN SELECT RAISE(FAIL, ''); END")
        )
    with capture_logs():
        await mei.do(Text(text="2"), key="lost")
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(text("DROP TRIGGER full"))
    village.clock.turn(seconds=1)
    await mei.say("2")  # no answer came, so she says it again
    assert "How many rooms?" in mei.open.text

    await village.steps.retry()
    await village.sender.drain()
    assert "How many rooms?" in mei.open.text
    assert "rooms" not in await village.values(mei)
    assert await waiting(village) == []


async def test_a_first_message_that_failed_is_tried_again(village: Village) -> None:
    """Looking for steps that its person made meanwhile makes none."""
    _, code = await village.hire(Role.GRID_WORKER, GRID)
    first = Inbound(
        channel="paper", address="new", key="first", event=Command(name="start", argument=code)
    )
    async with village.database.unit(SYSTEM, "test") as uow:
        await uow.inbox.set_aside(first, "DiskFull")
    village.clock.turn(seconds=5)

    await village.steps.retry()
    await village.sender.drain()
    assert "我的走访户" in village.channel.sheets["new"][-1].buttons[0].text
    assert await waiting(village) == []


async def test_a_file_that_can_not_be_fetched_now_is_fetched_later(
    village: Village, ask: Publish
) -> None:
    mei = await reach(village, ask, "places", "A photo of the house?")
    village.channel.unfetchable = True
    photo = File(media="photo", file_id="p1", mime="image/jpeg", size=3)
    with capture_logs():
        await mei.do(photo)
    assert "A photo of the house?" in mei.open.text
    village.channel.unfetchable = False
    village.channel.files["p1"] = b"\xff\xd8\xff"
    village.clock.turn(seconds=7)
    await village.steps.retry()
    await village.sender.drain()
    assert "Where is it?" in mei.open.text


async def unfetchable(village: Village, ask: Publish) -> Talker:
    """Somebody whose photo the messenger does not hand over."""
    mei = await reach(village, ask, "places", "A photo of the house?")
    village.channel.unfetchable = True
    with capture_logs():
        await mei.do(File(media="photo", file_id="p1", mime="image/jpeg", size=3), key="photo")
    return mei


async def tried(village: Village) -> int:
    """How often the photo was asked for after another retry."""
    with capture_logs():
        await village.steps.retry()
        await village.sender.drain()
    return len(village.channel.fetched)


async def test_trouble_of_the_messenger_uses_up_no_attempts_and_pauses_grow_to_a_minute(
    village: Village, ask: Publish
) -> None:
    mei = await unfetchable(village, ask)
    pauses, since = [], 0
    for _ in range(90):
        before = len(village.channel.fetched)
        village.clock.turn(seconds=5)
        since += 5
        if await tried(village) > before:
            pauses.append(since)
            since = 0
    assert pauses[0] <= 10
    assert all(60 <= pause <= 80 for pause in pauses[-3:])
    village.channel.unfetchable = False
    village.channel.files["p1"] = b"\xff\xd8\xff"
    village.clock.turn(minutes=2)
    await tried(village)
    assert "Where is it?" in mei.open.text


async def test_the_person_hears_once_that_a_photo_is_slow(village: Village, ask: Publish) -> None:
    mei = await unfetchable(village, ask)
    assert "还没取到" not in str(mei.texts)
    for _ in range(5):
        village.clock.turn(minutes=2)
        await tried(village)
    assert [text for text in mei.texts if "还没取到" in text] == [mei.last.text]
    assert "不用重发" in mei.last.text


async def test_a_photo_that_does_not_come_for_a_day_is_given_up_and_its_person_told(
    village: Village, ask: Publish
) -> None:
    mei = await unfetchable(village, ask)
    for _ in range(26):
        village.clock.turn(hours=1)
        await tried(village)
    assert "一天都没能取到" in mei.last.text
    assert await waiting(village) == []
    async with village.database.unit(OPERATOR, "test") as uow:
        (dead,) = await uow.dead_letters.inbounds()
    assert dead.error == "FileUnavailable"


async def test_a_photo_that_comes_again_after_it_was_handled_is_not_put_off(
    village: Village, ask: Publish
) -> None:
    mei = await reach(village, ask, "places", "A photo of the house?")
    village.channel.files["p1"] = b"\xff\xd8\xff"
    photo = File(media="photo", file_id="p1", mime="image/jpeg", size=3)
    await mei.do(photo, key="photo")
    before = mei.texts
    village.channel.unfetchable = True
    async with village.database.unit(SYSTEM, "test") as uow:
        again = Inbound(channel="paper", address=mei.address, key="photo", event=photo)
        assert await uow.inbox.put_off(again, "FileUnavailable", None) is None
        assert await uow.inbox.set_aside(again, "ValueError")
    for _ in range(30):
        village.clock.turn(hours=1)
        await tried(village)
    assert mei.texts == before and await rows(village, "media") == 1
    async with village.database.unit(OPERATOR, "test") as uow:
        assert await uow.dead_letters.inbounds() == []


async def test_a_piece_of_an_album_gives_way_in_silence_to_one_that_was_taken(
    village: Village, ask: Publish
) -> None:
    mei = await reach(village, ask, "places", "A photo of the house?")
    village.channel.unfetchable = True
    await of_album(mei, "p1")
    village.channel.unfetchable = False
    village.clock.turn(seconds=1)
    await of_album(mei, "p2")
    assert "Where is it?" in mei.open.text
    before = mei.texts
    village.clock.turn(minutes=1)
    await tried(village)
    assert mei.texts == before and await waiting(village) == []
    async with village.database.unit(OPERATOR, "test") as uow:
        assert await uow.dead_letters.inbounds() == []


async def of_album(mei: Talker, file_id: str) -> None:
    """Send one photo of an album."""
    mei.channel.files[file_id] = b"\xff\xd8\xff"
    photo = File(media="photo", file_id=file_id, mime="image/jpeg", size=3)
    sent = Inbound(channel="paper", address=mei.address, key=file_id, event=photo, album="1")
    with capture_logs():
        await mei.steps.receive(sent)
    await mei.sender.drain()


@dataclass(slots=True)
class SlowChannel(PaperChannel):
    """Hands over no file before it was asked for two and somebody new was answered."""

    asked_for_two: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(
        self, address: str, reply: Reply, replaces: str | None, key: str = ""
    ) -> Receipt:
        if address == "new":
            self.answered.set()
        return await PaperChannel.deliver(self, address, reply, replaces, key)

    async def fetch(self, file_id: str) -> bytes:
        self.fetched.append(file_id)
        if len(self.fetched) == 2:
            self.asked_for_two.set()
        await self.asked_for_two.wait()
        await self.answered.wait()
        return b"\xff\xd8\xff"


async def test_photos_are_fetched_side_by_side_and_nobody_else_waits_for_them(
    village: Village, ask: Publish
) -> None:
    channel = SlowChannel(sheets=village.channel.sheets)
    slow = running(village.database, village.clock, channel, village.house)
    _, code = await village.hire(Role.GRID_WORKER, GRID)
    said = Inbound(
        channel="paper", address="new", key="new", event=Command(name="start", argument=code)
    )
    people = [await reach(village, ask, "places", "A photo of the house?") for _ in range(2)]
    async with village.database.unit(SYSTEM, "test") as uow:
        for one in people:
            photo = File(media="photo", file_id="p", mime="image/jpeg", size=3)
            sent = Inbound(channel="paper", address=one.address, key=one.address, event=photo)
            await uow.inbox.put_off(sent, "FileUnavailable", None)
        await uow.inbox.set_aside(said, "DiskFull")
    village.clock.turn(seconds=7)
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        group.create_task(slow.steps.retry())
        await channel.asked_for_two.wait()
        await slow.sender.drain()
    await slow.sender.drain()
    assert all("Where is it?" in one.open.text for one in people)
    assert await waiting(village) == []


async def test_a_messenger_that_says_when_is_not_asked_sooner(
    village: Village, ask: Publish
) -> None:
    village.channel.fetch_after = 300.0
    await unfetchable(village, ask)
    village.clock.turn(seconds=299)
    assert await tried(village) == 1
    village.clock.turn(seconds=100)
    assert await tried(village) == 2


@pytest.mark.parametrize(
    "event",
    [Text(text="a\ud83d"), Command(name="start", argument="\udc00"), Tap(token="\ud83d")],
)
async def test_what_no_database_takes_is_given_up_at_once_and_its_person_told(
    village: Village, monkeypatch: pytest.MonkeyPatch, event: Event
) -> None:
    """A channel cleans what comes in; if one does not, the update must not come for ever."""
    mei = await village.worker()

    async def fail(*_: object) -> Any:
        raise OSError

    monkeypatch.setattr("handlers.step.route", fail)
    with capture_logs():
        await mei.do(event, key="unfit")
    assert "抱歉" in mei.last.text
    assert await waiting(village) == []
    async with village.database.unit(OPERATOR, "test") as uow:
        (dead,) = await uow.dead_letters.inbounds()
        assert (dead.error, dead.attempts) == ("OSError", 1)
        assert await uow.dead_letters.retry_inbounds() == 0


async def test_a_database_that_is_away_confirms_nothing(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> Any:
        raise OSError("no space left")

    monkeypatch.setattr("handlers.step.route", fail)
    monkeypatch.setattr("storage.inbox.Inbox.set_aside", fail)
    mei = village.talker("7")
    with capture_logs(), pytest.raises(OSError, match="no space left"):
        await mei.say("hello")


async def test_an_operator_lets_a_step_be_tried_once_more(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    card = await mei.press("HAAAAAA")
    failing = broken(village)
    mei.steps = failing.steps
    with capture_logs():
        await mei.do(Tap(token=card.button("入户走访").token))
        await failing.steps.retry()
        await failing.steps.retry()
    async with village.database.unit(OPERATOR, "test") as uow:
        assert await uow.dead_letters.retry_inbounds() == 1
    fresh = village.restart()
    await fresh.steps.retry()
    await fresh.sender.drain()
    assert "走访日期" in mei.open.text


async def test_a_press_is_acknowledged_whether_its_step_worked_or_not(village: Village) -> None:
    mei = await village.worker()
    await mei.do(Tap(token="l:household"), key="good")
    card = await mei.press("HAAAAAA")
    mei.steps = broken(village).steps
    with capture_logs():
        await mei.do(Tap(token=card.button("入户走访").token), key="bad")
    await mei.say("words need none")
    assert {"good", "bad"} <= set(village.channel.acknowledged)
    assert len(village.channel.acknowledged) == 3


async def test_two_steps_at_once_are_made_one_after_the_other(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    said = [
        Inbound(channel="paper", address=mei.address, key=f"k{n}", event=Text(text=text))
        for n, text in enumerate(("first", "4", "2", "60", "7"))
    ]
    await asyncio.gather(*(mei.steps.receive(inbound) for inbound in said))
    await mei.sender.drain()
    assert (await village.values(mei))["pain"] == "7"


async def test_nothing_that_a_person_said_is_logged(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(
            text("CREATE TRIGGER full BEFORE UPDATE ON interview BEGIN SELECT RAISE(FAIL, ''); END")
        )
    with capture_logs() as logs:
        await mei.say("患有高血压")
    assert "高血压" not in str([{k: v for k, v in log.items() if k != "exc_info"} for log in logs])


@pytest.mark.parametrize("key", ["x" * 96, "更新 7", "a/b:c"])
async def test_any_key_of_a_channel_will_do(village: Village, key: str) -> None:
    mei = village.talker("7")
    await mei.do(Text(text="hello"), key=key)
    assert len(mei.sheet) == 1
    await mei.do(Text(text="hello"), key=key)
    assert len(mei.sheet) == 1
