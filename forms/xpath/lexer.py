"""Characters to tokens.

XPath has no reserved words: `and`, `div` and `*` are operators only where an operator can stand,
that is after a complete operand. So `1and1` is legal, and a node may be called `mod`.

A path of plain names, which is most of what forms contain, comes as one token.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from forms.xpath.errors import XPathError

TokenKind: TypeAlias = Literal["path", "number", "literal", "name", "operator", "mark", "end"]

_BLANKS: Final = " \t\r\n"
_NAME: Final = r"[^\W\d][\w.\-\u00b7]*+"
_PATH: Final = rf"(?P<path>(?:\.\.(?:/\.\.)*+)?+(?:/{_NAME})++)(?![:]|[ \t\r\n]*+(?:[(/\[]|::))|"
_REST: Final = rf"""
      (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    | (?P<literal>"[^"]*"|'[^']*')
    | (?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
    | (?P<operator>!=|<=|>=|[=<>+\-|])
    | (?P<mark>::|//|\.\.|[()\[\]@,./*])
    """
_ANY: Final = re.compile(rf"[ \t\r\n]*+(?:{_PATH}{_REST})", re.VERBOSE)
_PATHLESS: Final = re.compile(rf"[ \t\r\n]*+(?:{_REST})", re.VERBOSE)
_OPERATOR_NAME: Final = re.compile(r"(?:and|or|div|mod)(?![^\W\d])")

_CLOSING: Final = frozenset({")", "]", ".", "..", "*"})
"""Marks that end an operand."""
_JOINING: Final = frozenset({"/", "//", "@", "::"})
"""Marks after which a name goes on with a path."""


class Token(NamedTuple):
    """One token; `position` is where it starts in the expression, from 0."""

    kind: TokenKind
    text: str
    position: int


def tokenize(source: str) -> list[Token]:
    """The tokens of `source`, ending with one `end` token. Raises XPathError."""
    tokens: list[Token] = []
    end = len(source.rstrip(_BLANKS))
    place = 0
    after_operand = in_path = False
    while place < end:
        found = (_PATHLESS if after_operand or in_path else _ANY).match(source, place)
        if found is None:
            raise _unknown(source, place)
        token = _token(found, after_operand)
        tokens.append(token)
        kind, text, start = token
        # Not the end of the match: `and1` is an operator and a number.
        place = start + len(text)
        after_operand = text in _CLOSING if kind == "mark" else kind != "operator"
        in_path = kind == "mark" and text in _JOINING
    tokens.append(Token("end", "", len(source)))
    return tokens


def _token(found: re.Match[str], after_operand: bool) -> Token:
    kind = cast(TokenKind, found.lastgroup)
    text, place = found[kind], found.start(kind)
    if after_operand and kind == "name":
        return Token("operator", _operator_name(text, place), place)
    if after_operand and text == "*":
        return Token("operator", text, place)
    return Token(kind, text, place)


def _operator_name(text: str, place: int) -> str:
    if found := _OPERATOR_NAME.match(text):
        return found.group()
    raise XPathError("syntax", place, found=text, expected="operator")


def _unknown(source: str, place: int) -> XPathError:
    place = len(source) - len(source[place:].lstrip(_BLANKS))
    if source[place] == "$":
        return XPathError("variable", place)
    return XPathError("syntax", place, found=source[place])
