"""What changed between two versions of a form, question by question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from forms.definition import Element, Shape, Text
from forms.form import Form

What = Literal["added", "removed", "moved", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One question that differs. `aspects` name what changed: ``type``, ``label``, ``hint``,
    ``appearance``, ``default``, ``relevant``, ``constraint``, ``required``, ``message``,
    ``calculation``, ``choices``. A question is moved if
    its name stayed and its group changed; `was` is then its old path."""

    what: What
    path: str
    aspects: tuple[str, ...] = ()
    was: str = ""


def diff(old: Form, new: Form) -> tuple[Difference, ...]:
    """Every question of `old` and `new` that differs, in the order of `new`, the removed last."""
    return tuple(_differences(old, new))


def _differences(old: Form, new: Form) -> Iterator[Difference]:
    before, after = _leaves(old), _leaves(new)
    gone = [path for path in before if path not in after]
    for path, element in after.items():
        was = path if path in before else _moved_from(path, gone)
        if not was:
            yield Difference("added", path)
            continue
        aspects = tuple(_aspects(old, before[was], new, element))
        if was != path:
            gone.remove(was)
            yield Difference("moved", path, aspects, was)
        elif aspects:
            yield Difference("changed", path, aspects)
    for path in gone:
        yield Difference("removed", path)


def _leaves(form: Form) -> dict[str, Element]:
    leaves = (one for one in form.elements if one.shape is Shape.LEAF)
    return {one.path: one for one in leaves if "/meta/" not in one.path}


def _moved_from(path: str, gone: list[str]) -> str:
    name = path.rsplit("/", 1)[-1]
    same = [one for one in gone if one.rsplit("/", 1)[-1] == name]
    return same[0] if len(same) == 1 else ""


def _aspects(old: Form, before: Element, new: Form, after: Element) -> Iterator[str]:
    first, second = before.bind, after.bind
    if first.type != second.type:
        yield "type"
    for name in ("relevant", "constraint", "required"):
        if _source(getattr(first, name)) != _source(getattr(second, name)):
            yield name
    if _source(first.calculate) != _source(second.calculate):
        yield "calculation"
    if before.default != after.default:
        yield "default"
    for one, other in (
        (first.constraint_text, second.constraint_text),
        (first.required_text, second.required_text),
    ):
        if _said(old, one) != _said(new, other):
            yield "message"
            break
    asked, now = old.question(before.path), new.question(after.path)
    if asked is None or now is None:
        if asked is not now:
            yield "type"
        return
    if asked.kind is not now.kind and first.type == second.type:
        yield "type"
    if asked.appearance != now.appearance:
        yield "appearance"
    languages = dict.fromkeys((*old.languages, *new.languages, ""))
    for name, this, that in (("label", asked.label, now.label), ("hint", asked.hint, now.hint)):
        if any(old.words(this, code) != new.words(that, code) for code in languages):
            yield name
    if _choices(old, before.path) != _choices(new, after.path):
        yield "choices"


def _said(form: Form, text: Text | None) -> list[str]:
    return [form.words(text, code) for code in (*form.languages, "")]


def _source(rule: object) -> object:
    return getattr(rule, "source", rule)


def _choices(form: Form, path: str) -> list[tuple[str, ...]]:
    """What a select offers, as far as the form itself says it: a line of words for each choice."""
    question = form.question(path)
    if question is None:
        return []
    if question.itemset is None:
        return [
            (option.value, *(form.words(option.label, code) for code in (*form.languages, "")))
            for option in question.options
        ]
    documents = form.documents()
    lines: list[tuple[str, ...]] = [(question.itemset.nodeset.source,)]
    for name in sorted(question.itemset.nodeset.instances):
        for node in documents[name].walk() if name in documents else ():
            if not node.children and node.text:
                lines.append((node.name, node.text, *_translations(form, node.text)))
    return lines


def _translations(form: Form, itext: str) -> Iterator[str]:
    for code in form.languages:
        yield repr(form.itext[code].get(itext))
