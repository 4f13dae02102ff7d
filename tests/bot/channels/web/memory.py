"""A `core.ports.WebStore` that keeps everything in memory, with handles for tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

from core.messages import Inbound
from core.ports import ChatEvent, Taken, WebSession


@dataclass
class MemoryStore:
    """Links and sessions are made by `link`; `language` may be turned by a test. What waits for its
    step is `held`, by key, until the bot takes it out."""

    links: dict[str, WebSession] = field(default_factory=dict)
    sessions: dict[str, WebSession] = field(default_factory=dict)
    lines: dict[str, list[ChatEvent]] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str, str]] = field(default_factory=dict)
    held: dict[str, Inbound] = field(default_factory=dict)
    _keys: dict[tuple[str, str], int] = field(default_factory=dict)
    _file_keys: dict[str, str] = field(default_factory=dict)
    _seq: count[int] = field(default_factory=lambda: count(1))

    def link(self, address: str = "lin", language: str = "zh") -> str:
        """The token of a fresh one-time link."""
        token = uuid4().hex
        self.links[token] = WebSession(address, language)
        return token

    def speak(self, address: str, language: str) -> None:
        """Change the language of all sessions of a person."""
        for secret, session in self.sessions.items():
            if session.address == address:
                self.sessions[secret] = WebSession(address, language)

    def said(self, address: str = "lin") -> list[dict[str, object]]:
        """The bodies of a transcript."""
        return [line.body for line in self.lines.get(address, [])]

    async def redeem(self, link_token: str) -> str | None:
        session = self.links.pop(link_token, None)
        if session is None:
            return None
        secret = uuid4().hex
        self.sessions[secret] = session
        return secret

    async def guest(self) -> str:
        secret = uuid4().hex
        self.sessions[secret] = WebSession(f"guest-{len(self.sessions)}", "zh")
        return secret

    async def session(self, secret: str) -> WebSession | None:
        return self.sessions.get(secret)

    async def sign_out(self, secret: str) -> None:
        self.sessions.pop(secret, None)

    async def append(self, address: str, body: dict[str, object], key: str) -> int:
        if (address, key) not in self._keys:
            self._keys[address, key] = seq = next(self._seq)
            # Through JSON, as in a real store.
            self.lines.setdefault(address, []).append(ChatEvent(seq, json.loads(json.dumps(body))))
        return self._keys[address, key]

    async def take(self, inbound: Inbound, body: dict[str, object]) -> Taken:
        new = (inbound.address, inbound.key) not in self._keys
        seq = await self.append(inbound.address, body, inbound.key)
        if new:
            message = inbound.message or str(seq)
            self.held[inbound.key] = inbound.model_copy(update={"message": message})
        return Taken(seq, self.held.get(inbound.key))

    async def since(self, address: str, seq: int, limit: int = 200) -> list[ChatEvent]:
        lines = self.lines.get(address, [])
        if seq < 0:
            return lines[-limit:]
        return [line for line in lines if line.seq > seq][:limit]

    async def put_file(self, content: bytes, name: str, mime: str, key: str) -> str:
        if key not in self._file_keys:
            self._file_keys[key] = file_id = uuid4().hex
            self.files[file_id] = (content, name, mime)
        return self._file_keys[key]

    async def get_file(self, file_id: str) -> tuple[bytes, str, str] | None:
        return self.files.get(file_id)
