"""What was found by trying a rule file out, as tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import typer

from bot.cli.printing import table
from bot.cli.words import language
from bot.rules_simulate import Outcome
from bot.rules_simulation import Stretch, Tally
from core.texts import say
from handlers import window_words
from scheduler.rulebook import Rulebook


def show(outcome: Outcome, book: Rulebook, roles: Mapping[str, str], stretch: Stretch) -> None:
    """Print how much is owed by rule, by worker and by week, and how many messages are sent: now,
    and with the file. `book` has the file, `roles` are those of the staff by code."""
    first, last = (
        window_words.day(day, stretch.first, language()) for day in (stretch.first, stretch.last)
    )
    typer.echo(_say("title", first=first, last=last, people=outcome.people, homes=outcome.homes))
    before, after = outcome.before, outcome.after
    change = f"{after.total - before.total:+}"
    typer.echo(_say("summary", before=before.total, after=after.total, change=change))
    _table(
        ["rule", "title"],
        {
            (name, book.title(name, "", stretch.first, language())): (
                before.by_rule[name],
                after.by_rule[name],
            )
            for name in sorted({*before.by_rule, *after.by_rule})
        },
    )
    _workers(outcome, roles, stretch)
    _table(["week"], {(name,): (was, now) for name, was, now in _weeks(before, after)})
    _table(["messages"], dict(_messages(before, after)))
    if before == after:
        typer.echo(_say("same"))
    typer.echo(_say("later"))


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"rulebook.simulate.{key}", **values)


def _heads(*names: str) -> list[str]:
    return [say(language(), f"rulebook.head.{name}") for name in names]


def _table(heads: list[str], found: Mapping[tuple[str, ...], tuple[int, int]]) -> None:
    rows = [(*names, str(was), str(now), f"{now - was:+}") for names, (was, now) in found.items()]
    if rows:
        table(_heads(*heads, "before", "after", "change"), rows)


def _workers(outcome: Outcome, roles: Mapping[str, str], stretch: Stretch) -> None:
    """A row for each worker, with the average and the fullest week as they would be."""
    weeks = ((stretch.last - stretch.first).days + 1) / 7
    before, after = _of_workers(outcome.before), _of_workers(outcome.after)
    rows = []
    for code in sorted({*before, *after}):
        was, now = before[code].total(), after[code].total()
        week, most = max(after[code].items(), key=lambda one: (one[1], one[0]), default=("", 0))
        name = code or _say("nobody")
        role = roles.get(code, "")
        fullest = f"{most} ({week})" if week else "0"
        rows.append(
            (name, role, str(was), str(now), f"{now - was:+}", f"{now / weeks:.1f}", fullest)
        )
    heads = ("worker", "role", "before", "after", "change", "weekly", "busiest")
    if rows:
        table(_heads(*heads), rows)


def _of_workers(tally: Tally) -> defaultdict[str, Counter[str]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (worker, week), n in tally.by_worker.items():
        found[worker][week] += n
    return found


def _weeks(before: Tally, after: Tally) -> Iterator[tuple[str, int, int]]:
    was, now = Counter[str](), Counter[str]()
    for tally, weeks in ((before, was), (after, now)):
        for (_, week), n in tally.by_worker.items():
            weeks[week] += n
    for week in sorted({*was, *now}):
        yield week, was[week], now[week]


def _messages(before: Tally, after: Tally) -> Iterator[tuple[tuple[str, ...], tuple[int, int]]]:
    for how in ("in_time", "never"):
        yield (_say(f"messages.{how}"),), (before.messages(how), after.messages(how))
