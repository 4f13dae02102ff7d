"""A compiled expression, and the one function that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias
from weakref import WeakValueDictionary

from forms.node import Node
from forms.xpath.compiled import Evaluator
from forms.xpath.compiler import compile_syntax
from forms.xpath.dependencies import read
from forms.xpath.environment import Environment
from forms.xpath.errors import XPathError
from forms.xpath.parser import parse
from forms.xpath.syntax import Syntax
from forms.xpath.values import Value, to_boolean, to_number, to_string

_MOVING: Final = frozenset({"current", "position", "last"})
"""Functions for which the evaluation must note where it started."""

_Prefixes: TypeAlias = tuple[tuple[str, str], ...] | None


@lru_cache(maxsize=256)
def _parsed(source: str, prefixes: _Prefixes) -> Syntax:
    return parse(source, None if prefixes is None else dict(prefixes))


class _Program:
    """The closure of one source text, made when it is first wanted."""

    __slots__ = ("__weakref__", "_prefixes", "_source", "ready", "run")

    def __init__(self, source: str, prefixes: _Prefixes) -> None:
        self._source = source
        self._prefixes = prefixes
        self.ready = False
        self.run: Evaluator = self._run_first

    def prepare(self) -> None:
        """Make the closure if there is none yet. Raises XPathError."""
        if self.ready:
            return
        try:
            self.run = compile_syntax(_parsed(self._source, self._prefixes)).value
        except RecursionError:
            raise XPathError("too_deep") from None
        self.ready = True

    def _run_first(self, node: Node, env: Environment) -> Value:
        self.prepare()
        return self.run(node, env)


_programs: WeakValueDictionary[tuple[str, _Prefixes], _Program] = WeakValueDictionary()


def _program(source: str, prefixes: _Prefixes) -> _Program:
    """Equal texts share one program for as long as one of them lives."""
    program = _programs.get((source, prefixes))
    if program is None:
        program = _programs[source, prefixes] = _Program(source, prefixes)
    return program


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that compiled. Immutable and shared by all interviews.

    dependencies: absolute schema paths in the primary instance; see forms.xpath.dependencies for
        their wildcards. A constraint on `.` has its own context among them.
    functions: names of the functions it calls, prefixes included.
    instances: ids that instance() and pulldata() ask for; "*" for one computed when it runs.
    volatile: reads the clock or chance outside once().

    Pickling keeps the facts and not the closure, which is made again at the first evaluation.
    """

    source: str
    context: str
    dependencies: frozenset[str]
    functions: frozenset[str]
    instances: frozenset[str]
    volatile: bool
    _prefixes: _Prefixes = field(repr=False)
    _program: _Program = field(repr=False, compare=False)
    _moving: bool = field(repr=False, compare=False)

    def evaluate(self, node: Node, env: Environment, position: int = 1, size: int = 1) -> Value:
        """The value seen from `node`, the `position`-th of `size`. Raises XPathError only."""
        try:
            if self._moving:
                return self._placed(node, env, position, size)
            return self._program.run(node, env)
        except RecursionError:
            raise XPathError("too_deep") from None

    def _placed(self, node: Node, env: Environment, position: int, size: int) -> Value:
        """Evaluate with current(), position() and last() set, and put them back after."""
        outside = env.position, env.size, env.current
        env.position, env.size = position, size
        if env.current is None:
            env.current = node
        try:
            return self._program.run(node, env)
        finally:
            env.position, env.size, env.current = outside

    def string(self, node: Node, env: Environment, position: int = 1, size: int = 1) -> str:
        """The value as text; NaN is blank."""
        return to_string(self.evaluate(node, env, position, size), env)

    def number(self, node: Node, env: Environment, position: int = 1, size: int = 1) -> float:
        """The value as a number; dates count as days."""
        return to_number(self.evaluate(node, env, position, size), env)

    def boolean(self, node: Node, env: Environment, position: int = 1, size: int = 1) -> bool:
        """The value as a truth: of nodes, whether there are any."""
        value = self.evaluate(node, env, position, size)
        return value if isinstance(value, bool) else to_boolean(value)

    def nodes(self, node: Node, env: Environment, position: int = 1, size: int = 1) -> list[Node]:
        """The nodes, in document order. Raises XPathError `nodes_expected` for another value."""
        value = self.evaluate(node, env, position, size)
        if isinstance(value, list):
            return list(value)
        raise XPathError("nodes_expected", name=self.source)

    def __reduce__(self) -> tuple[object, ...]:
        facts = (self.dependencies, self.functions, self.instances, self.volatile)
        return _restore, ((self.source, self.context, *facts, self._prefixes),)


@lru_cache(maxsize=256)
def _shared(names: frozenset[str]) -> frozenset[str]:
    """The same set for equal ones: a form has hundreds of expressions and few kinds of them."""
    return names


_Facts: TypeAlias = tuple[str, str, frozenset[str], frozenset[str], frozenset[str], bool, _Prefixes]


def _restore(facts: _Facts) -> Expression:
    """An expression from what is known about it; its closure is shared or made later."""
    source, prefixes = facts[0], facts[-1]
    return Expression(*facts, _program(source, prefixes), not facts[3].isdisjoint(_MOVING))


def compile_expression(
    source: str, context: str = "/", namespaces: Mapping[str, str] | None = None
) -> Expression:
    """Compile `source`, whose relative paths start at the schema path `context`.

    Without `namespaces`, prefixes in paths are dropped, as they are in a form's tree. With them,
    names mean `{uri}local`, as parse_document(..., namespaces=True) makes them.

    Raises XPathError for syntax, unknown functions, wrong arity and whatever else will never work.
    """
    prefixes = None if namespaces is None else tuple(sorted(namespaces.items()))
    program = _program(source, prefixes)
    syntax = _parsed(source, prefixes)
    program.prepare()
    try:
        found = read(syntax, context)
    except RecursionError:
        raise XPathError("too_deep") from None
    return _restore(
        (
            source,
            context,
            frozenset(found.paths),
            _shared(frozenset(found.functions)),
            _shared(frozenset(found.instances)),
            found.volatile,
            prefixes,
        )
    )
