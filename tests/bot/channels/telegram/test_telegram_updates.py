"""What a raw update means."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram.raw import chat_of
from bot.channels.telegram.updates import callback_of, inbound_of
from core.messages import (
    Command,
    Contact,
    Edited,
    Event,
    File,
    Inbound,
    Location,
    Other,
    Tap,
    Text,
)

MEI = {"id": 1001, "is_bot": False, "first_name": "Mei", "language_code": "zh-hans"}
CHAT = {"id": 1001, "type": "private", "first_name": "Mei"}
GROUP = {"id": -4001, "type": "group", "title": "Village"}


def update(kind: str = "message", **content: Any) -> dict[str, Any]:
    message = {"message_id": 7, "from": MEI, "chat": CHAT, "date": 1772674200}
    return {"update_id": 500, kind: message | content}


def event(**content: Any) -> Event | None:
    inbound = inbound_of(update(**content), "zoufang_bot")
    return inbound.event if inbound else None


def test_an_inbound_says_where_it_came_from_and_how_to_know_it_again() -> None:
    assert inbound_of(update(text="128")) == Inbound(
        channel="telegram",
        address="1001",
        key="500",
        event=Text(text="128"),
        message="7",
        language="zh",
        private=True,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", Command(name="start")),
        ("/START  a-B_9 ", Command(name="start", argument="a-B_9")),
        ("/start@Zoufang_Bot x", Command(name="start", argument="x")),
        ("/cancel@other_bot", None),
        ("/help\nplease", Command(name="help", argument="please")),
        ("/128", Text(text="/128")),
        ("/", Text(text="/")),
        ("/n/a", Text(text="/n/a")),
        (" /start", Text(text=" /start")),
        ("走访 /start", Text(text="走访 /start")),
    ],
)
def test_a_command_is_a_whole_message(text: str, expected: Event | None) -> None:
    assert event(text=text) == expected


def test_the_largest_size_of_a_photo_counts_wherever_it_stands() -> None:
    large = {"file_id": "L", "width": 1280, "height": 960, "file_size": 90_000}
    small = {"file_id": "S", "width": 90, "height": 67}
    assert event(photo=[large, small], caption="屋顶") == File(
        media="photo", file_id="L", mime="image/jpeg", size=90_000, caption="屋顶"
    )


@pytest.mark.parametrize(
    ("field", "media"),
    [
        ("voice", "audio"),
        ("audio", "audio"),
        ("video", "video"),
        ("video_note", "video"),
        ("document", "document"),
    ],
)
def test_files_of_every_kind(field: str, media: Any) -> None:
    file = {"file_id": "F", "mime_type": "x/y", "file_size": 5, "file_name": "a.b"}
    assert event(**{field: file}) == File(media=media, file_id="F", name="a.b", mime="x/y", size=5)


def test_an_animation_is_a_video_although_it_carries_a_document() -> None:
    file = {"file_id": "F"}
    assert event(document=file, animation=file) == File(media="video", file_id="F")


def test_a_place_with_its_accuracy() -> None:
    place = {"latitude": 34.25, "longitude": 108.94, "horizontal_accuracy": 12.5}
    assert event(location=place) == Location(latitude=34.25, longitude=108.94, accuracy=12.5)


@pytest.mark.parametrize(
    ("card", "own"), [({"user_id": 1001}, True), ({"user_id": 9}, False), ({}, False)]
)
def test_only_a_number_that_telegram_vouches_for_is_ones_own(
    card: dict[str, int], own: bool
) -> None:
    shared = {"phone_number": "+8610000", "first_name": "Mei"} | card
    assert event(contact=shared) == Contact(phone="+8610000", own=own)


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ({"type": "user", "sender_user": MEI}, True),
        ({"type": "user", "sender_user": {"id": 9}}, False),
        ({"type": "hidden_user", "sender_user_name": "Lan"}, False),
        ({"type": "channel", "chat": {"id": -100}}, False),
    ],
)
def test_what_somebody_else_said_is_not_the_senders_word(origin: dict[str, Any], own: bool) -> None:
    place = {"latitude": 34.25, "longitude": 108.94}
    said = event(text="128", forward_origin=origin)
    assert said == (Text(text="128") if own else Other(what="forwarded"))
    assert isinstance(event(location=place, forward_origin=origin), Location) == own
    voice = event(voice={"file_id": "F"}, forward_origin=origin)
    assert isinstance(voice, File)


def test_the_pieces_of_an_album_know_that_they_belong_together() -> None:
    inbound = inbound_of(
        update(photo=[{"file_id": "L", "width": 1, "height": 1}], media_group_id="5")
    )
    assert inbound
    assert inbound.album == "5"


@pytest.mark.parametrize("kind", ["sticker", "dice", "poll"])
def test_what_can_be_no_answer_has_a_name(kind: str) -> None:
    assert event(**{kind: {"x": 1}}) == Other(what=kind)


def test_notices_of_telegram_are_nobodys_words() -> None:
    assert event(pinned_message={"message_id": 3}) is None
    assert inbound_of({"update_id": 1, "my_chat_member": {"chat": CHAT}}) is None
    assert inbound_of({"update_id": 1, "something_new": {}}) is None


def test_an_edit_names_the_message_that_it_changes() -> None:
    edited = inbound_of(update("edited_message", text="129"))
    assert edited
    assert edited.event == Edited(text="129", message="7")


def test_a_live_location_is_no_edit() -> None:
    moved = {"latitude": 1.0, "longitude": 2.0}
    assert inbound_of(update("edited_message", location=moved)) is None


def test_a_tap_carries_the_token_and_the_message_that_it_was_on() -> None:
    query = {
        "id": "77",
        "from": MEI,
        "chat_instance": "1",
        "data": "i9.3.1",
        "message": {"message_id": 6, "chat": CHAT, "date": 0},
    }
    tap = {"update_id": 501, "callback_query": query}
    inbound = inbound_of(tap)
    assert inbound
    assert (inbound.event, inbound.message, inbound.address) == (Tap(token="i9.3.1"), "6", "1001")
    assert inbound.language == "zh"
    assert callback_of(tap) == "77"


def test_a_tap_outside_any_chat_is_left_alone() -> None:
    query = {"id": "77", "from": MEI, "chat_instance": "1", "inline_message_id": "x", "data": "t"}
    assert inbound_of({"update_id": 1, "callback_query": query}) is None


def test_a_group_is_not_private() -> None:
    inbound = inbound_of(update(text="hello", chat=GROUP))
    assert inbound
    assert (inbound.private, inbound.address) == (False, "-4001")


def test_a_group_that_takes_the_bot_in_can_be_answered() -> None:
    inbound = inbound_of(update(new_chat_members=[{"id": 1}], chat=GROUP))
    assert inbound
    assert inbound.event == Other(what="new_chat_members")


def test_updates_of_one_chat_are_queued_together() -> None:
    tap = {"callback_query": {"id": "1", "message": {"chat": CHAT}}}
    assert chat_of(update()) == chat_of(update("edited_message")) == chat_of(tap) == 1001
    assert chat_of({"poll": {}}) is None
