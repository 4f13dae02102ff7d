"""Anything at all comes in, in the shapes of the messengers: nothing breaks, nothing is told to
somebody else, and everything can be left. `make fuzz` does the same many times over."""

from __future__ import annotations

import json
import os
import random
from typing import Any, Final

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from bot.channels.telegram.updates import inbound_of
from bot.channels.web.incoming import _Posted, _understood
from bot.channels.web.refusals import Refused
from core import measures
from core.filetypes import file_type
from core.messages import Inbound
from core.picture_metadata import without_metadata
from handlers import states
from handlers.states import Idle
from storage.policy import SYSTEM, Role
from storage.tables import inbox
from tests.core.test_picture_metadata import PICTURES
from tests.handlers.conftest import GRID, NEXT_GRID, Village
from tests.handlers.paper import Talker

TIMES: Final = int(os.environ.get("FUZZ_TIMES", "1"))
UPDATES: Final = 600 * TIMES
UPLOADS: Final = 70 * TIMES
SEED: Final = int(os.environ.get("FUZZ_SEED", "20261121"))

WORDS: Final = (
    *("", "0", "-1", "9" * 400, "今天", "昨天", "待办", "王", "柳树村", "\x00", "🏠" * 60),
    *("1e309", "NaN", "3月5日", "<b>", "*_[", "{x}", "%s", "' OR 1=1 --", "a" * 5000, "\u202e"),
    *("/start", "/menu", "/cancel", "/resume", "/records", "/owe", "/mydata", "/notice"),
    *("\ud83d", "a\udc00b", "/start a\ud83d", "/start \x00"),
    *("/pension", "/language", "/help", "/bind", "/proxies", "/nonsense"),
)
OWN: Final = {"near": ("HAAAAAA", "HBBBBBB", "PAAAAAA", "PBBBBBB"), "far": ("HCCCCCC", "PDDDDDD")}


class Monkey:
    """Sends what comes to mind, now and then what is right."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.number = 0

    def update(self, someone: Talker) -> Inbound | None:
        """Something from somebody, in the shape of a messenger; None if no channel takes it."""
        self.number += 1
        made = self._telegram(someone) if self.rng.random() < 0.6 else self._web(someone)
        if made is None:
            return None
        return made.model_copy(
            update={
                "channel": "paper",
                "address": someone.address,
                "key": f"fuzz-{self.number}",
                "private": True,
                "language": "zh",
            }
        )

    def _telegram(self, someone: Talker) -> Inbound | None:
        chat = {"id": 7, "type": "private"}
        message: dict[str, Any] = {"message_id": self.number, "date": 0, "chat": chat}
        message["from"] = {"id": 7, "is_bot": False, "first_name": "x", "language_code": "zh"}
        part: dict[str, Any] = self.rng.choice(
            [
                {"text": self.text(someone)},
                {"text": self.text(someone)},
                {"location": {"latitude": self.value(), "longitude": self.value()}},
                {"contact": {"phone_number": self.text(someone), "first_name": "x", "user_id": 7}},
                {"document": {"file_id": "d", "file_name": self.text(someone)}},
                {"photo": [{"file_id": "p", "width": 1, "height": 1, "file_size": 3}]},
                {"sticker": {}},
            ]
        )
        update: dict[str, Any] = {"update_id": self.number, "message": message | part}
        if self.rng.random() < 0.5:
            query = {"id": "1", "from": message["from"], "data": self.token(someone)}
            update = {"update_id": self.number, "callback_query": query | {"message": message}}
        try:
            return inbound_of(self.mutated(update))
        except Exception:
            return None  # the channel gives what is no update to the operator

    def _web(self, someone: Talker) -> Inbound | None:
        event = self.rng.choice(
            [
                {"kind": "text", "text": self.text(someone)},
                {"kind": "tap", "token": self.token(someone)},
                {"kind": "location", "latitude": self.value(), "longitude": self.value()},
            ]
        )
        body = {"client_id": "0190d1ce-8a5e-7cc0-9b53-0b6a3f1f1d11", "event": event, "message": "1"}
        try:
            posted = _Posted.model_validate_json(json.dumps(self.mutated(body)))
            understood = _understood(posted.event, "zh")
        except (ValidationError, Refused):
            return None
        return Inbound(channel="web", address="x", key="x", event=understood)

    def text(self, someone: Talker) -> str:
        if self.rng.random() < 0.3:
            return self.rng.choice(OWN[someone.address])
        return self.rng.choice(WORDS)

    def value(self) -> Any:
        return self.rng.choice([0, 30.5, -181, 1e300, "30", None, 120.1])

    def token(self, someone: Talker) -> str:
        """A button of theirs as it is, or changed a little."""
        shown = [b.token for paper in someone.sheet[-6:] for b in paper.buttons] or ["m"]
        token = self.rng.choice(shown)
        if self.rng.random() < 0.25:
            place = self.rng.randrange(len(token) + 1)
            token = token[:place] + self.rng.choice("0:9-az*王") + token[place + 1 :]
        return token[:64]

    def mutated(self, tree: Any) -> Any:
        """The same with, seldom, one thing missing or of another kind."""
        if self.rng.random() > 0.15:
            return tree
        return self._changed(json.loads(json.dumps(tree)))

    def _changed(self, tree: Any) -> Any:
        if not isinstance(tree, dict) or not tree:
            return self.rng.choice([None, 0, "", [], {}, -(2**63), "x" * 100])
        name = self.rng.choice(sorted(tree))
        if self.rng.random() < 0.3:
            return {key: value for key, value in tree.items() if key != name}
        return tree | {name: self._changed(tree[name])}


async def test_anything_at_all_breaks_nothing_and_tells_nobody_else(village: Village) -> None:
    monkey = Monkey(random.Random(SEED))
    near = await village.staff(Role.GRID_WORKER, GRID, "near")
    far = await village.staff(Role.GRID_WORKER, NEXT_GRID, "far")
    village.channel.files |= {"p": PICTURES["image/jpeg"](6), "d": b"a,b\n1,2\n"}
    failed = measures.STEPS.values.get(("paper", "failed"), 0)
    for turn in range(UPDATES):
        someone, other = (near, far) if turn % 3 else (far, near)
        inbound = monkey.update(someone)
        if inbound is None:
            continue
        await village.steps.receive(inbound)
        await village.sender.drain()
        told = "\n".join(_shown(someone))
        assert not any(code in told for code in OWN[other.address]), (turn, inbound)
        if turn % 40 == 0:
            await leaves(village, someone)
        del someone.sheet[:-30]
    assert measures.STEPS.values.get(("paper", "failed"), 0) == failed
    async with village.database.unit(SYSTEM, "test") as uow:
        states_of = await uow.connection.execute(select(inbox.c.state).distinct())
        assert set(states_of.scalars()) == {"done"}


def _shown(someone: Talker) -> list[str]:
    """The words of the newest messages."""
    newest = someone.sheet[-3:]
    return [paper.text for paper in newest] + [one.text for p in newest for one in p.buttons]


async def leaves(village: Village, someone: Talker) -> None:
    """/cancel asks once what is to become of a draft, and the menu keeps it."""
    await someone.say("/cancel")
    await someone.say("/menu")
    async with village.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("paper", someone.address, "zh")
    assert isinstance(states.load(chat.state), Idle)


@pytest.mark.parametrize("mime", sorted(PICTURES))
def test_any_upload_is_judged_and_breaks_nothing(mime: str) -> None:
    rng = random.Random(SEED)
    for _ in range(UPLOADS):
        content = bytearray(PICTURES[mime](rng.randrange(10)))
        for _ in range(rng.randrange(6)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        part = bytes(content[: rng.randrange(len(content) + 1)])
        found = file_type(part, rng.choice([mime, "text/html", "application/zip", ""]))
        without_metadata(part, found.mime if found else mime)
