"""Every expression of a form, with the place that the author wrote it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from forms.outline import Control, Outline
from forms.xpath import Expression
from forms.xpath.syntax import Path, Syntax

_RULES: Final = ("relevant", "constraint", "calculate", "required", "readonly")
_PLAIN: Final = ("true()", "false()", "true", "false", "1", "0", "yes", "no", "")


@dataclass(frozen=True, slots=True)
class Source:
    """One expression. `path` is the node that it belongs to and is evaluated at."""

    path: str
    attribute: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Sound:
    """An expression that compiled."""

    source: Source
    syntax: Syntax
    expression: Expression


def sources(outline: Outline) -> Iterator[Source]:
    """The expressions of binds, choice filters, repeat counts, defaults and texts."""
    for bind in outline.binds.values():
        for attribute in _RULES:
            text = bind.attributes.get(attribute, "").strip()
            plain = attribute in ("required", "readonly") and text in _PLAIN
            if text and not plain:
                yield Source(bind.path, attribute, text, bind.line)
    for control in outline.controls:
        yield from _control(control)
    for name, path, text, line in outline.actions:
        if name == "setvalue" and text.strip():
            yield Source(path, "default", text, line)
    for text, path, line in outline.outputs:
        yield Source(path, "label", text, line)


def _control(control: Control) -> Iterator[Source]:
    if control.itemset:
        yield Source(control.path, "choice_filter", control.itemset, control.line)
    if control.tag == "repeat" and (count := control.attributes.get("count")):
        yield Source(control.path, "count", count, control.line)


def resolve(path: Path, context: str) -> str | None:
    """The absolute schema path that plain steps lead to, or None for anything else."""
    if path.start is not None or any(step.predicates for step in path.steps):
        return None
    at = [] if path.absolute else context.strip("/").split("/")
    for step in path.steps:
        if step.axis == "child" and step.kind == "name":
            at.append(step.name)
        elif step.axis == "parent" and step.kind == "node" and at:
            at.pop()
        elif not (step.axis == "self" and step.kind == "node"):
            return None
    return "/" + "/".join(at)


def closed_choices(outline: Outline) -> Mapping[str, frozenset[str]]:
    """The values that a select can have, by the question's path, where the form itself says so."""
    found: dict[str, frozenset[str]] = {}
    for control in outline.questions:
        values = {item.value for item in control.items}
        if control.itemset:
            name = control.itemset.partition("instance(")[2].partition(")")[0].strip("'\" ")
            instance = outline.instances.get(name)
            if instance is None or instance.src:
                continue
            values |= {item.get(control.value_ref, "") for item in instance.items}
        if values and control.tag in ("select", "select1"):
            found[control.path] = frozenset(values)
    return found
