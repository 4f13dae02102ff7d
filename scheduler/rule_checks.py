"""Checks rule files against each other: what they name exists, the versions of a rule follow each
other, and its windows can be kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Final

from scheduler.rule_files import Read
from scheduler.rule_names import Known, Questions, Reference, of_effect, of_ladder, of_rule
from scheduler.rule_problems import Problem
from scheduler.trial_windows import impossible
from scheduler.visit_rules import VisitRule

_DAY: Final = timedelta(days=1)


def problems_of(found: Sequence[Read], forms: Questions | None) -> list[Problem]:
    """All that is wrong between the files; forms and questions only where `forms` are given."""
    known = Known([one.content for one in found], forms)
    problems = [*_unknown(found, known), *_circles(found), *_versions(found)]
    return problems or list(_windows(found))  # what names something unknown can't be tried out


def _unknown(found: Sequence[Read], known: Known) -> Iterator[Problem]:
    for file in found:
        for entry, one in _references(file):
            if not known.has(one):
                yield Problem(file.name, entry, one.field, f"unknown_{one.what}", one.name)


def _references(file: Read) -> Iterator[tuple[str, Reference]]:
    content = file.content
    for rule in content.rule:
        yield from ((rule.id, one) for one in of_rule(rule))
    for number, effect in enumerate(content.effect, 1):
        yield from ((f"[[effect]] {number}", one) for one in of_effect(effect))
    for ladder in (*content.ladder, *content.escalation):
        yield from ((ladder.id, one) for one in of_ladder(ladder))
    for role in content.role:
        if role.falls_to:
            yield role.id, Reference("falls_to", "role", role.falls_to)
    for name in content.switches:
        yield name, Reference("switches", "rule", name)


def _circles(found: Sequence[Read]) -> Iterator[Problem]:
    """Roles whose duties would be handed on for ever."""
    falls_to = {role.id: role.falls_to for file in found for role in file.content.role}
    for file in found:
        for role in file.content.role:
            seen, heir = {role.id}, role.falls_to
            while heir is not None and heir not in seen:
                seen.add(heir)
                heir = falls_to.get(heir)
            if heir == role.id:
                yield Problem(file.name, role.id, "falls_to", "circle", role.falls_to or "")


def _versions(found: Sequence[Read]) -> Iterator[Problem]:
    """The versions of a rule in a region follow each other without gap or overlap."""
    places: dict[tuple[str, str], list[tuple[str, VisitRule]]] = defaultdict(list)
    for file in found:
        for rule in file.content.rule:
            places[rule.id, rule.region].append((file.name, rule))
    for versions in places.values():
        versions.sort(key=lambda one: one[1].valid_from)
        for (_, former), (name, rule) in pairwise(versions):
            if former.version >= rule.version:
                yield Problem(name, rule.id, "version", "version_not_higher")
            ends = former.valid_to
            if former.valid_from == rule.valid_from or (ends and ends >= rule.valid_from):
                yield Problem(name, rule.id, "valid_from", "versions_overlap")
            elif ends and ends + _DAY < rule.valid_from:
                yield Problem(name, rule.id, "valid_from", "versions_gap")


def _windows(found: Sequence[Read]) -> Iterator[Problem]:
    """Windows that nobody could keep. Those of the built-in rules are tried out by the tests, so
    that a start does not wait for it."""
    for file in found:
        for rule in () if file.built_in else file.content.rule:
            yield from (Problem(file.name, rule.id, *fault) for fault in impossible(rule))
