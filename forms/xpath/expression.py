"""A compiled expression, and the one function that makes it."""

from __future__ import annotations

from dataclasses import dataclass

from forms.node import Node
from forms.xpath.environment import Environment
from forms.xpath.values import Value


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that compiled. Immutable, shared by all interviews, picklable."""

    source: str
    context: str
    dependencies: frozenset[str]
    functions: frozenset[str]
    instances: frozenset[str]
    volatile: bool

    def evaluate(self, node: Node, env: Environment, position: int = 1, size: int = 1) -> Value:
        """The value seen from `node`."""
        raise NotImplementedError

    def string(self, node: Node, env: Environment, position: int = 1, size: int = 1) -> str:
        """The value as text."""
        raise NotImplementedError

    def number(self, node: Node, env: Environment, position: int = 1, size: int = 1) -> float:
        """The value as a number."""
        raise NotImplementedError

    def boolean(self, node: Node, env: Environment, position: int = 1, size: int = 1) -> bool:
        """The value as a truth."""
        raise NotImplementedError

    def nodes(self, node: Node, env: Environment, position: int = 1, size: int = 1) -> list[Node]:
        """The value as nodes in document order. Raises XPathError `nodes_expected`."""
        raise NotImplementedError


def compile_expression(source: str, context: str = "/") -> Expression:
    """Compile `source`, whose relative paths start at the schema path `context`."""
    return Expression(source, context, frozenset(), frozenset(), frozenset(), False)
