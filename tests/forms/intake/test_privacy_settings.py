"""What a form declares of the law is checked where its author reads it."""

from __future__ import annotations

import pytest

from forms.intake import intake
from forms.privacy import Privacy, privacy_of


def table(**settings: str) -> bytes:
    names = "".join(f" attribute::{name} |" for name in settings)
    values = "".join(f" {value} |" for value in settings.values())
    return f"""
| settings | form_id | version |{names}
|---|---|---|{"---|" * len(settings)}
|  | f | 1 |{values}

| survey | type | name | label |
|---|---|---|---|
|  | select_one yn | agreed | Agreed? |

| choices | list_name | name | label |
|---|---|---|---|
|  | yn | yes | Yes |
|  | yn | no | No |
""".encode()


def test_what_is_declared_is_read() -> None:
    said = {
        "legal_basis": "consent",
        "consent": "agreed",
        "retention": "short",
        "legal_source_zh": "个人信息保护法第13条",
    }
    taken = intake(table(**said), "f.md")
    assert taken.form
    assert taken.findings == ()
    found = privacy_of(taken.form.settings)
    sources = {"zh": "个人信息保护法第13条"}
    assert found == Privacy("consent", "agreed", "short", sources)
    assert found.by_consent


def test_a_form_that_says_nothing_is_filled_in_by_duty() -> None:
    taken = intake(table(), "f.md")
    assert taken.form
    assert privacy_of(taken.form.settings) == Privacy()
    assert not Privacy().by_consent


@pytest.mark.parametrize(
    ("said", "code", "column"),
    [
        ({"legal_basis": "habit"}, "legal_basis_unknown", "attribute::legal_basis"),
        ({"consent": "asked"}, "consent_unknown", "attribute::consent"),
        ({"legal_basis": "consent"}, "consent_missing", "attribute::consent"),
        ({"retention": "3 years"}, "retention_unknown", "attribute::retention"),
    ],
)
def test_a_bad_value_is_refused_with_its_sheet_and_column(
    said: dict[str, str], code: str, column: str
) -> None:
    taken = intake(table(**said), "f.md")
    assert taken.form is None
    (found,) = taken.findings
    assert (found.code, found.place.sheet, found.place.row) == (code, "settings", 2)
    assert found.place.column == column
