"""The Bot API as this house speaks it: one call, one error, whatever library carries them.

Libraries spell Telegram's errors each in their own way. A runtime turns its exceptions into
`ApiError`, and everything above reads only that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from core.ports import NotNow, Undeliverable

NO_ANSWER: Final = 0
"""The code of an `ApiError` where Telegram did not answer, or answered something unreadable."""


class TokenRefused(Exception):  # noqa: N818  (named for what Telegram did)
    """Telegram does not know the token: mistyped, or revoked."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes out with a call."""

    content: bytes
    name: str
    mime: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a Bot API method. `params` are JSON values; `uploads` go beside them, each in
    place of the parameter of its name."""

    method: str
    params: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)


class ApiError(Exception):
    """A call that failed. `code` is Telegram's error code or `NO_ANSWER`; `retry_after` is in
    seconds. The text is Telegram's description, which names no person."""

    def __init__(self, code: int, description: str, retry_after: float | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.retry_after = retry_after
        self._description = description.casefold()

    def says(self, *phrases: str) -> bool:
        """Whether the description holds one of these phrases (in lower case)."""
        return any(phrase in self._description for phrase in phrases)


class Api(Protocol):
    """How calls travel: the only thing that a runtime provides."""

    async def call(self, call: Call, within: float) -> Any:
        """The `result` of the answer, as JSON. `within` is in seconds. Raises ApiError."""
        ...

    async def download(self, path: str, limit: int, within: float) -> bytes:
        """A file by the path that getFile named: at most `limit` bytes, in `within` seconds.

        Raises ApiError.
        """
        ...

    async def close(self) -> None:
        """Let go of the connections. A later call opens new ones."""
        ...


def unchanged(error: ApiError) -> bool:
    """An edit that would change nothing: as good as done."""
    return error.code == 400 and error.says("message is not modified")


def uneditable(error: ApiError) -> bool:
    """An edit that this message will never take: deleted, too old, or of another kind."""
    return error.code == 400 and error.says(
        "message can't be edited",
        "message to edit not found",
        "message_id_invalid",
        "message identifier is not specified",
        "no text in the message to edit",
    )


def token_refused(error: ApiError) -> bool:
    """401 for a token that is not known; 404 for one that does not even look like one."""
    return error.code in (401, 404)


def outcome(error: ApiError) -> Undeliverable | NotNow:
    """What a failed delivery comes to. A refused token stops the whole channel, not the reply."""
    if error.code == 429:
        return NotNow("flood control", after=error.retry_after)
    if token_refused(error):
        return NotNow("token refused", whole_channel=True)
    if error.code == NO_ANSWER or error.code >= 500 or error.code == 409:
        return NotNow(str(error))
    gone = error.code == 403 or "chat not found" in str(error).casefold()
    return Undeliverable(str(error), gone=gone)
