"""Evaluates an expression over a flat form with given answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from forms.node import DOCUMENT, Node
from forms.xpath import Environment, Expression


def truth(expression: Expression, answers: Mapping[str, str]) -> bool:
    """Whether `expression` holds at ``/data/a`` when the questions have `answers`."""
    document = Node("", kind=DOCUMENT)
    data = document.append(Node("data"))
    for name, text in answers.items():
        data.append(Node(name, text))
    here = data.append(Node("a"))
    env = Environment(
        root=document,
        now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        tz=UTC,
        uuid=str,
        random=float,
    )
    return expression.boolean(here, env)
