"""The axes of XPath 1.0 and the tests on them: one node to the nodes that a step selects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from forms.node import ATTRIBUTE, COMMENT, ELEMENT, INSTRUCTION, TEXT, Node
from forms.xpath.environment import Environment
from forms.xpath.syntax import Axis, Step

Select: TypeAlias = Callable[[Node, Environment], list[Node]]

REVERSE: Final[frozenset[Axis]] = frozenset(
    {"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"}
)
"""Axes that give their nodes nearest first, so against document order."""

_NONE: Final[list[Node]] = []
_KINDS: Final = {"text": TEXT, "comment": COMMENT, "processing-instruction": INSTRUCTION}


def selector(step: Step) -> Select:
    """What `step` selects from one node, in the order of its axis, before any predicate.

    The list may belong to the tree: callers must not change it.
    """
    if step.axis == "child" and step.kind == "name":
        name = step.name
        if not name.endswith("}*"):
            return lambda node, _env: node.named.get(name, _NONE)
    if step.axis == "attribute" and step.kind == "name":
        return _attribute(step.name)
    walk = _AXES[step.axis]
    matches = _matcher(step)
    if matches is None:
        return lambda node, env: _paid(list(walk(node)), env)
    test = matches
    return lambda node, env: [each for each in _paid(list(walk(node)), env) if test(each)]


def _paid(nodes: list[Node], env: Environment) -> list[Node]:
    env.budget.spend(len(nodes))
    return nodes


def _attribute(name: str) -> Select:
    def attribute(node: Node, _env: Environment) -> list[Node]:
        found = node.attributes.get(name)
        return _NONE if found is None else [found]

    return attribute


def _matcher(step: Step) -> Callable[[Node], bool] | None:
    """The node test of a step; None when every node passes."""
    principal = ATTRIBUTE if step.axis == "attribute" else ELEMENT
    name = step.name
    match step.kind:
        case "node":
            return None
        case "*":
            return lambda node: node.kind == principal
        case "name" if name.endswith("}*"):
            prefix = name[:-1]
            return lambda node: node.kind == principal and node.name.startswith(prefix)
        case "name":
            return lambda node: node.kind == principal and node.name == name
        case "processing-instruction" if name:
            return lambda node: node.kind == INSTRUCTION and node.name == name
        case kind:
            wanted = _KINDS[kind]
            return lambda node: node.kind == wanted


def _children(node: Node) -> list[Node]:
    """The children; the text of a leaf appears as a text node made for the occasion."""
    if node.children or not node.text or node.kind != ELEMENT:
        return node.children
    text = Node("", node.text, TEXT)
    text.parent = node
    text.relevant = node.relevant
    return [text]


def _descendants(node: Node) -> Iterator[Node]:
    for child in _children(node):
        yield child
        yield from _descendants(child)


def _descendants_or_self(node: Node) -> Iterator[Node]:
    yield node
    yield from _descendants(node)


def _ancestors(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _ancestors_or_self(node: Node) -> Iterator[Node]:
    yield node
    yield from _ancestors(node)


def _following_siblings(node: Node) -> list[Node]:
    siblings, place = _siblings(node)
    return siblings[place + 1 :]


def _preceding_siblings(node: Node) -> list[Node]:
    siblings, place = _siblings(node)
    return siblings[:place][::-1]


def _siblings(node: Node) -> tuple[list[Node], int]:
    """The children of the parent and the place of `node`; nothing for attributes and the root."""
    if node.parent is None or node.kind == ATTRIBUTE:
        return [], 0
    siblings = node.parent.children
    try:
        return siblings, siblings.index(node)
    except ValueError:  # the text of a leaf
        return [], 0


def _following(node: Node) -> Iterator[Node]:
    if node.kind == ATTRIBUTE and node.parent is not None:
        yield from _descendants(node.parent)
    for each in _ancestors_or_self(node):
        for sibling in _following_siblings(each):
            yield from _descendants_or_self(sibling)


def _preceding(node: Node) -> Iterator[Node]:
    for each in _ancestors_or_self(node):
        for sibling in _preceding_siblings(each):
            yield from reversed(list(_descendants_or_self(sibling)))


_AXES: Final[dict[Axis, Callable[[Node], list[Node] | Iterator[Node]]]] = {
    "ancestor": _ancestors,
    "ancestor-or-self": _ancestors_or_self,
    "attribute": lambda node: list(node.attributes.values()),
    "child": _children,
    "descendant": _descendants,
    "descendant-or-self": _descendants_or_self,
    "following": _following,
    "following-sibling": _following_siblings,
    "namespace": lambda _node: [],
    "parent": lambda node: [] if node.parent is None else [node.parent],
    "preceding": _preceding,
    "preceding-sibling": _preceding_siblings,
    "self": lambda node: [node],
}
