"""A form as it was defined: frozen, without any answers in it, shared by all its interviews.

`Element` is one node that the instance can hold, `Scope` the elements that come and go together
(the whole form, or one row of a repeat), `Question` and `Container` what the body shows, and
`Computation` one expression whose result is kept up to date. Everything is addressed by small
integers, so that an answer is a few list look-ups away from what depends on it. What a form has
by the thousand is a named tuple, or packs its own state: those come back from a cache faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, NamedTuple

from forms.prompts import OPEN, Bounds, Kind
from forms.xpath import Expression

NONE: Final = -1
ROOT_SCOPE: Final = 0


class Shape(IntEnum):
    """What an element is in the tree."""

    GROUP = 0
    LEAF = 1
    REPEAT = 2
    ATTRIBUTE = 3


def _pack(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in self.__slots__])


def _unpack(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(self.__slots__, state, strict=True):
        object.__setattr__(self, name, value)


Part = str | Expression

# One node to start with: (element, text, attributes, children). Rows of a repeat stand among the
# children as often as the form brings them along.
Seed = tuple[int, str, tuple[tuple[int, str], ...], tuple["Seed", ...]]


class Text(NamedTuple):
    """Words by the author: an itext id, or parts of which the expressions are ``<output>``."""

    itext: str = ""
    parts: tuple[Part, ...] = ()


class Preload(NamedTuple):
    """A ``jr:preload``: what to fill in (timestamp, date, property, uid …) and its parameter."""

    source: str
    parameter: str


@dataclass(frozen=True, slots=True)
class Bind:
    """The rules of one element. `required` and `readonly` are plain when they never change."""

    type: str = "string"
    relevant: Expression | None = None
    calculate: Expression | None = None
    constraint: Expression | None = None
    required: Expression | bool = False
    readonly: Expression | bool = False
    constraint_text: Text | None = None
    required_text: Text | None = None
    preload: Preload | None = None

    __getstate__, __setstate__ = _pack, _unpack


NO_BIND: Final = Bind()


@dataclass(frozen=True, slots=True)
class Element:
    """One node of the primary instance.

    `path` is absolute and free of prefixes; `qname` is the name as the submission writes it.
    `scope` and `local` say where a row keeps its node. `slot` is its place among the things that
    its scope asks, or NONE.
    """

    index: int
    path: str
    name: str
    qname: str
    parent: int
    shape: Shape
    scope: int
    local: int
    bind: Bind
    default: str = ""
    children: tuple[int, ...] = ()
    question: int = NONE
    slot: int = NONE

    __getstate__, __setstate__ = _pack, _unpack


class Slot(NamedTuple):
    """One place in body order: a question, or a repeat (then `repeat` is its scope)."""

    element: int
    question: int = NONE
    repeat: int = NONE


@dataclass(frozen=True, slots=True)
class Scope:
    """The whole form (index 0), or what one row of a repeat holds.

    `elements` are in document order, the row's own element first. `chain` are the scopes from the
    whole form to this one. `count` gives the number of rows of a ``jr:count`` repeat; `fixed` rows
    can't be added or removed. `template` is what a new row starts with. `computations` belong to
    the scope itself; `observers` are run when rows come or go, `positional` when rows go.
    """

    index: int
    element: int
    parent: int
    chain: tuple[int, ...]
    elements: tuple[int, ...] = ()
    slots: tuple[Slot, ...] = ()
    container: int = NONE
    count: Expression | None = None
    fixed: bool = False
    template: Seed | None = None
    computations: tuple[int, ...] = ()
    observers: tuple[Trigger, ...] = ()
    positional: tuple[Trigger, ...] = ()


class Option(NamedTuple):
    """A choice that is written out in the body."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices taken from nodes. `value` and `label` are child names where they are plain names,
    else expressions on the item; `itext` says that the label is an itext id."""

    nodeset: Expression
    value: str | Expression
    label: str | Expression
    itext: bool = False

    __getstate__, __setstate__ = _pack, _unpack


@dataclass(frozen=True, slots=True)
class Question:
    """What the body asks. `required`, `constraint` and `relevant` are the author's sources, '' if
    there are none; labels by language come from `Form.label`."""

    index: int
    path: str
    name: str
    element: int
    kind: Kind
    type: str
    appearance: tuple[str, ...] = ()
    label: Text | None = None
    hint: Text | None = None
    options: tuple[Option, ...] = ()
    itemset: Itemset | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    bounds: Bounds = OPEN
    container: int = NONE
    required: str = ""
    constraint: str = ""
    relevant: str = ""
    mediatype: str = ""

    __getstate__, __setstate__ = _pack, _unpack


@dataclass(frozen=True, slots=True)
class Container:
    """A group of the body, with or without a node. `scope` is set when it is a repeat."""

    index: int
    path: str
    parent: int
    label: Text | None = None
    appearance: tuple[str, ...] = ()
    scope: int = NONE


class Event(IntEnum):
    """When an action runs."""

    FIRST_LOAD = 0
    LOAD = 1
    NEW_REPEAT = 2
    VALUE_CHANGED = 3


@dataclass(frozen=True, slots=True)
class Action:
    """A ``setvalue``. `source` is the element whose change fires it, or the repeat's element for
    new rows, or NONE. `chosen` narrows the targets when the reference has a predicate."""

    events: tuple[Event, ...]
    target: int
    value: Expression | str
    source: int = NONE
    chosen: Expression | None = None


class Task(IntEnum):
    """What a computation keeps up to date."""

    RELEVANT = 0
    CALCULATE = 1
    COUNT = 2
    PRUNE = 3


class Computation(NamedTuple):
    """One rule in the order of evaluation. `rank` is its place in that order.

    `scope` is where it runs: the element's own, or for a rule of a whole repeat the one around it
    (then `repeat` is the repeat's scope).
    """

    rank: int
    task: Task
    element: int
    scope: int
    local: int
    expression: Expression
    repeat: int = NONE


class Trigger(NamedTuple):
    """A computation to run when something changes.

    `common` is the scope from which every instance of it is reached: that of the changed node's
    own row where the expression looks no further, the whole form otherwise. `scope` is where the
    computation runs.
    """

    rank: int
    common: int
    scope: int
