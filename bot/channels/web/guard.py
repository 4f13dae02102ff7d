"""What every response carries and what every POST has to show."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web.refusals import Refused

_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(self)",
    "Cache-Control": "no-store",
}


_ENCRYPTED: Final = {"Strict-Transport-Security": "max-age=31536000"}


async def protect_encrypted(_request: web.Request, response: web.StreamResponse) -> None:
    """Beside `protect`, where people come by https: browsers come by nothing else then."""
    response.headers.update(_ENCRYPTED)


async def protect(_request: web.Request, response: web.StreamResponse) -> None:
    """A signal handler for `on_response_prepare`; a route may have set stricter values."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


def same_origin(request: web.Request, public_host: str, *, null_allowed: bool = False) -> None:
    """Raises Refused for a POST that another site's page made.

    Browsers say where a POST comes from, in Sec-Fetch-Site or, older ones, in Origin; a client that
    says neither is no browser and carries no stranger's cookie. A plain form under the referrer
    policy ``no-referrer`` has the origin ``null``: `null_allowed` takes that from browsers that
    lack Sec-Fetch-Site, for a form that holds a secret of its own.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Refused("foreign")
        return
    origin = request.headers.get("Origin")
    if origin is None or (origin == "null" and null_allowed):
        return
    if urlsplit(origin).netloc not in (request.host, public_host):
        raise Refused("foreign")
