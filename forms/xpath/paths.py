"""Paths, filters and unions: steps from sets of nodes to sets of nodes in document order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from forms.node import Node
from forms.xpath.axes import REVERSE, Select, selector
from forms.xpath.compiled import (
    BooleanEvaluator,
    Compiled,
    NodesEvaluator,
    as_boolean,
    as_nodes,
)
from forms.xpath.environment import Environment
from forms.xpath.filters import Match, asks_place, field_match
from forms.xpath.lookup import rows_where
from forms.xpath.order import in_document_order
from forms.xpath.plain_paths import compile_plain, plain, shown
from forms.xpath.syntax import Call, Filter, Path, Step, Syntax
from forms.xpath.values import text_of

Compile: TypeAlias = Callable[[Syntax], Compiled]
Narrow: TypeAlias = Callable[[list[Node], Environment], list[Node]]

_KEEPS_ORDER: Final = frozenset({"child", "attribute", "self"})
_DOWNWARDS: Final = frozenset({"child", "descendant", "descendant-or-self"})
_STAYS_SINGLE: Final = frozenset({"parent", "self"})


def compile_path(path: Path, compile_syntax: Compile) -> Compiled:
    """The nodes that a path leads to."""
    simple = plain(path)
    if simple is not None:
        return compile_plain(simple)
    start = _start(path, compile_syntax)
    steps = _steps(path, compile_syntax)
    downwards = any(step.axis in _DOWNWARDS for step in path.steps)

    def nodes(node: Node, env: Environment) -> list[Node]:
        found = start(node, env)
        for step in steps:
            if not found:
                return found
            found = step(found, env)
        return shown(found) if downwards else found

    return Compiled("nodes", nodes)


def _start(path: Path, compile_syntax: Compile) -> NodesEvaluator:
    if path.absolute:
        return lambda _node, env: [env.root]
    if path.start is not None:
        return as_nodes(compile_syntax(path.start), "/")
    return lambda node, _env: [node]


def _steps(path: Path, compile_syntax: Compile) -> tuple[Narrow, ...]:
    """The steps; a filter on the rows of a secondary instance is answered by an index."""
    indexable = isinstance(path.start, Call) and path.start.name == "instance"
    single = path.start is None or indexable
    flat = single
    steps: list[Narrow] = []
    for step in path.steps:
        ordered = flat and (step.axis in _KEEPS_ORDER or step.axis == "descendant")
        indexable = indexable and step.axis == "child" and step.kind == "name"
        match = field_match(step.predicates[0]) if indexable and step.predicates else None
        if match is not None:
            steps.append(_indexed_step(step, match, compile_syntax))
        else:
            steps.append(_step(step, ordered, compile_syntax))
        single = single and step.axis in _STAYS_SINGLE
        flat = single or (flat and step.axis in _KEEPS_ORDER)
    return tuple(steps)


def _step(step: Step, ordered: bool, compile_syntax: Compile) -> Narrow:
    select = _narrowed(step, compile_syntax)
    is_reverse = step.axis in REVERSE

    def take(nodes: list[Node], env: Environment) -> list[Node]:
        if len(nodes) == 1:
            found = select(nodes[0], env)
            return found[::-1] if is_reverse else found
        env.budget.spend(len(nodes))
        found = [each for node in nodes for each in select(node, env)]
        return found if ordered else in_document_order(found)

    return take


def _narrowed(step: Step, compile_syntax: Compile) -> Select:
    """The step from one node, its predicates applied in the order of the axis."""
    select = selector(step)
    if not step.predicates:
        return select
    narrows = tuple(narrowing(test, compile_syntax) for test in step.predicates)

    def narrowed(node: Node, env: Environment) -> list[Node]:
        found = select(node, env)
        for narrow in narrows:
            found = narrow(found, env)
        return found

    return narrowed


def compile_filter(syntax: Filter, compile_syntax: Compile) -> Compiled:
    """Predicates on the nodes of an expression, counted in document order."""
    base = as_nodes(compile_syntax(syntax.base), "[")
    narrows = tuple(narrowing(test, compile_syntax) for test in syntax.predicates)

    def nodes(node: Node, env: Environment) -> list[Node]:
        found = base(node, env)
        for narrow in narrows:
            found = narrow(found, env)
        return found

    return Compiled("nodes", nodes)


def compile_union(operands: tuple[Compiled, ...]) -> Compiled:
    """All nodes of all operands, each once, in document order."""
    parts = tuple(as_nodes(operand, "|") for operand in operands)

    def nodes(node: Node, env: Environment) -> list[Node]:
        found = [each for part in parts for each in part(node, env)]
        env.budget.spend(len(found))
        return in_document_order(found)

    return Compiled("nodes", nodes)


def narrowing(test: Syntax, compile_syntax: Compile) -> Narrow:
    """A predicate: a number is a place, anything else is a truth."""
    piece = compile_syntax(test)
    if isinstance(piece.constant, float):
        return _at_place(piece.constant)
    if piece.kind not in ("number", "any"):
        truth = as_boolean(piece)
        return _by_place(truth) if asks_place(test) else _by_truth(truth)
    value = piece.value

    def holds(node: Node, env: Environment) -> bool:
        found = value(node, env)
        if isinstance(found, float):
            return found == env.position
        return bool(found)

    return _by_place(holds)


def _at_place(place: float) -> Narrow:
    if not place.is_integer() or place < 1:
        return lambda _nodes, _env: []
    index = int(place) - 1
    return lambda nodes, _env: nodes[index : index + 1]


def _by_truth(truth: BooleanEvaluator) -> Narrow:
    def narrow(nodes: list[Node], env: Environment) -> list[Node]:
        env.budget.spend(len(nodes))
        return [node for node in nodes if truth(node, env)]

    return narrow


def _by_place(truth: BooleanEvaluator) -> Narrow:
    def narrow(nodes: list[Node], env: Environment) -> list[Node]:
        env.budget.spend(len(nodes))
        outside = env.position, env.size
        kept = []
        try:
            env.size = len(nodes)
            for place, node in enumerate(nodes, 1):
                env.position = place
                if truth(node, env):
                    kept.append(node)
        finally:
            env.position, env.size = outside
        return kept

    return narrow


def _indexed_step(step: Step, match: Match, compile_syntax: Compile) -> Narrow:
    """Rows by the value of a field, then the rest of the predicates one by one."""
    name, field = step.name, match.field
    value = compile_syntax(match.value).value
    rest = tuple(narrowing(test, compile_syntax) for test in (*match.others, *step.predicates[1:]))
    scan = _step(step, True, compile_syntax)

    def take(nodes: list[Node], env: Environment) -> list[Node]:
        wanted = value(nodes[0], env)
        if isinstance(wanted, list) and len(wanted) == 1:
            wanted = text_of(wanted[0], env)
        if not isinstance(wanted, str) or len(nodes) != 1:
            return scan(nodes, env)
        found = rows_where(nodes[0], name, field, wanted, env)
        for narrow in rest:
            found = narrow(found, env)
        return found

    return take
