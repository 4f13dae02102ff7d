"""Short ways to evaluate an expression in a test."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import settings

from forms.node import Node
from forms.tree import parse_document
from forms.xpath import Environment, Value, compile_expression, to_string

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 4, 18, 30, 15, 250_000, tzinfo=UTC)
"""Half past two in the morning of the fifth in Shanghai: the date differs from the one in UTC."""

STEADY = settings(deadline=None, derandomize=True)
"""The same examples each time, however busy the machine is."""

FAMILY = """
<data id="visit">
  <name>Li Hua</name>
  <age>41</age>
  <blank/>
  <needs>water light road</needs>
  <dob>1985-02-28</dob>
  <child id="c1"><name>An</name><age>3</age><school>no</school></child>
  <child id="c2"><name>Bo</name><age>9</age><school>yes</school></child>
  <child id="c3"><name>Cai</name><age/><school>yes</school></child>
</data>
"""


def document(xml: str = FAMILY) -> Node:
    """The document node of `xml`."""
    return parse_document(xml.strip().encode())


def at(root: Node, path: str) -> Node:
    """The node at a path such as "data/child[2]/age"."""
    node = root
    for step in filter(None, path.split("/")):
        name, _, place = step.rstrip("]").partition("[")
        node = (
            node.attributes[name[1:]] if name[0] == "@" else node.named[name][int(place or 1) - 1]
        )
    return node


def environment(root: Node | None = None, **given: Any) -> Environment:
    """An environment whose clock stands and whose chance has a seed."""
    chance = random.Random(1)
    defaults: dict[str, Any] = {
        "root": root or document(),
        "now": lambda: NOW,
        "tz": SHANGHAI,
        "uuid": lambda: "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
        "random": chance.random,
    }
    return Environment(**{**defaults, **given})


def value(source: str, xml: str = FAMILY, where: str = "data", **given: Any) -> Value:
    """The value of an expression at the node `where`."""
    root = document(xml)
    return compile_expression(source).evaluate(at(root, where), environment(root, **given))


def text(source: str, xml: str = FAMILY, where: str = "data", **given: Any) -> str:
    """The value as a string."""
    root = document(xml)
    env = environment(root, **given)
    return to_string(compile_expression(source).evaluate(at(root, where), env), env)


def names(source: str, xml: str = FAMILY, where: str = "data", **given: Any) -> list[str]:
    """The names of the nodes that an expression gives; of text nodes, the text."""
    root = document(xml)
    found = compile_expression(source).nodes(at(root, where), environment(root, **given))
    return [node.name or node.text for node in found]
