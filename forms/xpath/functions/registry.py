"""How a function is described, and short ways to describe the ordinary ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from forms.node import Node
from forms.xpath.compiled import Compiled, Evaluator, Kind, as_number, as_text
from forms.xpath.environment import Environment

Builder: TypeAlias = Callable[[tuple[Compiled, ...]], Compiled]

MANY: Final = None
"""No upper limit on the arguments."""


@dataclass(frozen=True, slots=True)
class Function:
    """`build` makes the closure from the compiled arguments, which it may evaluate or leave.

    `volatile` functions may give another value at the next evaluation with the same answers.
    """

    name: str
    least: int
    most: int | None
    build: Builder
    volatile: bool = False

    def takes(self, given: int) -> bool:
        """Whether `given` arguments are allowed."""
        return self.least <= given and (self.most is None or given <= self.most)


Registry: TypeAlias = dict[str, Function]


def register(
    functions: Registry, name: str, least: int, most: int | None, *, volatile: bool = False
) -> Callable[[Builder], Builder]:
    """Put a builder into `functions`."""

    def keep(build: Builder) -> Builder:
        functions[name] = Function(name, least, most, build, volatile)
        return build

    return keep


def of_texts(
    functions: Registry, name: str, arguments: int, kind: Kind, compute: Callable[..., object]
) -> None:
    """Register `compute`, which takes `arguments` strings."""

    def build(pieces: tuple[Compiled, ...]) -> Compiled:
        return Compiled(kind, _apply(compute, tuple(map(as_text, pieces))))

    functions[name] = Function(name, arguments, arguments, build)


def of_numbers(
    functions: Registry, name: str, arguments: int, compute: Callable[..., float]
) -> None:
    """Register `compute`, which takes `arguments` numbers and gives one."""

    def build(pieces: tuple[Compiled, ...]) -> Compiled:
        return Compiled("number", _apply(compute, tuple(map(as_number, pieces))))

    functions[name] = Function(name, arguments, arguments, build)


def _apply(
    compute: Callable[..., object], inputs: tuple[Callable[[Node, Environment], object], ...]
) -> Evaluator:
    """A closure that feeds the evaluated inputs to `compute`."""
    if len(inputs) == 1:
        only = inputs[0]
        return cast(Evaluator, lambda node, env: compute(only(node, env)))
    if len(inputs) == 2:
        first, second = inputs
        return cast(Evaluator, lambda node, env: compute(first(node, env), second(node, env)))
    return cast(Evaluator, lambda node, env: compute(*[each(node, env) for each in inputs]))
