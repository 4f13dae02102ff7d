"""A resident whom nobody knows yet comes in by one button, where the door is open."""

from __future__ import annotations

from bot.channels.web import Limits
from core.messages import Text
from tests.bot.channels.web.conftest import client
from tests.bot.channels.web.site import running_site
from tests.clock import TurnedClock

MESSAGE = {
    "client_id": "11111111-1111-4111-8111-111111111111",
    "event": {"kind": "text", "text": "养老金"},
}


async def test_a_guest_presses_one_button_and_can_talk(clock: TurnedClock) -> None:
    async with running_site(clock, guests=True) as site, client(site) as guest:
        async with guest.get("/guest") as answer:
            assert answer.status == 200
            assert "Set-Cookie" not in answer.headers
        async with guest.post("/guest") as answer:
            assert answer.status == 200
        async with guest.post("/chat/messages", json=MESSAGE) as answer:
            assert answer.status == 202
        assert [one.event for one in site.received] == [Text(text="养老金")]


async def test_two_guests_are_two(clock: TurnedClock) -> None:
    async with running_site(clock, guests=True) as site:
        for _ in range(2):
            async with client(site) as guest, guest.post("/guest") as answer:
                assert answer.status == 200
        assert len({one.address for one in site.store.sessions.values()}) == 2


async def test_a_crowd_of_guests_is_not_let_in(clock: TurnedClock) -> None:
    async with running_site(clock, limits=Limits(guests=2), guests=True) as site:
        statuses = []
        for _ in range(3):
            async with client(site) as guest, guest.post("/guest") as answer:
                statuses.append(answer.status)
        assert statuses == [200, 200, 429]


async def test_without_the_open_door_there_is_none(clock: TurnedClock) -> None:
    async with running_site(clock) as site, client(site) as guest:
        async with guest.get("/guest") as answer:
            assert answer.status == 404
        async with guest.post("/guest") as answer:
            assert answer.status == 404


async def test_a_flood_from_one_address_shuts_out_nobody_else(clock: TurnedClock) -> None:
    limits = Limits(guests_of_address=2)
    public = "https://fire.example"  # behind a proxy, which says where somebody comes from
    async with running_site(clock, limits=limits, public_url=public, guests=True) as site:
        statuses = []
        for address in ("198.51.100.7",) * 3 + ("203.0.113.9",):
            headers = {"X-Forwarded-For": address}
            async with (
                client(site) as guest,
                guest.post("/guest", headers=headers, allow_redirects=False) as answer,
            ):
                statuses.append(answer.status)
        assert statuses == [303, 303, 429, 303]
