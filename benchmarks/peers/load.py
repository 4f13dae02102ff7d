"""Telegram and its people in a process of their own.

    python -m benchmarks.peers.load --script peers --seconds 6 < openings.json

The openings are a list of what each person says first, the words that the reply has to hold, and a
button that it has. It says a JSON line when the server listens (`base`), one when everybody has
filled in a form and the measured time begins (`began`), and one with what was seen when that time
is over. Then it goes on serving until it is killed. With ``--begin`` people begin one form and
leave it, and the measured time is from the first of them until so many seconds after the last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from typing import Final

from benchmarks.peers import script
from benchmarks.peers.balancer import Balancer
from benchmarks.peers.lean_server import LeanServer
from benchmarks.peers.people import Person, Tally
from benchmarks.peers.script import Act
from tests.emulator.people import User

_STARTS_WITHIN: Final = 90.0  # seconds for the bot to start and everybody's first form
_BEGIN_WITHIN: Final = 180.0  # seconds for thousands to begin one


async def measure(
    openings: Sequence[Act], acts: Sequence[Act], seconds: float, ports: Sequence[int]
) -> None:
    """Let everybody fill in forms, and print what was seen in `seconds` after the first ones. With
    `ports` updates are posted there, else the bot asks for them."""
    server, tally = LeanServer(), Tally()
    await server.open()
    _print(base=server.base)
    people = [
        Person(User(server.world, 1000 + at, f"P{at}", "zh-hans"), opening, acts, tally)
        for at, opening in enumerate(openings)
    ]
    warm = asyncio.Barrier(len(people) + 1)
    async with asyncio.timeout(_STARTS_WITHIN):
        await server.opened.wait()
        tasks = []
        if ports:
            balancer = Balancer(server.world, ports)
            await balancer.ready()
            tasks.append(asyncio.create_task(balancer.run()))
        tasks += [asyncio.create_task(person.run(warm)) for person in people]
        await warm.wait()
    began, busy, calls = time.monotonic(), time.process_time(), sum(server.calls.values())
    _print(began=began)
    await asyncio.sleep(seconds)
    ended = time.monotonic()
    _print(
        ended=ended,
        steps=[took for over, took in tally.steps if began <= over <= ended],
        calls=sum(server.calls.values()) - calls,
        server_seconds=time.process_time() - busy,
        interviews=tally.interviews,
        repeated=tally.repeated,
        refused=server.refused,
    )
    for task in tasks:
        task.cancel()
    await asyncio.Event().wait()  # the bot still has to say goodbye to somebody


async def begin(openings: Sequence[Act], acts: Sequence[Act], seconds: float) -> None:
    """Let everybody begin a form at once, and print when."""
    server, tally = LeanServer(), Tally()
    await server.open()
    _print(base=server.base)
    async with asyncio.timeout(_STARTS_WITHIN):
        await server.opened.wait()
    _print(began=time.monotonic())
    people = [
        Person(User(server.world, 1000 + at, f"P{at}", "zh-hans"), opening, acts, tally)
        for at, opening in enumerate(openings)
    ]
    async with asyncio.timeout(_BEGIN_WITHIN):
        await asyncio.gather(*(person.begin() for person in people))
    await asyncio.sleep(seconds)
    _print(ended=time.monotonic())
    await asyncio.Event().wait()


def _print(**values: object) -> None:
    print(json.dumps(values), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--script", choices=("ours", "peers"), required=True)
    parser.add_argument("--begin", action="store_true")
    parser.add_argument("--port", type=int, action="append", default=[], dest="ports")
    chosen = parser.parse_args()
    openings = [Act(does, False, until, needs) for does, until, needs in json.load(sys.stdin)]
    acts = script.ours() if chosen.script == "ours" else script.peers()
    if chosen.begin:
        asyncio.run(begin(openings, acts, chosen.seconds))
    else:
        asyncio.run(measure(openings, acts, chosen.seconds, chosen.ports))


if __name__ == "__main__":
    main()
