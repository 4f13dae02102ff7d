"""An operator lets programs in and keeps them out: a token is shown once."""

from __future__ import annotations

import base64
import json
import re
import stat
import zlib
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests import world
from tests.bot.cli.conftest import Command


def hired(zoufang: Command, role: str, area: str) -> str:
    invited = zoufang(*("staff", "invite", "--role", role, "--area", area, "--name", "周敏"))
    found = re.search(rf"{area} (\w+)", invited.out)
    assert found
    return found[1]


def test_a_worker_gets_the_address_of_their_server_once(village: None, zoufang: Command) -> None:
    code = hired(zoufang, "grid_worker", world.GRID)
    told = zoufang("token", "collect", code.lower())
    found = re.search(r"http://\S+/key/([\w-]{43})\n", told.out)
    assert found
    listed = zoufang("token", "list").out
    assert code in listed
    assert found[1] not in listed
    assert "令牌 1 已作废" in zoufang("token", "revoke", "1").out
    assert "没有有效的令牌 1" in zoufang("token", "revoke", "1").out
    assert "已作废" in zoufang("token", "list").out
    assert "token collect" in zoufang("audit", "list").out


def test_a_supervisor_takes_no_forms_along(village: None, zoufang: Command) -> None:
    code = hired(zoufang, "township_supervisor", world.TOWNSHIP)
    assert f"{code} 不能离线填表" in zoufang("token", "collect", code).refusal


def test_a_service_reads_an_area_that_there_is(village: None, zoufang: Command) -> None:
    told = zoufang("token", "add", "county board", "--area", world.TOWNSHIP, "--files").out
    assert re.match(r"[\w-]{43}\n", told)
    assert "读取（含档案）" in zoufang("token", "list").out
    assert zoufang("token", "add", "x", "--area", "1").refusal == "没有区划 1。"


@pytest.mark.parametrize("days", ["0", "4000"])
def test_no_token_is_for_ever(village: None, zoufang: Command, days: str) -> None:
    assert zoufang("token", "add", "x", "--area", world.TOWNSHIP, "--days", days).status == 2


def test_the_address_comes_as_a_code_that_collect_reads(
    village: None, zoufang: Command, tmp_path: Path
) -> None:
    code = hired(zoufang, "grid_worker", world.GRID)
    told = zoufang("token", "collect", code, "--qr", "code.png").out
    found = re.search(r"http://\S+/key/[\w-]{43}", told)
    assert found and "二维码已存到 code.png" in told
    picture = tmp_path / "code.png"
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600
    (read,) = zxingcpp.read_barcodes(Image.open(picture))
    settings = json.loads(zlib.decompress(base64.b64decode(read.text)))
    assert settings["general"]["server_url"] == found[0]
    assert settings["project"] == {"name": f"走访 {code}"}


@pytest.mark.parametrize("name", ["code.gif", "there.png"])
def test_no_token_is_made_for_a_picture_that_cannot_be(
    village: None, zoufang: Command, tmp_path: Path, name: str
) -> None:
    (tmp_path / "there.png").write_bytes(b"")
    code = hired(zoufang, "grid_worker", world.GRID)
    assert name in zoufang("token", "collect", code, "--qr", name).refusal
    assert code not in zoufang("token", "list").out
