"""Nodes: their names and places, and the functions that give or reorder them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Final

from forms.node import ATTRIBUTE, DOCUMENT, ELEMENT, INSTRUCTION, Node
from forms.xpath.compiled import Compiled, as_nodes, as_number, as_text, as_texts
from forms.xpath.environment import Environment
from forms.xpath.functions.registry import MANY, Registry, register
from forms.xpath.lookup import rows_where
from forms.xpath.order import in_document_order, root_of
from forms.xpath.values import string_to_number, text_of

FUNCTIONS: Registry = {}

_NAMED: Final = frozenset({ELEMENT, ATTRIBUTE, INSTRUCTION})


@register(FUNCTIONS, "last", 0, 0)
def _last(_pieces: tuple[Compiled, ...]) -> Compiled:
    return Compiled("number", lambda _node, env: float(env.size))


@register(FUNCTIONS, "position", 0, 1)
def _position(pieces: tuple[Compiled, ...]) -> Compiled:
    """Of the context node in its set; or of a node among its siblings of the same name."""
    if not pieces:
        return Compiled("number", lambda _node, env: float(env.position))
    nodes = as_nodes(pieces[0], "position")

    def position(node: Node, env: Environment) -> float:
        found = nodes(node, env)
        return float(place_among_siblings(found[0], env)) if found else math.nan

    return Compiled("number", position)


def place_among_siblings(node: Node, env: Environment) -> int:
    """1 for the first of the nodes of this name under one parent: the number of a repeat."""
    if node.parent is None or node.kind != ELEMENT:
        return 1
    same = node.parent.named[node.name]
    env.budget.spend(len(same) // 8)
    return same.index(node) + 1


def _about_name(name: str, describe: Callable[[Node], str]) -> None:
    def build(pieces: tuple[Compiled, ...]) -> Compiled:
        if not pieces:
            return Compiled("string", lambda node, _env: describe(node))
        nodes = as_nodes(pieces[0], name)

        def described(node: Node, env: Environment) -> str:
            found = nodes(node, env)
            return describe(found[0]) if found else ""

        return Compiled("string", described)

    register(FUNCTIONS, name, 0, 1)(build)


def _local_name(node: Node) -> str:
    return node.name.rpartition("}")[2] if node.kind in _NAMED else ""


def _namespace_uri(node: Node) -> str:
    uri, brace, _ = node.name.rpartition("}")
    return uri[1:] if brace and node.kind in _NAMED else ""


_about_name("name", _local_name)
_about_name("local-name", _local_name)
_about_name("namespace-uri", _namespace_uri)


@register(FUNCTIONS, "current", 0, 0)
def _current(_pieces: tuple[Compiled, ...]) -> Compiled:
    return Compiled("nodes", lambda node, env: [env.current or node])


@register(FUNCTIONS, "instance", 1, 1)
def _instance(pieces: tuple[Compiled, ...]) -> Compiled:
    identifier = as_text(pieces[0])

    def instance(node: Node, env: Environment) -> list[Node]:
        found = env.instances.get(identifier(node, env))
        return [] if found is None else [found]

    return Compiled("nodes", instance)


@register(FUNCTIONS, "pulldata", 4, 4)
def _pulldata(pieces: tuple[Compiled, ...]) -> Compiled:
    """One column of the first row whose key column holds a value."""
    identifier, column, key, value = map(as_text, pieces)

    def pulldata(node: Node, env: Environment) -> str:
        instance = env.instances.get(identifier(node, env))
        if instance is None or not instance.children:
            return ""
        table = next((each for each in instance.children if each.kind == ELEMENT), instance)
        rows = rows_where(table, "item", (key(node, env),), value(node, env), env)
        cells = rows[0].named.get(column(node, env)) if rows else None
        return text_of(cells[0], env) if cells else ""

    return Compiled("string", pulldata)


@register(FUNCTIONS, "id", 1, 1)
def _id(pieces: tuple[Compiled, ...]) -> Compiled:
    """Elements by their attribute `id`, in the document of the context node."""
    texts = as_texts(pieces[0])

    def by_id(node: Node, env: Environment) -> list[Node]:
        wanted = {word for text in texts(node, env) for word in text.split()}
        found: dict[str, Node] = {}
        for each in root_of(node).walk():
            env.budget.spend(1)
            attribute = each.attributes.get("id")
            if attribute is not None and attribute.text in wanted:
                found.setdefault(attribute.text, each)
        return in_document_order(list(found.values()))

    return Compiled("nodes", by_id)


@register(FUNCTIONS, "lang", 1, 1)
def _lang(pieces: tuple[Compiled, ...]) -> Compiled:
    wanted = as_text(pieces[0])

    def lang(node: Node, env: Environment) -> bool:
        language = _language(node).lower()
        asked = wanted(node, env).lower()
        return language == asked or language.startswith(asked + "-")

    return Compiled("boolean", lang)


def _language(node: Node | None) -> str:
    """The nearest xml:lang, however its name is kept."""
    while node is not None:
        for name in ("{http://www.w3.org/XML/1998/namespace}lang", "xml:lang"):
            if name in node.attributes:
                return node.attributes[name].text
        node = node.parent
    return ""


@register(FUNCTIONS, "indexed-repeat", 3, MANY)
def _indexed_repeat(pieces: tuple[Compiled, ...]) -> Compiled:
    """The nodes of the first argument that lie in the given instance of each repeat."""
    nodes = as_nodes(pieces[0], "indexed-repeat")
    repeats = tuple(
        (as_nodes(repeat, "indexed-repeat"), as_number(number))
        for repeat, number in zip(pieces[1::2], pieces[2::2], strict=False)
    )

    def indexed(node: Node, env: Environment) -> list[Node]:
        found = nodes(node, env)
        for repeat, number in repeats:
            wanted = number(node, env)
            chosen = {
                id(each) for each in repeat(node, env) if place_among_siblings(each, env) == wanted
            }
            env.budget.spend(len(found))
            found = [each for each in found if _lies_in(each, chosen)]
        return found

    return Compiled("nodes", indexed)


def _lies_in(node: Node | None, chosen: set[int]) -> bool:
    while node is not None and node.kind != DOCUMENT:
        if id(node) in chosen:
            return True
        node = node.parent
    return False


@register(FUNCTIONS, "randomize", 1, 2, volatile=True)
def _randomize(pieces: tuple[Compiled, ...]) -> Compiled:
    """The nodes in another order: a new one each time, or the one that a seed stands for."""
    nodes = as_nodes(pieces[0], "randomize")
    seed = as_text(pieces[1]) if len(pieces) > 1 else None

    def randomize(node: Node, env: Environment) -> list[Node]:
        found = list(nodes(node, env))
        draw = env.random if seed is None else park_miller(seed_number(seed(node, env), env))
        for place in range(len(found)):
            other = int(draw() * (place + 1))
            found[place], found[other] = found[other], found[place]
        return found

    return Compiled("nodes", randomize)


_MODULUS: Final = 2_147_483_647


def seed_number(text: str, env: Environment) -> int:
    """The whole part of a number, or 64 bits of the SHA-256 of any other text, as in Collect."""
    number = string_to_number(text or "0", env)
    if math.isfinite(number):
        return int(number)
    digest = hashlib.sha256(text.encode(errors="replace")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def park_miller(seed: int) -> Callable[[], float]:
    """The generator of Park and Miller, which Collect and Enketo shuffle with."""
    state = _remainder(seed)
    if state <= 0:
        state += _MODULUS - 1

    def draw() -> float:
        nonlocal state
        state = state * 16_807 % _MODULUS
        return (state - 1) / (_MODULUS - 1)

    return draw


def _remainder(number: int) -> int:
    """The remainder with the sign of the number."""
    rest = abs(number) % _MODULUS
    return rest if number >= 0 else -rest
