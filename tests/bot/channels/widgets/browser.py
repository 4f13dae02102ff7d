"""A browser's worth of HTTP client in the web chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp

from scheduler.sender import Sender

Reply = dict[str, Any]


@dataclass(slots=True)
class Browser:
    """What one person does; each step is over, replies and all, when a call returns."""

    session: aiohttp.ClientSession
    sender: Sender

    async def say(self, text: str) -> Reply:
        """Type something."""
        return await self.post({"kind": "text", "text": text})

    async def press(self, name: str) -> Reply:
        """Press a button of the newest message that has any."""
        seq, reply = (await self.open())[-1]
        buttons = [one for row in reply["buttons"] for one in row if name in one["text"]]
        return await self.post({"kind": "tap", "token": buttons[0]["token"]}, message=str(seq))

    async def to(self, label: str) -> Reply:
        """Pass over questions up to this one."""
        while label not in (reply := await self.asked())["text"]:
            texts = [one["text"] for row in reply["buttons"] for one in row]
            await self.press(next(one for one in texts if one.startswith(("跳过", "完成"))))
        return reply

    async def post(self, event: dict[str, object], **more: str) -> Reply:
        """Post one event; what is asked after it."""
        body = {"client_id": str(uuid4()), "event": event, **more}
        async with self.session.post("/chat/messages", json=body) as answer:
            assert answer.status == 202, await answer.text()
        await self.sender.drain()
        return await self.asked()

    async def upload(self, content: bytes, name: str, mime: str) -> int:
        """Send a file; the status of the answer."""
        data = aiohttp.FormData()
        data.add_field("client_id", str(uuid4()))
        data.add_field("file", content, filename=name, content_type=mime)
        async with self.session.post("/chat/uploads", data=data) as answer:
            status = answer.status
        await self.sender.drain()
        return status

    async def open(self) -> list[tuple[int, Reply]]:
        """The bot's messages as they stand now, those with buttons or an entry."""
        standing = await self._standing()
        return [(seq, one) for seq, one in standing.items() if one["buttons"] or one["entry"]]

    async def asked(self) -> Reply:
        """The newest of them."""
        return (await self.open())[-1][1]

    async def texts(self) -> list[str]:
        """The words of all the bot's messages."""
        return [reply["text"] for reply in (await self._standing()).values()]

    async def file(self, file_id: str) -> tuple[int, bytes]:
        """Status and content of a file of the transcript."""
        async with self.session.get(f"/chat/files/{file_id}") as answer:
            return answer.status, await answer.read()

    async def _standing(self) -> dict[int, Reply]:
        async with self.session.get("/chat/history") as answer:
            lines = (await answer.json())["lines"]
        standing: dict[int, Reply] = {}
        for line in lines:
            if line["body"]["from"] == "bot":
                standing[line["body"]["replaces"] or line["seq"]] = line["body"]["reply"]
        return standing
