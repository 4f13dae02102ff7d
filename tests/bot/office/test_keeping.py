"""Forms, rules, messages and the log, for who keeps them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.office.switches import FILE, OverruledError, switched
from forms import library
from scheduler.rule_problems import RulesError
from scheduler.rulebook import Rulebook
from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import COUNTY

PLAIN = """| survey |
| | type | name | label |
| | text | said | 您说 |
| settings |
| | form_title | form_id | version |
| | 意见 | opinions | 1 |
"""


@pytest.fixture
async def county(house: House) -> Browser:
    """A browser of the county's administrator."""
    chief = await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief")
    return await house.browser(chief)


# --- forms ---------------------------------------------------------------------------------------


async def test_a_form_is_checked_then_published_then_retired(house: House, county: Browser) -> None:
    page = await county.upload("/office/forms/check", "意见.md", PLAIN.encode())
    assert "检查报告：意见" in page.text
    assert await house.rows("SELECT * FROM form WHERE form_id = 'opinions'") == []
    (held,) = page.values("held")
    done = await county.post("/office/forms/publish", held=held, subject="none", role="grid_worker")
    assert "已发布：opinions" in done.told
    menu = await house.mei.say("/menu")
    assert "意见" in [button.text for button in menu.buttons]

    again = PLAIN.replace("您说", "您的意见").replace("| 1 |", "| 2 |")
    page = await county.upload("/office/forms/check", "意见.md", again.encode())
    assert "题目文字" in page.text  # what changes, before it is published
    (held,) = page.values("held")
    await county.post("/office/forms/publish", held=held, subject="none", role="grid_worker")
    assert "与现用版本比较" in (await county.get("/office/forms")).text

    done = await county.post("/office/forms/retire", form="opinions")
    assert "已停用：opinions" in done.told


async def test_a_file_that_is_no_form_is_told_and_not_published(county: Browser) -> None:
    for content in (b"\x00\x01", b"<script>", b"| survey |\n| | type |\n"):
        page = await county.upload("/office/forms/check", "<b>x.xlsx", content)
        assert page.status == 200 and page.values("held") == []
        assert "<b>x" not in page.text


async def test_somebody_elses_upload_is_not_published(house: House, county: Browser) -> None:
    page = await county.upload("/office/forms/check", "意见.md", PLAIN.encode())
    (held,) = page.values("held")
    second = await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "second"))
    done = await second.post("/office/forms/publish", held=held, subject="none")
    assert "重新上传" in done.told
    house.village.clock.turn(hours=2)
    late = await county.post("/office/forms/publish", held=held, subject="none")
    assert "重新上传" in late.told


async def test_the_versions_of_a_form_are_listed(county: Browser) -> None:
    page = await county.get("/office/forms")
    assert all(name in page.text for name in library.names())


# --- rules ---------------------------------------------------------------------------------------


async def test_a_rule_is_read_in_words(house: House, county: Browser) -> None:
    assert "每月入户" in (await county.get("/office/rules")).text
    page = await county.get("/office/rules/G02")
    assert "ZOUFANG_RULES" in page.text  # nowhere to write to
    above = await house.browser(house.above)
    assert "ZOUFANG_RULES" not in (await above.get("/office/rules/G02")).text
    assert (await above.get("/office/rules/X99")).status == 404


async def test_without_a_folder_nothing_is_switched(county: Browser) -> None:
    assert (await county.post("/office/rules/G02/switch", on="no")).path == "/office/rules"


def test_a_switch_is_written_and_kept_beside_others(tmp_path: Path) -> None:
    switched(tmp_path, "C01", on=False)
    switched(tmp_path, "E07.two_weeks", on=True)
    kept = tomllib.loads((tmp_path / FILE).read_text("utf-8"))["switches"]
    assert kept == {"C01": False, "E07.two_weeks": True}
    assert [one.name for one in tmp_path.iterdir()] == [FILE]
    assert not any(one.on for one in Rulebook.read(tmp_path).rules if one.id == "C01")


def test_a_later_file_goes_first_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "zz.toml").write_text("[switches]\nC01 = true\n")
    with pytest.raises(OverruledError):
        switched(tmp_path, "C01", on=False)
    assert not (tmp_path / FILE).exists()


def test_beside_a_broken_file_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "county.toml").write_text("[switches\n")
    with pytest.raises(RulesError):
        switched(tmp_path, "C01", on=False)
    assert [one.name for one in tmp_path.iterdir()] == ["county.toml"]


# --- messages and the log ------------------------------------------------------------------------


async def test_a_message_that_failed_is_sent_again(house: House, county: Browser) -> None:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(
            text("UPDATE outbox SET state = 'dead', error = 'blocked', body = '{}'")
        )
    ((count,),) = await house.rows("SELECT count(*) FROM outbox WHERE state = 'dead'")
    page = await county.get("/office/messages")
    assert "blocked" in page.text
    (first, *_) = page.values("id")
    for odd in ("abc", "-1", "9" * 20):  # names no message, and so not all of them
        assert "0 条" in (await county.post("/office/messages/retry", id=odd)).told
    assert "1 条会马上再发" in (await county.post("/office/messages/retry", id=first)).told
    rest = (await county.post("/office/messages/retry")).told
    assert isinstance(count, int) and f"{count - 1} 条会马上再发" in rest


async def test_the_log_tells_who_did_what(house: House) -> None:
    above = await house.browser(house.above)
    await above.get("/office/register/household/HAAAAAA")
    reader = await house.browser(await house.staff(Role.AUDITOR, COUNTY, "reader"))
    page = await reader.get("/office/audit?subject=haaaaaa")
    assert "<td>查看</td><td>HAAAAAA</td>" in page.text
    assert "没有符合条件" in (await reader.get("/office/audit?since=2099-01-01")).text
    hostile = await reader.get("/office/audit?subject=%25&account=%27%22&since=0001-01-01&page=9")
    assert hostile.status == 200
