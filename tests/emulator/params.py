"""The parameters of one call, however they were sent: query, form, multipart or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.emulator.faults import bad_request


@dataclass(frozen=True, slots=True)
class Sent:
    """An uploaded file."""

    content: bytes
    name: str
    mime: str


@dataclass(slots=True)
class Params:
    """`values` are as sent: words of a form, or JSON values of a JSON body."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Sent] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int | None = None) -> int:
        value = self.values.get(name, default)
        try:
            return int(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" is invalid or missing') from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1")

    def json(self, name: str, default: Any = None) -> Any:
        value = self.values.get(name, default)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name}: not JSON") from None

    def file(self, name: str) -> Sent | str:
        """An upload, or the id of a file that Telegram has."""
        if name in self.files:
            return self.files[name]
        value = self.text(name)
        if value.startswith("attach://"):
            attached = self.files.get(value.removeprefix("attach://"))
            if attached is None:
                raise bad_request("file must be non-empty")
            return attached
        return value

    def plain(self) -> dict[str, Any]:
        """For the log of calls: JSON unpacked, uploads by their names."""
        return {name: _unpacked(value) for name, value in self.values.items()} | {
            name: sent.name for name, sent in self.files.items()
        }


def _unpacked(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


async def read(request: web.Request) -> Params:
    params = Params(dict(request.query))
    if request.content_type == "application/json":
        params.values.update(await request.json())
    elif request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name:
                await _take(params, part, part.name)
    elif request.can_read_body:
        params.values.update({name: str(value) for name, value in (await request.post()).items()})
    return params


async def _take(params: Params, part: BodyPartReader, name: str) -> None:
    content = bytes(await part.read())
    if part.filename is None:
        params.values[name] = content.decode()
    else:
        mime = part.headers.get("Content-Type", "application/octet-stream")
        params.files[name] = Sent(content, part.filename, mime)
