"""Syntax to closures."""

from __future__ import annotations

from typing import Literal

from forms.node import Node
from forms.xpath.arithmetic import OPERATIONS, compile_negation, compile_operator
from forms.xpath.comparisons import compare_values, compile_comparison
from forms.xpath.compiled import Compiled, as_boolean, as_number, constant
from forms.xpath.environment import Environment
from forms.xpath.errors import XPathError
from forms.xpath.functions import find
from forms.xpath.paths import compile_filter, compile_path, compile_union
from forms.xpath.syntax import Call, Chain, Filter, Negate, Number, Path, Syntax, Text


def compile_syntax(syntax: Syntax) -> Compiled:
    """The closure of a parsed expression. Raises XPathError."""
    match syntax:
        case Number(value) | Text(value):
            return constant(value)
        case Path():
            return compile_path(syntax, compile_syntax)
        case Call():
            return _call(syntax)
        case Chain():
            return _chain(syntax)
        case Filter():
            return compile_filter(syntax, compile_syntax)
        case Negate(operand, times):
            return compile_negation(compile_syntax(operand), times)


def _call(call: Call) -> Compiled:
    function = find(call.name)
    if function is None:
        raise XPathError("unknown_function", call.position, name=call.name)
    arguments = tuple(compile_syntax(argument) for argument in call.arguments)
    try:
        return function.build(arguments)
    except XPathError as fault:
        if fault.position is not None:
            raise
        raise XPathError(fault.code, call.position, **fault.values) from None


def _chain(chain: Chain) -> Compiled:
    first = compile_syntax(chain.first)
    rest = [(name, compile_syntax(operand)) for name, operand in chain.rest]
    match chain.kind:
        case "or" | "and":
            return _logic(chain.kind, (first, *(operand for _, operand in rest)))
        case "|":
            return compile_union((first, *(operand for _, operand in rest)))
        case "=" | "<":
            return _comparisons(first, rest)
        case "+" | "*":
            return _arithmetic(first, rest)


def _logic(kind: Literal["or", "and"], operands: tuple[Compiled, ...]) -> Compiled:
    """The operands are tried until one decides."""
    truths = tuple(map(as_boolean, operands))
    if len(truths) == 2:
        one, other = truths
        if kind == "or":
            return Compiled("boolean", lambda node, env: one(node, env) or other(node, env))
        return Compiled("boolean", lambda node, env: one(node, env) and other(node, env))
    decides = kind == "or"

    def logic(node: Node, env: Environment) -> bool:
        for truth in truths:
            if truth(node, env) is decides:
                return decides
        return not decides

    return Compiled("boolean", logic)


def _comparisons(first: Compiled, rest: list[tuple[str, Compiled]]) -> Compiled:
    if len(rest) == 1:
        return compile_comparison(rest[0][0], first, rest[0][1])
    start = compile_comparison(rest[0][0], first, rest[0][1]).value
    tail = tuple((name, operand.value) for name, operand in rest[1:])

    def compare(node: Node, env: Environment) -> bool:
        result = start(node, env)
        for name, value in tail:
            result = compare_values(name, result, value(node, env), env)
        return bool(result)

    return Compiled("boolean", compare)


def _arithmetic(first: Compiled, rest: list[tuple[str, Compiled]]) -> Compiled:
    start = compile_operator(rest[0][0], first, rest[0][1])
    if len(rest) == 1:
        return start
    number = as_number(start)
    tail = tuple((OPERATIONS[name], as_number(operand)) for name, operand in rest[1:])

    def total(node: Node, env: Environment) -> float:
        result = number(node, env)
        for operation, operand in tail:
            result = operation(result, operand(node, env))
        return result

    return Compiled("number", total)
