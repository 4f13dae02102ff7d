"""An interview as JSON and back.

Every text that differs from the form's own is stored, calculated and irrelevant ones too: what
once() or uuid() gave must not change because the program was started again. Only relevance is
computed anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from forms.definition import Shape
from forms.instance import Field, Row
from forms.prompts import Media
from forms.walk import Place

if TYPE_CHECKING:
    from forms.interview import Interview

SCHEMA: Final = 1


class StateError(ValueError):
    """A state that can't be restored. `code` is schema or form."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def dump(interview: Interview) -> dict[str, Any]:
    """The state of `interview`, ready for JSON; its keys are refs, so a person can read it."""
    form = interview.form
    values: dict[str, str] = {}
    repeats: dict[str, list[str]] = {}
    passed: dict[str, str] = {}
    _dump_row(interview.instance.root, values, repeats, passed)
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
        "values": values,
        "repeats": repeats,
        "passed": passed,
        "media": {ref: asdict(media) for ref, media in interview.media.items()},
    }


def _dump_row(
    row: Row, values: dict[str, str], repeats: dict[str, list[str]], passed: dict[str, str]
) -> None:
    prefix, cut = row.ref, len(row.element.path)
    for field in row.fields:
        element = field.element
        if field.text != element.default:
            values[prefix + element.path[cut:]] = field.text
    if row.passed:
        passed[prefix] = f"{row.passed:x}"
    for around in row.ranges.values():
        repeats[around.ref] = [inner.ident for inner in around.rows]
        for inner in around.rows:
            _dump_row(inner, values, repeats, passed)


def restore(interview: Interview, stored: Mapping[str, Any]) -> None:
    """Fill a blank interview from `stored`. Raises StateError."""
    if stored.get("schema") != SCHEMA:
        raise StateError("schema")
    if stored.get("form_sha256") != interview.form.sha256:
        raise StateError("form")
    instance = interview.instance
    instance.fill(default_rows=False)
    _restore_rows(interview, instance.root, stored["repeats"])
    for ref, text in stored["values"].items():
        field = instance.find(ref)
        if field is not None:
            field.text = text
    for ref, bits in stored["passed"].items():
        row = instance.find(ref)
        if isinstance(row, Row):
            row.passed = int(bits, 16)
    interview.media = {ref: Media(**media) for ref, media in stored["media"].items()}
    interview.engine.restore_relevance()
    interview.rev = stored["rev"]
    interview.done = stored["done"]
    interview.returning = stored["returning"]
    interview.cursor = _cursor(interview, stored["cursor"])


def _restore_rows(interview: Interview, row: Row, repeats: Mapping[str, list[str]]) -> None:
    instance = interview.instance
    for around in row.ranges.values():
        for old in list(around.rows):
            instance.remove_row(old)
        for ident in repeats.get(around.ref, ()):
            inner = instance.add_row(around, ident)
            _restore_rows(interview, inner, repeats)


def _cursor(interview: Interview, ref: str) -> Place | None:
    """The stored place; if it is no longer asked (the clock moved a rule), what follows it."""
    field: Field | None = interview.instance.find(ref) if ref else None
    if field is None:
        return None
    found = interview.walk.at(field)
    if found is not None or field.element.slot < 0 or field.element.shape is Shape.ATTRIBUTE:
        return found
    return interview.walk.after(Place(field.row, field.element.slot))
