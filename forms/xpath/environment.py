"""What an evaluation may see and spend. One interview owns one environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from forms.node import Node
from forms.xpath.calendar import ENGLISH, CalendarNames
from forms.xpath.errors import XPathError

STEPS: Final = 1_000_000
"""Nodes that the expressions of one answer may visit: about a second of work."""


class Budget:
    """Counts the nodes that expressions visit, so that a quadratic one ends.

    Walking a path to one leaf is free; loops over nodes pay one step for each of them.
    """

    __slots__ = ("left", "limit")

    def __init__(self, limit: int = STEPS) -> None:
        self.limit = limit
        self.left = limit

    def spend(self, steps: int) -> None:
        """Take `steps` off. Raises XPathError `budget` when none are left."""
        self.left -= steps
        if self.left < 0:
            raise XPathError("budget", limit=self.limit)

    def reset(self) -> None:
        """Start again at the limit."""
        self.left = self.limit


def _no_itext(_identifier: str) -> str:
    return ""


def _no_label(value: str, _path: str, _node: Node) -> str:
    return value


@dataclass(slots=True, kw_only=True)
class Environment:
    """Everything that is not the expression and not the context node.

    root: the document node of the primary instance. `/` means this node everywhere, also inside
        `instance('x')/root/item[...]`.
    instances: secondary instances by id, each a document node. They must not change once an
        expression has read them, because lookups in them are indexed.
    now: an aware date-time; `tz` is the zone in which dates are counted and shown.
    itext: the text of jr:itext(id) in the current language, or the nodes that hold it.
    choice_label: jr:choice-name(value, 'path') seen from a node; the path is as the form wrote it.
    budget: the caller resets it for each answer.
    current: what current() means; None means the context node of the evaluation.
    position, size: of the context node; the evaluator moves them inside predicates.
    """

    root: Node
    now: Callable[[], datetime]
    tz: tzinfo
    uuid: Callable[[], str]
    random: Callable[[], float]
    instances: Mapping[str, Node] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    itext: Callable[[str], str | list[Node]] = _no_itext
    choice_label: Callable[[str, str, Node], str] = _no_label
    version: str = ""
    calendar: CalendarNames = ENGLISH
    budget: Budget = field(default_factory=Budget)
    current: Node | None = None
    position: int = 1
    size: int = 1
