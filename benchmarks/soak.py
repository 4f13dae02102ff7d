"""`make soak`: the fires of `tests/under_fire` with their full numbers.

Two hundred kills for every runtime and mode, and dozens of everything else that may go wrong. A
line for each fire tells its seed and what came of it; with the same seed the same instants are
drawn. Exit status 1 if anything was lost, doubled or stuck. It takes some hours;
``--only WORDS`` keeps to the fires whose names hold them, ``--share 0.1`` to a tenth of the times.
Two simulated years on each kind of database (`benchmarks.years`) come last, with the same share of
their people.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import years
from benchmarks.obligations.ground import ENGINES
from tests.contract.house import EVERY, TELEGRAM, Kind
from tests.emulator import faults
from tests.under_fire import crowd, troubles
from tests.under_fire.fire import Fire, lit
from tests.under_fire.ground import Ground, settle, sqlite_url
from tests.under_fire.postgres import CrashingServer
from tests.under_fire.small_disk import SmallDisk, may_mount, mounted

SEED: Final = 2026
PEOPLE: Final = 30
SMALL: Final = 400  # megabytes
DAY: Final = 86400.0  # seconds
CLAIMS_RUN: Final = 32.0  # seconds, after which a claim that nobody renews is over

Trouble = Callable[[Fire], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Soak:
    """One fire. `tells` if whoever is asked can tell what it was told, so that nothing may be asked
    twice. Of a `crowd` everybody stands in the middle of a form."""

    name: str
    kind: Kind
    trouble: Trouble
    people: int = PEOPLE
    replicas: int = 1
    on_postgres: bool = False
    on_small_disk: bool = False
    tells: bool = False
    crowd: bool = False


@dataclass(slots=True)
class Server:
    """A PostgreSQL with a settled database, which is copied for each fire."""

    server: CrashingServer
    settled: Ground
    template: str

    @classmethod
    async def settle(cls, server: CrashingServer, folder: Path) -> Server:
        template = server.new()
        return cls(server, await settle(_new(folder), server.url(template), crowd.CROWD), template)

    def ground(self, folder: Path) -> Ground:
        """A copy of its own."""
        return self.settled.copy(folder, self.server.url(self.server.new(self.template)))


@dataclass(slots=True)
class Place:
    """Where fires are lit: settled databases, copied for each. `small` lies on a small disk, which
    only root may make."""

    folder: Path
    on_sqlite: Ground
    postgres: Server
    small: Server | None
    disk: SmallDisk | None
    _copies: int = 0

    @classmethod
    @asynccontextmanager
    async def found(cls, folder: Path) -> AsyncIterator[Place]:
        """Settle them, and stop their servers at the end."""
        with ExitStack() as stack:
            sqlite = _new(folder / "sqlite")
            on_sqlite = await settle(sqlite, sqlite_url(sqlite), crowd.CROWD)
            server = _server(stack, folder / "postgres")
            postgres = await Server.settle(server, folder / "on-postgres")
            disk = small = None
            if may_mount():
                disk = stack.enter_context(mounted(folder / "disk", SMALL))
                server = _server(stack, disk.folder / "postgres")
                small = await Server.settle(server, folder / "on-small-disk")
            yield cls(folder, on_sqlite, postgres, small, disk)

    def ground(self, soak: Soak) -> Ground:
        """A copy of its own."""
        self._copies += 1
        folder = self.folder / f"fire-{self._copies}"
        if soak.on_small_disk and self.small:
            return self.small.ground(folder)
        return self.postgres.ground(folder) if soak.on_postgres else self.on_sqlite.copy(folder)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _server(stack: ExitStack, folder: Path) -> CrashingServer:
    server = CrashingServer(folder)
    stack.callback(server.stop)
    return server


def soaks(place: Place, share: float) -> Iterator[Soak]:
    """Every fire, with this share of the full numbers."""

    def times(full: int) -> int:
        return max(1, round(full * share))

    for kind in EVERY:
        kills = partial(troubles.kills, times=times(200))
        yield Soak(f"kill -9, {kind}", kind, kills, tells=kind == "web")
    for kind in TELEGRAM:
        yield Soak(f"2 % of all calls put off, {kind}", kind, _put_off, people=100, tells=True)
        wrong = partial(_everything_wrong, times=times(40))
        yield Soak(f"10 % of all calls go wrong, {kind}", kind, wrong)
        yield Soak(f"10 % of all calls run out of time, {kind}", kind, _too_late)
    for kind in EVERY:
        stops = partial(troubles.stops, times=times(50))
        yield Soak(f"SIGTERM, {kind}", kind, stops, tells=True)
        yield Soak(f"full disk, {kind}", kind, partial(troubles.full_disk, times=times(20)))
        yield Soak(f"locked for 25 s, {kind}", kind, partial(troubles.locked, seconds=25.0))
    yield from _on_postgres(place, times)
    yield from _of_two(times)
    yield from _of_a_crowd(place, times)


def _of_a_crowd(place: Place, times: Callable[[int], int]) -> Iterator[Soak]:
    """A thousand open conversations in one process."""
    for kind in TELEGRAM:
        many = partial(Soak, kind=kind, people=crowd.CROWD, crowd=True)
        full = partial(troubles.full_disk, times=1)
        yield many(f"a crowd, full disk, {kind}", trouble=full)
        yield many(f"a crowd, locked, {kind}", trouble=partial(troubles.locked, seconds=25.0))
        crashed = partial(troubles.crashes, server=place.postgres.server, times=1)
        yield many(f"a crowd, PostgreSQL restarted, {kind}", trouble=crashed, on_postgres=True)
        silence = partial(troubles.silence, seconds=30.0)
        yield many(f"a crowd, wrong answers or none, {kind}", trouble=silence)
        jumps = partial(troubles.clock_jumps, times=times(5), seconds=DAY)
        yield many(f"a crowd, the clock jumps a day, {kind}", trouble=jumps)


def _on_postgres(place: Place, times: Callable[[int], int]) -> Iterator[Soak]:
    """One process on PostgreSQL."""
    for kind in EVERY:
        web = kind == "web"
        one = partial(Soak, kind=kind, on_postgres=True)
        kills = partial(troubles.kills, times=times(50))
        yield one(f"kill -9 on PostgreSQL, {kind}", trouble=kills, tells=web)
        crashes = partial(troubles.crashes, server=place.postgres.server, times=times(20))
        yield one(f"PostgreSQL restarted, {kind}", trouble=crashes)
        if place.small and place.disk:
            fill = partial(troubles.full_server_disk, server=place.small.server, disk=place.disk)
            full = partial(fill, times=times(20))
            yield one(f"full disk of PostgreSQL, {kind}", trouble=full, on_small_disk=True)


def _of_two(times: Callable[[int], int]) -> Iterator[Soak]:
    """Two replicas on one PostgreSQL."""
    for kind in ("aiogram webhook", "ptb webhook"):
        two = partial(Soak, kind=kind, replicas=2, on_postgres=True)
        kills = partial(troubles.kills, times=times(200))
        yield two(f"two replicas, kill -9, {kind}", trouble=kills)
        pauses = partial(troubles.pauses, times=times(30))
        yield two(f"two replicas, paused, {kind}", trouble=pauses)
        long = partial(troubles.pauses, times=times(10), seconds=CLAIMS_RUN)
        yield two(f"two replicas, paused until claims run out, {kind}", trouble=long)
        rolling = partial(troubles.rolling_restarts, times=times(30))
        yield two(f"two replicas, restarted in turn, {kind}", trouble=rolling, tells=True)


async def _put_off(fire: Fire) -> None:
    fire.telegram.faults(0.02, fire.seed, methods=troubles.EVERY_CALL)


async def _too_late(fire: Fire) -> None:
    """Telegram does what it is told and says so when the program has stopped waiting."""
    fire.telegram.faults(0.1, fire.seed, faults.stall(25.0), methods=troubles.EVERY_CALL)
    await fire.goes_on()


async def _everything_wrong(fire: Fire, times: int) -> None:
    fire.telegram.faults(0.1, fire.seed, *troubles.EVERYTHING)
    await (troubles.disorder if "webhook" in fire.kind else troubles.second_poller)(fire, times)


async def burn(soak: Soak, ground: Ground, seed: int) -> tuple[str, str]:
    """Light one fire and let it burn to its end: what came of it, and what was wrong ('' if nothing
    was)."""
    came = "it went out early"
    try:
        async with lit(ground, soak.kind, seed, replicas=soak.replicas) as fire:
            await fire.come(soak.people)
            if soak.crowd:
                held = await crowd.stand(fire, soak.trouble(fire))
                came = str(held)
                held.check()
                return came, ""
            outcome = await fire.burn(soak.trouble(fire))
        came = str(outcome)
        outcome.check()
        assert not (soak.tells and outcome.twice), "something was asked twice"
    except AssertionError as error:
        return came, str(error)
    return came, ""


async def run(only: str, share: float, seed: int) -> int:
    """Every fire one after another; how many failed."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="zoufang-", ignore_cleanup_errors=True) as name:
        async with Place.found(Path(name)) as place:
            if not place.small:
                print("full disk of PostgreSQL: not tried, only root may mount a small one")
            for soak in soaks(place, share):
                if only not in soak.name:
                    continue
                begun = time.monotonic()
                came, wrong = await burn(soak, place.ground(soak), seed)
                failed += bool(wrong)
                seconds = time.monotonic() - begun
                print(f"{soak.name} (seed {seed}, {seconds:.0f} s): {came}", flush=True)
                if wrong:
                    print(f"  FAILED: {wrong}", flush=True)
    failed += await _years(only, share)
    print(f"failed: {failed or 'nothing'}")
    return failed


async def _years(only: str, share: float) -> int:
    """Two simulated years on each kind of database; on how many something was wrong."""
    usual, failed = years.Size(), 0
    size = replace(usual, subjects=max(round(usual.subjects * share), usual.checked))
    for engine in ENGINES:
        if only in f"two years, {engine}":
            print(f"two years, {engine} (seed {size.seed})", flush=True)
            wrong = await years.live(engine, None, size)
            failed += bool(wrong)
            if wrong:
                print(f"  FAILED: {wrong} times", flush=True)
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="fires whose names hold these words")
    parser.add_argument("--share", type=float, default=1.0, help="of the full numbers")
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    return 1 if asyncio.run(run(chosen.only, chosen.share, chosen.seed)) else 0


if __name__ == "__main__":
    sys.exit(main())
