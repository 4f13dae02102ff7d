"""`zoufang vault`: a key is changed from the command line, and the old ones are forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import key_file
from tests.bot.cli.conftest import Command


@pytest.fixture
def keyed(zoufang: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A key file instead of the environment's key, and somebody in the database."""
    monkeypatch.delenv("ZOUFANG_KEY")
    monkeypatch.setenv("ZOUFANG_KEY_FILE", str(tmp_path / "zoufang.key"))
    zoufang("demo", "load")
    return tmp_path / "zoufang.key"


def test_a_key_is_changed_and_the_old_one_forgotten(keyed: Path, zoufang: Command) -> None:
    before = zoufang("staff", "list").out
    assert "都是用最新的密钥" in zoufang("vault", "status").out
    assert "已用新密钥" in zoufang("vault", "rotate").out
    assert len(key_file.keys(keyed)) == 2
    assert "已用新密钥" in zoufang("vault", "rotate").out
    assert len(key_file.keys(keyed)) == 3
    assert zoufang("staff", "list").out == before
    assert "1 把旧密钥" in zoufang("vault", "forget", "--yes").out
    assert zoufang("staff", "list").out == before
    assert "审计记录完整" in zoufang("audit", "verify").out


def test_a_change_that_was_cut_off_goes_on_without_another_key(
    keyed: Path, zoufang: Command
) -> None:
    key_file.add(keyed)
    assert "旧密钥加密的" in zoufang("vault", "status").out
    assert "还要用旧密钥" in zoufang("vault", "forget", "--yes").err
    assert "接着上次" in zoufang("vault", "rotate").out
    assert len(key_file.keys(keyed)) == 2
    assert "都是用最新的密钥" in zoufang("vault", "status").out


def test_a_key_of_the_environment_is_the_operators_to_change(zoufang: Command) -> None:
    assert "ZOUFANG_KEY" in zoufang("vault", "rotate").err
    assert zoufang("vault", "rotate").status == 2
