"""The general rules of the residents' scheme, one short page each, with where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from handlers.pension_page import Page, Row, Talk, grid, lines, paragraphs
from handlers.pension_sources import cite
from handlers.pension_status import certified
from pension import Month, Reasoning, basic_pension, status
from pension import Row as Rule
from pension.rows import NATION, in_force
from pension.status import CLAIM_AHEAD
from pension.tables import CertificationCycle, Scheme, Statement

_Said = tuple[str, list[Rule]]


def contents(talk: Talk) -> Page:
    """What can be read."""
    topics = [talk.button(f"rule_{name}", "rule", name) for name in _TOPICS]
    others = [
        talk.button("rule_certify", "certify"),
        talk.button("rule_move", "move"),
        talk.button("moved_home", "home_moved"),
    ]
    rows = (*grid([*topics, *others], 2), (talk.button("home", "home"),))
    return Page(talk.say("rules.title"), rows)


def topic(talk: Talk, name: str) -> Page:
    """One rule; an unknown name is the list of all."""
    if name not in _TOPICS:
        return contents(talk)
    scheme = talk.book.scheme_in_force(talk.case.region, talk.today)
    text, rows = _TOPICS[name](talk, scheme)
    return _page(talk, text, rows)


def certify(talk: Talk) -> Page:
    """How somebody certifies that the pension is still due, and when this person has to."""
    day = talk.today
    cycle = in_force(talk.book.certification, talk.case.region, day)
    ways = talk.book.statement_in_force("certification_ways", talk.case.region, day)
    lapse = _lapse(talk)
    said = lines(
        talk.say("certify.what"),
        f"- {_cycle(talk, cycle)}",
        f"- {talk.say('certify.ways')}" if ways else "",
        f"- {talk.say('certify.help')}",
        f"- {talk.say('certify.late')}",
        f"- {talk.say('certify.safe')}",
    )
    text = paragraphs(talk.say("certify.title"), _own_certification(talk), said)
    return _page(
        talk, text, [row for row in (cycle, ways, lapse) if row], talk.button("home", "home")
    )


def _page(talk: Talk, text: str, rules: list[Rule], *back: object) -> Page:
    sources = lines(talk.say("rules.source"), *(f"- {cite(row, talk.words)}" for row in rules))
    way_back: Row = (talk.button("rules", "rules"), talk.button("home", "home"))
    return Page(paragraphs(text, sources, talk.final), (way_back,), Reasoning.of(*rules))


def _own_certification(talk: Talk) -> str:
    insured = talk.case.insured
    if insured is None or insured.benefits_from is None:
        return ""
    return lines(*certified(talk, insured, status(talk.book, insured, talk.today)))


def _lapse(talk: Talk) -> Statement | None:
    """What stands somewhere about paying no more: the rule of this place, else another's, which
    tells by its citation that it is not this place's."""
    rows = [row for row in talk.book.statement if row.id == "certification_lapse"]
    own = in_force(rows, talk.case.region, talk.today)
    return own or next((row for row in reversed(rows) if row.in_force(talk.today)), None)


def _cycle(talk: Talk, cycle: CertificationCycle | None) -> str:
    if cycle is None:
        return talk.say("certify.unknown", number=talk.number)
    if cycle.days:
        return talk.say("certify.days", n=cycle.days)
    return talk.say("certify.months", n=cycle.months)


# --- topics --------------------------------------------------------------------------------------


def _join(talk: Talk, scheme: Scheme) -> _Said:
    return talk.say("rule.join", entry=scheme.entry_age), [scheme]


def _pay(talk: Talk, scheme: Scheme) -> _Said:
    tiers = talk.words.tiers(scheme.tiers)
    said = [talk.say("rule.pay", tiers=tiers), *_subsidies(talk, scheme)]
    if scheme.province_part and scheme.county_part:
        parts = {"province": scheme.province_part, "county": scheme.county_part}
        said.append(talk.say("rule.shares", **parts))
    if scheme.helped:
        said.append(talk.say("rule.helped"))
    return lines(*said), [scheme]


def _subsidies(talk: Talk, scheme: Scheme) -> Iterator[str]:
    key = "rule.subsidy" if scheme.subsidies else "rule.subsidy_floor"
    for row in scheme.subsidies or scheme.floors:
        tier, amount = talk.words.money(row.tier), talk.words.money(row.amount)
        yield talk.say(key, tier=tier, amount=amount)


def _years(talk: Talk, scheme: Scheme) -> _Said:
    said = talk.say("rule.years", age=scheme.pension_age, full=scheme.full_years)
    local = [row for row in talk.book.launch if row.concerns(talk.case.region)]
    if local:
        launch = max(local, key=lambda row: len(row.region))
        return lines(said, talk.say("rule.launch", day=talk.words.day(launch.day))), [
            scheme,
            launch,
        ]
    span = next(row for row in reversed(talk.book.launch_span) if row.concerns(talk.case.region))
    first, last = map(talk.words.day, (span.first, span.last))
    return lines(said, talk.say("rule.launch_unknown", first=first, last=last)), [scheme, span]


def _amount(talk: Talk, scheme: Scheme) -> _Said:
    found = basic_pension(talk.book, talk.case.region, Month.of(talk.today))
    increments = [row for row in talk.book.increment if row.region == NATION]
    said = [talk.say("rule.amount", divisor=scheme.divisor)]
    if found.national_minimum is not None:
        said.append(talk.say("rule.minimum", amount=talk.words.money(found.national_minimum)))
    if found.amount is not None and found.amount != found.national_minimum:
        said.append(talk.say("rule.local", amount=talk.words.money(found.amount)))
    elif found.last_known is not None and found.reason:
        reason = talk.words.reason(found.reason)
        amount = talk.words.money(found.last_known)
        said.append(talk.say("rule.local_doubtful", amount=amount, reason=reason))
    elif found.amount is None:
        said.append(talk.say("rule.local_unknown"))
    for row in (one for one in increments if one.kind == "years"):
        said.append(talk.say("rule.extra", over=row.over))
    return lines(*said), [scheme, *found.why.rows, *increments]


def _when(talk: Talk, scheme: Scheme) -> _Said:
    limit = talk.book.clock_in_force("pension_application", talk.today)
    said = [talk.say("rule.when", age=scheme.pension_age)]
    if limit:
        said.append(talk.say("rule.when_limit", days=limit.working_days))
    return lines(*said, talk.say("rule.when_ready", months=CLAIM_AHEAD)), [
        scheme,
        *([limit] if limit else []),
    ]


def _death(talk: Talk, scheme: Scheme) -> _Said:
    limit = talk.book.clock_in_force("death_notice", talk.today)
    said = [talk.say("rule.death")]
    if limit:
        said.append(talk.say("rule.death_limit", days=limit.working_days))
    said.append(talk.say("rule.inherit" if scheme.inherits_subsidy else "rule.inherit_own"))
    return lines(*said), [scheme, *([limit] if limit else [])]


_TOPICS: Final[Mapping[str, Callable[[Talk, Scheme], _Said]]] = MappingProxyType(
    {
        "join": _join,
        "pay": _pay,
        "years": _years,
        "amount": _amount,
        "when": _when,
        "death": _death,
    }
)
