"""Resident ID numbers and telephone numbers, as people paste them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import NotAnId, check_digit, masked, mobile, phone, resident_id

TODAY = date(2026, 11, 21)
CYRILLIC_HA = "\N{CYRILLIC SMALL LETTER HA}"

births = st.dates(date(1900, 1, 1), TODAY)
serials = st.integers(min_value=1, max_value=999)
counties = st.integers(min_value=110000, max_value=999999)


def number(county: int, born: date, serial: int) -> str:
    body = f"{county}{born:%Y%m%d}{serial:03}"
    return body + check_digit(body)


@given(counties, births, serials)
def test_a_number_says_birth_date_and_sex_whatever_its_county(
    county: int, born: date, serial: int
) -> None:
    found = resident_id(number(county, born, serial), TODAY)
    assert (found.birth_date, found.sex) == (born, "m" if serial % 2 else "f")


@given(counties, births, serials, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(
    county: int, born: date, serial: int, place: int, change: int
) -> None:
    right = number(county, born, serial)
    old = right[place]
    wrong = str((int(old) + change) % 10) if old != "X" else str(change)
    with pytest.raises(NotAnId):
        resident_id(right[:place] + wrong + right[place + 1 :], TODAY)


@given(counties, births, serials, st.integers(0, 16))
def test_two_neighbours_that_changed_places_are_always_noticed(
    county: int, born: date, serial: int, place: int
) -> None:
    right = number(county, born, serial)
    swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    if swapped != right:
        with pytest.raises(NotAnId):
            resident_id(swapped, TODAY)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused_with_a_reason(text: str) -> None:
    try:
        assert len(resident_id(text, TODAY).number) == 18
    except NotAnId as error:
        assert error.code in {"shape", "checksum", "date", "future", "too_old"}


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "11010519491231002x",
        f"11010519491231002{CYRILLIC_HA}",
        f"11010519491231002{CYRILLIC_HA.upper()}",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X ",
        "110105　19491231　002X",
    ],
)
def test_what_people_paste_is_put_right(text: str) -> None:
    found = resident_id(text, TODAY)
    assert (found.number, found.ending) == ("11010519491231002X", "002X")
    assert (found.birth_date, found.sex) == (date(1949, 12, 31), "f")


@pytest.mark.parametrize("text", ["33011320220601001X", "11022119500615124X"])
def test_counties_new_and_gone_are_taken(text: str) -> None:
    assert resident_id(text, TODAY).number == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "shape"),
        ("11010519491231002", "shape"),
        ("X1010519491231002X", "shape"),
        ("110105194912310021", "checksum"),
        ("110101209901010017", "future"),
        (number(110101, date(2026, 11, 21), 1), None),
        (number(110101, date(2026, 11, 22), 1), "future"),
        ("440524188001010014", "too_old"),
        ("11010120260230001" + check_digit("11010120260230001"), "date"),
        ("11010120230229001" + check_digit("11010120230229001"), "date"),
        ("11010120240229001" + check_digit("11010120240229001"), None),
    ],
)
def test_why_a_number_is_refused(text: str, code: str | None) -> None:
    if code is None:
        assert resident_id(text, TODAY).number == text
        return
    with pytest.raises(NotAnId) as caught:
        resident_id(text, TODAY)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "+86 138-0013-8000",
        "+8613800138000",
        "008613800138000",
        "8613800138000",
        "１３８００１３８０００",
        "138 0013 8000",
    ],
)
def test_a_mobile_number_is_read_as_it_is_written(text: str) -> None:
    assert mobile(text) == "13800138000"
    assert phone(text) == "13800138000"


@pytest.mark.parametrize(
    "text", ["", "12345678901", "1380013800", "138001380001", "10012345678", "abc", "110"]
)
def test_what_is_no_mobile_number(text: str) -> None:
    assert mobile(text) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [("010-12345678", "01012345678"), ("（0432）1234567", "04321234567"), ("12345678", None)],
)
def test_a_landline_number_needs_its_area_code(text: str, digits: str | None) -> None:
    assert phone(text) == digits
    assert mobile(text) is None


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_number_of_eleven_digits_is_itself(digits: str) -> None:
    assert mobile(digits) == digits
    assert masked(digits) == f"{digits[:3]}****{digits[7:]}"


@given(st.text(max_size=30))
def test_any_text_is_a_telephone_number_or_none(text: str) -> None:
    found = phone(text)
    assert found is None or (found.isascii() and found.isdigit())
