"""Visit rules tried out on the register: what a file or a switch would ask of how many."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.office.burden_meter import FEWEST, Spread, spread
from bot.office.charts import rising
from bot.office.office import Desk
from bot.office.pages.rules import may_switch
from bot.office.trials import Found, Reached, Trials
from bot.office.visit import Visit, day_of
from core.texts import LANGUAGES, say
from storage.rule_trials import RuleTrials
from storage.sent_files import File

if TYPE_CHECKING:
    from bot.rules_simulate import Outcome
    from bot.rules_simulation import Tally
    from scheduler.lines import Line
    from scheduler.rulebook import Rulebook

LARGEST: Final = 256 * 2**10
LONGEST: Final = timedelta(days=366)
"""The longest stretch that is tried out."""

_PATH: Final = "/office/rules/simulate"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}\.toml")
_QUARTER: Final = timedelta(days=91)


def routes(desk: Desk) -> list[web.RouteDef]:
    """What to try, its beginning, and its outcome."""
    trials = Trials()

    async def ask(visit: Visit) -> web.Response:
        return await _ask(desk, visit)

    async def begin(visit: Visit) -> web.Response:
        return await _begin(desk, visit, trials)

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    return [
        desk.get(_PATH, may_switch, ask),
        desk.post(_PATH, may_switch, begin),
        desk.get(f"{_PATH}/{{trial}}", may_switch, show),
    ]


async def _ask(desk: Desk, visit: Visit, problems: Sequence[str] = ()) -> web.Response:
    assert desk.house.ground is not None
    book = (await asyncio.to_thread(desk.house.ground)).book
    newest = {line.id: line.in_force(visit.today) or line.versions[-1] for line in book.lines}
    return desk.shell.page(
        visit,
        "simulate.html",
        rules=[
            {"id": name, "title": rule.titles.of(visit.language), "on": rule.on}
            for name, rule in newest.items()
        ],
        chosen=visit.query("rule"),
        first=visit.today.isoformat(),
        last=(visit.today + _QUARTER).isoformat(),
        problems=problems,
    )


async def _begin(desk: Desk, visit: Visit, trials: Trials) -> web.Response:
    from bot.rules_simulate import simulate
    from bot.rules_simulation import Stretch
    from scheduler.rule_problems import RulesError

    said = await visit.words("first", "last", "rule")
    days = _stretch(said["first"], said["last"])
    if days is None:
        return visit.go(_PATH, "bad_stretch")
    file = await visit.file("file", LARGEST)
    assert desk.house.ground is not None and visit.actor.account_id is not None
    ground = await asyncio.to_thread(desk.house.ground)
    if file is None and said["rule"] not in {line.id for line in ground.book.lines}:
        return visit.go(_PATH, "nothing_to_try")
    try:
        if file is not None:
            after = await asyncio.to_thread(_read, desk.rules, file)
        else:
            after = _switched(ground.book, said["rule"], visit.today)
    except RulesError as error:
        problems = [
            _fault(visit, one.code, one.value, one.rule, one.field) for one in error.problems
        ]
        return await _ask(desk, visit, problems)
    what = file.name[:60] if file else said["rule"]
    stretch = Stretch(*days, ground.days, ground.zone)

    async def run(reached: Reached) -> Found:
        area = visit.actor.area or ""
        reading = partial(visit.reading, "rules simulate")
        outcome = await simulate(reading, ground.book, after, stretch, area=area, told=reached.told)
        return _found(lambda rule, tongue: after.title(rule, area, visit.today, tongue), outcome)

    async with visit.unit("rules") as uow:
        name = await RuleTrials(uow.connection, uow.actor, uow.now).begin(what, *days)
        await uow.record("simulate", what)
    trials.start(name, partial(visit.unit, "rules simulate"), run)
    return visit.go(f"{_PATH}/{name}")


def _stretch(first: str, last: str) -> tuple[date, date] | None:
    """The days to try out, both included; None for none, for backwards, and for too many."""
    days = day_of(first), day_of(last)
    if days[0] is None or days[1] is None or not timedelta() <= days[1] - days[0] <= LONGEST:
        return None
    return days[0], days[1]


def _read(folder: Path | None, file: File) -> Rulebook:
    """The rules with a file, in place of the one of its name. Raises RulesError."""
    from scheduler.rulebook import Rulebook

    own = sorted(folder.glob("*.toml")) if folder else []
    name = file.name if _NAME.fullmatch(file.name) else "trial.toml"
    with TemporaryDirectory() as place:
        tried = Path(place) / name
        tried.write_bytes(file.content)
        return Rulebook.read(*(one for one in own if one.name != name), tried)


def _switched(book: Rulebook, name: str, today: date) -> Rulebook:
    """The rules with one of them switched over."""

    def over(line: Line) -> Line:
        on = (line.in_force(today) or line.versions[-1]).on
        turned = tuple(one.model_copy(update={"on": not on}) for one in line.versions)
        return replace(line, versions=turned)

    return replace(book, lines=tuple(over(one) if one.id == name else one for one in book.lines))


def _fault(visit: Visit, code: str, value: str, rule: str, field: str) -> str:
    words = say(visit.language, f"rules.problem.{code}", value=value)
    return " ".join(": ".join([*(place for place in (rule, field) if place), words]).split())


# --- outcome -------------------------------------------------------------------------------------


async def _show(desk: Desk, visit: Visit) -> web.Response:
    async with visit.reading("rules simulate") as uow:
        trials = RuleTrials(uow.connection, uow.actor, uow.now)
        trial = await trials.one(visit.part("trial"))
    if trial is None:
        return visit.go(_PATH, "no_trial")
    weeks = trial.found["weeks"] if trial.found else ()
    return desk.shell.page(
        visit,
        "simulated.html",
        trial=trial,
        found=trial.found,
        bars=rising([one["after"] for one in weeks], "weight"),
    )


def _found(title: Callable[[str, str], str], outcome: Outcome) -> Found:
    """What is owed before and after, by rule, by week, and of one worker in a week; `title` calls a
    rule in a language."""
    before, after = outcome.before, outcome.after
    names = {*before.by_rule, *after.by_rule}
    changed = sorted(names, key=lambda one: (before.by_rule[one] == after.by_rule[one], one))
    spreads = _workers(before, after)
    return {
        "people": outcome.people,
        "homes": outcome.homes,
        "total": _pair(before.total, after.total),
        "rules": [
            {"id": one, "titles": {each: title(one, each) for each in LANGUAGES}}
            | _pair(before.by_rule[one], after.by_rule[one])
            for one in changed
        ],
        "weeks": list(_weeks(before, after)),
        "worker": {when: asdict(one) for when, one in spreads.items()} if spreads else None,
        "nobody": _pair(_of_nobody(before), _of_nobody(after)),
        "messages": [
            {"how": how} | _pair(before.messages(how), after.messages(how))
            for how in ("in_time", "never")
        ],
        "same": before == after,
    }


def _pair(before: int, after: int) -> dict[str, object]:
    return {"before": before, "after": after, "change": f"{after - before:+}"}


def _by_week(tally: Tally) -> Counter[str]:
    weeks = Counter[str]()
    for (_, week), n in tally.by_worker.items():
        weeks[week] += n
    return weeks


def _weeks(before: Tally, after: Tally) -> Iterator[dict[str, object]]:
    was, now = _by_week(before), _by_week(after)
    for week in sorted({*was, *now}):
        yield {"week": week} | _pair(was[week], now[week])


def _of_nobody(tally: Tally) -> int:
    return sum(n for (worker, _), n in tally.by_worker.items() if not worker)


def _workers(before: Tally, after: Tally) -> dict[str, Spread] | None:
    """How workers' fullest weeks are spread, before and after; None for a few: a number of one or
    two would be theirs."""
    was, now = _fullest(before), _fullest(after)
    workers = {*was, *now}
    if len(workers) < FEWEST:
        return None
    return {
        "before": spread([was.get(one, 0) for one in workers]),
        "after": spread([now.get(one, 0) for one in workers]),
    }


def _fullest(tally: Tally) -> dict[str, int]:
    """What each worker owes in their fullest week."""
    weeks: dict[str, int] = defaultdict(int)
    for (worker, _), n in tally.by_worker.items():
        if worker:
            weeks[worker] = max(weeks[worker], n)
    return weeks
