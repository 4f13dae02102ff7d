"""What people are told when something went wrong: an outage, a wrong clock, a killed process."""

from __future__ import annotations

from datetime import date

from core.messages import Reply
from core.ports import NotNow
from handlers import kinds, notices
from scheduler.intents import Intent
from scheduler.telling import put_off
from storage.policy import SYSTEM, Role
from storage.priorities import DIGEST
from storage.readers import Readers
from tests.handlers.conftest import TOWNSHIP, Village
from tests.handlers.paper import Talker
from tests.handlers.reminded import Reminding, under
from tests.handlers.test_digests_sent import ALONE, LATER, OLD, reminding
from tests.scheduler.making import at
from tests.scheduler.reminded import ORDINARY, ground, ladder


def titles(someone: Talker, since: int) -> list[str]:
    """The first lines of what came since."""
    return [words.splitlines()[0] for words in someone.texts[since:]]


async def tell(one: Reminding, mei: Talker) -> None:
    """A notice of the supervisor's doing, queued for a moment at which it may come."""
    assert mei.account
    async with one.database.unit(SYSTEM, "test") as uow:
        (chat,) = await uow.conversations.of_account(mei.account)
        body = {"what": "all_given", "n": 1, "from": "A", "to": "B"}
        free = notices.free_at(chat, uow.now, one.village.house.zone)
        await uow.outbox.queue_kind(chat.id, kinds.NOTICE, body, DIGEST, not_before=free)


async def test_a_digest_that_was_queued_before_an_outage_gives_way_to_that_of_the_day(
    village: Village,
) -> None:
    one = reminding(village, *ORDINARY)
    mei = await one.village.worker()
    assert mei.account
    await one.queue("2026-11-26 08:31")
    before = len(mei.sheet)
    await one.tick("2026-11-28 08:31")
    assert titles(mei, before) == ["**要做的走访** · 11月28日（周六）"]


async def test_what_a_digest_of_another_day_held_back_is_kept(village: Village) -> None:
    one = reminding(village, *ORDINARY)
    mei = await one.village.worker()
    assert mei.account
    async with one.database.unit(SYSTEM, "test") as uow:
        readers = Readers(uow.connection)
        for day in (date(2026, 11, 26), date(2026, 11, 28)):
            assert await readers.claim([mei.account], day) == {mei.account}
        await readers.give_back(mei.account, date(2026, 11, 26), 2)
        assert (await readers.told(mei.account, date(2026, 11, 28))).digest
    before = len(mei.sheet)
    await one.tick("2026-11-29 08:31")
    assert "2 条" in mei.texts[before]


async def test_digests_go_on_after_a_clock_that_ran_ahead(village: Village) -> None:
    one = reminding(village, *ORDINARY)
    mei = await one.village.worker()
    assert mei.account
    await one.tick("2026-11-26 08:31")
    async with one.database.unit(SYSTEM, "test") as uow:
        assert await Readers(uow.connection).claim([mei.account], date(2027, 3, 1))
    before = len(mei.sheet)
    for minute in ("09:00", "09:01"):
        await one.tick(f"2026-11-27 {minute}")
    assert titles(mei, before) == ["**要做的走访** · 11月27日（周五）"]


async def test_what_presses_passes_what_waits_for_the_morning(village: Village) -> None:
    one = reminding(village, *ORDINARY, {"id": "soon", "when": "due - 2 hours", "how": "alone"})
    mei = await one.village.worker()
    assert mei.account
    await one.tick("2026-11-30 20:00")
    one.clock.set(at("2026-11-30 21:05"))
    await tell(one, mei)
    before = len(mei.sheet)
    await one.tick("2026-11-30 22:01")
    assert titles(mei, before) == ["**提醒** · 11月30日（周一）"]
    await one.tick("2026-12-01 08:00")
    assert "A 管的户从今天起归您" in mei.texts[before + 1]


async def test_what_was_put_off_is_queued_once_though_the_process_is_killed(
    village: Village,
) -> None:
    one = reminding(village, *ORDINARY)
    mei = await one.village.worker()
    assert mei.account
    one.clock.set(at("2026-11-30 20:55"))
    await tell(one, mei)
    one.clock.set(at("2026-11-30 21:05"))
    async with one.database.unit(SYSTEM, "test") as uow:
        (parcel,) = await uow.outbox.claim(await uow.outbox.heads(["paper"]))
    assert await one.village.sender._courier._write(parcel) is None  # and no more is written down
    one.village = one.village.restart()
    one.clock.set(at("2026-11-30 21:30"))
    await one.village.sender.drain()
    before = len(mei.sheet)
    one.clock.set(at("2026-12-01 08:01"))
    await one.village.sender.drain()
    assert len(mei.sheet) == before + 1


async def test_what_others_owe_waits_without_what_one_owes(village: Village) -> None:
    sup = {"id": "sup", "when": "due - 5 days", "to": "supervisor", "how": "alone"}
    one = under(village, ground(OLD, ladders=(ladder(ALONE, sup),)), LATER)
    await one.village.worker()
    boss = await one.village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "boss")
    before, came = len(boss.sheet), 0
    await one.tick("2026-11-25 00:02")

    def refuse(address: str, reply: Reply) -> None:
        nonlocal came
        came += address == "boss"
        if address == "boss" and came == 2:
            raise NotNow("pace", 300.0)

    await one.queue("2026-11-25 20:59")
    one.village.channel.refuse = refuse
    await one.village.sender.drain()
    one.village.channel.refuse = None
    await one.tick("2026-11-25 21:10")
    await one.tick("2026-11-26 08:01")
    assert sum(text.startswith("**提醒**") for text in boss.texts[before:]) == 1
    assert sum(text.startswith("**逾期提醒**") for text in boss.texts[before:]) == 1


async def test_what_is_put_off_on_another_day_takes_nothing_from_todays_count(
    village: Village,
) -> None:
    one = reminding(village, *ORDINARY)
    mei = await one.village.worker()
    assert mei.account
    zone = one.village.house.zone
    one.clock.set(at("2026-11-26 09:00"))
    async with one.database.unit(SYSTEM, "test") as uow:
        readers, today = Readers(uow.connection), date(2026, 11, 26)
        await readers.count(mei.account, today, alone=2)
        yesterday = Intent(mei.account, at("2026-11-25 20:59"), ("alone",), through=False)
        await put_off(uow, zone, yesterday, own=True)
        assert (await readers.told(mei.account, today)).alone == 2
