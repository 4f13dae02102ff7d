"""Paths of child names only: nine of ten in a form, so they have a way of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from forms.node import Node
from forms.xpath.compiled import Compiled
from forms.xpath.environment import Environment
from forms.xpath.syntax import Path
from forms.xpath.values import text_of

_NONE: Final[list[Node]] = []
_Start: TypeAlias = Callable[[Node, Environment], Node | None]


@dataclass(frozen=True, slots=True)
class PlainPath:
    """`ups` parents above the context node, or the root, and then down by `names`."""

    absolute: bool
    ups: int
    names: tuple[str, ...]


def plain(path: Path) -> PlainPath | None:
    """The path in its plain form, or None when it is not plain."""
    if path.start is not None:
        return None
    ups, names = 0, []
    for step in path.steps:
        if step.predicates:
            return None
        if step.axis == "child" and step.kind == "name" and not step.name.endswith("}*"):
            names.append(step.name)
        elif step.axis == "parent" and step.kind == "node" and not names:
            ups += 1
        elif step.axis != "self" or step.kind != "node":
            return None
    if path.absolute and ups:
        return None
    return PlainPath(path.absolute, ups, tuple(names))


@lru_cache(maxsize=1024)
def compile_plain(path: PlainPath) -> Compiled:
    """The nodes, the text of the first and the only node, without a list on the way."""
    start, names = _starter(path), path.names

    def nodes(node: Node, env: Environment) -> list[Node]:
        if not names:  # the way up leads through nodes whether they are relevant or not
            only = start(node, env)
            return _NONE if only is None else [only]
        first = start(node, env)
        return _NONE if first is None else shown(_down(first, names, env))

    def leaf(node: Node, env: Environment) -> Node | None:
        found = start(node, env)
        if found is None:
            return None
        for name in names:
            same = found.named.get(name)
            if same is None or len(same) != 1:
                return None
            found = same[0]
        return found

    def text(node: Node, env: Environment) -> str:
        only = leaf(node, env)
        if only is not None:
            return only.text if only.relevant and not only.children else text_of(only, env)
        found = nodes(node, env)
        return text_of(found[0], env) if found else ""

    return Compiled("nodes", nodes, text=text, leaf=leaf)


def shown(nodes: list[Node]) -> list[Node]:
    """`nodes` without those that are not relevant, which JavaRosa leaves out too."""
    for node in nodes:
        if not node.relevant:
            return [one for one in nodes if one.relevant]
    return nodes


def _down(node: Node, names: tuple[str, ...], env: Environment) -> list[Node]:
    found = [node]
    for name in names:
        if len(found) == 1:
            found = found[0].named.get(name, _NONE)
        else:
            env.budget.spend(len(found))
            found = [child for each in found for child in each.named.get(name, _NONE)]
    return found


def _starter(path: PlainPath) -> _Start:
    ups = path.ups
    if path.absolute:
        return lambda _node, env: env.root
    if ups == 0:
        return lambda node, _env: node
    if ups == 1:
        return lambda node, _env: node.parent

    def above(node: Node, _env: Environment) -> Node | None:
        found: Node | None = node
        for _ in range(ups):
            if found is None:
                return None
            found = found.parent
        return found

    return above
