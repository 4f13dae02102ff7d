"""The Bot API as this house speaks it: one call, one error, whatever library carries them.

Libraries spell Telegram's errors each in their own way. A runtime turns its exceptions into
`ApiError`, and everything above reads only that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from core.ports import NotNow, Undeliverable
from core.quick_json import loads

NO_ANSWER: Final = 0
"""The code of an `ApiError` where Telegram did not answer, or answered something unreadable."""

_FLOOD: Final = re.compile(r"retry after (\d+)", re.IGNORECASE)


class Unusable(Exception):  # noqa: N818  (it is a state of things)
    """What only the operator can put right. `code` is ``token_refused``, ``webhook_refused`` (value
    `reason`, in Telegram's words), ``telegram_silent`` or ``runtime_missing`` (`runtime`)."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class TokenRefused(Unusable):
    """Telegram does not know the token: mistyped, or revoked."""

    def __init__(self, reason: str) -> None:
        super().__init__("token_refused", reason=reason)


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
    seconds, and for all chats if it says `whole_bot`; `moved_to` is the address of the supergroup
    that a group has become. The text is Telegram's description, which names no person."""

    def __init__(
        self,
        code: int,
        description: str,
        retry_after: float | None = None,
        moved_to: str | None = None,
        *,
        whole_bot: bool = False,
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.retry_after = retry_after
        self.moved_to = moved_to
        self.whole_bot = whole_bot
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


def result_of(status: int, content: str | bytes) -> Any:
    """The ``result`` of an HTTP answer. Raises ApiError.

    Both libraries would turn errors into kinds of their own and lose a part of each on the way.
    """
    try:
        answer = loads(content)
        if answer["ok"]:
            return answer["result"]
        code, description = int(answer.get("error_code", status)), str(answer["description"])
        parameters = dict(answer.get("parameters") or {})
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ApiError(NO_ANSWER, "unreadable answer") from None
    after, moved = parameters.get("retry_after"), parameters.get("migrate_to_chat_id")
    if after is None and (said := _FLOOD.search(description)):
        after = said[1]  # Telegram may leave the parameters out; then the words are all there is
    raise ApiError(
        code,
        description,
        retry_after=None if after is None else float(after),
        moved_to=None if moved is None else str(moved),
    )


def file_name(name: str) -> str:
    """A name goes into a header of the upload: no control characters, and nothing that one library
    escapes and another does not."""
    plain = name.replace('"', "'").replace("\\", "_")
    return "".join(char for char in plain if char.isprintable()) or "file"


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
        return NotNow("flood control", error.retry_after, whole_channel=error.whole_bot)
    if token_refused(error):
        return NotNow("token refused", whole_channel=True)
    if error.code == NO_ANSWER or error.code >= 500 or error.code == 409:
        return NotNow(str(error))
    gone = error.code == 403 or "chat not found" in str(error).casefold()
    return Undeliverable(str(error), gone=gone)
