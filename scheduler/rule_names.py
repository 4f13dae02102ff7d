"""What rule files name, and what there is to be named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.texts import catalogue
from scheduler.anchors import Anchor, DateAnchor, EventAnchor, FestivalAnchor
from scheduler.calendars import FESTIVALS
from scheduler.effects import Effect
from scheduler.events import DERIVED
from scheduler.ladders import SUPERVISOR, WORKER, Ladder
from scheduler.population import Population
from scheduler.rule_files import RuleFile
from scheduler.visit_rules import VisitRule

Questions = Mapping[str, Collection[str]]
"""The names of the questions of each form that there is, by form id."""

_TAGS: Final = "tags."


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in the `field` of an entry: of a tag, role, form … A question is ``form/question``."""

    field: str
    what: str
    name: str


class Known:
    """Everything that may be named. Without `forms`, any form and question may."""

    def __init__(self, files: Sequence[RuleFile], forms: Questions | None) -> None:
        effects = [one for file in files for one in file.effect]
        rules = [one for file in files for one in file.rule]
        keys = catalogue("zh")
        self._names: dict[str, Collection[str | None]] = {
            "tag": {key.removeprefix(_TAGS) for key in keys if key.startswith(_TAGS)},
            "role": {one.id for file in files for one in file.role},
            "ladder": {one.id for file in files for one in file.ladder},
            "escalation": {one.id for file in files for one in file.escalation},
            "rule": {name for one in rules for name in (one.id, one.row)},
            "event": {one.event for one in effects},
            "date": {"birth_date", *(one.date for one in effects)},
            "tier": {one.tier for one in effects},
            "festival": FESTIVALS,
        }
        if forms is not None:
            self._names["form"] = forms
            self._names["question"] = {
                f"{form}/{question}" for form, questions in forms.items() for question in questions
            }

    def has(self, one: Reference) -> bool:
        """Whether there is what it names."""
        if one.what == "event" and (derived := DERIVED.fullmatch(one.name)):
            return derived["tag"] is None or derived["tag"] in self._names["tag"]
        return one.what not in self._names or one.name in self._names[one.what]


def of_rule(rule: VisitRule) -> Iterator[Reference]:
    """What a rule names."""
    yield Reference("who", "role", rule.who)
    yield from (Reference("helped_by", "role", name) for name in rule.helped_by)
    yield Reference("ladder", "ladder", rule.ladder)
    if rule.escalation:
        yield Reference("escalation", "escalation", rule.escalation)
    yield from _of_population("population", rule.population)
    if rule.of:
        yield from _of_population("of", rule.of)
    yield from _of_anchor(rule.anchor)
    for one in rule.satisfied_by:
        yield from (Reference("satisfied_by.roles", "role", name) for name in one.roles)
        yield from _of_form("satisfied_by", one.form, one.answers)


def of_effect(effect: Effect) -> Iterator[Reference]:
    """What an effect names."""
    tags = (effect.tag, effect.untag, *effect.mirrors)
    yield from (Reference("tag", "tag", name) for name in tags if name)
    yield from _of_form("question", effect.form, effect.questions)


def of_ladder(ladder: Ladder) -> Iterator[Reference]:
    """What a ladder or a chain of escalation names."""
    for rung in ladder.rungs:
        if rung.to not in (WORKER, SUPERVISOR):
            yield Reference(f"rungs.{rung.id}.to", "role", rung.to)


def _of_population(field: str, population: Population) -> Iterator[Reference]:
    yield from (Reference(field, "tag", name) for name in sorted(population.tags))
    yield from (Reference(field, "tier", name) for name in sorted(population.tiers))
    yield from (Reference(f"{field}.roles", "role", name) for name in population.roles)


def _of_anchor(anchor: Anchor) -> Iterator[Reference]:
    match anchor:
        case DateAnchor():
            yield Reference("anchor.date", "date", anchor.date)
        case EventAnchor():
            yield from (Reference("anchor.events", "event", name) for name in anchor.events)
        case FestivalAnchor():
            yield from (Reference("anchor.festivals", "festival", one) for one in anchor.festivals)


def _of_form(field: str, form: str, questions: Collection[str]) -> Iterator[Reference]:
    yield Reference(field, "form", form)
    yield from (Reference(field, "question", f"{form}/{one}") for one in sorted(questions))
