"""The emulator is as strict as Telegram: over plain HTTP, and by both libraries' own types."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest

from tests.emulator import Emulator, User, faults

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4)

Ask = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


@pytest.fixture
async def telegram() -> AsyncIterator[Emulator]:
    async with Emulator() as emulator:
        yield emulator


@pytest.fixture
async def mei(telegram: Emulator) -> User:
    user = telegram.user(1001, "Mei")
    await user.start()
    telegram.world.updates.clear()
    return user


@pytest.fixture
async def ask(telegram: Emulator) -> AsyncIterator[Ask]:
    """Calls a method with a JSON body; the whole answer."""
    async with aiohttp.ClientSession() as session:

        async def call(method: str, **params: Any) -> dict[str, Any]:
            url = f"{telegram.base}/bot{telegram.token}/{method}"
            async with session.post(url, json=params) as response:
                answer: dict[str, Any] = await response.json()
                assert response.status == (200 if answer["ok"] else answer["error_code"])
                return answer

        yield call


def keyboard(*data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": each, "callback_data": each}] for each in data]}


# --- updates------


async def test_updates_come_again_until_they_are_confirmed(ask: Ask, mei: User) -> None:
    await mei.say("a")
    await mei.say("b")
    first = (await ask("getUpdates"))["result"]
    assert (await ask("getUpdates"))["result"] == first
    rest = (await ask("getUpdates", offset=first[0]["update_id"] + 1))["result"]
    assert [update["message"]["text"] for update in rest] == ["b"]
    assert (await ask("getUpdates"))["result"] == rest


async def test_a_limit_and_a_negative_offset(ask: Ask, mei: User) -> None:
    for words in "abc":
        await mei.say(words)
    assert len((await ask("getUpdates", limit=2))["result"]) == 2
    (last,) = (await ask("getUpdates", offset=-1))["result"]
    assert last["message"]["text"] == "c"


async def test_a_long_poll_waits_for_the_next_update(
    telegram: Emulator, ask: Ask, mei: User
) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=50))
    await telegram.until(lambda: telegram._methods._poll is not None)
    await mei.say("a")
    assert (await poll)["result"][0]["message"]["text"] == "a"


async def test_the_older_of_two_pollers_is_sent_away(telegram: Emulator, ask: Ask) -> None:
    older = asyncio.create_task(ask("getUpdates", timeout=50))
    await telegram.until(lambda: telegram._methods._poll is not None)
    assert (await ask("getUpdates"))["ok"]
    assert (await older)["error_code"] == 409


async def test_no_polling_while_a_webhook_is_set(ask: Ask, mei: User) -> None:
    assert (await ask("setWebhook", url="http://example.org"))["error_code"] == 400
    await ask("setWebhook", url="https://example.org/x", secret_token="s-1")
    assert (await ask("getWebhookInfo"))["result"]["url"] == "https://example.org/x"
    assert "webhook is active" in (await ask("getUpdates"))["description"]
    await mei.say("a")
    await ask("deleteWebhook")
    assert len((await ask("getUpdates"))["result"]) == 1


async def test_only_the_kinds_that_were_asked_for_arrive(ask: Ask, mei: User) -> None:
    await ask("getUpdates", allowed_updates=["callback_query"])
    await mei.say("a")
    assert (await ask("getUpdates"))["result"] == []


# --- messages-----


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "👵" * 2049}, "message is too long"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "x", "reply_markup": keyboard("x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard("中" * 22)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard(*"x" * 101)}, "reply markup is too long"),
        (
            {"text": "👵", "entities": [{"type": "bold", "offset": 1, "length": 1}]},
            "ENTITY_BOUNDS_INVALID",
        ),
        (
            {"text": "ab", "entities": [{"type": "bold", "offset": 0, "length": 3}]},
            "ENTITY_BOUNDS_INVALID",
        ),
        ({"text": "x", "chat_id": 5}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
    ],
)
async def test_a_message_has_limits(
    ask: Ask, mei: User, params: dict[str, Any], description: str
) -> None:
    answer = await ask("sendMessage", **{"chat_id": mei.id} | params)
    assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {description}"}
    assert not mei.answers


async def test_the_longest_message_fits(ask: Ask, mei: User) -> None:
    assert (await ask("sendMessage", chat_id=mei.id, text="👵" * 2048))["ok"]


async def test_an_edit_must_change_something(ask: Ask, mei: User) -> None:
    sent = await ask("sendMessage", chat_id=mei.id, text="Q", reply_markup=keyboard("a"))
    where = {"chat_id": mei.id, "message_id": sent["result"]["message_id"]}
    same = await ask("editMessageText", **where, text="Q", reply_markup=keyboard("a"))
    assert "message is not modified" in same["description"]
    edited = (await ask("editMessageText", **where, text="Q"))["result"]
    assert "reply_markup" not in edited
    assert edited["edit_date"]
    again = await ask("editMessageReplyMarkup", **where, reply_markup=keyboard("b"))
    assert again["result"]["reply_markup"] == keyboard("b")
    assert (
        "not modified"
        in (await ask("editMessageReplyMarkup", **where, reply_markup=keyboard("b")))["description"]
    )


async def test_only_ones_own_messages_with_buttons_or_none_can_be_edited(
    ask: Ask, mei: User
) -> None:
    plain = {"keyboard": [["x"]]}
    bottom = await ask("sendMessage", chat_id=mei.id, text="Q", reply_markup=plain)
    theirs = mei.messages[0].id
    for message_id in (bottom["result"]["message_id"], theirs):
        answer = await ask("editMessageText", chat_id=mei.id, message_id=message_id, text="R")
        assert answer["description"] == "Bad Request: message can't be edited"
    gone = await ask("editMessageText", chat_id=mei.id, message_id=99_999, text="R")
    assert gone["description"] == "Bad Request: message to edit not found"


async def test_deleting(ask: Ask, mei: User) -> None:
    where = {"chat_id": mei.id, "message_id": mei.messages[0].id}
    assert (await ask("deleteMessage", **where))["result"] is True
    assert not mei.messages
    assert (await ask("deleteMessage", **where))["description"].endswith("to delete not found")


async def test_a_tap_is_answered_once(ask: Ask, mei: User) -> None:
    await ask("sendMessage", chat_id=mei.id, text="Q", reply_markup=keyboard("a", "b"))
    query = await mei.press(mei.answers[0], "b")
    (update,) = (await ask("getUpdates"))["result"]
    assert update["callback_query"]["data"] == "b"
    assert (await ask("answerCallbackQuery", callback_query_id=query, text="ok"))["ok"]
    assert mei.toasts == ["ok"]
    again = await ask("answerCallbackQuery", callback_query_id=query)
    assert "query is too old" in again["description"]


async def test_who_blocked_the_bot_gets_nothing(ask: Ask, mei: User) -> None:
    await mei.block()
    answer = await ask("sendMessage", chat_id=mei.id, text="x")
    assert answer["error_code"] == 403
    assert answer["description"] == "Forbidden: bot was blocked by the user"


async def test_a_reply_keyboard_stays_until_it_is_removed(ask: Ask, mei: User) -> None:
    asks = {"keyboard": [[{"text": "Here", "request_location": True}]]}
    await ask("sendMessage", chat_id=mei.id, text="Where?", reply_markup=asks)
    assert mei.keyboard == asks["keyboard"]
    await ask("sendMessage", chat_id=mei.id, text="ok", reply_markup=keyboard("a"))
    assert mei.keyboard
    await ask("sendMessage", chat_id=mei.id, text="x", reply_markup={"remove_keyboard": True})
    assert mei.keyboard is None


async def test_files_go_up_and_come_down(telegram: Emulator, ask: Ask, mei: User) -> None:
    form = aiohttp.FormData({"chat_id": str(mei.id), "photo": "attach://p"})
    form.add_field("p", PNG, filename="p.png", content_type="image/png")
    url = f"{telegram.base}/bot{telegram.token}/sendPhoto"
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=form) as response:
            photo = (await response.json())["result"]["photo"]
        assert (photo[-1]["width"], photo[-1]["height"]) == (640, 480)
        path = (await ask("getFile", file_id=photo[-1]["file_id"]))["result"]["file_path"]
        async with session.get(f"{telegram.base}/file/bot{telegram.token}/{path}") as response:
            assert await response.read() == PNG
        async with session.get(f"{telegram.base}/file/bot{telegram.token}/nothing") as response:
            assert response.status == 404
    assert (await ask("sendDocument", chat_id=mei.id, document=photo[-1]["file_id"]))["ok"]
    assert not (await ask("sendPhoto", chat_id=mei.id, photo="unknown"))["ok"]
    long_caption = {"photo": photo[-1]["file_id"], "caption": "x" * 1025}
    answer = await ask("sendPhoto", chat_id=mei.id, **long_caption)
    assert answer["description"] == "Bad Request: message caption is too long"
    assert "wrong file_id" in (await ask("getFile", file_id="x"))["description"]


async def test_commands_are_kept_by_scope_and_language(ask: Ask) -> None:
    commands = [{"command": "start", "description": "Begin"}]
    scope = {"type": "all_private_chats"}
    assert (await ask("setMyCommands", commands=commands, scope=scope, language_code="en"))["ok"]
    assert (await ask("getMyCommands", scope=scope, language_code="en"))["result"] == commands
    assert (await ask("getMyCommands"))["result"] == []
    bad = [{"command": "Start", "description": "x"}]
    assert not (await ask("setMyCommands", commands=bad))["ok"]


async def test_a_chat_action(telegram: Emulator, ask: Ask, mei: User) -> None:
    assert (await ask("sendChatAction", chat_id=mei.id, action="typing"))["ok"]
    assert not (await ask("sendChatAction", chat_id=mei.id, action="dancing"))["ok"]
    assert telegram.world.actions == [(1001, "typing")]


# --- tokens and faults ---------------------------------------------------------------------------


@pytest.mark.parametrize(("token", "status"), [("424242:" + "x" * 30, 401), ("nonsense", 404)])
async def test_a_wrong_token(telegram: Emulator, token: str, status: int) -> None:
    url = f"{telegram.base}/bot{token}/getMe"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == status
        assert not (await response.json())["ok"]


async def test_an_unknown_method(ask: Ask) -> None:
    assert (await ask("getNothing"))["error_code"] == 404
    assert (await ask("GETME"))["result"]["is_bot"]


async def test_planned_faults_come_one_after_another(
    telegram: Emulator, ask: Ask, mei: User
) -> None:
    telegram.fail_next("sendMessage", faults.flood(3), faults.server_error())
    telegram.fail_next("*", faults.cut(acts=True))
    text = {"chat_id": mei.id, "text": "x"}
    flooded = await ask("sendMessage", **text)
    assert (flooded["error_code"], flooded["parameters"]) == (429, {"retry_after": 3})
    assert (await ask("sendMessage", **text))["error_code"] == 500
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", **text)
    assert len(mei.answers) == 1
    assert [call.status for call in telegram.calls] == [429, 500, None]


async def test_chance_faults_are_the_same_for_the_same_seed(
    telegram: Emulator, ask: Ask, mei: User
) -> None:
    async def outcomes() -> list[bool]:
        telegram.faults(rate=0.3, seed=7)
        return [(await ask("sendMessage", chat_id=mei.id, text="x"))["ok"] for _ in range(20)]

    first = await outcomes()
    assert False in first
    assert True in first
    assert await outcomes() == first


async def test_waiting_in_vain_tells_how_the_chat_ends(mei: User) -> None:
    with pytest.raises(AssertionError, match=r"'pong' did not come.*/start"):
        await mei.expects("pong", within=0.01)


# --- shapes-------


async def everything(telegram: Emulator, ask: Ask, mei: User) -> list[dict[str, Any]]:
    """One update of each kind that the emulator makes."""
    kinds = ["message", "edited_message", "callback_query", "my_chat_member"]
    await ask("getUpdates", allowed_updates=kinds)
    said = await mei.say("/help me")
    await mei.edit(said, "128")
    await mei.say("x" * 5000)
    await mei.photo(PNG, caption="c", album="1")
    await mei.document(b"%PDF", "a.pdf", "application/pdf")
    await mei.voice(b"OggS")
    await mei.video(b"mp4")
    await mei.location(34.25, 108.94, 5)
    await mei.contact("+86100")
    await mei.sticker()
    await mei.say("hello all", telegram.group())
    await mei.forward("hello", telegram.user(1002, "Lan"))
    await telegram.group(-4002).migrate()
    await ask("sendMessage", chat_id=mei.id, text="Q", reply_markup=keyboard("a"))
    shown = mei.answers[0]
    await mei.press(shown)
    await mei.delete(shown)
    await mei.press(shown)
    await mei.block()
    await mei.unblock()
    updates: list[dict[str, Any]] = (await ask("getUpdates"))["result"]
    return updates


async def test_updates_have_the_shapes_that_aiogram_reads(
    telegram: Emulator, ask: Ask, mei: User
) -> None:
    from aiogram.types import Update

    updates = await everything(telegram, ask, mei)
    assert len(updates) == 19
    for update in updates:
        read = Update.model_validate(update)
        assert read.event_type != "unknown"
        assert not read.model_extra


async def test_updates_have_the_shapes_that_python_telegram_bot_reads(
    telegram: Emulator, ask: Ask, mei: User
) -> None:
    from telegram import Update

    for update in await everything(telegram, ask, mei):
        read = Update.de_json(update)
        assert read.effective_chat is not None
        assert not read.api_kwargs


async def test_results_have_the_shapes_that_aiogram_reads(ask: Ask, mei: User) -> None:
    from aiogram.types import Message, User, WebhookInfo

    User.model_validate((await ask("getMe"))["result"])
    WebhookInfo.model_validate((await ask("getWebhookInfo"))["result"])
    bold = [{"type": "bold", "offset": 0, "length": 1}]
    sent = await ask(
        "sendMessage", chat_id=mei.id, text="Q", entities=json.dumps(bold),
        reply_markup=json.dumps(keyboard("a")),
    )  # fmt: skip
    message = Message.model_validate(sent["result"])
    assert message.html_text == "<b>Q</b>"
    assert not message.model_extra
