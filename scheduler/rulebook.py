"""All rules in one book: the built-in ones, those of the county, and what they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from scheduler.anchors import EventAnchor
from scheduler.effects import Effect
from scheduler.ladders import Ladder
from scheduler.lines import Line
from scheduler.roles import RuleRole
from scheduler.rule_checks import problems_of
from scheduler.rule_files import BUILT_IN, Read, paths, read
from scheduler.rule_names import Questions
from scheduler.rule_problems import Problem, RulesError
from scheduler.visit_rules import VisitRule

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)  # without slots: what follows from its rules is kept
class Rulebook:
    """The rules in force now and at other times. `lines` are in order of id and region."""

    lines: tuple[Line, ...]
    effects: tuple[Effect, ...]
    roles: Mapping[str, RuleRole]
    ladders: Mapping[str, Ladder]
    escalations: Mapping[str, Ladder]

    @classmethod
    def read(cls, *folders: Path, forms: Questions | None = None) -> Rulebook:
        """The built-in rules and those of `folders`. With `forms`, what rules say of forms and
        questions is checked too.

        Raises RulesError with every problem; then nothing has changed.
        """
        found = read(paths([BUILT_IN, *folders]))
        problems = problems_of(found, forms)
        if problems:
            raise RulesError(problems)
        return cls(
            lines=_lines(_switched(found)),
            effects=tuple(one for file in found for one in file.content.effect),
            roles={one.id: one for file in found for one in file.content.role},
            ladders={one.id: one for file in found for one in file.content.ladder},
            escalations={one.id: one for file in found for one in file.content.escalation},
        )

    @cached_property
    def rules(self) -> tuple[VisitRule, ...]:
        """Every version of every rule."""
        return tuple(rule for line in self.lines for rule in line.versions)

    @cached_property
    def birthdays(self) -> Mapping[str, Collection[int]]:
        """By the kind of subject: the ages at which somebody comes into a rule's population, goes
        out of it, or at which something happens."""
        found: dict[str, set[int]] = defaultdict(set)
        for rule in self.rules:
            if rule.on:
                found[rule.population.subject].update(rule.population.birthdays, _events(rule))
        return found

    def line(self, rule_id: str, area: str) -> Line | None:
        """The line of a rule that counts in `area`: the one of the nearest region."""
        fitting = [
            line for line in self.lines if line.id == rule_id and area.startswith(line.region)
        ]
        return max(fitting, key=lambda line: len(line.region), default=None)

    def title(self, rule_id: str, area: str, today: date, language: str) -> str:
        """What a rule is called in `area`, by the version in force or else the newest. A rule of
        another region alone has the title that it has there, and one that is in no file any more
        its id."""
        line = self.line(rule_id, area)
        line = line or next((one for one in self.lines if one.id == rule_id), None)
        if line is None:
            return rule_id
        return (line.in_force(today) or line.versions[-1]).titles.of(language)

    def rule(self, rule_id: str, version: int, region: str = "") -> VisitRule:
        """One version of a rule. Raises KeyError."""
        return self._versions[rule_id, version, region]

    @cached_property
    def _versions(self) -> Mapping[tuple[str, int, str], VisitRule]:
        return {(one.id, one.version, one.region): one for one in self.rules}

    def questions(self, form: str) -> frozenset[str]:
        """The questions of `form` whose answers rules or effects read."""
        asked = {
            question
            for rule in self.rules
            for one in rule.satisfied_by
            if one.form == form
            for question in one.answers
        }
        return frozenset(asked).union(*(one.questions for one in self.effects if one.form == form))


class RuleShelf:
    """The rulebook of the running program. Files that changed are read again without a restart;
    while they can't be used, the former rules stay in force."""

    def __init__(self, *folders: Path, forms: Questions | None = None) -> None:
        self._folders = folders
        self._forms = forms
        self._seen = self._look()
        self.rulebook = Rulebook.read(*folders, forms=forms)

    def refresh(self) -> tuple[Problem, ...]:
        """Read the files again if one of them changed; the problems that kept them from use. They
        are told once, until the files change again."""
        try:
            seen = self._look()
            if seen == self._seen:
                return ()
            self._seen = seen
            self.rulebook = Rulebook.read(*self._folders, forms=self._forms)
        except RulesError as error:
            return error.problems
        return ()

    def _look(self) -> tuple[tuple[Path, int, int], ...]:
        stats = ((file, file.stat()) for file in paths([BUILT_IN, *self._folders]))
        return tuple((file, stat.st_mtime_ns, stat.st_size) for file, stat in stats)


def _events(rule: VisitRule) -> Iterator[int]:
    """The birthdays that are events for a rule."""
    if isinstance(rule.anchor, EventAnchor):
        for name in rule.anchor.events:
            what, _, age = name.partition(":")
            if what == "age":
                yield int(age)


def _switched(found: Sequence[Read]) -> list[VisitRule]:
    """Every rule as the switches say: that of a rule goes before that of its duty, and a later file
    before an earlier one."""
    switches = {name: on for file in found for name, on in file.content.switches.items()}
    rules = [one for file in found for one in file.content.rule]
    return [
        one.model_copy(update={"on": switches.get(one.id, switches.get(one.row, one.on))})
        for one in rules
    ]


def _lines(rules: Iterable[VisitRule]) -> tuple[Line, ...]:
    by_place: dict[tuple[str, str], list[VisitRule]] = defaultdict(list)
    for one in rules:
        by_place[one.id, one.region].append(one)
    return tuple(
        Line(_ended(versions), _carved(by_place, rule_id, region))
        for (rule_id, region), versions in sorted(by_place.items())
    )


def _ended(versions: list[VisitRule]) -> tuple[VisitRule, ...]:
    """A version that does not say when it ends holds until the next one begins."""
    versions.sort(key=lambda one: one.valid_from)
    following = [one.valid_from - _DAY for one in versions[1:]]
    ends = [*following, None]
    return tuple(
        one.model_copy(update={"valid_to": one.valid_to or end})
        for one, end in zip(versions, ends, strict=True)
    )


def _carved(places: Iterable[tuple[str, str]], rule_id: str, region: str) -> tuple[str, ...]:
    return tuple(
        other
        for one, other in sorted(places)
        if one == rule_id and other != region and other.startswith(region)
    )
