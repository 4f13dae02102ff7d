"""Somebody who sends anything at all, in the shapes of the messengers, and now and then the right
thing. What it does comes from a seed, so that a fault can be seen again."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any, Final

from pydantic import ValidationError

from bot.channels.telegram.updates import inbound_of
from bot.channels.web.incoming import _Posted, _understood
from bot.channels.web.refusals import Refused
from core.messages import Inbound, Reply
from tests.handlers.paper import Talker

WORDS: Final = (
    *("", "0", "-1", "9" * 400, "今天", "昨天", "待办", "王", "柳树村", "\x00", "🏠" * 60),
    *("1e309", "NaN", "3月5日", "<b>", "*_[", "{x}", "%s", "' OR 1=1 --", "a" * 5000, "\u202e"),
    *("/start", "/menu", "/cancel", "/resume", "/records", "/owe", "/mydata", "/notice"),
    *("\ud83d", "a\udc00b", "/start a\ud83d", "/start \x00", "/start@other_bot", "//", "/"),
    *("/pension", "/language", "/help", "/bind", "/unbind", "/proxies", "/nonsense"),
    *("11010519491231002X", "13800138000", "6222020200112233445", "2026-02-30", "٣", "一百"),
)
FITTING: Final = {
    "text": ("很好", "不清楚"),
    "multiline": ("很好\n还有", "x"),
    "integer": ("3", "0", "17", "二"),
    "decimal": ("36.6", "1,5", "3"),
    "date": ("2026-11-20", "昨天", "3月5日"),
    "month": ("2026-11", "上月"),
    "year": ("2020", "去年"),
    "time": ("8:30", "下午三点"),
    "dateTime": ("2026-11-20 8:30", "昨天 8:30"),
}
"""What answers a question that wants such a thing."""

_FIELDS: Final = {"photo": "photo", "audio": "voice", "video": "video", "file": "document"}

Files = Sequence[tuple[str, str]]
"""What the messenger has: the id and the mime type of each file."""


class Monkey:
    """Speaks for people who know `codes`, whether these are theirs to know or not."""

    def __init__(self, seed: int, codes: Sequence[str], files: Files) -> None:
        self.chance = random.Random(seed)
        self.codes = codes
        self.files = files
        self.number = 0

    def update(self, someone: Talker) -> Inbound | None:
        """Something from somebody, in the shape of a messenger; None if no channel takes it."""
        self.number += 1
        make = self._telegram if self.chance.random() < 0.6 else self._web
        made = make(someone)
        if made is None:
            return None
        private = made.private or self.chance.random() < 0.8  # else it lands in a group
        whose = {"channel": "paper", "address": someone.address, "private": private}
        return made.model_copy(
            update=whose | {"key": f"monkey-{self.number}", "language": someone.language}
        )

    def _telegram(self, someone: Talker) -> Inbound | None:
        sender = {"id": 7, "is_bot": False, "first_name": "x", "language_code": "zh"}
        chat = {"id": 7, "type": self.chance.choice(["private"] * 30 + ["group", "channel"])}
        bare = {"message_id": self._message(someone), "date": 0, "chat": chat, "from": sender}
        update: dict[str, Any] = {"update_id": self.number}
        if self.chance.random() < 0.5:
            query = {"id": "1", "from": sender, "data": self.token(someone), "message": bare}
            update["callback_query"] = query
        else:
            kind = "edited_message" if self.chance.random() < 0.1 else "message"
            update[kind] = bare | self._part(someone)
        try:
            return inbound_of(json.loads(json.dumps(self.mutated(update))))
        except Exception:
            return None  # the channel gives what is no update to the operator

    def _part(self, someone: Talker) -> dict[str, Any]:
        """What a message holds."""
        wanted = _wanted(someone)
        if wanted in _FIELDS and self.chance.random() < 0.7:
            return self._file(_FIELDS[wanted])
        match self.chance.randrange(10):
            case 0:
                return {"location": {"latitude": self.value(), "longitude": self.value()}}
            case 1:
                return {"contact": self._contact(someone)}
            case 2:
                return self._file(self.chance.choice(sorted(_FIELDS.values())))
            case 3:
                return {"text": self.text(someone), "forward_origin": {"type": "hidden_user"}}
            case 4:
                return {"sticker": {}}
            case _:
                return {"text": self.text(someone)}

    def _file(self, field: str) -> dict[str, Any]:
        file_id, mime = self.chance.choice(self.files)
        file = {"file_id": file_id, "mime_type": mime, "file_size": 3, "file_name": "a/../b"}
        sized = [file | {"width": 1, "height": 1}]
        album = {"media_group_id": "1"} if self.chance.random() < 0.2 else {}
        return {field: sized if field == "photo" else file, "caption": "看"} | album

    def _contact(self, someone: Talker) -> dict[str, Any]:
        who = self.chance.choice([7, 8])
        return {"phone_number": self.text(someone), "first_name": "x", "user_id": who}

    def _message(self, someone: Talker) -> int:
        """One of the newest messages of the chat, or one that never was."""
        shown = [int(paper.id) for paper in someone.sheet[-4:]]
        return self.chance.choice([*shown, 10**6])

    def _web(self, someone: Talker) -> Inbound | None:
        event = self.chance.choice(
            [
                {"kind": "text", "text": self.text(someone)},
                {"kind": "tap", "token": self.token(someone)},
                {"kind": "tap", "token": self.token(someone)},
                {"kind": "location", "latitude": self.value(), "longitude": self.value()},
            ]
        )
        body = {"client_id": "0190d1ce-8a5e-7cc0-9b53-0b6a3f1f1d11", "event": event}
        body["message"] = str(self._message(someone))
        try:
            posted = _Posted.model_validate_json(json.dumps(self.mutated(body)))
            understood = _understood(posted.event, someone.language)
        except (ValidationError, Refused):
            return None
        message = posted.message
        return Inbound(channel="web", address="x", key="x", event=understood, message=message)

    def text(self, someone: Talker) -> str:
        """What the question wants, a code, or anything."""
        wish = self.chance.random()
        fitting = FITTING.get(_wanted(someone), ())
        if fitting and wish < 0.6:
            return self.chance.choice(fitting)
        return self.chance.choice(self.codes if wish > 0.85 else WORDS)

    def value(self) -> Any:
        """A degree, or what may stand in its place."""
        return self.chance.choice([0, 30.5, 44.9, 127.1, 120.1, -181, 1e300, "30", None])

    def token(self, someone: Talker) -> str:
        """A button of theirs as it is, or changed a little."""
        shown = [one.token for paper in someone.sheet[-3:] for one in paper.buttons] or ["m"]
        token = self.chance.choice(shown)
        if self.chance.random() < 0.15:
            place = self.chance.randrange(len(token) + 1)
            token = token[:place] + self.chance.choice("0:9-az*王") + token[place + 1 :]
        if self.chance.random() < 0.1:
            area, _, rest = token.rpartition(":")
            token = f"{area or rest}:{self.chance.choice(self.codes)}"
        return token[:64]

    def mutated(self, tree: Any) -> Any:
        """The same with, seldom, one thing missing or of another kind."""
        return self._changed(tree) if self.chance.random() < 0.1 else tree

    def _changed(self, tree: Any) -> Any:
        if not isinstance(tree, dict) or not tree:
            return self.chance.choice([None, 0, "", [], {}, -(2**63), "x" * 100])
        name = self.chance.choice(sorted(tree))
        if self.chance.random() < 0.3:
            return {key: value for key, value in tree.items() if key != name}
        return tree | {name: self._changed(tree[name])}


def _wanted(someone: Talker) -> str:
    """What kind of thing the newest message wants."""
    newest: Reply | None = someone.sheet[-1].reply if someone.sheet else None
    return newest.entry.kind if newest and newest.entry else ""
