"""Which predicates an index can answer: `[field = value]`, alone or joined to more by `and`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from forms.xpath.syntax import Call, Chain, Filter, Path, Syntax, children

_FREE: Final = frozenset({"current", "true", "false", "today", "now", "pi", "version"})
"""Functions without arguments that do not look at the row."""
_BOUND: Final = frozenset(
    {"position", "last", "lang", "id", "once", "random", "uuid", "randomize", "jr:choice-name"}
)
"""Functions whose value depends on the row, or on chance, whatever their arguments."""


@dataclass(frozen=True, slots=True)
class Match:
    """Rows whose `field` holds `value`, and for which all `others` are true.

    `field` is a path of child names and at most one last "@attribute"; () is the row itself.
    """

    field: tuple[str, ...]
    value: Syntax
    others: tuple[Syntax, ...]


def field_match(test: Syntax) -> Match | None:
    """The predicate as a match, or None when an index cannot answer it."""
    terms: tuple[Syntax, ...] = (test,)
    if isinstance(test, Chain) and test.kind == "and":
        terms = (test.first, *(operand for _, operand in test.rest))
    for place, term in enumerate(terms):
        equality = _equality(term)
        if equality is not None:
            others = terms[:place] + terms[place + 1 :]
            if any(asks_place(other) for other in others):
                return None
            return Match(*equality, tuple(Call("boolean", (other,), 0) for other in others))
    return None


def _equality(term: Syntax) -> tuple[tuple[str, ...], Syntax] | None:
    if not isinstance(term, Chain) or term.kind != "=" or len(term.rest) != 1:
        return None
    operator, right = term.rest[0]
    if operator != "=":
        return None
    for field, value in ((term.first, right), (right, term.first)):
        names = _field(field)
        if names is not None and is_free(value):
            return names, value
    return None


def _field(syntax: Syntax) -> tuple[str, ...] | None:
    """A relative path of names, from the row."""
    if not isinstance(syntax, Path) or syntax.absolute or syntax.start is not None:
        return None
    names: list[str] = []
    for step in syntax.steps:
        if step.predicates or (names and names[-1].startswith("@")):
            return None
        if step.axis == "self" and step.kind == "node":
            continue
        if step.kind != "name" or step.axis not in ("child", "attribute"):
            return None
        names.append(step.name if step.axis == "child" else f"@{step.name}")
    return tuple(names)


def is_free(syntax: Syntax) -> bool:
    """Whether the value is the same from whichever node it is evaluated."""
    match syntax:
        case Path(start=start):
            return syntax.absolute or (start is not None and is_free(start))
        case Filter(base=base):
            return is_free(base)
        case Call(name=name, arguments=()):
            return name in _FREE
        case Call(name=name) if name in _BOUND:
            return False
        case _:
            return all(map(is_free, children(syntax)))


def asks_place(syntax: Syntax) -> bool:
    """Whether position() or last() occurs anywhere inside."""
    if isinstance(syntax, Call) and syntax.name in ("position", "last"):
        return True
    return any(map(asks_place, children(syntax)))
