"""Strings, patterns and encodings."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from forms.xpath import XPathError, compile_expression
from tests.forms.xpath.seeing import STEADY, at, document, environment, text, value

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="'<&\r"), max_size=12)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("concat('a', 2, true())", "a2true"),
        ("concat(/data/child/name, '!')", "AnBoCai!"),
        ("concat()", ""),
        ("join(' ', /data/child/name)", "An Bo Cai"),
        ("join('-', 'a', 1 + 1, /data/child/name)", "a-2-An-Bo-Cai"),
        ("join('-')", ""),
        ("substring('12345', 2, 3)", "234"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring('12345', 0 div 0, 3)", ""),
        ("substring('12345', -42, 1 div 0)", "12345"),
        ("substr('12345', 1, 3)", "23"),
        ("substr('12345', -2)", "45"),
        ("substr('12345', 0, -2)", "123"),
        ("substr('12345', 9)", ""),
        ("substring-before('2026-03-05', '-')", "2026"),
        ("substring-after('2026-03-05', '-')", "03-05"),
        ("substring-after('a::b', '::')", "b"),
        ("substring-before('abc', 'x')", ""),
        ("translate('13800138000', '0123', 'abc')", "b8aab8aaa"),
        ("normalize-space('  a \n b ')", "a b"),
        ("string(/data)", "Li Hua41water light road1985-02-28An3noBo9yesCaiyes"),
        ("string(true())", "true"),
        ("string(0 div 0)", ""),
    ],
)
def test_strings(source: str, expected: str) -> None:
    assert text(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("starts-with('abc', 'ab')", True),
        ("starts-with('abc', '')", True),
        ("ends-with('abc', 'bc')", True),
        ("contains('张三丰', '三')", True),
        ("contains('', 'a')", False),
        ("string-length('张三')", 2),
        ("string-length(/data/name)", 6),
        ("boolean-from-string('1')", True),
        ("boolean-from-string('true')", True),
        ("boolean-from-string('yes')", False),
    ],
)
def test_questions_about_strings(source: str, expected: object) -> None:
    assert value(source) == expected


def test_a_function_without_its_string_takes_the_context_node() -> None:
    assert text("string()", where="data/name") == "Li Hua"
    assert value("string-length()", where="data/name") == 6
    assert text("normalize-space()", where="data/name") == "Li Hua"
    assert value("number()", where="data/age") == 41


@STEADY
@given(WORDS, st.integers(-15, 15), st.integers(-15, 15))
def test_substr_is_a_python_slice(word: str, start: int, end: int) -> None:
    xml = "<data><w/></data>"
    root = document(xml)
    at(root, "data/w").text = word
    source = f"substr(/data/w, {start}, {end})"
    assert compile_expression(source).string(root, environment(root)) == word[start:end]


@pytest.mark.parametrize(
    ("answer", "pattern", "expected"),
    [
        ("13800138000", "1[0-9]{10}", True),
        ("x13800138000", "1[0-9]{10}", False),
        ("13800138000 ", "1[0-9]{10}", False),
        ("张三", r"[\u4e00-\u9fff]{2,4}", True),
        ("", "", True),
    ],
)
def test_a_pattern_must_match_the_whole_answer(answer: str, pattern: str, expected: bool) -> None:
    assert value(f"regex('{answer}', '{pattern}')") is expected


def test_a_pattern_that_takes_too_long_is_an_error_of_the_form() -> None:
    root = document(f"<data><a>{'a' * 80}</a></data>")
    expression = compile_expression("regex(/data/a, '(?:(a|aa|aaa)+)+!$')")
    with pytest.raises(XPathError) as caught:
        expression.boolean(root, environment(root))
    assert caught.value.code == "pattern_timeout"


def test_a_very_long_answer_is_not_tried_at_all() -> None:
    root = document(f"<data><a>{'a' * 20_000}</a></data>")
    assert compile_expression("regex(/data/a, 'a*')").boolean(root, environment(root)) is False


def test_a_broken_pattern_is_found_when_it_is_written_and_when_it_is_computed() -> None:
    with pytest.raises(XPathError) as caught:
        compile_expression("regex(., '[a-')")
    assert caught.value.code == "pattern"
    with pytest.raises(XPathError) as caught:
        value("regex('a', concat('[a', '-'))")
    assert caught.value.code == "pattern"
    with pytest.raises(XPathError) as caught:
        value(f"regex('a', concat('{'a' * 9000}', ''))")
    assert caught.value.code == "pattern"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("digest('', 'MD5', 'hex')", "d41d8cd98f00b204e9800998ecf8427e"),
        ("digest('', 'sha-1', 'HEX')", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("digest('', 'SHA-256')", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("string-length(digest('x', 'SHA-384', 'hex'))", "96"),
        ("string-length(digest('x', 'SHA-512', 'hex'))", "128"),
        ("base64-decode('5byg5LiJ')", "张三"),
        ("base64-decode('not base64!')", ""),
    ],
)
def test_digests_and_base64(source: str, expected: str) -> None:
    assert text(source) == expected


@pytest.mark.parametrize("arguments", ["'x', 'CRC'", "'x', 'MD5', 'octal'"])
def test_an_unknown_digest_is_an_error(arguments: str) -> None:
    with pytest.raises(XPathError) as caught:
        value(f"digest({arguments})")
    assert caught.value.code == "argument"


def test_a_signed_message_is_read_only_when_the_signature_is_good() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    message = "领取凭证 17".encode()
    signed = base64.b64encode(key.sign(message) + message).decode()
    forged = base64.b64encode(key.sign(message) + b"18").decode()
    assert text(f"extract-signed('{signed}', '{public}')") == "领取凭证 17"
    assert text(f"extract-signed('{forged}', '{public}')") == ""
    assert text(f"extract-signed('{signed}', 'AAAA')") == ""
    assert text(f"extract-signed('', '{public}')") == ""
