"""Which rule depends on which: an order of evaluation without loops, and who hears of a change.

Vertices are, for each element, its effective relevance (2i) and its value as others read it
(2i + 1), then one for each rule. A node's relevance follows from its parent's; its value from its
relevance and its own rules; a rule from the values that it reads. Kahn's algorithm gives the
order; what it can't reach stands in a cycle.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from forms.definition import ROOT_SCOPE, Computation, Element, Scope, Shape, Task, Trigger
from forms.findings import Finding
from forms.xpath import Expression

_LITERALS: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_FAR: Final = re.compile(r"//|::|(?:^|[/(,])\s*\*")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule before it has a rank. `reads` are the schema paths that it depends on."""

    task: Task
    element: int
    expression: Expression
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class Graph:
    """`triggers` are by element, `observers` and `positional` by scope: rules to run when rows of
    it come or go, the second only when rows go."""

    computations: tuple[Computation, ...]
    triggers: tuple[tuple[Trigger, ...], ...]
    observers: tuple[tuple[Trigger, ...], ...]
    positional: tuple[tuple[Trigger, ...], ...]


class CycleError(ValueError):
    """Rules that wait for each other."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(" -> ".join(paths))
        self.finding = Finding(
            "cycle",
            paths[0],
            {"questions": tuple(paths), "names": tuple(p.rpartition("/")[2] for p in paths)},
        )


def build_graph(
    elements: Sequence[Element], scopes: Sequence[Scope], rules: Sequence[Rule]
) -> Graph:
    """Order `rules` and index who listens to whom. Raises CycleError."""
    return _Weaver(elements, scopes, rules).weave()


class _Weaver:
    def __init__(
        self, elements: Sequence[Element], scopes: Sequence[Scope], rules: Sequence[Rule]
    ) -> None:
        self._elements = elements
        self._scopes = scopes
        self._rules = rules
        self._index = {element.path: element.index for element in elements}
        self._reads = [self._resolve(rule.reads) for rule in rules]

    def weave(self) -> Graph:
        computations: list[Computation] = []
        triggers: list[list[Trigger]] = [[] for _ in self._elements]
        observers: list[dict[int, Trigger]] = [{} for _ in self._scopes]
        positional: list[dict[int, Trigger]] = [{} for _ in self._scopes]
        for rank, number in enumerate(self._order()):
            rule = self._rules[number]
            computation = self._computation(rank, rule)
            computations.append(computation)
            nested = computation.scope != ROOT_SCOPE
            words = _LITERALS.sub("", rule.expression.source) if nested else ""
            for read in self._reads[number]:
                common = self._common(self._elements[read], computation.scope, words)
                trigger = Trigger(rank, common, computation.scope)
                triggers[read].append(trigger)
                self._observe(self._elements[read], trigger, observers, positional)
        return Graph(
            tuple(computations),
            tuple(tuple(entry) for entry in triggers),
            tuple(tuple(entry.values()) for entry in observers),
            tuple(tuple(entry.values()) for entry in positional),
        )

    def _computation(self, rank: int, rule: Rule) -> Computation:
        target = self._elements[rule.element]
        if target.shape is Shape.REPEAT:
            around = self._scopes[target.scope].parent
            return Computation(
                rank, rule.task, target.index, around, 0, rule.expression, target.scope
            )
        return Computation(
            rank, rule.task, target.index, target.scope, target.local, rule.expression
        )

    def _resolve(self, paths: Iterable[str]) -> tuple[int, ...]:
        """The elements that dependencies name; ``*`` is any one name, ``//`` any number of them."""
        found: set[int] = set()
        for path in paths:
            place = self._index.get(path)
            if place is not None:
                found.add(place)
            elif "*" in path or "//" in path:
                pattern = re.escape(path).replace("//", "/(?:[^/]+/)*").replace(r"\*", "[^/]+")
                shape = re.compile(pattern)
                found.update(one.index for one in self._elements if shape.fullmatch(one.path))
        return tuple(sorted(found))

    def _common(self, read: Element, target: int, words: str) -> int:
        """The innermost scope that both share, or a wider one if the expression looks past it."""
        if ROOT_SCOPE in (read.scope, target) or _FAR.search(words):
            return ROOT_SCOPE
        shared = [
            one
            for one, other in zip(
                self._scopes[read.scope].chain, self._scopes[target].chain, strict=False
            )
            if one == other
        ]
        while len(shared) > 1:
            name = self._elements[self._scopes[shared[-1]].element].name
            if not re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", words):
                break
            shared.pop()
        return shared[-1]

    def _observe(
        self,
        read: Element,
        trigger: Trigger,
        observers: list[dict[int, Trigger]],
        positional: list[dict[int, Trigger]],
    ) -> None:
        """Rows of each repeat around `read` come and go: who looks in from outside must know."""
        chain = self._scopes[read.scope].chain
        for depth in range(1, len(chain)):
            scope = chain[depth]
            if trigger.common in chain[:depth]:
                observers[scope][trigger.rank] = trigger
            elif read.index == self._scopes[scope].element:
                positional[scope][trigger.rank] = Trigger(
                    trigger.rank, chain[depth - 1], trigger.scope
                )

    def _order(self) -> list[int]:
        base = 2 * len(self._elements)
        followers: list[list[int]] = [[] for _ in range(base + len(self._rules))]
        for element in self._elements:
            followers[2 * element.index].append(2 * element.index + 1)
            for child in element.children:
                followers[2 * element.index].append(2 * child)
        for number, rule in enumerate(self._rules):
            followers[base + number].extend(self._effects(rule, base))
            for read in self._reads[number]:
                if not _reads_itself(rule, self._elements[read]):
                    followers[2 * read + 1].append(base + number)
        waits = [0] * len(followers)
        for entry in followers:
            for vertex in entry:
                waits[vertex] += 1
        ready = deque(vertex for vertex, count in enumerate(waits) if not count)
        order: list[int] = []
        while len(order) < len(self._rules):
            if not ready:
                released = self._release(followers, waits, base)
                waits[released] = 0
                ready.append(released)
            vertex = ready.popleft()
            if vertex >= base:
                order.append(vertex - base)
            for follower in followers[vertex]:
                waits[follower] -= 1
                if not waits[follower]:
                    ready.append(follower)
        return order

    def _effects(self, rule: Rule, base: int) -> Iterable[int]:
        if rule.task is Task.RELEVANT:
            return (2 * rule.element,)
        if rule.task is not Task.COUNT:
            return (2 * rule.element + 1,)
        # Rows that the count makes have rules of their own, which must come after it.
        scope = self._elements[rule.element].scope
        inside = [
            base + number
            for number, other in enumerate(self._rules)
            if other is not rule
            and scope in self._scopes[self._elements[other.element].scope].chain
        ]
        return (2 * rule.element, *inside)

    def _release(self, followers: list[list[int]], waits: list[int], base: int) -> int:
        """A rule that may run before what it reads, so that a harmless cycle is cut.

        A repeat's count may look at the rows that it makes ("until the answer is no"), and
        questions may be relevant by turns (each while the other is blank). They settle by running
        again.
        """
        loop = [vertex for vertex in self._cycle(followers, waits, base) if vertex >= base]
        rules = [self._rules[vertex - base] for vertex in loop]
        for vertex, rule in zip(loop, rules, strict=True):
            if rule.task is Task.COUNT:
                return vertex
        if len(rules) > 1 and all(rule.task is Task.RELEVANT for rule in rules):
            return min(loop)
        raise CycleError(tuple(dict.fromkeys(self._elements[rule.element].path for rule in rules)))

    def _cycle(self, followers: list[list[int]], waits: list[int], base: int) -> list[int]:
        """One cycle among the vertices that are not ready."""
        stuck = {vertex for vertex, count in enumerate(waits) if count > 0}
        before: dict[int, int] = {}
        for vertex in stuck:
            for follower in followers[vertex]:
                if follower in stuck:
                    before[follower] = vertex
        vertex = next(vertex for vertex in sorted(stuck) if vertex >= base)
        seen: list[int] = []
        while vertex not in seen:
            seen.append(vertex)
            vertex = before[vertex]
        return seen[seen.index(vertex) :][::-1]


def _reads_itself(rule: Rule, read: Element) -> bool:
    """Whether this read of the rule's own element is harmless: once() keeps its old value, a
    repeat's relevance may count its rows, a filter may look at what is chosen."""
    if rule.element != read.index:
        return False
    if rule.task is Task.CALCULATE:
        return "once" in rule.expression.functions
    return rule.task is not Task.RELEVANT or read.shape in (Shape.GROUP, Shape.REPEAT)
