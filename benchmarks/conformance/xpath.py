"""XPath cases recorded from the test suites of getodk/web-forms and JavaRosa.

`native` cases run with namespaces, as XPath 1.0 has them. `xforms` and `javarosa` cases run as the
product does: names are local and prefixes are dropped. The recording was made in America/Phoenix;
the JavaRosa cases give their times of day in UTC.

A case that contradicts a decision of the engine's design is told apart by a rule, not by a list,
so that cases nobody has seen are judged the same way.
"""

from __future__ import annotations

import json
import math
import os
import random
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks.conformance.xpath_documents import find, itext, load, path_of
from forms.xpath import Environment, Expression, Value, XPathError, compile_expression
from forms.xpath.values import to_boolean, to_number, to_string

PHOENIX: Final = ZoneInfo("America/Phoenix")
OFFSET_DAYS: Final = 7 / 24
JAVAROSA: Final = "http://openrosa.org/javarosa"

DAY_NUMBERS: Final = "(a) the number of a date is its local day; only date-times have fractions"
WHOLE_MATCH: Final = "(b) regex() matches the whole value"
BLANK_DATE: Final = "(c) an invalid date is blank"
BLANK_NAN: Final = "(d) NaN as text is blank"
NO_EXPONENT: Final = "(e) a number has no exponent"
ALL_OF_XPATH: Final = "(f) axes, unions and // that JavaRosa forbids are allowed"
AT_UPLOAD: Final = "unknown functions and wrong arity are reported at upload, even in a dead branch"


@dataclass(slots=True)
class Score:
    """One suite. `excused` is by id the decision that the case contradicts."""

    total: int = 0
    passed: int = 0
    excused: dict[str, str] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Of the cases that contradict no decision, how many pass."""
        counted = self.total - len(self.excused)
        return self.passed / counted if counted else 1.0


Report = dict[str, Score]


def conformance_folder() -> Path:
    """Where the cases lie: `ZOUFANG_CONFORMANCE`, or beside the project."""
    named = os.environ.get("ZOUFANG_CONFORMANCE")
    beside = Path(__file__).resolve().parents[3] / "shared" / "conformance"
    return Path(named) if named else beside


def run(folder: Path | None = None) -> Report:
    """Run every case, print the scores and every miss with its reason."""
    source = (folder or conformance_folder()) / "xpath_cases.json"
    recorded = json.loads(source.read_text(encoding="utf-8"))
    report: Report = {}
    for case in recorded["cases"]:
        score = report.setdefault(case["suite"], Score())
        score.total += 1
        reason = check(case, recorded["documents"])
        if reason is None:
            score.passed += 1
        elif decision := contradicted(case, recorded["documents"]):
            score.excused[case["id"]] = decision
        else:
            score.missed[case["id"]] = f"{case['expr']!r}: {reason}{why(case, recorded)}"
    show(report)
    return report


REASONS: Final = (
    ("round(", "halves round away from zero, as in web-forms; JavaRosa rounds them up"),
    ("'4,6'", "a comma is not a decimal point"),
    ("normalize-space()", "XPath 1.0 lets it stand without an argument"),
    ("decimal-date-time('-", "a number of days is taken as it is"),
    ("today()", "today() less whole days is whole days, which date-time() counts in UTC"),
    ("jr:itext", "prefixes are dropped, so whose jr: it is does not matter"),
)
"""What stands in an expression, and why we differ on purpose where it does."""


def why(case: Mapping[str, Any], recorded: Mapping[str, Any]) -> str:
    """The reason of a miss that is known, as an addition to what happened."""
    document = recorded["documents"].get(case.get("xml") or "", "")
    if "node" in case["kind"] and "<![CDATA[" in document:
        return " (XPath 1.0 makes one text node of a CDATA section and its neighbours)"
    if case["expr"] == "." and case["kind"] == "error":
        return " (the recording gave no context node; here there always is one)"
    reasons = (f" ({reason})" for mark, reason in REASONS if mark in case["expr"])
    return next(reversed(list(reasons)), "")


def show(report: Report) -> None:
    """Print a report for people."""
    for suite, score in sorted(report.items()):
        plain = score.passed / score.total
        print(
            f"{suite}: {score.passed} of {score.total - len(score.excused)} = {score.share:.2%}, "
            f"{len(score.excused)} contradict a decision ({plain:.2%} with them counted as misses)"
        )
        for decision in sorted(set(score.excused.values())):
            ids = [each for each, why in score.excused.items() if why == decision]
            print(f"  decision {decision}: {', '.join(ids)}")
        for identifier, reason in score.missed.items():
            print(f"  missed {identifier}: {reason}")


def check(case: Mapping[str, Any], documents: Mapping[str, str]) -> str | None:
    """None when the case passes, else what happened instead."""
    zone = UTC if case["suite"] == "javarosa" else PHOENIX
    value = outcome(case, documents, zone)
    if isinstance(value, XPathError):
        return None if case["kind"] == "error" else str(value)
    return agrees(case, value, environment(case, documents, zone))


def outcome(case: Mapping[str, Any], documents: Mapping[str, str], zone: Any) -> Value | XPathError:
    """The value of the expression, or the error it ends in."""
    env = environment(case, documents, zone)
    document = load(documents.get(case.get("xml") or "", "<none/>"), is_native(case))
    try:
        node = find(document, case.get("context") or "/")
        value = compiled(case).evaluate(node, env)
        if "nodeset" in case["kind"] and not isinstance(value, list):
            raise XPathError("nodes_expected", name=case["expr"])
        return value
    except XPathError as fault:
        return fault


def is_native(case: Mapping[str, Any]) -> bool:
    """Whether the case is about XPath alone, and so about namespaces too."""
    return bool(case["suite"] == "native")


def compiled(case: Mapping[str, Any]) -> Expression:
    """The expression of a case. Raises XPathError."""
    if is_native(case):
        return compile_expression(case["expr"], namespaces=case.get("ns") or {})
    return compile_expression(case["expr"])


def environment(case: Mapping[str, Any], documents: Mapping[str, str], zone: Any) -> Environment:
    """What the recording had around the expression."""
    document = load(documents.get(case.get("xml") or "", "<none/>"), is_native(case))
    millis = case.get("now_ms", 1_795_287_877_000)
    now = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=millis)
    chance = random.Random(7)
    return Environment(
        root=find(document, case["root"]) if "root" in case else document,
        now=lambda: now,
        tz=zone,
        uuid=lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        random=chance.random,
        instances={
            node.attributes["id"].text: node
            for node in document.walk()
            if node.name == "instance" and "id" in node.attributes
        },
        itext=lambda identifier: itext(document, identifier, case.get("lang")),
    )


def agrees(case: Mapping[str, Any], value: Value, env: Environment) -> str | None:
    """None when `value` is what was recorded, else what it is."""
    kind, expected = case["kind"], case.get("expected")
    got: object
    match kind:
        case "error":
            return f"no error but {shortened(to_string(value, env))}"
        case "boolean":
            got = to_boolean(value)
            good = got == expected
        case "number" | "number_rounded":
            got = to_number(value, env)
            good = same_number(got, expected)
        case "string" | "string_regex" | "string_length":
            got = to_string(value, env)
            good = same_text(kind, got, expected)
        case _:
            nodes = value if isinstance(value, list) else []
            got = [path_of(node) for node in nodes]
            good = same_nodes(kind, got, expected)
    return None if good else f"{shortened(got)} instead of {shortened(expected)}"


def shortened(value: object) -> str:
    """For a report: a value at a length that can be read."""
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}…"


def same_number(got: float, expected: Any) -> bool:
    """Equal to the last digits that a recording keeps, or to the place that it names."""
    if isinstance(expected, list):
        wanted, factor = expected
        return bool(abs(got - wanted) <= 0.51 / factor + 1e-9)
    wanted = float(expected)
    if math.isnan(wanted):
        return math.isnan(got)
    return got == wanted or math.isclose(got, wanted, rel_tol=1e-12, abs_tol=1e-11)


def same_text(kind: str, got: str, expected: Any) -> bool:
    """Equal, matching or of the length that was recorded."""
    if kind == "string_length":
        return bool(len(got) == expected)
    if kind == "string_regex":
        return re.search(expected[0], got) is not None
    return bool(got == expected)


def same_nodes(kind: str, got: list[str], expected: Any) -> bool:
    """The same nodes in the same order; or in any; or as many; or the first of them."""
    if kind == "nodeset_length":
        return bool(len(got) == expected)
    if kind == "nodeset_unordered":
        return bool(sorted(got) == sorted(expected))
    if kind == "node":
        return got[:1] == [expected]
    return bool(got == expected)


def contradicted(case: Mapping[str, Any], documents: Mapping[str, str]) -> str | None:
    """The decision that a case which failed contradicts, or None when we are wrong."""
    value = outcome(case, documents, PHOENIX)
    kind, expected = case["kind"], case.get("expected")
    if isinstance(value, XPathError):
        dead = value.code in ("unknown_function", "arity") and kind != "error"
        return AT_UPLOAD if dead else None
    functions = compiled(case).functions
    env = environment(case, documents, PHOENIX)
    if kind == "error":
        return _allowed_here(case, functions, to_string(value, env))
    if expected == "Invalid Date":
        return BLANK_DATE
    if expected == "NaN" and kind == "string":
        return BLANK_NAN
    if "regex" in functions and expected is True:
        return WHOLE_MATCH
    if re.search(r"\d[eE][+-]?\d", case["expr"]):
        return NO_EXPONENT
    return DAY_NUMBERS if counts_days_otherwise(case, documents) else None


def _allowed_here(case: Mapping[str, Any], functions: frozenset[str], text: str) -> str | None:
    """The decision by which an expression that JavaRosa refuses has a value here."""
    if case["suite"] != "javarosa":
        return None
    if text == "" and functions & {"date", "date-time", "decimal-date-time"}:
        return BLANK_DATE
    return ALL_OF_XPATH if re.search(r"//|\||::", case["expr"]) else None


def counts_days_otherwise(case: Mapping[str, Any], documents: Mapping[str, str]) -> bool:
    """Whether the recording is right if days are counted from midnight in UTC.

    Its numbers of dates carry the offset of the zone as a fraction. So either the expected number
    is ours plus that offset, or the case passes in a zone without one.
    """
    value = outcome(case, documents, PHOENIX)
    if isinstance(value, XPathError):
        return False
    env = environment(case, documents, PHOENIX)
    number = to_number(value, env)
    if case["kind"] in ("number", "number_rounded", "string") and math.isfinite(number):
        expected = case["expected"]
        recorded = to_number(expected, env) if isinstance(expected, str) else expected
        shifted = (number + OFFSET_DAYS, math.floor(number))
        if any(same_number(each, recorded) for each in shifted):
            return True
    elsewhere = outcome(case, documents, UTC)
    return not isinstance(elsewhere, XPathError) and (
        agrees(case, elsewhere, environment(case, documents, UTC)) is None
    )


if __name__ == "__main__":
    run()
