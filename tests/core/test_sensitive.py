"""Numbers of ID cards, bank cards and telephones are found however they are written."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import check_digit
from core.sensitive import find, hide

ID_NUMBER = "99010119500305001" + check_digit("99010119500305001")


def luhn(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


CARDS = [
    body + luhn(body) for body in ("622202123456789", "6222021234567890", "622202123456789012")
]


def kinds(text: str) -> list[str]:
    return [one.kind for one in find(text)]


@pytest.mark.parametrize(
    "text",
    [
        ID_NUMBER,
        f"身份证{ID_NUMBER}。",
        f"{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}",
        f"{ID_NUMBER[:6]}-{ID_NUMBER[6:14]}—{ID_NUMBER[14:]}",
        "".join(chr(ord("０") + int(d)) if d.isdigit() else d for d in ID_NUMBER),
        f"1 {ID_NUMBER}",
        f"第3组 {ID_NUMBER} 王某",
        f"1.{ID_NUMBER}",
        f"{ID_NUMBER[:6]}\t{ID_NUMBER[6:14]}\n{ID_NUMBER[14:]}",
        f"{ID_NUMBER[:6]}\u200b{ID_NUMBER[6:]}",
        f"{ID_NUMBER[:6]} - {ID_NUMBER[6:14]}.{ID_NUMBER[14:]}",
        f"{ID_NUMBER[:6]}/{ID_NUMBER[6:14]}_{ID_NUMBER[14:]}",
    ],
)
def test_an_id_number_is_found(text: str) -> None:
    assert kinds(text) == ["id_number"]


@pytest.mark.parametrize("sign", ["x", "X", "ｘ", "Ｘ", "х", "×"])
def test_any_kind_of_x_ends_an_id_number(sign: str) -> None:
    body = next(
        body for body in (f"99010119500305{n:03d}" for n in range(999)) if check_digit(body) == "X"
    )
    assert kinds(body + sign) == ["id_number"]


@pytest.mark.parametrize("card", CARDS)
def test_a_bank_card_is_found(card: str) -> None:
    assert kinds(f"卡号 {card}") == ["bank_card"]
    assert kinds(" ".join(card[at : at + 4] for at in range(0, len(card), 4))) == ["bank_card"]
    assert kinds(f"{card} 500") == ["bank_card"]


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "打13800138000找他",
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "008613800138000",
        "１３８００１３８０００",
        "0431-81234567",
        "010 62345678",
        "3 13800138000",
        "138 001 38000",
        "1380 013 8000",
        "(0431)88888888",
        "（0431）88888888",
    ],
)
def test_a_telephone_number_is_found(text: str) -> None:
    assert kinds(text) == ["phone"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345",
        "12345 热线 110",
        "2026-03-05 14:30",
        "44.9231, 127.1603",
        "127.16031380013800",
        "https://uri.amap.com/marker?position=127.160312345678,44.923112345678",
        "血压 138/92，血糖 6.8",
        "990101001101001",
        "138001380001",
        "99010119500305001" + ("0" if check_digit("99010119500305001") != "0" else "1"),
        "PAAAAAA HBBBBBB",
        "uuid:aa180558-1380-4013-8000-5f0d3f1c2b3a",
        "0.123456789012",
        "6222021234567890120",
    ],
)
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    assert kinds(text) == []


def test_what_is_hidden_leaves_the_other_words() -> None:
    text = f"王某 {ID_NUMBER}，打13800138000，低保"
    assert kinds(text) == ["id_number", "phone"]
    assert hide(text) == f"王某 {'•' * 18}，打{'•' * 11}，低保"


@given(st.text(alphabet="0123456789０１xX -.王,+", max_size=60))
def test_nothing_is_found_in_what_was_hidden(text: str) -> None:
    found = find(text)
    assert all(one.end <= two.start for one, two in pairwise(found))
    hidden = hide(text)
    assert len(hidden) == len(text)
    assert find(hidden) == []
