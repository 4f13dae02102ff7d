"""The evaluator against lxml.etree.XPath, on the expressions of a real form.

The WHO Verbal Autopsy is used where the conformance folder is there, and otherwise made-up
expressions of the same kinds in the same number; the output says which. lxml gets its functions
registered as extensions, which is what it needs to run these expressions at all; it still gets
operators on dates and absolute paths in predicates wrong.

    python -m benchmarks.xpath_bench
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, cast

from lxml import etree

from benchmarks.conformance.xpath import conformance_folder
from forms.node import Node
from forms.tree import parse_document
from forms.xpath import Environment, Expression, XPathError, compile_expression

BAR: Final = 3.0  # how many times as long lxml has to take at least
NOW: Final = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
FIELDS: Final = ("calculate", "constraint", "readonly", "relevant", "required")
JAVAROSA: Final = "http://openrosa.org/javarosa"


@dataclass(frozen=True, slots=True)
class Case:
    """An expression and the schema path of the node it belongs to."""

    source: str
    context: str


def main() -> float:
    """Measure and print; how many times as long lxml takes."""
    name, instance, cases = load()
    distinct = len({case.source for case in cases})
    print(f"{name}: {len(cases)} expressions, {distinct} distinct")
    started = time.perf_counter()
    compiled = [compile_expression(case.source, case.context) for case in cases]
    spent = time.perf_counter() - started
    print(f"compile: {spent * 1e3:.1f} ms, {spent / distinct * 1e6:.0f} µs a distinct expression")
    ours, theirs = measure(instance, cases, compiled)
    report("ours", ours)
    report("lxml.etree.XPath with extensions", theirs)
    times = sum(theirs) / sum(ours)
    print(f"lxml takes {times:.1f} times as long (bar {BAR:.0f})")
    measure_filter()
    return times


def measure_filter() -> None:
    """A choice filter over 10,000 rows: the first time, and with the index there."""
    rows = "".join(f"<item><a>group{n % 100}</a><b>row{n}</b></item>" for n in range(10_000))
    rows_document = parse_document(f"<root>{rows}</root>".encode())
    form = parse_document(b"<data><one>group7</one></data>")
    env = environment(form)
    env.instances = {"t": rows_document}
    expression = compile_expression("instance('t')/root/item[a = /data/one]")
    started = time.perf_counter()
    expression.evaluate(form, env)
    first = time.perf_counter() - started
    again = best(lambda: expression.evaluate(form, env))
    print(f"filter over 10,000 rows: {first * 1e3:.2f} ms first, {again * 1e6:.2f} µs once indexed")


def environment(root: Node) -> Environment:
    """A standing clock and no chance."""
    return Environment(root=root, now=lambda: NOW, tz=UTC, uuid=lambda: "u", random=lambda: 0.5)


def report(name: str, seconds: list[float]) -> None:
    """One line of microseconds."""
    micros = sorted(each * 1e6 for each in seconds)
    p95 = micros[int(len(micros) * 0.95)]
    print(
        f"{name}: {len(micros)} expressions, mean {statistics.mean(micros):.2f} µs, "
        f"p95 {p95:.2f}, max {micros[-1]:.2f}"
    )


def load() -> tuple[str, etree._Element, list[Case]]:
    """The name of the form, its primary instance without namespaces, half filled in, its cases."""
    workbook = conformance_folder() / "forms" / "large" / "whova_form.xlsx"
    if workbook.exists():
        from pyxform.xls2xform import convert

        xform = convert(str(workbook), validate=False).xform
        return "WHO Verbal Autopsy", *read_xform(xform.encode())
    return "made-up form (no conformance folder)", *read_xform(made_up())


def read_xform(xform: bytes) -> tuple[etree._Element, list[Case]]:
    """The instance and the expressions of its binds."""
    model = etree.fromstring(xform)
    for element in model.iter(etree.Element):
        element.tag = etree.QName(element).localname
    instance = model.find(".//instance")
    assert instance is not None
    fill(instance[0])
    cases = [
        Case(bind.get(name, ""), bind.get("nodeset", ""))
        for bind in model.iter("bind")
        for name in FIELDS
        if bind.get(name) not in (None, "true()", "false()")
    ]
    return instance[0], cases


def fill(root: etree._Element) -> None:
    """Give every other leaf an answer."""
    chance = random.Random(1)
    for leaf in root.iter(etree.Element):
        if len(leaf) == 0 and chance.random() < 0.5:
            leaf.text = chance.choice(["yes", "no", "3", "1980-02-01", "dk", "41"])


def made_up() -> bytes:
    """A form of 550 binds with expressions of the kinds that real forms have."""
    leaves = "".join(f"<q{n}/>" for n in range(550))
    binds = "".join(
        f"""<bind nodeset="/data/g/q{n}" relevant="/data/g/q{n // 2} = 'yes' and
        (selected(/data/g/q{n // 3}, 'no') or /data/g/q{n // 4} &gt; {n % 60})"
        constraint=". &gt;= 0 and . &lt;= {n}"/>"""
        for n in range(1, 550)
    )
    return (
        f"<html><head><model><instance><data><g>{leaves}</g></data></instance>{binds}"
        "</model></head></html>"
    ).encode()


def measure(
    instance: etree._Element, cases: list[Case], compiled: list[Expression]
) -> tuple[list[float], list[float]]:
    """Seconds an evaluation of each expression takes, here and in lxml.

    The two take turns, so that whatever else the machine does slows both down.
    """
    register_extensions()
    tree = etree.ElementTree(instance)
    document = parse_document(etree.tostring(instance))
    env = environment(document)
    ours, theirs = [], []
    for case, expression in zip(cases, compiled, strict=True):
        element = cast(list[etree._Element], tree.xpath(case.context))[0]
        path = etree.XPath(case.source, namespaces={"jr": JAVAROSA})
        node = leaf(document, case.context)
        try:
            expression.boolean(node, env)
            path(element)
        except (XPathError, etree.XPathError) as fault:
            print(f"left out {case.source!r}: {fault}")
            continue
        ours.append(best(partial(expression.boolean, node, env)))
        theirs.append(best(partial(path, element)))
    return ours, theirs


def leaf(document: Node, path: str) -> Node:
    """The first node at a schema path."""
    node = document
    for name in path.split("/")[1:]:
        node = node.named[name][0]
    return node


def register_extensions() -> None:
    """What a form of this kind calls beyond XPath 1.0, in the cheapest Python for each."""
    functions = etree.FunctionNamespace(None)
    functions.update(
        {
            "selected": lambda _c, value, name: _text(name) in _text(value).split(),
            "if": lambda _c, test, yes, no: yes if test else no,
            "coalesce": lambda _c, one, other: _text(one) or _text(other),
            "regex": lambda _c, value, _pattern: bool(_text(value)),
            "int": lambda _c, number: float(_text(number).partition(".")[0] or "nan"),
            "once": lambda _c, value: value,
            "today": lambda _c: NOW.date().isoformat(),
            "now": lambda _c: NOW.isoformat(),
            "date": lambda _c, value: _text(value),
            "format-date": lambda _c, value, _pattern: _text(value),
            "count-selected": lambda _c, value: float(len(_text(value).split())),
        }
    )
    javarosa = etree.FunctionNamespace(JAVAROSA)
    javarosa["choice-name"] = lambda _c, value, _path: _text(value)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return (value[0].text or "") if value else ""
    return str(value)


def best(call: Callable[[], object], rounds: int = 5, times: int = 40) -> float:
    """The shortest mean time of several rounds."""
    shortest = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(times):
            call()
        shortest = min(shortest, (time.perf_counter() - started) / times)
    return shortest


if __name__ == "__main__":
    sys.exit(main() < BAR)
