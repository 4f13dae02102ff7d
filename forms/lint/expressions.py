"""Expressions that don't compile, that read what isn't there, or whose patterns surprise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from forms.lint.draft import Draft
from forms.lint.sources import Sound, Source, resolve
from forms.outline import name_of
from forms.report import Finding, Severity
from forms.xpath import XPathError, compile_expression
from forms.xpath.parser import parse
from forms.xpath.syntax import Call, Path, Syntax, Text, children

_PROBE_SECONDS: Final = 0.05
_PROBE_LENGTH: Final = 28
"""Long enough to show a pattern that never ends, short enough for honest ones to pass at once."""

_KNOWN: Final = frozenset(
    {"syntax", "unknown_function", "arity", "nodes_expected", "variable", "too_long", "too_deep"}
)


def code_of(reason: str) -> str:
    """The finding code for the code of an XPathError."""
    if reason == "pattern":
        return "pattern_broken"
    return f"expression_{reason if reason in _KNOWN else 'syntax'}"


def compiled(draft: Draft, sources: list[Source]) -> tuple[list[Sound], list[Finding]]:
    """The expressions that compile, and findings for those that don't."""
    sound: list[Sound] = []
    findings: list[Finding] = []
    for source in sources:
        try:
            expression = compile_expression(source.text, source.path)
            sound.append(Sound(source, parse(source.text), expression))
        except XPathError as error:
            findings.append(_broken(draft, source, error))
    return sound, findings


def _broken(draft: Draft, source: Source, error: XPathError) -> Finding:
    values: dict[str, str | int] = {
        "name": "",
        **{name: str(value) for name, value in error.values.items()},
    }
    return draft.find(
        Severity.REFUSED,
        code_of(error.code),
        source.path,
        source.attribute,
        line=source.line,
        expression=source.text[:200],
        error=str(error.values.get("reason", error)),
        more=values,
    )


def check(draft: Draft, sound: list[Sound]) -> Iterator[Finding]:
    """Findings about expressions that do compile."""
    for one in sound:
        yield from _unknown_paths(draft, one)
        yield from _unknown_instances(draft, one)
        yield from _nested_scans(draft, one)
        for pattern in _patterns(one.syntax):
            yield from _pattern(draft, one.source, pattern)


def _unknown_paths(draft: Draft, one: Sound) -> Iterator[Finding]:
    names = draft.outline.names
    for path in sorted(one.expression.dependencies):
        known = path in names or path in ("/", f"/{draft.outline.root}")
        if not known and "*" not in path and "//" not in path and "@" not in path:
            yield draft.find(
                Severity.DEGRADED,
                "path_unknown",
                one.source.path,
                one.source.attribute,
                line=one.source.line,
                other=path,
            )


def _unknown_instances(draft: Draft, one: Sound) -> Iterator[Finding]:
    for name in sorted(one.expression.instances):
        if name.removesuffix(".csv") not in draft.outline.instances:
            yield draft.find(
                Severity.REFUSED,
                "instance_unknown",
                one.source.path,
                one.source.attribute,
                line=one.source.line,
                list=name,
            )


def _nested_scans(draft: Draft, one: Sound) -> Iterator[Finding]:
    """Loops within loops: their cost is the square of the rows."""
    if any(_scans(draft, inner) for inner in _in_predicates(one.syntax)):
        source = one.source
        yield draft.find(
            Severity.WARNING, "nested_scan", source.path, source.attribute, line=source.line
        )


def _in_predicates(syntax: Syntax, within: bool = False) -> Iterator[Path]:
    """The paths that stand in a predicate, wherever it is."""
    if isinstance(syntax, Path):
        if within:
            yield syntax
        for step in syntax.steps:
            for predicate in step.predicates:
                yield from _in_predicates(predicate, within=True)
        inside: tuple[Syntax, ...] = () if syntax.start is None else (syntax.start,)
    else:
        inside = children(syntax)
    for child in inside:
        yield from _in_predicates(child, within)


def _scans(draft: Draft, path: Path) -> bool:
    """Whether a path visits many nodes: all descendants, a repeat's rows, or an unfiltered list."""
    if any(step.axis in ("descendant", "descendant-or-self") for step in path.steps):
        return True
    if isinstance(path.start, Call) and path.start.name == "instance":
        return not any(step.predicates for step in path.steps)
    at = resolve(path, "/") if path.absolute else None
    return at is not None and any(f"{at}/".startswith(f"{r}/") for r in draft.outline.repeats)


def _patterns(syntax: Syntax) -> Iterator[str]:
    """The written-out patterns of regex(), wherever they stand."""
    if isinstance(syntax, Call) and syntax.name == "regex":
        pattern = syntax.arguments[1]
        if isinstance(pattern, Text):
            yield pattern.value
    for child in children(syntax):
        yield from _patterns(child)


def _pattern(draft: Draft, source: Source, pattern: str) -> Iterator[Finding]:
    codes = []
    if not (pattern.startswith("^") and pattern.endswith("$")):
        codes.append((Severity.WARNING, "pattern_whole"))
    if _never_ends(pattern):
        codes.append((Severity.DEGRADED, "pattern_slow"))
    for severity, code in codes:
        yield draft.find(
            severity,
            code,
            source.path,
            source.attribute,
            line=source.line,
            pattern=pattern[:200],
        )


def _never_ends(pattern: str) -> bool:
    """Whether some short text of the pattern's own characters keeps it busy. A pattern that can't
    be compiled has been refused with its expression."""
    rule = regex.compile(pattern)
    letters = [c for c in dict.fromkeys(pattern) if c.isalnum()][:8] or ["a"]
    for letter in (*letters, "a", "0", " "):
        try:
            rule.fullmatch(letter * _PROBE_LENGTH + "!", timeout=_PROBE_SECONDS)
        except TimeoutError:
            return True
    return False


def later_relevance(draft: Draft, sound: list[Sound]) -> Iterator[Finding]:
    """Questions whose relevance hangs only on questions that come after them."""
    order = {c.path: n for n, c in enumerate(draft.outline.controls) if c.tag != "repeat"}
    for one in sound:
        at = order.get(one.source.path)
        if one.source.attribute != "relevant" or at is None:
            continue
        asked = [path for path in one.expression.dependencies if path in order]
        below = one.source.path + "/"
        later = [path for path in asked if order[path] > at and not path.startswith(below)]
        if later and len(later) == len(asked) == len(one.expression.dependencies):
            yield draft.find(
                Severity.WARNING,
                "relevance_looks_ahead",
                one.source.path,
                "relevant",
                line=one.source.line,
                other=", ".join(sorted(name_of(path) for path in later)),
            )
