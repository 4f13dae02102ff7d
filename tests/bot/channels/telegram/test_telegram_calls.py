"""A reply as calls of the Bot API."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram.api import ApiError, Upload, outcome, unchanged, uneditable
from bot.channels.telegram.calls import as_new, menus, rendering
from core.messages import Button, Entry, Picture, Progress, Reply
from core.ports import NotNow, Undeliverable
from core.texts import LANGUAGES

YES = Button(text="Yes", token="q1.1")
NO = Button(text="No", token="q1.2", style="danger")


def only(reply: Reply, replaces: str | None = None) -> tuple[str, dict[str, Any]]:
    (call,) = rendering("1001", reply, replaces).calls
    return call.method, dict(call.params)


def test_words_with_buttons_are_one_message() -> None:
    method, params = only(Reply(text="**Ok?**", buttons=((YES, NO),)))
    assert method == "sendMessage"
    assert params["chat_id"] == "1001"
    assert params["text"] == "Ok?"
    assert params["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert params["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "Yes", "callback_data": "q1.1"},
            {"text": "No", "callback_data": "q1.2", "style": "danger"},
        ]
    ]


def test_a_chosen_button_shows_it_once() -> None:
    chosen = Button(text="Fever", token="a", style="chosen")
    ticked = Button(text="✅ Cough", token="b", style="chosen")
    _, params = only(Reply(text="?", buttons=((chosen, ticked),)))
    texts = [button["text"] for button in params["reply_markup"]["inline_keyboard"][0]]
    assert texts == ["✓ Fever", "✅ Cough"]


def test_a_row_that_is_too_wide_is_wrapped() -> None:
    row = tuple(Button(text=str(n), token=str(n)) for n in range(10))
    _, params = only(Reply(text="?", buttons=(row,)))
    assert [len(row) for row in params["reply_markup"]["inline_keyboard"]] == [8, 2]


def test_progress_stands_in_the_first_line() -> None:
    _, params = only(Reply(text="Q", progress=Progress(at=7, about=24)))
    assert params["text"] == "▸ 7 / ~24\nQ"
    assert params["entities"][0] == {"type": "italic", "offset": 0, "length": 9}


def test_an_edit_without_buttons_takes_them_away() -> None:
    method, params = only(Reply(text="Q · ✓ Yes"), replaces="55")
    assert (method, params["message_id"]) == ("editMessageText", 55)
    assert "reply_markup" not in params


def test_an_edit_of_a_message_that_is_none_of_telegrams_is_sent_anew() -> None:
    assert only(Reply(text="x"), replaces="web-7")[0] == "sendMessage"


def test_an_edit_that_failed_can_be_sent_anew_with_its_buttons() -> None:
    (edit,) = rendering("1001", Reply(text="Q", buttons=((YES,),)), "55").calls
    anew = as_new(edit)
    assert anew.method == "sendMessage"
    assert "message_id" not in anew.params
    assert anew.params["reply_markup"] == edit.params["reply_markup"]


def test_a_long_text_is_several_messages_with_the_buttons_on_the_last() -> None:
    plan = rendering("1001", Reply(text="啊" * 9000, buttons=((YES,),)), "55")
    assert [call.method for call in plan.calls] == ["editMessageText", "sendMessage", "sendMessage"]
    assert ["reply_markup" in call.params for call in plan.calls] == [False, False, True]
    assert plan.receipt == 2


def test_pictures_go_before_the_words_as_photo_or_as_file() -> None:
    photo = Picture(media="a", name="a.png", mime="image/png")
    file = Picture(media="b", name="b.pdf", mime="application/pdf", as_file=True)
    upload = Upload(b"x", "a.png", "image/png")
    reply = Reply(text="Look", pictures=(photo, file))
    plan = rendering("1001", reply, uploads=[(photo, upload), (file, upload)])
    assert [call.method for call in plan.calls] == ["sendPhoto", "sendDocument", "sendMessage"]
    assert [list(call.uploads) for call in plan.calls] == [["photo"], ["document"], []]
    assert plan.receipt == 2
    alone = rendering("1001", Reply(text=""), uploads=[(photo, upload)])
    assert [call.method for call in alone.calls] == ["sendPhoto"]


def test_a_reply_without_words_is_never_empty() -> None:
    assert only(Reply(text=" ", buttons=((YES,),)))[1]["text"] == "…"


@pytest.mark.parametrize(
    ("text", "kind", "field", "label"),
    [
        ("您在哪里？", "location", "request_location", "📍 发送我的位置"),
        ("Your number?", "contact", "request_contact", "☎️ Send my phone number"),
    ],
)
def test_a_place_or_a_number_is_asked_by_a_keyboard_on_a_second_message(
    text: str, kind: Any, field: str, label: str
) -> None:
    skip = Button(text="Skip", token="s")
    plan = rendering("1001", Reply(text=text, buttons=((skip,),), entry=Entry(kind=kind)))
    question, keyboard = plan.calls
    assert "inline_keyboard" in question.params["reply_markup"]
    markup = keyboard.params["reply_markup"]
    assert markup["keyboard"] == [[{"text": label, field: True}]]
    assert markup["one_time_keyboard"]
    assert plan.receipt == 0


def test_an_edited_question_does_not_bring_its_keyboard_twice() -> None:
    asked = Reply(text="Where?", entry=Entry(kind="location"))
    again = asked.model_copy(update={"keyboard_up": True})
    assert len(rendering("1001", again, "55").calls) == 1
    assert len(rendering("1001", asked, "55").calls) == 2
    assert len(rendering("1001", again).calls) == 2


def test_a_keyboard_is_taken_away_by_the_next_message_if_that_need_not_be_edited() -> None:
    plan = rendering("1001", Reply(text="Thanks", keyboard_up=True))
    assert [call.params.get("reply_markup") for call in plan.calls] == [{"remove_keyboard": True}]


@pytest.mark.parametrize(
    ("reply", "replaces"),
    [
        (Reply(text="Q", buttons=((YES,),), keyboard_up=True), None),
        (Reply(text="Q", slot="q1", keyboard_up=True), None),
        (Reply(text="Q", keyboard_up=True), "55"),
    ],
)
def test_otherwise_a_short_message_of_its_own_takes_it_away(
    reply: Reply, replaces: str | None
) -> None:
    plan = rendering("1001", reply, replaces)
    first, second = plan.calls
    assert first.params["reply_markup"] == {"remove_keyboard": True}
    assert "remove_keyboard" not in second.params.get("reply_markup", {})
    assert plan.receipt == 1


def test_the_menus_of_strangers_speak_every_language_and_chinese_to_all_others() -> None:
    calls = list(menus())
    assert [call.params.get("language_code") for call in calls] == [None, *LANGUAGES]
    assert all(call.params["scope"] == {"type": "default"} for call in calls)
    assert calls[0].params["commands"] == calls[1].params["commands"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ApiError(403, "Forbidden: bot was blocked by the user"), Undeliverable),
        (ApiError(400, "Bad Request: chat not found"), Undeliverable),
        (ApiError(413, "Request Entity Too Large"), Undeliverable),
        (ApiError(429, "Too Many Requests", 3), NotNow),
        (ApiError(401, "Unauthorized"), NotNow),
        (ApiError(500, "Internal Server Error"), NotNow),
        (ApiError(0, "no answer"), NotNow),
    ],
)
def test_what_an_error_means_for_a_delivery(error: ApiError, expected: type[Exception]) -> None:
    assert type(outcome(error)) is expected


def test_a_refused_token_stops_the_whole_channel() -> None:
    refused = outcome(ApiError(401, "Unauthorized"))
    assert isinstance(refused, NotNow)
    assert refused.whole_channel


@pytest.mark.parametrize("spelling", ["message is not modified: same", "Message is not modified"])
def test_both_libraries_spellings_are_understood(spelling: str) -> None:
    assert unchanged(ApiError(400, f"Bad Request: {spelling}"))
    assert uneditable(ApiError(400, "Message to edit not found"))
    assert not uneditable(ApiError(400, "Bad Request: chat not found"))
