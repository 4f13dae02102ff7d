"""What stands in the built-in forms: questions, types, languages."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from lxml import etree
from pyxform.xls2json_backends import md_to_dict
from pyxform.xls2xform import convert

from forms import library

FORMS: Final = (
    "allowance_intake",
    "child_checkin",
    "child_inspection",
    "clinic_supervision",
    "elderly_followup",
    "food_drug_patrol",
    "health_archive",
    "household_visit",
    "incident",
    "pension_intake",
    "task_done",
)
TRANSLATED: Final = ("label", "hint", "constraint_message", "required_message")
ZH, EN = "中文 (zh)", "English (en)"
HAN: Final = re.compile(r"[\u3400-\u9fff]")


def listed(**types: str) -> dict[str, str]:
    """Question names by type, turned into types by question name."""
    return {name: kind for kind, names in types.items() for name in names.split()}


BENEFITS: Final = ("orphan", "de_facto", "minimum", "disability", "schooling")


def each(question: str) -> str:
    """The names of a question that is asked about each benefit."""
    return " ".join(f"{question}_{benefit}" for benefit in BENEFITS)


FLAGS: Final = listed(calculate="flag_red flag_amber flag_action")
HEAD: Final = FLAGS | listed(
    select_one="mode outcome notice",
    select_multiple="companions",
    text="outcome_reason",
    date="visit_date outcome_next",
)

QUESTIONS: Final = {
    "child_checkin": HEAD
    | listed(
        select_one_from_file="subject",
        select_one="class_change hukou under8_alone clothing house own_bed father mother contact"
        " carer carer_state delegated guard_type guard_rating school boarding bullying health"
        " dis_type dis_grade insured vaccine injury rehab mood1 mood2 mood3 mood4 mood5 counsel"
        " knows_phone mr_110 refer_to "
        + " ".join(each(question) for question in ("fund_paid", "fund_account", "fund_used")),
        select_multiple="class live_with income aid utilities drop_reason drop_action fund behave"
        " hazard safety_edu mr mr_to needs",
        integer="meals carer_age absent",
        begin_group=each("fund"),
        decimal=each("fund_amount"),
        text="away_place disease mr_no action",
        date="away_since due",
        dateTime="mr_time",
        image="photo",
        calculate="age live_alone_flag away_6m mood_score freq_class alert_mandatory_report",
    ),
    "elderly_followup": HEAD
    | listed(
        select_one_from_file="subject",
        select_one="living carer contact_ok child_visit adl_eat adl_wash adl_dress adl_toilet"
        " adl_move cog emo salt psych obey drug_comp drug_adr htn_class pulse_foot hypo akt"
        " pension fraud abuse refer_to",
        select_multiple="special htn_sym dm_sym home_haz heat cold allowance needs",
        integer="sbp dbp hr smoke sport sport_min staple falls",
        decimal="weight height drink fbg hba1c",
        text="drug_adr_text insulin",
        date="hba1c_date akt_test_date cert_date next_visit",
        calculate="age adl_score adl_level bmi htn_class_default htn_next cert_due freq_class",
    ),
    "household_visit": HEAD
    | listed(
        select_one_from_file="house_code",
        select_one="house_use house_own house_str house_grade m_rel m_sex m_type m_edu m_work"
        " m_marr f_reason f_reg f_permit disp d_level d_state h_level",
        select_multiple="m_tags diff diff_cause diff_aid d_type haz ask publicity",
        begin_repeat="roster",
        integer="n_live n_reg f_kids out_kids out_old",
        text="f_from ask_text",
        date="m_birth f_since h_due",
        calculate="count15 alert_dispute",
    ),
    "clinic_supervision": FLAGS
    | listed(
        date="visit_date rect_due",
        text="clinic weak_text",
        select_one="round",
        select_multiple="weak",
        integer="score",
        calculate="under_limit",
    ),
    "food_drug_patrol": FLAGS
    | listed(
        date="visit_date licence_until finding_due",
        text="unit finding_text",
        select_one="unit_type licence health_cards purchase_records three_guards separated"
        " prescription recycling_box drug_storage advert tip finding",
        integer="expired_count",
        decimal="cold_storage",
        image="photo",
    ),
    "health_archive": FLAGS
    | listed(
        select_one_from_file="subject",
        date="visit_date closed_on card_issued past_hypertension past_diabetes",
        text="archive_no old_no",
        select_one="what closed notice living_type ethnic blood rh education work marriage surgery"
        " injury transfusion hereditary kitchen fuel water toilet livestock",
        select_multiple="payment allergy exposure past family_father family_mother"
        " family_siblings family_children disability",
    ),
    "incident": FLAGS
    | listed(
        select_one="report_kind suspect samples reporter",
        select_multiple="symptoms",
        text="first_ref unit place suspect_text progress",
        dateTime="inc_time",
        integer="ill in_hospital",
        calculate="alert_incident",
    ),
    "allowance_intake": FLAGS
    | listed(
        select_one_from_file="house_code",
        select_one="stage notice filled_by authorised m_relation supporters agrees told",
        select_multiple="reason papers m_state means",
        begin_repeat="member",
        date="visit_date accepted_on notice_from",
        integer="n_members m_age houses surveyors",
        decimal="m_wage m_business m_property m_transfer savings cost_illness cost_care"
        " cost_school",
        text="differs letter_no remark",
        calculate="talk notice_until",
    ),
    "pension_intake": FLAGS
    | listed(
        select_one_from_file="subject",
        select_one="notice birth_right hukou student launch60 disability joined drawing enrol_step"
        " claim_step transfer_step cert_way",
        select_multiple="other wish",
        begin_repeat="paid",
        date="visit_date birth_date balance_on cert_date died_on",
        integer="years_paid tier tiers_paid paid_tier paid_years back_years new_tier",
        decimal="collective balance",
        text="mistake_text remark",
        calculate="talk age",
    ),
    "child_inspection": listed(
        select_one=" ".join(f"item_{n}" for n in range(1, 27) if n not in {2, 7, 8, 12, 13, 20}),
        select_multiple="means",
        date="visit_date",
        integer="faults_2 faults_7 faults_8 faults_12 faults_13",
        decimal="error_rate",
        text="inspector inspected put_right difficulties",
        note="note_2 note_5 note_7 note_8 note_18 note_21 note_24 totals",
        calculate="item_2 item_7 item_8 item_12 item_13 item_20 list_a list_b list_c"
        " count_a count_b count_c",
    ),
    "task_done": listed(
        select_one_from_file="subject",
        select_one="task_chosen",
        date="visit_date",
        text="reference note",
        calculate="duty duty_period task",
    ),
}


def tables(name: str) -> dict[str, list[dict[str, Any]]]:
    sheets: dict[str, list[dict[str, Any]]] = md_to_dict(library.source(name).decode())
    return sheets


def test_the_library_lists_its_forms() -> None:
    assert library.names() == FORMS


def test_an_unknown_form_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        library.source("../library/child_checkin")


@pytest.mark.parametrize("name", FORMS)
def test_the_form_converts_without_a_warning(name: str) -> None:
    result = convert(xlsform=library.source(name), file_type=".md", validate=False)
    assert result.warnings == []


@pytest.mark.parametrize("name", FORMS)
def test_every_question_stands_with_its_type(name: str) -> None:
    types = {row["name"]: row["type"].split()[0] for row in tables(name)["survey"] if "name" in row}
    wanted = QUESTIONS[name]
    assert {question: types.get(question) for question in wanted} == wanted


@pytest.mark.parametrize("name", FORMS)
def test_every_text_stands_in_chinese_and_in_english(name: str) -> None:
    sheets = tables(name)
    for row in sheets["survey"] + sheets["choices"]:
        for column in TRANSLATED:
            zh, en = row.get(f"{column}::{ZH}"), row.get(f"{column}::{EN}")
            assert bool(zh) == bool(en), (row["name"], column)
            assert not HAN.search(en or ""), (row["name"], en)
        if row.get("type", "choice").split()[0] not in ("calculate", "end_group", "end_repeat"):
            assert row.get(f"label::{ZH}"), row
        if "constraint" in row:
            assert row.get(f"constraint_message::{ZH}"), row


@pytest.mark.parametrize("name", FORMS)
def test_no_translation_is_left_out_of_the_xform(name: str, xforms: dict[str, bytes]) -> None:
    tree = etree.fromstring(xforms[name])
    texts = {
        translation.get("lang"): {
            text.get("id"): "".join(map(str, text.itertext())).strip()
            for text in translation.iterfind("{*}text")
        }
        for translation in tree.iter("{*}translation")
    }
    assert set(texts) == {ZH, EN}
    assert texts[ZH].keys() == texts[EN].keys()
    # pyxform fills a missing translation with a hyphen.
    assert all(text not in ("", "-") for known in texts.values() for text in known.values())


@pytest.mark.parametrize("name", FORMS)
def test_chinese_is_the_default_language(name: str) -> None:
    assert tables(name)["settings"][0]["default_language"] == ZH


@pytest.mark.parametrize("name", FORMS)
def test_a_choice_fits_on_a_button(name: str) -> None:
    for row in tables(name)["choices"]:
        assert len(row[f"label::{ZH}"]) <= 18, row
        assert len(row[f"label::{EN}"]) <= 40, row


def test_each_benefit_has_one_group_of_its_own_name() -> None:
    sheets = tables("child_checkin")
    benefits = [row for row in sheets["choices"] if row["list_name"] == "fund"]
    groups = {
        row["relevant"]: row
        for row in sheets["survey"]
        if row["type"] == "begin_group" and row["name"].startswith("fund_")
    }
    assert len(groups) == len(BENEFITS) == len(benefits) - 1
    for benefit in benefits:
        if benefit["name"] != "none":
            group = groups[f"selected(${{fund}}, '{benefit['name']}')"]
            for language in (ZH, EN):
                assert group[f"label::{language}"] == benefit[f"label::{language}"]
            assert benefit["name"].startswith(group["name"].removeprefix("fund_"))


def test_a_question_about_a_benefit_names_it() -> None:
    sheets = tables("child_checkin")
    rows = {row["name"]: row for row in sheets["survey"] if "name" in row}
    for benefit in BENEFITS:
        for question in ("paid", "amount", "account", "used"):
            for language in (ZH, EN):
                named = rows[f"fund_{benefit}"][f"label::{language}"]
                assert named in rows[f"fund_{question}_{benefit}"][f"label::{language}"]


def test_the_mandatory_report_hangs_on_no_condition() -> None:
    """Neither the outcome of the visit nor a refused notice may hide it."""
    rows = {row["name"]: row for row in tables("child_checkin")["survey"] if "name" in row}
    assert "relevant" not in rows["part_i"]
    assert "relevant" not in rows["mr"]
    assert rows["mr"]["required"] == "yes"


def test_a_form_that_asks_for_a_photo_does_so_only_where_a_county_allows_it() -> None:
    media = {
        (name, row["name"])
        for name in FORMS
        for row in tables(name)["survey"]
        if row["type"] in ("image", "audio", "video", "file", "geopoint")
    }
    assert media == {("child_checkin", "photo"), ("food_drug_patrol", "photo")}
    for name, question in media:
        rows = {row["name"]: row for row in tables(name)["survey"] if "name" in row}
        assert "${photo_allowed} = '1'" in rows[question]["relevant"]
