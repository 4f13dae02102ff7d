"""`zoufang vault`: a key is changed from the command line, and the old ones are forgotten."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from storage import key_file
from tests.bot.cli.conftest import Command


@pytest.fixture
def keyed(zoufang: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A key file instead of the environment's key, and somebody in the database."""
    monkeypatch.delenv("ZOUFANG_KEY")
    monkeypatch.setenv("ZOUFANG_KEY_FILE", str(tmp_path / "zoufang.key"))
    monkeypatch.setattr("bot.cli.vault.NOTED", 0.0)
    monkeypatch.setattr("bot.cli.vault.PATIENCE", 0.0)
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


def test_a_change_waits_until_running_programs_have_the_new_key(
    keyed: Path, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    ages = iter((1.0, 2.0, 46.0))
    monkeypatch.setattr("bot.cli.vault.NOTED", 45.0)
    monkeypatch.setattr("bot.cli.vault._AGAIN", 0.0)
    monkeypatch.setattr("storage.key_file.age", lambda file: next(ages))
    assert "等 44 秒，让正在运行的程序都读到新密钥" in zoufang("vault", "rotate").out
    assert next(ages, None) is None
    assert len(key_file.keys(keyed)) == 2


def test_a_key_is_not_forgotten_while_a_running_program_may_use_it(
    keyed: Path, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoufang("vault", "rotate")
    monkeypatch.setattr("bot.cli.vault.PATIENCE", 90.0)
    refused = zoufang("vault", "forget", "--yes")
    assert refused.status == 2
    assert "秒后再试" in refused.err
    assert len(key_file.keys(keyed)) == 2
    past = time.time() - 91
    os.utime(keyed, (past, past))
    assert "没有可以删除" in zoufang("vault", "forget", "--yes").out


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
