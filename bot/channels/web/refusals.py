"""A kind word instead of a traceback: the answers to requests that can't be met."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from core.texts import DEFAULT, say

Reason = Literal[
    "signed_out",
    "foreign",
    "too_large",
    "file_too_large",
    "too_slow",
    "too_often",
    "not_understood",
    "file_kind",
    "file_unclean",
    "film_unclean",
    "document_unclean",
    "file_missing",
    "link_over",
    "not_running",
    "trouble",
]

_STATUS: dict[Reason, int] = {
    "signed_out": 401,
    "foreign": 403,
    "too_large": 413,
    "file_too_large": 413,
    "too_slow": 408,  # pages try again after it
    "too_often": 429,  # and after this
    "not_understood": 400,
    "file_kind": 415,
    "file_unclean": 415,
    "film_unclean": 415,
    "document_unclean": 415,
    "file_missing": 404,
    "link_over": 410,
    "not_running": 503,
    "trouble": 500,
}


_WAIT: dict[Reason, str] = {"not_running": "2", "too_often": "10"}


class Refused(Exception):  # noqa: N818  (an outcome, told to the person)
    """A request is refused for `reason`; the middleware of the routes says it in `language`."""

    def __init__(self, reason: Reason, language: str = DEFAULT) -> None:
        super().__init__(reason)
        self.reason = reason
        self.language = language


def refusal(refused: Refused) -> web.Response:
    """JSON ``{"error": reason, "message": sentence}`` with the fitting status."""
    body = {
        "error": refused.reason,
        "message": say(refused.language, f"web.refused.{refused.reason}"),
    }
    wait = _WAIT.get(refused.reason)
    headers = {"Retry-After": wait} if wait else {}
    return web.json_response(body, status=_STATUS[refused.reason], headers=headers)
