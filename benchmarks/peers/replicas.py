"""One, two and four replicas of ours on one PostgreSQL, behind webhooks and a balancer.

    python -m benchmarks.peers.replicas [--seconds 6] [--rounds 3]

All of it shares the cores that there are: Telegram, the people, PostgreSQL and the replicas. Four
on two cores are only to show that nothing breaks. Exit status 1 if a step got no reply, or a
finished interview is not in the database as it was told.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.peers import house
from benchmarks.peers.rounds import OUT, PEOPLE, Opening, bot, line, load, openings_with
from benchmarks.peers.variants import OUR_AIOGRAM, free_port
from tests.postgres import PostgresServer

REPLICAS: Final = (1, 2, 4)


def run(server: PostgresServer, replicas: int, seconds: float) -> dict[str, Any]:
    """What the people saw: see `benchmarks.peers.load`. Raises RuntimeError."""
    url = server.url(server.new())
    with tempfile.TemporaryDirectory(dir=OUT, prefix="replicas-") as name, ExitStack() as stack:
        folder = Path(name)
        openings = asyncio.run(_build(folder, url))
        ports = [free_port() for _ in range(replicas)]
        lines = stack.enter_context(load("ours", openings, seconds, ports))
        base = line(lines)["base"]
        for port in ports:
            own = folder / str(port)
            own.mkdir()
            settings = {
                **OUR_AIOGRAM.settings,
                "ZOUFANG_DATABASE_URL": url,
                "ZOUFANG_KEY_FILE": str(folder / "zoufang.key"),
                "ZOUFANG_PORT": str(port),
                "ZOUFANG_PUBLIC_URL": "http://127.0.0.1:1",  # the balancer knows the way
                "ZOUFANG_TELEGRAM_WEBHOOK": "true",
            }
            stack.enter_context(bot(replace(OUR_AIOGRAM, settings=settings), own, base, None))
        began = line(lines)["began"]
        seen = line(lines) | {"began": began}
        stack.close()  # what is kept is counted once nobody writes any more
        return seen | {"lost": max(seen["interviews"] - asyncio.run(_kept(folder, url)), 0)}


async def _kept(folder: Path, url: str) -> int:
    database = await house.opened(folder, url)
    try:
        return await house.kept(database)
    finally:
        await database.close()


async def _build(folder: Path, url: str) -> list[Opening]:
    database = await house.opened(folder, url)
    try:
        return openings_with(await house.build(database, PEOPLE))
    finally:
        await database.close()


@contextmanager
def _postgres() -> Iterator[PostgresServer]:
    """A server that keeps what it has committed, as one in earnest does."""
    with tempfile.TemporaryDirectory(dir=OUT, prefix="postgres-") as folder:
        server = PostgresServer(Path(folder))
        try:
            server.run("ALTER SYSTEM RESET ALL;")
            server.run("SELECT pg_reload_conf();")
            yield server
        finally:
            server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    found: dict[int, list[dict[str, Any]]] = {number: [] for number in REPLICAS}
    with _postgres() as server:
        for _ in range(chosen.rounds):
            for number, runs in found.items():
                runs.append(run(server, number, chosen.seconds))
    print("| replicas on PostgreSQL | steps/s | p50 ms | p99 ms | without a reply | lost |")
    print("|---:|---:|---:|---:|---:|---:|")
    wrong = 0
    for number, runs in found.items():
        steps, p50, p99 = (
            statistics.median(each) for each in zip(*map(_figures, runs), strict=True)
        )
        repeated, lost = (sum(seen[what] for seen in runs) for what in ("repeated", "lost"))
        print(f"| {number} | {steps:.0f} | {p50:.0f} | {p99:.0f} | {repeated} | {lost} |")
        wrong += repeated + lost
    return 1 if wrong else 0


def _figures(seen: dict[str, Any]) -> tuple[float, float, float]:
    """Steps a second, and the median and the 99th percentile in milliseconds."""
    took = sorted(seen["steps"])
    rate = len(took) / (seen["ended"] - seen["began"])
    return rate, 1e3 * took[len(took) // 2], 1e3 * took[len(took) * 99 // 100]


if __name__ == "__main__":
    sys.exit(main())
