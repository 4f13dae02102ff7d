"""Signing in and out: a one-time link becomes a cookie.

Messengers and mail programs open links to show a preview, so the link itself uses nothing up: it
leads to a page with one button, and only the button's POST redeems the token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web.about import person
from bot.channels.web.guard import same_origin
from bot.channels.web.limits import Limits
from bot.channels.web.pages import Pages
from bot.channels.web.rates import Rate, address_of
from bot.channels.web.refusals import Refused
from core.ports import WebSession, WebStore

PERSON_HEADER: Final = "X-Zoufang-Person"

_ALL: Final = ""  # one allowance for all guests together


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A request's browser: its session and the cookie's secret, to look again later."""

    session: WebSession
    secret: str


class Door:
    """Knows who a request comes from; holds the routes of signing in and out."""

    def __init__(
        self,
        store: WebStore,
        pages: Pages,
        public_url: str,
        limits: Limits,
        *,
        guests: bool = False,
    ) -> None:
        url = urlsplit(public_url)
        self._open_to_guests = guests
        self._tries = Rate(limits.sign_ins)
        self._guests = Rate(limits.guests)
        self._guests_of_address = Rate(limits.guests_of_address)
        self._store = store
        self._pages = pages
        self._limits = limits
        self.secure = url.scheme == "https"
        self.host = url.netloc
        self.arrived: Callable[[WebSession], Awaitable[None]] | None = None
        self.cookie = "__Host-zoufang" if self.secure else "zoufang"

    def routes(self) -> list[web.RouteDef]:
        """Sign-in page, its button, sign-out; the way in for guests, where there is one."""
        guests = [web.get("/guest", self._ask), web.post("/guest", self._welcome)]
        return [
            *(guests if self._open_to_guests else ()),
            web.get("/sign-in/{token}", self._ask),
            web.post("/sign-in/{token}", self._enter),
            web.post("/sign-out", self._leave),
        ]

    async def who(self, request: web.Request) -> SignedIn | None:
        """Who is signed in in this browser, or None."""
        secret = request.cookies.get(self.cookie)
        if not secret:
            return None
        session = await self._store.session(secret)
        return SignedIn(session, secret) if session else None

    async def let_in(self, request: web.Request) -> SignedIn:
        """Like `who`, and for a POST that it comes from our own page. Raises Refused.

        A page names the person whom it belongs to: on a shared phone another tab may have signed
        somebody else in since, and what is said on the old page must not count as theirs.
        """
        signed_in = await self.who(request)
        if signed_in is None:
            raise Refused("signed_out")
        if request.headers.get(PERSON_HEADER, belongs := person(signed_in.session)) != belongs:
            raise Refused("signed_out", signed_in.session.language)
        if request.method == "POST":
            same_origin(request, self.host)
        return signed_in

    async def _ask(self, request: web.Request) -> web.Response:
        return self._pages.html("enter.html")

    async def _enter(self, request: web.Request) -> web.Response:
        same_origin(request, self.host, null_allowed=True)
        if not self._tries.allows(address_of(request, proxied=self.secure)):
            raise Refused("too_often")
        secret = await self._store.redeem(request.match_info["token"])
        if secret is None:
            return self._pages.html("void.html", status=410)
        return await self._let_in(secret)

    async def _welcome(self, request: web.Request) -> web.Response:
        same_origin(request, self.host, null_allowed=True)
        address = address_of(request, proxied=self.secure)
        if not (self._guests_of_address.allows(address) and self._guests.allows(_ALL)):
            return self._pages.html("closed.html", status=429)
        return await self._let_in(await self._store.guest())

    async def _let_in(self, secret: str) -> web.Response:
        session = await self._store.session(secret)
        if self.arrived is not None and session is not None:
            await self.arrived(session)
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(
            self.cookie,
            secret,
            max_age=self._limits.session,
            path="/",
            httponly=True,
            secure=self.secure,
            samesite="Lax",
        )
        return response

    async def _leave(self, request: web.Request) -> web.Response:
        same_origin(request, self.host)
        secret = request.cookies.get(self.cookie)
        if secret:
            await self._store.sign_out(secret)
        response = web.Response(status=204)
        response.del_cookie(self.cookie, path="/", httponly=True, secure=self.secure)
        return response
