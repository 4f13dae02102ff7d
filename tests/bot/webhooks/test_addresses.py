"""No address leads a webhook into our own network, however it is written."""

from __future__ import annotations

from socket import AddressFamily

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.webhooks.addresses import AddressError, OutsideOnly, check, outside

INSIDE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
    *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1"),
    *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "nonsense"),
)


class Names(AbstractResolver):
    """Every name leads to `numbers`."""

    def __init__(self, *numbers: str) -> None:
        self.numbers = numbers

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self.numbers
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("number", INSIDE)
def test_what_is_inside_is_known(number: str) -> None:
    assert not outside(number)


@pytest.mark.parametrize("number", ["8.8.8.8", "2606:4700::1111"])
def test_what_is_outside_is_known(number: str) -> None:
    assert outside(number)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        *((url, "address") for url in ("", "x", "ftp://a.example/", "https://", "https://a:b/")),
        *((url, "address") for url in ("https://u:p@a.example/", "https://a.example/ x")),
        ("http://a.example/", "plain_http"),
        *(
            (f"https://{host}/", "inside")
            for host in ("localhost", "a.local", "127.0.0.1", "[::1]")
        ),
        *((f"https://{host}/", "inside") for host in ("127.1", "2130706433", "10.0.0.8:8443")),
    ],
)
def test_an_address_that_will_not_do_is_refused(url: str, code: str) -> None:
    with pytest.raises(AddressError) as found:
        check(url, private=False)
    assert found.value.code == code


def test_an_inner_address_does_where_it_is_allowed() -> None:
    check("http://10.0.0.8:8080/in?x=1", private=True)
    check("https://a.example/in", private=False)


async def test_a_name_that_leads_inside_is_not_found() -> None:
    with pytest.raises(OSError, match="our own network"):
        await OutsideOnly(Names("10.0.0.1", "::1")).resolve("a.example", 443)


async def test_of_several_addresses_the_outer_ones_are_taken() -> None:
    found = await OutsideOnly(Names("10.0.0.1", "8.8.8.8")).resolve("a.example", 443)
    assert [one["host"] for one in found] == ["8.8.8.8"]
