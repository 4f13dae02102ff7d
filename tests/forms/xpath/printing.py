"""Syntax back to text, for the round trip of the parser."""

from __future__ import annotations

from forms.xpath.syntax import Call, Chain, Filter, Negate, Number, Path, Step, Syntax, Text
from forms.xpath.values import number_to_string


def spelled(syntax: Syntax) -> str:
    """An expression that parses to `syntax`, with brackets only where a chain is an operand."""
    match syntax:
        case Number(value):
            return number_to_string(value)
        case Text(value):
            return f'"{value}"'
        case Call(name, arguments):
            return f"{name}({', '.join(map(spelled, arguments))})"
        case Negate(operand, times):
            return "-" * times + _operand(operand)
        case Chain(_, first, rest):
            return _operand(first) + "".join(f" {sign} {_operand(each)}" for sign, each in rest)
        case Filter(base, predicates):
            return _operand(base) + _predicates(predicates)
        case Path():
            return _path(syntax)


def _operand(syntax: Syntax) -> str:
    text = spelled(syntax)
    return f"({text})" if isinstance(syntax, Chain | Negate) else text


def _path(path: Path) -> str:
    steps = "/".join(map(_step, path.steps))
    if path.absolute:
        return f"/{steps}"
    return steps if path.start is None else f"{_operand(path.start)}/{steps}"


def _step(step: Step) -> str:
    test = {"name": step.name, "*": "*"}.get(step.kind, f"{step.kind}()")
    return f"{step.axis}::{test}{_predicates(step.predicates)}"


def _predicates(predicates: tuple[Syntax, ...]) -> str:
    return "".join(f"[{spelled(test)}]" for test in predicates)
