"""Tokens to syntax: precedence climbing, with function names and arity checked on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, cast, get_args

from forms.xpath.errors import XPathError
from forms.xpath.functions import find
from forms.xpath.lexer import Token, tokenize
from forms.xpath.steps import EVERYTHING, ITSELF, UP, plain_path
from forms.xpath.syntax import (
    Axis,
    Call,
    Chain,
    Filter,
    Negate,
    Number,
    Path,
    Step,
    Syntax,
    TestKind,
    Text,
)

LONGEST: Final = 32_768
"""Characters in an expression."""
DEEPEST: Final = 100
"""Brackets and arguments within each other; a predicate counts for three of them."""
_PREDICATE: Final = 3

JAVAROSA: Final = "http://openrosa.org/javarosa"
_XML: Final = {"xml": "http://www.w3.org/XML/1998/namespace"}

_Level: TypeAlias = Literal["or", "and", "=", "<", "+", "*", "|"]
_LEVELS: Final[tuple[_Level, ...]] = ("or", "and", "=", "<", "+", "*", "|")
_UNION: Final = _LEVELS.index("|")
_LEVEL_OF: Final = {
    "or": 0, "and": 1, "=": 2, "!=": 2, "<": 3, "<=": 3, ">": 3, ">=": 3,
    "+": 4, "-": 4, "*": 5, "div": 5, "mod": 5, "|": 6,
}  # fmt: skip
_AXES: Final = frozenset(get_args(Axis))
_NODE_TYPES: Final = frozenset({"node", "text", "comment", "processing-instruction"})


def parse(source: str, namespaces: Mapping[str, str] | None = None) -> Syntax:
    """Parse `source`. Raises XPathError.

    Without `namespaces` a prefix in a name test is dropped, because a form's tree is kept without
    them. With them, names become `{uri}local`, and a prefix that is missing is an error.
    """
    if len(source) > LONGEST:
        raise XPathError("too_long", length=len(source), limit=LONGEST)
    try:
        return _Parser(source, namespaces).whole()
    except RecursionError:
        raise XPathError("too_deep", limit=DEEPEST) from None


class _Parser:
    def __init__(self, source: str, namespaces: Mapping[str, str] | None) -> None:
        self.tokens = tokenize(source)
        self.place = 0
        self.depth = 0
        self.namespaces = namespaces if namespaces is None else {**_XML, **namespaces}

    def whole(self) -> Syntax:
        syntax = self.expression()
        if self.token.kind != "end":
            raise self.unexpected("end")
        return syntax

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def unexpected(self, expected: str) -> XPathError:
        return XPathError("syntax", self.token.position, found=self.token.text, expected=expected)

    def at(self, *marks: str) -> bool:
        token = self.tokens[self.place]
        return token.kind == "mark" and token.text in marks

    def accept(self, mark: str) -> bool:
        if self.at(mark):
            self.place += 1
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.accept(mark):
            raise self.unexpected(mark)

    def expression(self, weight: int = 1) -> Syntax:
        self.depth += weight
        if self.depth > DEEPEST:
            raise XPathError("too_deep", self.token.position, limit=DEEPEST)
        syntax = self.chain(0)
        self.depth -= weight
        return syntax

    def chain(self, least: int) -> Syntax:
        """An operand and every operator after it that binds at least as tightly as `least`."""
        left = self.operand()
        while (level := self.level()) >= least:
            left = Chain(_LEVELS[level], left, self.operands(level))
        return left

    def operands(self, level: int) -> tuple[tuple[str, Syntax], ...]:
        """The run of operators of one level, each with its right-hand side."""
        rest = []
        while self.level() == level:
            operator = self.token.text
            self.place += 1
            rest.append((operator, self.chain(level + 1)))
        return tuple(rest)

    def level(self) -> int:
        token = self.tokens[self.place]
        return _LEVEL_OF[token.text] if token.kind == "operator" else -1

    def operand(self) -> Syntax:
        times = 0
        while self.token.kind == "operator" and self.token.text == "-":
            self.place += 1
            times += 1
        if times:
            # Unary minus binds more loosely than a union and more tightly than the rest.
            return Negate(self.chain(_UNION), 2 - times % 2)
        return self.path()

    def path(self) -> Syntax:
        token = self.token
        if token.kind == "path":
            self.place += 1
            return plain_path(token.text)
        if token.kind == "mark" and token.text in ("/", "//"):
            return self.absolute()
        if self.starts_step():
            return Path(False, None, tuple(self.steps()))
        start = self.primary()
        predicates = self.predicates()
        if predicates:
            start = Filter(start, predicates)
        if not self.at("/", "//"):
            return start
        if isinstance(start, Number | Text | Negate):
            raise self.unexpected("operator")
        return Path(False, start, tuple(self.more_steps()))

    def absolute(self) -> Syntax:
        if self.at("//"):
            return Path(True, None, tuple(self.more_steps()))
        self.place += 1
        return Path(True, None, tuple(self.steps()) if self.starts_step() else ())

    def starts_step(self) -> bool:
        token = self.token
        if token.kind == "mark":
            return token.text in (".", "..", "@", "*")
        if token.kind != "name":
            return False
        following = self.tokens[self.place + 1]
        is_call = following.kind == "mark" and following.text == "("
        return not is_call or token.text in _NODE_TYPES

    def steps(self) -> list[Step]:
        return [self.step(), *self.more_steps()]

    def more_steps(self) -> list[Step]:
        steps = []
        while self.at("/", "//"):
            if self.token.text == "//":
                steps.append(EVERYTHING)
            self.place += 1
            if not self.starts_step():
                raise self.unexpected("step")
            steps.append(self.step())
        return steps

    def step(self) -> Step:
        if self.accept("."):
            return ITSELF
        if self.accept(".."):
            return UP
        axis = self.axis()
        kind, name = self.node_test(axis)
        return Step(axis, kind, name, self.predicates())

    def axis(self) -> Axis:
        if self.accept("@"):
            return "attribute"
        following = self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        if self.token.kind != "name" or following.text != "::":
            return "child"
        name = self.token
        if name.text not in _AXES:
            raise XPathError("unknown_axis", name.position, name=name.text)
        self.place += 2
        return cast(Axis, name.text)

    def node_test(self, axis: Axis) -> tuple[TestKind, str]:
        if self.accept("*"):
            return "*", ""
        token = self.token
        if token.kind != "name":
            raise self.unexpected("name")
        self.place += 1
        if self.accept("("):
            return self.node_type(token)
        return self.name_test(token, axis)

    def node_type(self, token: Token) -> tuple[TestKind, str]:
        if token.text not in _NODE_TYPES:
            raise XPathError("syntax", token.position, found=token.text, expected="name")
        name = ""
        if token.text == "processing-instruction" and self.token.kind == "literal":
            name = self.token.text[1:-1]
            self.place += 1
        self.expect(")")
        return cast(TestKind, token.text), name

    def name_test(self, token: Token, axis: Axis) -> tuple[TestKind, str]:
        prefix, colon, local = token.text.rpartition(":")
        if self.namespaces is None and prefix == "xml":
            return "name", token.text
        if self.namespaces is None or not colon:
            return ("*", "") if local == "*" else ("name", local)
        if prefix not in self.namespaces:
            raise XPathError("unknown_prefix", token.position, name=prefix)
        return "name", f"{{{self.namespaces[prefix]}}}{local}"

    def predicates(self) -> tuple[Syntax, ...]:
        found = []
        while self.accept("["):
            found.append(self.expression(_PREDICATE))
            self.expect("]")
        return tuple(found)

    def primary(self) -> Syntax:
        token = self.token
        match token.kind:
            case "number":
                self.place += 1
                return Number(float(token.text))
            case "literal":
                self.place += 1
                return Text(token.text[1:-1])
            case "name":
                return self.call()
        if not self.accept("("):
            raise self.unexpected("operand")
        syntax = self.expression()
        self.expect(")")
        return syntax

    def call(self) -> Syntax:
        token = self.token
        self.place += 1
        self.expect("(")
        arguments = []
        if not self.accept(")"):
            arguments.append(self.expression())
            while self.accept(","):
                arguments.append(self.expression())
            self.expect(")")
        self.check(token, len(arguments))
        return Call(token.text, tuple(arguments), token.position)

    def check(self, token: Token, given: int) -> None:
        """Raise XPathError unless the function exists and takes so many arguments."""
        function = find(token.text)
        if function is None or not self.known_prefix(token.text):
            raise XPathError("unknown_function", token.position, name=token.text)
        if not function.takes(given):
            raise XPathError(
                "arity",
                token.position,
                name=token.text,
                given=given,
                least=function.least,
                most=function.most,
            )

    def known_prefix(self, name: str) -> bool:
        if self.namespaces is None or ":" not in name:
            return True
        return self.namespaces.get(name.partition(":")[0]) == JAVAROSA
