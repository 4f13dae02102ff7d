"""What a chat can't do is said per question."""

from __future__ import annotations

import pytest

from forms.report import Place, Severity
from tests.forms.intake.making import check, markdown, one, xform
from tests.forms.intake.outlines import check_xform

LIST = "list_name | name | label\nl | x | X"


@pytest.mark.parametrize(
    ("row", "severity", "code", "column"),
    [
        ("image | a | A | signature", "DEGRADED", "paper_photo", "appearance"),
        ("image | a | A | draw", "DEGRADED", "paper_photo", "appearance"),
        ("image | a | A | annotate", "DEGRADED", "paper_photo", "appearance"),
        ("select_one l | a | A | image-map", "DEGRADED", "image_map", "appearance"),
        ("text | a | A | ex:org.example.scan", "DEGRADED", "external_app", "appearance"),
        ("text | a | A | printer:org.example", "DEGRADED", "printing", "appearance"),
        ("select_one l | a | A | map", "DEGRADED", "map_list", "appearance"),
        ("select_multiple l | a | A | w1 map", "DEGRADED", "map_list", "appearance"),
        ("geopoint | a | A | placement-map", "DEGRADED", "map_pin", "appearance"),
        ("geopoint | a | A | maps", "DEGRADED", "map_pin", "appearance"),
        ("geotrace | a | A | ", "DEGRADED", "pins", "type"),
        ("geoshape | a | A | placement-map", "DEGRADED", "pins", "type"),
        ("text | a | A | masked", "DEGRADED", "no_effect", "appearance"),
        ("integer | a | A | thousands-sep", "DEGRADED", "no_effect", "appearance"),
        ("barcode | a | A | hidden-answer", "DEGRADED", "no_effect", "appearance"),
        ("barcode | a | A | ", "WARNING", "barcode_typed", "type"),
        ("decimal | a | A | bearing", "DEGRADED", "bearing", "appearance"),
        ("date | a | A | ethiopian", "DEGRADED", "calendar", "appearance"),
        ("select_one l | a | A | search('fruits')", "REFUSED", "search_function", "appearance"),
        ("start-geopoint | a | | ", "DEGRADED", "background_location", "type"),
        ("background-audio | a | | ", "DEGRADED", "background_audio", "type"),
    ],
)
def test_each_limit_is_reported_where_it_stands(
    row: str, severity: str, code: str, column: str
) -> None:
    rows = f"type | name | label | appearance\ntext | z | Z |\n{row}"
    finding = one(check(markdown(rows, LIST)), code)
    assert finding.severity is Severity[severity]
    assert finding.place == Place("survey", 3, column)
    assert finding.question == "a"


@pytest.mark.parametrize(
    ("row", "code", "values"),
    [
        ("image | a | A | max-pixels=2000", "max_pixels", {"pixels": "2000", "original": 1280}),
        ("geopoint | a | A | capture-accuracy=5", "accuracy", {"metres": "5"}),
        (
            "geopoint | a | A | capture-accuracy=5 warning-accuracy=20",
            "accuracy",
            {"metres": "20"},
        ),
        ("range | a | A | start=1 end=3 step=1 tick_labelset=n", "tick_labels", {}),
    ],
)
def test_each_parameter_is_reported_where_it_stands(
    row: str, code: str, values: dict[str, str | int]
) -> None:
    rows = f"type | name | label | parameters\ntext | z | Z |\n{row}"
    finding = one(check(markdown(rows, "list_name | name | label\nn | 1 | X")), code)
    assert finding.severity is Severity.DEGRADED
    assert (finding.question, finding.place) == ("a", Place("survey", 3, "parameters"))
    assert {name: finding.values[name] for name in values} == values


def test_parameters_of_a_ready_xform_are_reported_by_attribute() -> None:
    model = '<bind nodeset="/data/a" type="binary" orx:max-pixels="900"/>'
    body = '<upload ref="/data/a" mediatype="image/*"><label>A</label></upload>'
    orx = 'xmlns:orx="http://openrosa.org/xforms" '
    xml = xform(model.replace("<bind ", f"<bind {orx}"), body)
    assert one(check_xform(xml), "max_pixels").place.column == "max-pixels"


def test_a_warning_about_a_rough_place_is_no_limit() -> None:
    rows = "type | name | label | parameters\ngeopoint | a | A | warning-accuracy=20"
    assert check(markdown(rows)) == []


def test_audit_settings_are_degraded() -> None:
    rows = "type | name | label | parameters\ntext | a | A |\naudit | audit | | track-changes=true"
    assert one(check(markdown(rows)), "audit").place == Place("survey", 3, "parameters")


def test_encryption_is_refused_where_it_is_set() -> None:
    table = markdown("type | name | label\ntext | a | A", settings="form_id | public_key\nf | MIIB")
    finding = one(check(table), "encrypted")
    assert finding.severity is Severity.REFUSED
    assert finding.place == Place("settings", 2, "public_key")


def test_another_submission_address_is_only_remarked() -> None:
    table = markdown(
        "type | name | label\ntext | a | A",
        settings="form_id | submission_url\nf | https://forms.example/submit",
    )
    assert one(check(table), "submission_url").severity is Severity.WARNING


def test_an_external_select_from_nowhere_is_refused() -> None:
    body = '<input ref="/data/a" query="cities"><label>A</label></input>'
    assert one(check_xform(xform("", body)), "external_select").severity is Severity.REFUSED


def test_the_last_saved_record_is_degraded() -> None:
    model = '<instance id="last" src="jr://instance/last-saved"/>'
    finding = one(check_xform(xform(model, '<input ref="/data/a"/>')), "last_saved")
    assert finding.severity is Severity.DEGRADED


@pytest.mark.parametrize("appearance", ["", "multiline", "numbers", "minimal", "quick", "w1"])
def test_ordinary_appearances_are_no_limit(appearance: str) -> None:
    assert check(markdown(f"type | name | label | appearance\ntext | a | A | {appearance}")) == []


def test_a_last_value_of_nothing_is_said() -> None:
    table = """
| settings | form_id | attribute::last_values |
|---|---|---|
|  | f | a b |

| survey | type | name | label |
|---|---|---|---|
|  | text | a | A |
"""
    finding = one(check(table.encode()), "last_values_unknown")
    assert (finding.severity, finding.values["what"]) == (Severity.WARNING, "b")
