"""``kill -9`` in the middle of a form: after the next start it goes on, and nothing is lost."""

from __future__ import annotations

import asyncio

from storage.interviews import StoredInterview
from storage.policy import Actor, Role
from tests.emulator import TOKEN, Emulator
from tests.end_to_end import scripts
from tests.end_to_end.filler import Chat, Filler
from tests.end_to_end.program import Program
from tests.end_to_end.telegram_client import TelegramChat
from tests.end_to_end.township import Township, opened
from tests.end_to_end.web_client import WebChat
from tests.ports import free_port


async def open_form(chat: Chat, listing: str, code: str, form: str) -> None:
    """From the menu to a form's first question."""
    await chat.press(listing)
    found = await chat.say(code)
    await chat.press(found.button(code))
    if "未成年人" in chat.open.text:
        await chat.press("走访")
    await chat.press(chat.open.button(f"✎ {form}"))


async def drafts(township: Township) -> list[StoredInterview]:
    database = await opened(township.settings())
    everyone: list[StoredInterview] = []
    async with database.unit(Actor(Role.OPERATOR), "test") as uow:
        accounts = await uow.accounts.all()
    for account in accounts:
        actor = Actor(account.role, account.area_code, account_id=account.id)
        async with database.unit(actor, "test") as uow:
            everyone.extend(await uow.interviews.unfinished())
    await database.close()
    return everyone


def answered(draft: StoredInterview) -> dict[str, str]:
    values = draft.state["values"]
    return {ref.rsplit("/", 1)[-1]: value for ref, value in values.items() if value}


async def test_a_killed_program_goes_on_where_it_was(township: Township) -> None:
    port, people = free_port(), township.people
    async with Emulator() as telegram:
        on = {"port": port, "telegram_token": TOKEN, "telegram_api": telegram.base}
        with Program(township.folder, **on) as program:
            await asyncio.to_thread(program.ready)
            async with await WebChat.enter(program.link("网格员")) as web:
                await web.begin()
                await open_form(web, "我的走访户", people.household, "入户走访")
                await Filler(web, scripts.HOUSEHOLD).until("产权")

                lan = TelegramChat(telegram.user(1001, "Lan"))
                await lan.say(f"/start {people.codes['child_director'][0]}")
                await open_form(lan, "我的走访对象", people.child, "儿童走访")
                await Filler(lan, scripts.CHILD).until("是否已说明用途")

                # an answer of which only the commit is certain: nobody waits for what follows it
                web_asked, lan_asked = web.open.text, lan.open.text
                await web.post({"kind": "text", "text": "自有"})
                program.kill()

        before = await drafts(township)
        assert len(before) == 2

        with Program(township.folder, **on) as again:
            await asyncio.to_thread(again.ready)
            async with await WebChat.enter(again.link("网格员")) as web:
                await web.say("/resume")
                assert web.open.text != web_asked
                assert web.open.begins("房屋结构")
                await web.say("砖混")
            await lan.say("/resume")
            assert lan.open.begins("是否已说明用途")
            assert lan_asked.splitlines()[-1] in lan.open.text
            await lan.press("是")
            await telegram.quiet()
            await asyncio.to_thread(again.interrupt)

    after = await drafts(township)
    assert {draft.id for draft in after} == {draft.id for draft in before}
    house, child = sorted((answered(draft) for draft in after), key=lambda said: "subject" in said)
    assert (house["house_use"], house["house_own"], house["house_str"]) == (
        "own",
        "own",
        "brick_concrete",
    )
    assert (child["mode"], child["outcome"], child["notice"]) == ("home", "met", "yes")
    for draft in before:
        kept = answered(next(one for one in after if one.id == draft.id))
        assert answered(draft).items() <= kept.items()
