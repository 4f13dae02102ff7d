"""Questions that can never be asked, and comparisons with choices that don't exist.

`never` is careful rather than clever: it says yes only where no answer whatever could make the
expression true. It follows `and`, `or` and `not()`, comparisons of a select with a value that its
list lacks, contradictions within one `and`, and questions that can themselves never be asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forms.lint.draft import Draft
from forms.lint.sources import Sound, closed_choices, resolve
from forms.outline import name_of
from forms.report import Finding, Severity
from forms.xpath.syntax import Call, Chain, Number, Path, Syntax, Text, children

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class _Comparison:
    """`path operator value`, the path made absolute. A selected() has the operator ``has``."""

    path: str
    operator: str
    value: str | float


@dataclass(slots=True)
class _Reach:
    """What is known while the form is gone through."""

    choices: Mapping[str, frozenset[str]]
    multiple: frozenset[str]
    unreachable: set[str] = field(default_factory=set)

    def never(self, syntax: Syntax, context: str) -> bool:
        """Whether no answer can make `syntax` true."""
        match syntax:
            case Call(name="false") | Number(value=0) | Text(value=""):
                return True
            case Call(name="not", arguments=(inside,)):
                return self._always(inside, context)
            case Call(name="boolean", arguments=(inside,)):
                return self.never(inside, context)
            case Chain(kind="and" | "or"):
                return self._never_chain(syntax, context)
        comparison = compare(syntax, context)
        if comparison is None:
            return _false_by_itself(syntax)
        return self._impossible(comparison)

    def _never_chain(self, chain: Chain, context: str) -> bool:
        terms = _terms(chain)
        if chain.kind == "or":
            return all(self.never(term, context) for term in terms)
        return any(self.never(term, context) for term in terms) or self._clash(terms, context)

    def _always(self, syntax: Syntax, context: str) -> bool:
        match syntax:
            case Call(name="true"):
                return True
            case Number(value=value):
                return value != 0
            case Call(name="not", arguments=(inside,)):
                return self.never(inside, context)
            case Chain(kind="or"):
                return any(self._always(t, context) for t in _terms(syntax))
            case Chain(kind="and"):
                return all(self._always(t, context) for t in _terms(syntax))
        return False

    def _impossible(self, comparison: _Comparison) -> bool:
        if comparison.operator not in ("=", "has") or comparison.value == "":
            return False
        return self._hidden(comparison.path) or not self.offered(comparison)

    def _hidden(self, path: str) -> bool:
        """Whether the node, or a group around it, is taken to be unreachable."""
        while path:
            if path in self.unreachable:
                return True
            path = path.rpartition("/")[0]
        return False

    def offered(self, comparison: _Comparison) -> bool:
        """Whether the select at the path has a choice of this value; True where nobody knows."""
        choices = self.choices.get(comparison.path)
        if choices is None or comparison.operator not in ("=", "!=", "has"):
            return True
        if isinstance(comparison.value, float):
            return any(_number(choice) == comparison.value for choice in choices)
        words = comparison.value.split() if comparison.path in self.multiple else None
        return comparison.value in choices or bool(words and choices.issuperset(words))

    def _clash(self, terms: tuple[Syntax, ...], context: str) -> bool:
        """Whether terms that must all hold contradict each other about one path."""
        equal: dict[str, set[str | float]] = {}
        least: dict[str, tuple[float, bool]] = {}
        most: dict[str, tuple[float, bool]] = {}
        for comparison in (compare(term, context) for term in terms):
            if comparison is None:
                continue
            path, value = comparison.path, comparison.value
            if comparison.operator == "=" and path not in self.multiple:
                equal.setdefault(path, set()).add(value)
            elif comparison.operator in (">", ">=") and isinstance(value, float):
                bound = (value, comparison.operator == ">")
                least[path] = max(least.get(path, bound), bound)
            elif comparison.operator in ("<", "<=") and isinstance(value, float):
                bound = (value, comparison.operator == "<=")
                most[path] = min(most.get(path, bound), bound)
        if any(len(values) > 1 for values in equal.values()):
            return True
        return any(_empty(bound, most[path]) for path, bound in least.items() if path in most)


def compare(syntax: Syntax, context: str) -> _Comparison | None:
    """`syntax` as the comparison of one path with one literal, or None."""
    match syntax:
        case Call(name="selected", arguments=(Path() as path, Text(value=value))):
            at = resolve(path, context)
            return None if at is None else _Comparison(at, "has", value)
        case Chain(
            kind="=" | "<", first=Path() as path, rest=((operator, Number() | Text() as v),)
        ):
            at = resolve(path, context)
            return None if at is None else _Comparison(at, operator, v.value)
        case Chain(
            kind="=" | "<", first=Number() | Text() as v, rest=((operator, Path() as path),)
        ):
            at = resolve(path, context)
            return None if at is None else _Comparison(at, _MIRRORED[operator], v.value)
    return None


def check(draft: Draft, sound: list[Sound]) -> Iterator[Finding]:
    """Findings about relevance that never holds and choices that don't exist."""
    multiple = frozenset(c.path for c in draft.outline.questions if c.tag == "select")
    reach = _Reach(closed_choices(draft.outline), multiple)
    yield from _unknown_choices(draft, reach, sound)
    yield from _unreachable(draft, reach, [s for s in sound if s.source.attribute == "relevant"])


def _unknown_choices(draft: Draft, reach: _Reach, sound: list[Sound]) -> Iterator[Finding]:
    for one in sound:
        seen = {
            comparison
            for part in _parts(one.syntax)
            if (comparison := compare(part, one.source.path)) and comparison.value != ""
        }
        for comparison in sorted(seen, key=str):
            if not reach.offered(comparison):
                yield draft.find(
                    Severity.WARNING,
                    "choice_unknown",
                    one.source.path,
                    one.source.attribute,
                    line=one.source.line,
                    choice=_shown(comparison.value),
                    other=name_of(comparison.path),
                )


def _unreachable(draft: Draft, reach: _Reach, relevances: list[Sound]) -> Iterator[Finding]:
    """Take all that have a relevance for hidden, and free what could be shown even so, until
    nothing more is freed: what is left, nothing can show. So two that wait for each other are found
    as well."""
    left = {one.source.path: one for one in relevances}
    reach.unreachable = set(left)
    while True:
        before = len(left)
        for path, one in list(left.items()):
            if not reach.never(one.syntax, path):
                del left[path]
                reach.unreachable.discard(path)
        if len(left) == before:
            break
    for path, one in left.items():
        yield draft.find(
            Severity.WARNING,
            "unreachable",
            path,
            "relevant",
            line=one.source.line,
            expression=one.source.text[:200],
            inside=sum(name.startswith(path + "/") for name in draft.outline.names),
        )


def _false_by_itself(syntax: Syntax) -> bool:
    """Whether two literals are compared, and differ."""
    match syntax:
        case Chain(kind="=", first=Number() | Text() as one, rest=((operator, other),)):
            if isinstance(other, Number | Text):
                return (_shown(one.value) == _shown(other.value)) is (operator == "!=")
    return False


def _terms(chain: Chain) -> tuple[Syntax, ...]:
    return (chain.first, *(term for _, term in chain.rest))


def _parts(syntax: Syntax) -> Iterator[Syntax]:
    yield syntax
    for child in children(syntax):
        yield from _parts(child)


def _empty(least: tuple[float, bool], most: tuple[float, bool]) -> bool:
    (low, above), (high, closed) = least, most
    return low > high or (low == high and (above or not closed))


def _shown(value: str | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
