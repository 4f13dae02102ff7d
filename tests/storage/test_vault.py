"""The vault seals, opens and indexes, and refuses keys and values that are not right."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.key_file import load_or_create
from storage.vault import Vault, VaultError

KEY = bytes(range(32))
OTHER_KEY = bytes(32)


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_is_sealed_opens_again_at_its_place(plain: bytes, place: str) -> None:
    vault = Vault(KEY)
    assert vault.open(vault.seal(plain, place), place) == plain


def test_the_same_words_never_look_the_same_when_sealed() -> None:
    vault = Vault(KEY)
    assert vault.seal(b"words", "person.name") != vault.seal(b"words", "person.name")


def test_a_wrong_key_opens_nothing() -> None:
    sealed = Vault(KEY).seal(b"words", "person.name")
    with pytest.raises(VaultError, match="wrong_key"):
        Vault(OTHER_KEY).open(sealed, "person.name")


def test_a_value_moved_to_another_column_is_refused() -> None:
    sealed = Vault(KEY).seal(b"words", "person.name")
    with pytest.raises(VaultError, match="wrong_key"):
        Vault(KEY).open(sealed, "household.address")


@given(st.integers(min_value=0, max_value=200), st.integers(min_value=1, max_value=255))
def test_a_value_with_one_changed_byte_is_refused(place: int, change: int) -> None:
    sealed = bytearray(Vault(KEY).seal(b"words", "person.name"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(VaultError):
        Vault(KEY).open(bytes(sealed), "person.name")


@given(st.integers(min_value=0, max_value=33))
def test_a_value_cut_short_is_refused(length: int) -> None:
    sealed = Vault(KEY).seal(b"words", "person.name")
    with pytest.raises(VaultError):
        Vault(KEY).open(sealed[:length], "person.name")


def test_an_index_is_equal_for_equal_values_of_one_purpose_and_key_only() -> None:
    vault = Vault(KEY)
    assert vault.index("王", "person.name") == vault.index("王", "person.name")
    assert vault.index("王", "person.name") != vault.index("王", "address.web")
    assert vault.index("王", "person.name") != Vault(OTHER_KEY).index("王", "person.name")


def test_a_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "zoufang.key"
    sealed = load_or_create(file).seal(b"words", "a.b")
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_or_create(file).open(sealed, "a.b") == b"words"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "zoufang.key"
    load_or_create(file)
    file.chmod(mode)
    with pytest.raises(VaultError, match="exposed"):
        load_or_create(file)


@pytest.mark.parametrize(
    "content", [b"", b"short", base64.b64encode(bytes(31)), "密钥".encode(), b"\xff" * 44]
)
def test_a_key_file_without_a_key_in_it_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "zoufang.key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(VaultError, match="malformed"):
        load_or_create(file)


def test_a_key_from_the_environment_needs_no_file(tmp_path: Path) -> None:
    file = tmp_path / "zoufang.key"
    vault = load_or_create(file, base64.b64encode(KEY).decode())
    assert vault.open(Vault(KEY).seal(b"words", "a.b"), "a.b") == b"words"
    assert not file.exists()


def test_a_malformed_key_from_the_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="malformed"):
        load_or_create(tmp_path / "zoufang.key", "not base64")
