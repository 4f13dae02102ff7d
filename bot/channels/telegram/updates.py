"""A raw Telegram update, as JSON, read as an `Inbound`.

Shapes are those of https://core.telegram.org/bots/api#update. Fields that are not known are left
alone, so an API newer than this file does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

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
from core.trees import plain

CHANNEL: Final = "telegram"

WANTED: Final = ("message", "edited_message", "callback_query")
"""The kinds of updates that we ask Telegram for."""

_COMMAND: Final = re.compile(r"/([A-Za-z]\w{0,31})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL | re.ASCII)

# An animation carries a document too, a venue a location: the order matters.
_FILES: Final[tuple[tuple[str, Literal["audio", "video", "document"]], ...]] = (
    ("animation", "video"),
    ("video", "video"),
    ("video_note", "video"),
    ("voice", "audio"),
    ("audio", "audio"),
    ("document", "document"),
)

_OTHERS: Final = ("sticker", "dice", "poll", "game", "story", "checklist", "paid_media")

_GROUP_NEWS: Final = ("new_chat_members", "group_chat_created", "supergroup_chat_created")

Json = Mapping[str, Any]


def inbound_of(update: Json, bot_name: str = "") -> Inbound | None:
    """What a person did, or None where nobody did anything that a bot answers.

    `bot_name` is the bot's user name: in a group, a command for another bot is none of ours. Raises
    anything at all for what has another shape.
    """
    update = plain(update)
    if any(not isinstance(update[kind], dict) for kind in WANTED if kind in update):
        raise TypeError("not an object")
    if query := update.get("callback_query"):
        return _tap(update, query)
    if edited := update.get("edited_message"):
        return _inbound(update, edited, edited, _edited(edited))
    if message := update.get("message"):
        return _inbound(update, message, message, _event(message, bot_name))
    return None


def is_group(address: str) -> bool:
    """Whether this is the address of a group or a channel, whose numbers are below zero."""
    return address.startswith("-")


def callback_of(update: Json) -> str | None:
    """The id by which a tap is acknowledged."""
    query = update.get("callback_query")
    return str(query["id"]) if query else None


def _inbound(update: Json, message: Json, source: Json, event: Event | None) -> Inbound | None:
    """`source` is what names the sender: the message, or the tap on it."""
    if event is None:
        return None
    chat = message["chat"]
    return Inbound(
        channel=CHANNEL,
        address=str(chat["id"]),
        key=str(update["update_id"]),
        event=event,
        message=str(message["message_id"]),
        language=_language(source.get("from") or {}),
        private=chat.get("type") == "private",
        album=message.get("media_group_id"),
    )


def _language(sender: Json) -> str | None:
    """``zh-hans`` is ``zh``: the house knows languages, not scripts."""
    code = str(sender.get("language_code") or "").lower()
    return code.partition("-")[0] or None


def _tap(update: Json, query: Json) -> Inbound | None:
    # A message too old to be shown comes as a bare chat and id; an inline one not at all.
    message = query.get("message")
    if not message or "data" not in query:
        return None
    return _inbound(update, message, query, Tap(token=query["data"]))


def _edited(message: Json) -> Edited | None:
    # A live location arrives here again and again, without words: nobody waits for it.
    text = message.get("text", message.get("caption"))
    return None if text is None else Edited(text=text, message=str(message["message_id"]))


def _event(message: Json, bot_name: str) -> Event | None:
    if _somebody_elses(message):
        return Other(what="forwarded")
    if (text := message.get("text")) is not None:
        return _words(text, bot_name)
    if photo := message.get("photo"):
        return _photo(message, photo)
    if location := message.get("location"):
        return _location(location)
    if contact := message.get("contact"):
        return _contact(contact, message.get("from") or {})
    for field, media in _FILES:
        if file := message.get(field):
            return _file(message, file, media)
    return _other(message)


def _somebody_elses(message: Json) -> bool:
    """Words, a place or a card that somebody else said and the sender only passed on. A file may
    come from anywhere: a family's photo is as good as one's own."""
    origin = message.get("forward_origin")
    if not origin or not any(field in message for field in ("text", "location", "contact")):
        return False
    sender = origin.get("sender_user") or {}
    return "id" not in sender or sender["id"] != (message.get("from") or {}).get("id")


def _words(text: str, bot_name: str) -> Event | None:
    command = _COMMAND.fullmatch(text)
    if not command:
        return Text(text=text)
    name, addressee, argument = command.groups()
    if addressee and bot_name and addressee.lower() != bot_name.lower():
        return None
    return Command(name=name.lower(), argument=(argument or "").strip())


def _photo(message: Json, sizes: list[Json]) -> File:
    largest = max(sizes, key=lambda size: int(size["width"]) * int(size["height"]))
    return File(
        media="photo",
        file_id=largest["file_id"],
        mime="image/jpeg",  # Telegram turns every photo into a JPEG
        size=largest.get("file_size", 0),
        caption=message.get("caption", ""),
    )


def _file(message: Json, file: Json, media: Literal["audio", "video", "document"]) -> File:
    return File(
        media=media,
        file_id=file["file_id"],
        name=file.get("file_name", ""),
        mime=file.get("mime_type", ""),
        size=file.get("file_size", 0),
        caption=message.get("caption", ""),
    )


def _location(location: Json) -> Location:
    return Location(
        latitude=location["latitude"],
        longitude=location["longitude"],
        accuracy=location.get("horizontal_accuracy", 0.0),
    )


def _contact(contact: Json, sender: Json) -> Contact:
    own = "user_id" in contact and contact["user_id"] == sender.get("id")
    return Contact(phone=contact["phone_number"], own=own)


def _other(message: Json) -> Other | None:
    """Things that a person sent. Telegram's own notices (a pinned message, a new timer) are
    answered by nobody, but a group that takes the bot in is told what it is for."""
    for name in (*_OTHERS, *_GROUP_NEWS):
        if name in message:
            return Other(what=name)
    return None
