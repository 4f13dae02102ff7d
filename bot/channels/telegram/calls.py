"""A `Reply` as calls of the Bot API: what Telegram shows for each thing that a reply may hold.

Buttons are an inline keyboard under the words. Only a place and a telephone number have a keyboard
of their own, because Telegram gives them in no other way; it hangs on a second, short message,
since a message that carries such a keyboard can never be edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.channels.telegram.api import Call, Upload
from bot.channels.telegram.markup import Marked, marked, parts
from bot.channels.telegram.updates import WANTED
from core.messages import Button, MenuCommand, Picture, Reply
from core.texts import DEFAULT, LANGUAGES, say

STRANGERS: Final = ("start", "pension", "help", "language")
"""What the command menu of a chat offers that nobody has signed in to."""

ROW: Final = 8
"""How many buttons Telegram puts side by side."""

_STYLES: Final = {"primary": "primary", "danger": "danger", "chosen": "success"}
_CHOSEN: Final = "✓ "
_SHARED: Final = {"location": "request_location", "contact": "request_contact"}
_NO_PREVIEW: Final = {"is_disabled": True}
_PHOTOS: Final = ("image/jpeg", "image/png", "image/webp")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Rendering:
    """The calls of one reply in their order. `receipt` is the place of the one whose message can be
    edited later: the last of the words, which has the buttons."""

    calls: tuple[Call, ...]
    receipt: int


def rendering(
    address: str,
    reply: Reply,
    replaces: str | None = None,
    uploads: Sequence[tuple[Picture, Upload]] = (),
) -> Rendering:
    """`uploads` are the reply's pictures with their content."""
    head = f"▸ {reply.progress.at} / ~{reply.progress.about}" if reply.progress else ""
    words = list(parts(marked(reply.text, head)))
    if not words and (reply.buttons or not uploads):
        words = [Marked("…")]
    shares = _share(address, reply)
    takes = reply.keyboard_up and not shares
    rides = takes and bool(words) and _may_carry_removal(reply, replaces)
    calls = [_picture(address, picture, upload) for picture, upload in uploads]
    if takes and not rides:
        calls.insert(0, _removal(address))
    calls += _words(address, words, reply, _message_id(replaces), rides)
    receipt = len(calls) - 1
    if shares and not (reply.keyboard_up and replaces):
        calls.append(shares)
    return Rendering(tuple(calls), receipt)


def as_new(call: Call) -> Call:
    """The sending that stands in for an edit which Telegram refuses."""
    params = {name: value for name, value in call.params.items() if name != "message_id"}
    return Call("sendMessage", params)


def acknowledgement(callback: str) -> Call:
    """Stops the little clock on a pressed button."""
    return Call("answerCallbackQuery", {"callback_query_id": callback})


def deletion(address: str, message: str) -> Call:
    """Takes a message out of the chat."""
    return Call("deleteMessage", {"chat_id": address, "message_id": _message_id(message)})


def polling(offset: int | None, hold: int) -> Call:
    """Asks for what came in, waiting up to `hold` seconds; confirms all before `offset`."""
    params: dict[str, Any] = {"timeout": hold, "limit": 100, "allowed_updates": list(WANTED)}
    return Call("getUpdates", params if offset is None else params | {"offset": offset})


def at_address(call: Call, address: str) -> Call:
    """The same call for another chat."""
    return replace(call, params={**call.params, "chat_id": address})


def menus() -> Iterator[Call]:
    """The command menus of strangers: one for each language, and Chinese for all others."""
    for language in (None, *LANGUAGES):
        commands = [
            {"command": name, "description": say(language or DEFAULT, f"messenger.command.{name}")}
            for name in STRANGERS
        ]
        params: dict[str, Any] = {"commands": commands, "scope": {"type": "default"}}
        yield Call("setMyCommands", params | ({"language_code": language} if language else {}))


def shown_menu(menu: Call) -> Call:
    """Asks for the menu that `menu` would set."""
    asked = {name: value for name, value in menu.params.items() if name != "commands"}
    return Call("getMyCommands", asked)


def own_menu(address: str, commands: Sequence[MenuCommand]) -> Call:
    """The command menu of one chat, which goes before that of strangers."""
    named = [{"command": one.name, "description": one.description} for one in commands]
    scope = {"type": "chat", "chat_id": address}
    return Call("setMyCommands", {"commands": named, "scope": scope})


def _words(
    address: str, words: Sequence[Marked], reply: Reply, replaces: int | None, rides: bool
) -> Iterator[Call]:
    """An edit changes the old message into the first part; the other parts follow anew."""
    for place, part in enumerate(words):
        params: dict[str, Any] = {
            "chat_id": address,
            "text": part.text,
            "link_preview_options": _NO_PREVIEW,
        }
        if part.spans:
            params["entities"] = part.entities()
        if place == len(words) - 1:
            if reply.buttons:
                params["reply_markup"] = {"inline_keyboard": _rows(reply.buttons)}
            elif rides:
                params["reply_markup"] = {"remove_keyboard": True}
        if place == 0 and replaces is not None:
            yield Call("editMessageText", params | {"message_id": replaces})
        else:
            yield Call("sendMessage", params)


def _rows(buttons: Sequence[Sequence[Button]]) -> list[list[dict[str, str]]]:
    rows = (row[at : at + ROW] for row in buttons for at in range(0, len(row), ROW))
    return [[_button(button) for button in row] for row in rows]


def _button(button: Button) -> dict[str, str]:
    text = button.text
    if button.style == "chosen" and not text.startswith(("✓", "✔", "✅", "☑")):
        text = _CHOSEN + text
    made = {"text": text, "callback_data": button.token}
    style = _STYLES.get(button.style)
    return made | {"style": style} if style else made


def _picture(address: str, picture: Picture, upload: Upload) -> Call:
    shown = picture.mime in _PHOTOS and not picture.as_file
    method, field = ("sendPhoto", "photo") if shown else ("sendDocument", "document")
    params = {"chat_id": address} | ({"caption": picture.caption} if picture.caption else {})
    return Call(method, params, {field: upload})


def _share(address: str, reply: Reply) -> Call | None:
    """The short message with the keyboard that sends a place or a number."""
    kind = reply.entry.kind if reply.entry else "none"
    if kind not in _SHARED:
        return None
    language = _language_of(reply.text)
    button = {"text": say(language, f"telegram.share_{kind}"), _SHARED[kind]: True}
    keyboard = {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}
    text = say(language, f"telegram.tap_{kind}")
    return Call("sendMessage", {"chat_id": address, "text": text, "reply_markup": keyboard})


def _language_of(text: str) -> str:
    """A reply does not say which language it is in, but its words do."""
    return "zh" if _HAN.search(text) else "en"


def _may_carry_removal(reply: Reply, replaces: str | None) -> bool:
    """A message that takes the keyboard away has no buttons and can never be edited."""
    return not reply.buttons and reply.slot is None and replaces is None


def _removal(address: str) -> Call:
    params = {"chat_id": address, "text": _CHOSEN.strip(), "disable_notification": True}
    return Call("sendMessage", params | {"reply_markup": {"remove_keyboard": True}})


def _message_id(replaces: str | None) -> int | None:
    """None for an id that is none of Telegram's: the reply is then sent anew."""
    return (
        int(replaces)
        if replaces is not None and replaces.isascii() and replaces.isdigit()
        else None
    )
