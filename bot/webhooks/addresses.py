"""Which addresses a webhook may have: none within our own network, unless that is asked for.

The name of an address is looked up when it is called, and what it leads to is judged then: a name
that led outside when it was entered may lead inside later.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import AddressFamily, gaierror
from typing import Final
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

LONGEST: Final = 1_000  # characters of an address

_INTO_V4: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16"))


class AddressError(ValueError):
    """An address that can't be a webhook's. `code`: ``address``, ``plain_http``, ``inside``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check(url: str, *, private: bool) -> None:
    """Raises AddressError for what is no address, travels in plain, or is written as a number
    within our own network; with `private` only for what is no address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise AddressError("address") from None
    if parts.scheme not in ("http", "https") or not host or len(url) > LONGEST:
        raise AddressError("address")
    if parts.username is not None or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressError("address")
    if private:
        return
    if parts.scheme != "https":
        raise AddressError("plain_http")
    if _inside(host):
        raise AddressError("inside")


def outside(number: str) -> bool:
    """Whether an IP address is one of the open network."""
    try:
        one = ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(one, IPv6Address) and one.ipv4_mapped:
        one = one.ipv4_mapped
    if isinstance(one, IPv6Address) and any(one in net for net in _INTO_V4):
        return False
    return one.is_global and not one.is_multicast


def _inside(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        one: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        return host.rstrip(".").rpartition(".")[2].isdecimal()  # 127.1 and its like
    return not outside(str(one))


class OutsideOnly(AbstractResolver):
    """Looks names up, and finds nothing that leads into our own network."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of `host`. Raises OSError if there is none outside."""
        found = await self._resolver.resolve(host, port, family)
        good = [one for one in found if outside(one["host"])]
        if not good:
            raise gaierror(f"{host} is within our own network")
        return good

    async def close(self) -> None:
        """Nothing is kept open."""
        await self._resolver.close()
