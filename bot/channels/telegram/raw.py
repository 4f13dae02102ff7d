"""What can be said of an update whatever its shape, before anybody tries to read it."""

from __future__ import annotations

import hashlib
import json
from typing import Final

_LARGEST: Final = 2**63
_CHATS: Final = (("message",), ("edited_message",), ("callback_query", "message"))


def number_of(update: object) -> int | None:
    """Its ``update_id``; None for what is no update."""
    number = _at(update, "update_id")
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) >= _LARGEST:
        return None
    return number


def chat_of(update: object) -> int | str | None:
    """What an update must not overtake another in: its chat, if it names one."""
    for path in _CHATS:
        chat = _at(update, *path, "chat", "id")
        if isinstance(chat, int | str):
            return chat
    return None


def key_of(update: object) -> str:
    """By what it is known when it is handed over again: its number, or a digest of it."""
    number = number_of(update)
    if number is not None:
        return str(number)
    digest = hashlib.sha256(json.dumps(update, sort_keys=True).encode())
    return f"odd-{digest.hexdigest()[:32]}"


def _at(tree: object, *path: str) -> object:
    for name in path:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree
