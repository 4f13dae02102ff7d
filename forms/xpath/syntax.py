"""The shapes an expression is parsed into.

Chains of one precedence are kept flat, so that a disjunction of 1,500 terms is as shallow as one
of two; only brackets, arguments and predicates nest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Axis: TypeAlias = Literal[
    "ancestor",
    "ancestor-or-self",
    "attribute",
    "child",
    "descendant",
    "descendant-or-self",
    "following",
    "following-sibling",
    "namespace",
    "parent",
    "preceding",
    "preceding-sibling",
    "self",
]
TestKind: TypeAlias = Literal["name", "*", "node", "text", "comment", "processing-instruction"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted string."""

    value: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; its name and arity are known to be right."""

    name: str
    arguments: tuple[Syntax, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path. `name` is that of a name test, or the target of an instruction."""

    axis: Axis
    kind: TestKind
    name: str
    predicates: tuple[Syntax, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the root (`absolute`), from the nodes of `start`, or from the context node."""

    absolute: bool
    start: Syntax | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Predicates on the nodes of an expression that is not a path."""

    base: Syntax
    predicates: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """`first` and then operators with their operands, evaluated from left to right.

    All operators have the precedence of `kind`: or, and, =, <, +, *, |.
    """

    kind: Literal["or", "and", "=", "<", "+", "*", "|"]
    first: Syntax
    rest: tuple[tuple[str, Syntax], ...]


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus; two of them are the number itself, so `times` only counts odd or even."""

    operand: Syntax
    times: int


Syntax: TypeAlias = Number | Text | Call | Path | Filter | Chain | Negate


def children(syntax: Syntax) -> tuple[Syntax, ...]:
    """The expressions directly inside `syntax`, predicates included."""
    match syntax:
        case Call():
            return syntax.arguments
        case Path():
            inside = tuple(test for step in syntax.steps for test in step.predicates)
            return inside if syntax.start is None else (syntax.start, *inside)
        case Filter():
            return (syntax.base, *syntax.predicates)
        case Chain():
            return (syntax.first, *(operand for _, operand in syntax.rest))
        case Negate():
            return (syntax.operand,)
        case _:
            return ()
