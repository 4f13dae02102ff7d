"""Telegram's limits on what a bot sends: lengths, entities, keyboards, commands."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.emulator.faults import bad_request
from tests.emulator.params import Params

TEXT: Final = 4096
CAPTION: Final = 1024
CALLBACK_DATA: Final = 64
BUTTONS: Final = 100
PHOTO: Final = 10_000_000
UPLOAD: Final = 50_000_000
DOWNLOAD: Final = 20_000_000

_ENTITIES: Final = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold",
    "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote",
    "code", "pre", "text_link", "text_mention", "custom_emoji",
}  # fmt: skip
_ACTIONS: Final = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "copy_text", "pay",
}  # fmt: skip
_STYLES: Final = {"primary", "success", "danger"}


def units(text: str) -> int:
    """UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def words(params: Params, name: str, limit: int) -> dict[str, Any]:
    """Text or caption with its entities, as they stand in the message afterwards."""
    if params.text("parse_mode"):
        raise bad_request("can't parse entities: this emulator takes entities only")
    sent = params.text(name)
    text = sent.strip()
    if units(text) > limit:
        raise bad_request(
            "message is too long" if name == "text" else "message caption is too long"
        )
    prefix = "" if name == "text" else "caption_"
    found = params.json(f"{prefix}entities", [])
    if not text:
        return {}
    shift = units(sent) - units(sent.lstrip())
    marked = [_entity(entity, sent, shift) for entity in found]
    return {name: text} | ({f"{prefix}entities": marked} if marked else {})


def _entity(entity: dict[str, Any], text: str, shift: int) -> dict[str, Any]:
    if entity.get("type") not in _ENTITIES:
        raise bad_request(f"can't parse MessageEntity: unknown type {entity.get('type')!r}")
    if entity["type"] == "text_link" and not entity.get("url"):
        raise bad_request("can't parse MessageEntity: no url")
    start, length = int(entity["offset"]), int(entity["length"])
    raw = text.encode("utf-16-le")
    if start < 0 or length <= 0 or (start + length) * 2 > len(raw):
        raise bad_request("ENTITY_BOUNDS_INVALID")
    try:
        raw[start * 2 : (start + length) * 2].decode("utf-16-le")
    except UnicodeDecodeError:  # in the middle of a surrogate pair
        raise bad_request("ENTITY_BOUNDS_INVALID") from None
    return entity | {"offset": max(0, start - shift), "length": length}


def markup(params: Params, *, private: bool) -> dict[str, Any] | None:
    """The keyboard of a message, or None."""
    found = params.json("reply_markup")
    if not found:
        return None
    if "inline_keyboard" in found:
        return {"inline_keyboard": [row for row in _inline(found["inline_keyboard"]) if row]}
    if "keyboard" in found:
        _reply_keyboard(found["keyboard"], private)
        return dict(found)
    if found.get("remove_keyboard") is True or found.get("force_reply") is True:
        return dict(found)
    raise bad_request("object expected as reply markup")


def inline_only(params: Params) -> dict[str, Any] | None:
    found = markup(params, private=True)
    if found is not None and "inline_keyboard" not in found:
        raise bad_request("inline keyboard expected")
    return found if found and found["inline_keyboard"] else None


def _inline(rows: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    if sum(map(len, rows)) > BUTTONS:
        raise bad_request("reply markup is too long")
    for button in (button for row in rows for button in row):
        if not str(button.get("text", "")).strip():
            raise bad_request("can't parse inline keyboard button: text can't be empty")
        if len(_ACTIONS & button.keys()) != 1:
            raise bad_request("can't parse inline keyboard button: exactly one action expected")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
        _style(button)
    return rows


def _reply_keyboard(rows: list[list[dict[str, Any] | str]], private: bool) -> None:
    if not any(rows):
        raise bad_request("reply keyboard is empty")
    for button in (button for row in rows for button in row):
        if isinstance(button, str):
            continue
        if not str(button.get("text", "")).strip():
            raise bad_request("can't parse keyboard button: text can't be empty")
        asks = {"request_location", "request_contact"} & button.keys()
        if asks and not private:
            raise bad_request("location and contact can be requested in private chats only")
        _style(button)


def _style(button: dict[str, Any]) -> None:
    if button.get("style", "primary") not in _STYLES:
        raise bad_request("can't parse button: unknown style")


def commands(found: Any) -> list[dict[str, str]]:
    if not isinstance(found, list):
        raise bad_request("can't parse commands")
    if len(found) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for entry in found:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", entry.get("command", "")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(entry.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return found
