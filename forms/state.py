"""An interview as JSON and back.

Every text that differs from the form's own is stored, calculated and irrelevant ones too: what
once() or uuid() gave must not change because the program was started again. Only relevance is
computed anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from forms.definition import Shape
from forms.instance import Field, Instance, Range, Row
from forms.prompts import Media
from forms.walk import Place

if TYPE_CHECKING:
    from forms.interview import Interview

SCHEMA: Final = 1


class _Rows(NamedTuple):
    """What all rows hold, by ref. `parked` are rows that come after those of `repeats`; what they
    hold is stored as if they stood. `aside` are answers as given before a choice filter cut them.
    """

    values: dict[str, str]
    repeats: dict[str, list[str]]
    passed: dict[str, str]
    parked: dict[str, list[str]]
    aside: dict[str, str]


class StateError(ValueError):
    """A state that can't be restored. `code` is schema or form."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def dump(interview: Interview) -> dict[str, Any]:
    """The state of `interview`, ready for JSON; its keys are refs, so a person can read it."""
    form = interview.form
    rows = _Rows({}, {}, {}, {}, {})
    _dump_row(interview.instance.root, rows)
    cursor = interview.cursor
    return {
        "schema": SCHEMA,
        "form_id": form.form_id,
        "version": form.version,
        "form_sha256": form.sha256,
        "language": interview.language,
        "tz": str(interview.env.tz),
        "rev": interview.rev,
        "cursor": interview.ref(cursor) if cursor is not None else "",
        "returning": interview.returning,
        "done": interview.done,
        **rows._asdict(),
        "media": {ref: asdict(media) for ref, media in interview.media.items()},
    }


def _dump_row(row: Row, into: _Rows) -> None:
    prefix, cut = row.ref, len(row.element.path)
    for field in row.fields:
        element = field.element
        if field.text != element.default:
            into.values[prefix + element.path[cut:]] = field.text
    for local, text in row.aside.items():
        into.aside[prefix + row.fields[local].element.path[cut:]] = text
    if row.passed:
        into.passed[prefix] = f"{row.passed:x}"
    for around in row.ranges.values():
        into.repeats[around.ref] = [inner.ident for inner in around.rows]
        if around.parked:
            into.parked[around.ref] = [inner.ident for inner in reversed(around.parked)]
        for inner in (*around.rows, *reversed(around.parked)):
            _dump_row(inner, into)


def restore(interview: Interview, stored: Mapping[str, Any]) -> None:
    """Fill a blank interview from `stored`. Raises StateError."""
    if stored.get("schema") != SCHEMA:
        raise StateError("schema")
    if stored.get("form_sha256") != interview.form.sha256:
        raise StateError("form")
    instance = interview.instance
    instance.fill(default_rows=False)
    # Interviews stored before there were such rows and answers have neither of the two.
    out = _restore_rows(instance, instance.root, stored["repeats"], stored.get("parked", {}))
    for ref, text in stored["values"].items():
        field = instance.find(ref)
        if field is not None:
            field.text = text
    for ref, bits in stored["passed"].items():
        row = instance.find(ref)
        if isinstance(row, Row):
            row.passed = int(bits, 16)
    for ref, text in stored.get("aside", {}).items():
        field = instance.find(ref)
        if field is not None:
            field.row.aside[field.element.local] = text
    interview.media = {ref: Media(**media) for ref, media in stored["media"].items()}
    for around in out:
        instance.park_row(around)
    interview.engine.restore_relevance()
    interview.rev = stored["rev"]
    interview.done = stored["done"]
    interview.returning = stored["returning"]
    interview.cursor = _cursor(interview, stored["cursor"])


def _restore_rows(
    instance: Instance,
    row: Row,
    repeats: Mapping[str, list[str]],
    parked: Mapping[str, list[str]],
) -> list[Range]:
    """Make all rows below `row`. The repeats whose last row is to be parked again, in the order to
    do so, as often as there are such rows."""
    out: list[Range] = []
    for around in row.ranges.values():
        for old in list(around.rows):
            instance.remove_row(old)
        surplus = parked.get(around.ref, [])
        for ident in (*repeats.get(around.ref, ()), *surplus):
            inner = instance.add_row(around, ident)
            out.extend(_restore_rows(instance, inner, repeats, parked))
        out.extend([around] * len(surplus))
    return out


def _cursor(interview: Interview, ref: str) -> Place | None:
    """The stored place; if it is no longer asked (the clock moved a rule), what follows it."""
    field: Field | None = interview.instance.find(ref) if ref else None
    if field is None:
        return None
    found = interview.walk.at(field)
    if found is not None or field.element.slot < 0 or field.element.shape is Shape.ATTRIBUTE:
        return found
    return interview.walk.after(Place(field.row, field.element.slot))
