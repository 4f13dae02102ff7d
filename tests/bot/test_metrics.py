"""Prometheus reads figures that hold nothing personal, and nobody else reads them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.exposition import PREFIX, exposition
from bot.metrics import Metrics
from core import measures
from core.messages import Reply
from storage.database import Database
from storage.policy import SYSTEM
from tests.bot.served import served
from tests.clock import TurnedClock
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-the-tests"
HERE = "http://127.0.0.1:8080"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database answers as late as it likes: this machine may be busy."""
    monkeypatch.setattr("bot.metrics.PATIENCE", PATIENCE)


async def asked(metrics: Metrics, **headers: str) -> tuple[int, str]:
    async with served(metrics.attach) as session:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with session.get("/metrics", headers=named) as answer:
            return answer.status, await answer.text()


def read(text: str) -> dict[str, dict[frozenset[str], float]]:
    """Values by the name of a figure and by its labels' values."""
    found: dict[str, dict[frozenset[str], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.values())] = sample.value
    return found


def of(*labels: str) -> frozenset[str]:
    return frozenset(labels)


async def test_what_the_database_holds_is_shown(database: Database, clock: TurnedClock) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("telegram", "7", "zh")
        await uow.outbox.queue(chat.id, [Reply(text="早上好"), Reply(text="晚上好")])
    clock.turn(seconds=90)
    status, text = await asked(Metrics(database, HERE, None))
    assert status == 200
    figures = read(text)
    assert figures["zoufang_database_up"] == {of(): 1}
    assert figures["zoufang_outbox_waiting"] == {of(): 2}
    assert figures["zoufang_outbox_oldest_seconds"] == {of(): 90}
    assert figures["zoufang_outbox_dead"] == {of(): 0}
    assert figures["zoufang_inbox_waiting"] == {of(): 0}
    assert figures["zoufang_interviews"] == {of("open"): 0, of("kept"): 0}


async def test_what_was_counted_is_shown(sqlite_database: Database) -> None:
    before = read(exposition(None).decode()).get("zoufang_bot_api_calls_total", {})
    measures.API_CALLS.add("sendMessage", "429")
    measures.STEP_SECONDS.observe(0.0004, "a stage of this test")
    measures.STEP_SECONDS.observe(0.03, "a stage of this test")
    measures.STEP_SECONDS.observe(1000, "a stage of this test")
    _, text = await asked(Metrics(sqlite_database, HERE, None))
    figures = read(text)
    key = of("sendMessage", "429")
    assert figures["zoufang_bot_api_calls_total"][key] == before.get(key, 0) + 1
    below = figures["zoufang_step_seconds_bucket"]
    bounds = ("0.0005", "0.025", "0.05", "+Inf")
    assert [below[of("a stage of this test", bound)] for bound in bounds] == [1, 1, 2, 3]
    assert figures["zoufang_step_seconds_count"][of("a stage of this test")] == 3


async def test_a_database_that_does_not_answer_is_shown_as_such(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.metrics.PATIENCE", 0.0)
    status, text = await asked(Metrics(sqlite_database, HERE, None))
    figures = read(text)
    assert (status, figures["zoufang_database_up"]) == (200, {of(): 0})
    assert "zoufang_outbox_waiting" not in figures
    assert "zoufang_loop_lag_seconds_count" in figures or measures.LOOP_LAG.values == {}


async def test_the_process_itself_is_shown(sqlite_database: Database) -> None:
    _, text = await asked(Metrics(sqlite_database, HERE, None))
    assert {"process_resident_memory_bytes", "process_open_fds", "python_info"} <= set(read(text))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X_Forwarded_For", "203.0.113.5"),
        ("X_Real_IP", "203.0.113.5"),
        ("Forwarded", "for=203.0.113.5"),
        ("Via", "1.1 proxy"),
        ("Host", "visit.example"),
        ("Host", "["),
    ],
)
async def test_without_a_token_nobody_is_answered_who_comes_from_elsewhere(
    sqlite_database: Database, header: str, value: str
) -> None:
    status, text = await asked(Metrics(sqlite_database, HERE, None), **{header: value})
    assert (status in (400, 404), "zoufang" in text) == (True, False)


@pytest.mark.parametrize("address", ["https://visit.example", "http://0.0.0.0:8080"])
async def test_without_a_token_nobody_is_answered_behind_a_proxy_or_on_an_open_port(
    sqlite_database: Database, address: str
) -> None:
    assert await asked(Metrics(sqlite_database, address, None)) == (404, "")


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}"])
async def test_with_a_token_only_who_has_it_is_answered(
    sqlite_database: Database, given: str | None
) -> None:
    metrics = Metrics(sqlite_database, "https://visit.example", TOKEN)
    headers = {} if given is None else {"Authorization": given}
    assert await asked(metrics, **headers) == (401, "")
    status, _ = await asked(metrics, Authorization=f"Bearer {TOKEN}", X_Forwarded_For="203.0.113.5")
    assert status == 200


def test_the_token_is_not_shown() -> None:
    assert TOKEN not in repr(Metrics(None, HERE, TOKEN))  # type: ignore[arg-type]


def test_every_figure_of_ours_has_our_name_and_an_explanation() -> None:
    text = exposition(None).decode()
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    ours = {name for name in names if not name.startswith(("process_", "python_"))}
    assert ours
    assert all(name.startswith(PREFIX) for name in ours)
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name


def test_a_start_does_not_load_the_library() -> None:
    program = "import sys, bot.app; sys.exit('prometheus_client' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=PATIENCE)
