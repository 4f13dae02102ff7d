"""`make soak`: the fires of `tests/under_fire` with their full numbers.

Two hundred kills for every runtime and mode, and dozens of everything else that may go wrong. A
line for each fire tells its seed and what came of it; with the same seed the same instants are
drawn. Exit status 1 if anything was lost, doubled or stuck. It takes most of an hour;
``--only WORDS`` keeps to the fires whose names hold them, ``--share 0.1`` to a tenth of the times.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.contract.house import EVERY, TELEGRAM, Kind
from tests.emulator import faults
from tests.under_fire import troubles
from tests.under_fire.fire import Fire, lit
from tests.under_fire.ground import Ground, settle, sqlite_url
from tests.under_fire.postgres import CrashingServer

SEED: Final = 2026
PEOPLE: Final = 30

Trouble = Callable[[Fire], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Soak:
    """One fire. `tells` if whoever is asked can tell what it was told, so that nothing may be asked
    twice."""

    name: str
    kind: Kind
    trouble: Trouble
    people: int = PEOPLE
    replicas: int = 1
    on_postgres: bool = False
    tells: bool = False


@dataclass(slots=True)
class Place:
    """Where fires are lit: settled databases of both kinds, copied for each."""

    folder: Path
    server: CrashingServer
    on_sqlite: Ground
    on_postgres: Ground
    template: str
    _copies: int = 0

    @classmethod
    async def found(cls, folder: Path, server: CrashingServer) -> Place:
        """Settle both."""
        for name in ("sqlite", "postgresql"):
            (folder / name).mkdir()
        template = server.new()
        return cls(
            folder,
            server,
            await settle(folder / "sqlite", sqlite_url(folder / "sqlite")),
            await settle(folder / "postgresql", server.url(template)),
            template,
        )

    def ground(self, soak: Soak) -> Ground:
        """A copy of its own."""
        self._copies += 1
        folder = self.folder / f"fire-{self._copies}"
        if soak.on_postgres:
            return self.on_postgres.copy(folder, self.server.url(self.server.new(self.template)))
        return self.on_sqlite.copy(folder)


def soaks(server: CrashingServer, share: float) -> Iterator[Soak]:
    """Every fire, with this share of the full numbers."""

    def times(full: int) -> int:
        return max(1, round(full * share))

    for kind in EVERY:
        web = kind == "web"
        yield Soak(f"kill -9, {kind}", kind, partial(troubles.kills, times=times(200)), tells=web)
    for kind in TELEGRAM:
        yield Soak(f"2 % of all calls put off, {kind}", kind, _put_off, people=100, tells=True)
        wrong = partial(_everything_wrong, times=times(40))
        yield Soak(f"10 % of all calls go wrong, {kind}", kind, wrong)
    for kind in EVERY:
        stops = partial(troubles.stops, times=times(50))
        yield Soak(f"SIGTERM, {kind}", kind, stops, tells=True)
        yield Soak(f"full disk, {kind}", kind, partial(troubles.full_disk, times=times(20)))
        yield Soak(f"locked for 25 s, {kind}", kind, partial(troubles.locked, seconds=25.0))
        crashes = partial(troubles.crashes, server=server, times=times(20))
        yield Soak(f"PostgreSQL restarted, {kind}", kind, crashes, on_postgres=True)
    for kind in ("aiogram webhook", "ptb webhook"):
        two = partial(Soak, kind=kind, replicas=2, on_postgres=True)
        yield two(
            f"two replicas, kill -9, {kind}", trouble=partial(troubles.kills, times=times(200))
        )
        yield two(
            f"two replicas, paused, {kind}", trouble=partial(troubles.pauses, times=times(30))
        )
        rolling = partial(troubles.rolling_restarts, times=times(30))
        yield two(f"two replicas, restarted in turn, {kind}", trouble=rolling, tells=True)


async def _put_off(fire: Fire) -> None:
    fire.telegram.faults(0.02, fire.seed, methods=troubles.EVERY_CALL)


async def _everything_wrong(fire: Fire, times: int) -> None:
    fire.telegram.faults(0.1, fire.seed, *troubles.EVERYTHING, faults.stall(25))
    await (troubles.disorder if "webhook" in fire.kind else troubles.second_poller)(fire, times)


async def burn(soak: Soak, ground: Ground, seed: int) -> tuple[str, str]:
    """Light one fire and let it burn to its end: what came of it, and what was wrong ('' if nothing
    was)."""
    came = "it went out early"
    try:
        async with lit(ground, soak.kind, seed, replicas=soak.replicas) as fire:
            await fire.come(soak.people)
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
        folder = Path(name)
        server = CrashingServer(folder / "postgres")
        try:
            place = await Place.found(folder, server)
            for soak in soaks(server, share):
                if only not in soak.name:
                    continue
                begun = time.monotonic()
                came, wrong = await burn(soak, place.ground(soak), seed)
                failed += bool(wrong)
                seconds = time.monotonic() - begun
                print(f"{soak.name} (seed {seed}, {seconds:.0f} s): {came}", flush=True)
                if wrong:
                    print(f"  FAILED: {wrong}", flush=True)
        finally:
            server.stop()
    print(f"failed: {failed or 'nothing'}")
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
