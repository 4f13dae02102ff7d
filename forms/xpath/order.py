"""Document order, worked out when it is asked for, because repeats come and go."""

from __future__ import annotations

from forms.node import ATTRIBUTE, Node


def root_of(node: Node) -> Node:
    """The top of the tree that `node` is in."""
    while node.parent is not None:
        node = node.parent
    return node


def without_duplicates(nodes: list[Node]) -> list[Node]:
    """The nodes, each once, in the order of their first appearance."""
    return list({id(node): node for node in nodes}.values())


def in_document_order(nodes: list[Node]) -> list[Node]:
    """The nodes, each once: a parent before its attributes, and those before its children."""
    once = without_duplicates(nodes)
    if len(once) < 2:
        return once
    places: dict[int, dict[int, int]] = {}
    return sorted(once, key=lambda node: _key(node, places))


def _key(node: Node, places: dict[int, dict[int, int]]) -> tuple[int, ...]:
    """The places, from 1, on the way down from the root; those of attributes are negative."""
    way = []
    parent = node.parent
    while parent is not None:
        siblings = places.get(id(parent))
        if siblings is None:
            siblings = places[id(parent)] = _places(parent)
        # A text node that stands for the text of a leaf is not among the children.
        way.append(siblings.get(id(node), len(siblings) + 1))
        node, parent = parent, parent.parent
    return tuple(reversed(way))


def _places(parent: Node) -> dict[int, int]:
    attributes = list(parent.attributes.values())
    places = {id(child): place for place, child in enumerate(parent.children, 1)}
    for place, attribute in enumerate(attributes):
        if attribute.kind == ATTRIBUTE:
            places[id(attribute)] = place - len(attributes)
    return places
