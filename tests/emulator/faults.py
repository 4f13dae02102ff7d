"""What can go wrong between a bot and Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


class Refusal(Exception):  # noqa: N818  (it is an answer)
    """An answer with ``ok: false``."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


@dataclass(frozen=True, slots=True)
class Fault:
    """`acts` if the server does the work all the same before it goes wrong."""

    kind: Literal["refusal", "raw", "cut", "stall"]
    acts: bool = False
    refusal: Refusal | None = None
    status: int = 200
    body: str = ""
    seconds: float = 0.0


def error(code: int, description: str, **parameters: int) -> Fault:
    """Any of Telegram's errors, such as ``error(400, "Bad Request: chat not found")``."""
    return Fault("refusal", refusal=Refusal(code, description, **parameters))


def flood(retry_after: int = 1, *, parameters: bool = True) -> Fault:
    """429, with or without the machine-readable `retry_after`."""
    text = f"Too Many Requests: retry after {retry_after}"
    return error(429, text, retry_after=retry_after) if parameters else error(429, text)


def blocked() -> Fault:
    return error(403, "Forbidden: bot was blocked by the user")


def server_error(status: int = 500) -> Fault:
    return error(status, "Internal Server Error")


def garbage(status: int = 502, body: str = "<html>502 Bad Gateway</html>") -> Fault:
    """What a proxy in between may say."""
    return Fault("raw", status=status, body=body)


def cut(*, acts: bool = False) -> Fault:
    """The connection breaks; with `acts` after the server has done what was asked."""
    return Fault("cut", acts=acts)


def stall(seconds: float) -> Fault:
    """The answer comes so much later."""
    return Fault("stall", acts=True, seconds=seconds)
