"""What changed between two versions of a form: questions, groups and repeats of the sheet.

Rules are compared in the words of the sheet, so that a question that only went into a group does
not change every rule that reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from forms.definition import Action, Container, Element, Event, Question, Shape, Text
from forms.form import Form
from forms.prompts import Kind
from forms.spelling import spelt
from forms.xpath import Expression

What = Literal["added", "removed", "moved", "changed"]

_RULES: Final = {
    "relevant": "relevant",
    "constraint": "constraint",
    "required": "required",
    "readonly": "read_only",
    "calculate": "calculation",
}
"""Rules of a bind, by the sheet's names for them."""

_HINTS: Final = ("", "guidance")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that changed: what it was and is, in the words of the sheet, '' for none."""

    aspect: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One question, group or repeat that differs.

    `aspects` name what changed: ``type``, ``label``, ``hint``, ``appearance``, ``default``,
    ``trigger``, ``relevant``, ``constraint``, ``required``, ``read_only``, ``message``,
    ``calculation``, ``repeat_count``, ``parameters``, ``choices``; `rules` are those of them that
    are expressions. It is moved if its name stayed and its group changed; `was` is then its old
    path.
    """

    what: What
    path: str
    aspects: tuple[str, ...] = ()
    was: str = ""
    rules: tuple[Rule, ...] = ()


def diff(old: Form, new: Form) -> tuple[Difference, ...]:
    """All of `old` and `new` that differs, in the order of `new`, the removed last."""
    return tuple(_differences(_Version(old), _Version(new)))


@dataclass(frozen=True)
class _Version:
    form: Form

    @cached_property
    def elements(self) -> Mapping[str, Element]:
        """What the sheet has rows for, by path."""
        return {
            one.path: one
            for one in self.form.elements[1:]
            if one.shape is not Shape.ATTRIBUTE and "/meta" not in one.path
        }

    @cached_property
    def containers(self) -> Mapping[str, Container]:
        """Groups and repeats of the body by path."""
        return {one.path: one for one in self.form.containers}

    def spelt(self, rule: object, path: str) -> str:
        """A rule of the node at `path` in the words of the sheet; '' for one that never holds."""
        if isinstance(rule, Expression):
            return spelt(self.form, rule.source, path)
        return str(rule) if isinstance(rule, str) else "yes" if rule is True else ""

    def rules(self, element: Element) -> Iterator[tuple[str, str]]:
        """The rules of an element by the sheet's names for them."""
        for name, aspect in _RULES.items():
            yield aspect, self.spelt(getattr(element.bind, name), element.path)
        count = self.form.scopes[element.scope].count if element.shape is Shape.REPEAT else None
        yield "repeat_count", self.spelt(count, element.path)
        actions = [one for one in self.form.actions if one.target == element.index]
        set_first = [one for one in actions if Event.VALUE_CHANGED not in one.events]
        triggered = [one for one in actions if Event.VALUE_CHANGED in one.events]
        first = [self.spelt(one.value, element.path) for one in set_first]
        yield "default", "; ".join(filter(None, (element.default, *first)))
        yield "trigger", "; ".join(self._triggered(one, element) for one in triggered)

    def _triggered(self, action: Action, element: Element) -> str:
        source = self.form.elements[action.source].name
        return f"${{{source}}}: {self.spelt(action.value, element.path)}"


def _differences(old: _Version, new: _Version) -> Iterator[Difference]:
    gone = [path for path in old.elements if path not in new.elements]
    for path, element in new.elements.items():
        was = path if path in old.elements else _moved_from(old, element, gone)
        if not was:
            yield Difference("added", path)
            continue
        before = old.elements[was]
        rules = tuple(_rules(old, before, new, element))
        told = {rule.aspect: None for rule in rules} | dict.fromkeys(
            _aspects(old, before, new, element)
        )
        if was != path:
            gone.remove(was)
            yield Difference("moved", path, tuple(told), was, rules)
        elif told:
            yield Difference("changed", path, tuple(told), "", rules)
    for path in gone:
        yield Difference("removed", path)


def _moved_from(old: _Version, element: Element, gone: list[str]) -> str:
    same = [
        path
        for path in gone
        if old.elements[path].name == element.name and old.elements[path].shape is element.shape
    ]
    return same[0] if len(same) == 1 else ""


def _rules(old: _Version, before: Element, new: _Version, after: Element) -> Iterator[Rule]:
    for (aspect, was), (_, now) in zip(old.rules(before), new.rules(after), strict=True):
        if was != now:
            yield Rule(aspect, was, now)


def _aspects(old: _Version, before: Element, new: _Version, after: Element) -> Iterator[str]:
    if before.shape is not after.shape or before.bind.type != after.bind.type:
        yield "type"
    for name in ("constraint_text", "required_text"):
        first, second = getattr(before.bind, name), getattr(after.bind, name)
        if _words(old, new, first) != _words(new, old, second):
            yield "message"
    group, other = old.containers.get(before.path), new.containers.get(after.path)
    if group is not None and other is not None:
        yield from _looks(old, group, new, other)
    asked, now = old.form.question(before.path), new.form.question(after.path)
    if asked is not None and now is not None:
        yield from _asked(old, asked, new, now)
    elif asked is not now:
        yield "type"


def _looks(
    old: _Version, before: Question | Container, new: _Version, after: Question | Container
) -> Iterator[str]:
    if before.appearance != after.appearance:
        yield "appearance"
    if _words(old, new, before.label) != _words(new, old, after.label):
        yield "label"


def _asked(old: _Version, before: Question, new: _Version, after: Question) -> Iterator[str]:
    if before.kind is not after.kind:
        yield "type"
    yield from _looks(old, before, new, after)
    if _words(old, new, before.hint, _HINTS) != _words(new, old, after.hint, _HINTS):
        yield "hint"
    ranges = before.kind is after.kind is Kind.RANGE and before.bounds != after.bounds
    if ranges or before.parameters != after.parameters:
        yield "parameters"
    if _choices(old, before) != _choices(new, after):
        yield "choices"


def _words(
    one: _Version, other: _Version, text: Text | None, forms: Iterable[str] = ("",)
) -> list[str]:
    """A text of `one` in all languages that either version has."""
    languages = dict.fromkeys((*sorted({*one.form.languages, *other.form.languages}), ""))
    return [one.form.words(text, code, form) for code in languages for form in forms]


def _choices(version: _Version, question: Question) -> list[tuple[str, ...]]:
    """What a select offers, as far as the form itself says it: a line of words for each choice."""
    form = version.form
    if question.itemset is None:
        return [
            (option.value, *(form.words(option.label, code) for code in (*form.languages, "")))
            for option in question.options
        ]
    nodes = question.itemset.nodeset
    documents = form.documents()
    lines: list[tuple[str, ...]] = [(version.spelt(nodes, question.path),)]
    for name in sorted(nodes.instances):
        for node in documents[name].walk() if name in documents else ():
            if not node.children and node.text:
                lines.append((node.name, node.text, *_translations(form, node.text)))
    return lines


def _translations(form: Form, itext: str) -> Iterator[str]:
    for code in form.languages:
        yield repr(form.itext[code].get(itext))
