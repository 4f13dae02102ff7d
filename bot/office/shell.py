"""What all pages share: templates, the files beside them, and the way around."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.office.visit import PARTS, Visit
from storage.policy import Actor

_HERE: Final = Path(__file__).parent
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the menu: its address, and its name in ``office.place``."""

    path: str
    name: str


def places(actor: Actor) -> tuple[Place, ...]:
    """Where somebody may go, in the order of the menu."""
    found = []
    if actor.may_count:
        found.append(Place("/office", "overview"))
    if actor.may_approve:
        found.append(Place("/office/overdue", "overdue"))
    if actor.may_export:
        found += [
            Place("/office/register", "register"),
            Place("/office/records", "records"),
        ]
    if actor.may_approve:
        found.append(Place("/office/approvals", "approvals"))
    if actor.may_export:
        found += [Place("/office/tables", "tables"), Place("/office/rules", "rules")]
    elif actor.powers.reports:
        found.append(Place("/office/reports", "reports"))
    if actor.powers.invites:
        found.append(Place("/office/people", "people"))
    if actor.may_administer:
        found += [
            Place("/office/forms", "forms"),
            Place("/office/interfaces", "interfaces"),
            Place("/office/messages", "messages"),
            Place("/office/settings", "settings"),
        ]
    if actor.may_read_log:
        found.append(Place("/office/audit", "audit"))
    return tuple(found)


class Shell:
    """Renders pages and serves what they need."""

    def __init__(self) -> None:
        files = [one for one in sorted((_HERE / "static").iterdir()) if one.suffix in _TYPES]
        self._static = {one.name: (one.read_bytes(), _TYPES[one.suffix]) for one in files}
        whole = b"".join(content for content, _ in self._static.values())
        self._version = hashlib.sha256(whole).hexdigest()[:12]

    @cached_property
    def _environment(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def routes(self) -> list[web.RouteDef]:
        """The files beside the pages."""
        return [web.get("/office/static/{version}/{name}", self._file)]

    def page(
        self, visit: Visit, template: str, *, status: int = 200, **values: Any
    ) -> web.Response:
        """A page in the visitor's language, with `values` for its template."""
        text = self._environment.get_template(template).render(
            visit=visit,
            say=visit.say,
            language={"zh": "zh-CN", "en": "en"}[visit.language],
            here=visit.request.path,
            places=places(visit.actor),
            static=f"/office/static/{self._version}",
            at=_address,
            told=visit.told,
            **values,
        )
        response = web.Response(text=text, status=status, content_type="text/html")
        response.enable_compression()
        return response

    async def _file(self, request: web.Request) -> web.Response:
        parts = request[PARTS]
        found = self._static.get(parts["name"])
        if found is None:
            raise web.HTTPNotFound
        content, mime = found
        current = parts["version"] == self._version
        response = web.Response(body=content, content_type=mime, charset="utf-8")
        response.headers["Cache-Control"] = _FOR_EVER if current else "no-cache"
        response.enable_compression()
        return response


def _address(path: str, values: Mapping[str, object] | None = None, /, **changes: object) -> str:
    """`path` with a query of `values` and `changes`; what is empty is left out."""
    query = {
        name: value
        for name, value in {**(values or {}), **changes}.items()
        if value not in ("", None, 0)
    }
    return f"{path}?{urlencode(query)}" if query else path
