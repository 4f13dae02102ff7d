"""Answers the requests of the read API: who asks, how often, and what of it has changed."""

from __future__ import annotations

import hashlib
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.api import models, pages
from bot.api.openapi import RESOURCES, document
from bot.api.paging import BadCursorError
from core.log import log
from storage.database import Database
from storage.policy import SYSTEM
from storage.tokens import Bearer
from storage.unit import UnitOfWork

CHANNEL: Final = "api"
A_MINUTE: Final = 120
"""Requests that one token may make within a minute."""

_Page = Callable[[UnitOfWork, Bearer, Any], Awaitable[models.Listed[Any]]]
_MAKE: Final[dict[str, _Page]] = {
    "forms": pages.forms,
    "areas": pages.areas,
    "submissions": pages.submissions,
    "obligations": pages.obligations,
    "subjects": pages.subjects,
}


class Api:
    """Answers every request below ``/api/v1``."""

    def __init__(self, database: Database, a_minute: int = A_MINUTE) -> None:
        self._database = database
        self._a_minute = a_minute
        self._asked: dict[int, deque[float]] = {}
        self._document = json.dumps(document()).encode()
        self._wanted = {one.name: one.wanted for one in RESOURCES}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The answer to a request."""
        try:
            return await self._answer(request)
        except web.HTTPException as error:
            return _problem(error.status, error.reason, headers=_allowed(error))
        except BadCursorError:
            return _problem(400, "Bad Request", "cursor: not one of this list")
        except ValidationError as error:
            first = error.errors()[0]
            return _problem(400, "Bad Request", f"{first['loc'][0]}: {first['msg']}")
        except Exception:
            log.exception("api failed", path=request.path)
            return _problem(500, "Internal Server Error")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.method not in ("GET", "HEAD"):
            raise web.HTTPMethodNotAllowed(request.method, ["GET", "HEAD"])
        name, _, rest = request.match_info["rest"].partition("/")
        if (name, rest) == ("openapi.json", ""):
            return _tagged(request, self._document, "application/json")
        bearer = await self._who(request)
        if bearer is None:
            challenge = {"WWW-Authenticate": "Bearer"}
            return _problem(401, "Unauthorized", headers=challenge)
        if wait := self._too_often(bearer.token_id):
            return _problem(429, "Too Many Requests", headers={"Retry-After": str(wait)})
        if name == "submissions" and rest:
            return await self._submission(request, bearer, rest)
        if name not in _MAKE or rest:
            raise web.HTTPNotFound
        return await self._list(request, bearer, name)

    async def _who(self, request: web.Request) -> Bearer | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return None
        async with self._database.unit(SYSTEM, "api", CHANNEL) as uow:
            return await uow.tokens.bearer("read", token.strip())

    def _too_often(self, token_id: int) -> int:
        """In how many seconds this token may ask again; 0 for now."""
        asked, now = self._asked.setdefault(token_id, deque()), time.monotonic()
        while asked and now - asked[0] >= 60:
            asked.popleft()
        if len(asked) >= self._a_minute:
            return int(60 - (now - asked[0])) + 1
        asked.append(now)
        return 0

    async def _list(self, request: web.Request, bearer: Bearer, name: str) -> web.Response:
        wanted = self._wanted[name].model_validate(_once(request))
        async with self._database.reading(bearer.actor, bearer.name, CHANNEL) as uow:
            found = await _MAKE[name](uow, bearer, wanted)
        await self._record(bearer, "read", f"{name}:{len(found.items)}")
        return _tagged(request, found.model_dump_json().encode(), "application/json")

    async def _submission(self, request: web.Request, bearer: Bearer, name: str) -> web.Response:
        async with self._database.reading(bearer.actor, bearer.name, CHANNEL) as uow:
            found = await uow.submissions.get(name)
        if found is None or found[0].instance_id != name:
            raise web.HTTPNotFound
        await self._record(bearer, "open", name)
        if "xml" in request.headers.get("Accept", ""):
            return _tagged(request, found[0].xml, "text/xml")
        shown: BaseModel = pages.submission(*found)
        return _tagged(request, shown.model_dump_json().encode(), "application/json")

    async def _record(self, bearer: Bearer, action: str, thing: str) -> None:
        async with self._database.unit(bearer.actor, bearer.name, CHANNEL) as uow:
            await uow.record(action, thing)


def _once(request: web.Request) -> dict[str, str]:
    """The parameters, each of which may stand once."""
    if len(set(request.query)) != len(request.query):
        raise web.HTTPBadRequest
    return dict(request.query)


def _tagged(request: web.Request, body: bytes, kind: str) -> web.Response:
    """The body with its ETag, or word that it has not changed."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache", "Vary": "Accept"}
    known = request.if_none_match or ()
    if any(one.value in (tag, "*") for one in known):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


def _problem(
    status: int, title: str, detail: str = "", headers: dict[str, str] | None = None
) -> web.Response:
    body = models.Problem(title=title, status=status, detail=detail).model_dump_json()
    return web.Response(
        text=body, status=status, content_type="application/problem+json", headers=headers
    )


def _allowed(error: web.HTTPException) -> dict[str, str]:
    return {name: error.headers[name] for name in ("Allow",) if name in error.headers}
