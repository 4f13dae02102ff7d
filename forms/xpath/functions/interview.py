"""What only the running interview knows: its labels, its properties, chance."""

from __future__ import annotations

from typing import Final, cast

from forms.node import Node
from forms.xpath.compiled import Compiled, Evaluator, as_number, as_text
from forms.xpath.environment import Environment
from forms.xpath.errors import XPathError
from forms.xpath.functions.registry import Registry, register

FUNCTIONS: Registry = {}

_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LONGEST_ID: Final = 10_000


@register(FUNCTIONS, "jr:itext", 1, 1)
def _itext(pieces: tuple[Compiled, ...]) -> Compiled:
    identifier = as_text(pieces[0])
    return Compiled("any", cast(Evaluator, lambda node, env: env.itext(identifier(node, env))))


@register(FUNCTIONS, "property", 1, 1)
def _property(pieces: tuple[Compiled, ...]) -> Compiled:
    name = as_text(pieces[0])
    return Compiled("string", lambda node, env: env.properties.get(name(node, env), ""))


@register(FUNCTIONS, "version", 0, 0)
def _version(_pieces: tuple[Compiled, ...]) -> Compiled:
    return Compiled("string", lambda _node, env: env.version)


@register(FUNCTIONS, "random", 0, 0, volatile=True)
def _random(_pieces: tuple[Compiled, ...]) -> Compiled:
    return Compiled("number", lambda _node, env: env.random())


@register(FUNCTIONS, "uuid", 0, 1, volatile=True)
def _uuid(pieces: tuple[Compiled, ...]) -> Compiled:
    """A random UUID, or so many random letters and digits."""
    if not pieces:
        return Compiled("string", lambda _node, env: env.uuid())
    length = as_number(pieces[0])

    def letters(node: Node, env: Environment) -> str:
        size = length(node, env)
        if not 0 <= size <= _LONGEST_ID:
            raise XPathError("argument", name="uuid", value=size)
        return "".join([_ALPHABET[int(env.random() * len(_ALPHABET))] for _ in range(int(size))])

    return Compiled("string", letters)
