"""Compiles a form and starts it once, so that what fails only then fails at intake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from forms import Env, Form, Interview
from forms.findings import Finding as Fault
from forms.findings import FormError
from forms.lint import Draft
from forms.lint.expressions import code_of
from forms.outline import name_of
from forms.report import Finding, Severity

_CODES: Final[Mapping[str, str]] = {
    "bad_attachment": "file_unreadable",
    "cycle": "cycle",
    "doctype": "doctype",
    "duplicate_node": "duplicate_name",
    "encrypted": "encrypted",
    "missing_itext": "text_unknown",
    "missing_node": "no_node",
    "no_instance": "not_an_xform",
    "not_xform": "not_an_xform",
    "too_large": "form_too_large",
    "xml": "broken_xml",
}
_COLUMNS: Final = {"calculation": "calculate", "read_only": "readonly", "repeat_count": "count"}
_NAMED: Final = 12
"""How many questions of a circle are named."""

_MOMENT: Final = datetime(2026, 1, 1, 8, tzinfo=UTC)


def compile_form(
    draft: Draft, xform: bytes, attachments: Mapping[str, bytes]
) -> tuple[Form | None, list[Finding]]:
    """The compiled form, or None with the findings that say why not."""
    try:
        form = Form.from_xform(xform, attachments)
    except FormError as error:
        return None, [_translated(draft, fault) for fault in error.findings if _grave(fault)]
    faults = Interview.start(form, Env(now=lambda: _MOMENT, random_seed=1)).faults
    failing = list(dict.fromkeys((fault.path, fault.code) for fault in faults))
    return form, [_failing(draft, path, code) for path, code in failing]


def _failing(draft: Draft, path: str, code: str) -> Finding:
    """An expression that fails as soon as the form is opened. One that costs too much would do so
    again after each answer."""
    if code in ("budget", "steps", "rows"):
        return draft.find(Severity.REFUSED, "too_costly", path, "calculate")
    return draft.find(Severity.DEGRADED, "expression_fails", path, "calculate", error=code)


def _grave(fault: Fault) -> bool:
    return fault.severity == "error"


def _translated(draft: Draft, fault: Fault) -> Finding:
    """A fault of the compiler with its place in the author's file."""
    column = str(fault.values.get("column", ""))
    column = _COLUMNS.get(column, column)
    code = _CODES.get(fault.code, "structure")
    values: dict[str, str | int] = {name: str(value) for name, value in fault.values.items()}
    values.pop("column", None)
    if fault.code == "xpath":
        code = code_of(str(fault.values.get("reason", "")))
    if fault.code == "cycle":
        paths = fault.values.get("questions", ())
        values = {"names": " → ".join(_named(draft, path) for path in paths[:_NAMED])}
        column = _column(draft, fault.where)
    more = {**values, "fault": fault.code}
    return draft.find(Severity.REFUSED, code, fault.where, column, more=more)


def _column(draft: Draft, path: str) -> str:
    """The expression by which a question takes part in a circle."""
    bind = draft.outline.binds.get(path)
    written = bind.attributes if bind else {}
    return next((name for name in ("calculate", "relevant", "required") if name in written), "")


def _named(draft: Draft, path: str) -> str:
    row = draft.row(path)
    return f"{name_of(path)} [{row.row}]" if row else name_of(path)
