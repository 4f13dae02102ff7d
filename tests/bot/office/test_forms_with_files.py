"""A form that reads lists and shows pictures is published in the office together with its files."""

from __future__ import annotations

import aiohttp
import pytest

from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import Answer, Browser, House, _answer
from tests.handlers.conftest import COUNTY

FORM = """| survey |
| | type | name | label | media::image | calculation |
| | select_one_from_file wells.csv | well | 哪口井？ | | |
| | calculate | depth | | | pulldata('depths', 'depth', 'name', ${well}) |
| | note | told | 深 ${depth} 米 | well.png | |
| settings |
| | form_title | form_id | version |
| | 水井 | wells | 1 |
""".encode()
WELLS = "name,label\na,东头的井\nb,西头的井\n".encode()
DEPTHS = b"name,depth\na,12\nb,9\n"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
CHECK, PUBLISH = "/office/forms/check", "/office/forms/publish"


@pytest.fixture
async def county(house: House) -> Browser:
    """A browser of the county's administrator."""
    return await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief"))


async def send(
    browser: Browser, files: dict[str, bytes], form: bytes = b"", held: str = ""
) -> Answer:
    data = aiohttp.FormData()
    if form:
        data.add_field("file", form, filename="wells.md")
    if held:
        data.add_field("held", held)
    for name, content in files.items():
        data.add_field("attachment", content, filename=name)
    async with browser.page.post(CHECK, data=data) as answer:
        return await _answer(answer)


def held(page: Answer) -> str:
    (name,) = set(page.values("held"))
    return name


async def attached(house: House) -> dict[str, bytes]:
    """The files of the form that is offered."""
    async with house.village.database.reading(OPERATOR, "test") as uow:
        version = await uow.forms.latest("wells")
        assert version is not None
        return dict((await uow.forms.source(version.sha256)).attachments)


async def test_a_form_with_its_files_is_published_and_asked(house: House, county: Browser) -> None:
    files = {"wells.csv": WELLS, "depths.csv": DEPTHS, "well.png": PICTURE}
    page = await send(county, files, FORM)
    assert page.text.count("已上传") == 3 and "还缺附件" not in page.text
    done = await county.post(PUBLISH, held=held(page), subject="none")
    assert "已发布：wells" in done.told
    assert await attached(house) == files
    await house.mei.say("/menu")
    begun = await house.mei.press("水井")
    assert "东头的井" in [button.text for button in begun.buttons]


async def test_what_is_missing_is_named_and_can_be_added(house: House, county: Browser) -> None:
    page = await send(county, {"wells.csv": WELLS}, FORM)
    assert "还缺附件：depths.csv。" in page.text and "发布这张表" not in page.text
    refused = await county.post(PUBLISH, held=held(page), subject="none")
    assert "还缺附件：depths.csv。" in refused.text and "发布这张表" not in refused.text
    assert await house.rows("SELECT * FROM form WHERE form_id = 'wells'") == []
    page = await send(county, {"depths.csv": DEPTHS}, held=held(refused))
    assert "还缺附件" not in page.text and "发布这张表" in page.text
    assert "没有上传，只显示文字" in page.text  # a picture may be left out
    await county.post(PUBLISH, held=held(page), subject="none")
    assert await attached(house) == {"wells.csv": WELLS, "depths.csv": DEPTHS}


async def test_a_file_that_is_no_table_is_told(county: Browser) -> None:
    page = await send(county, {"wells.csv": b"\x00\x01", "depths.csv": DEPTHS}, FORM)
    assert page.status == 200 and "发布这张表" not in page.text and "wells.csv" in page.text


async def test_more_than_is_taken_is_told(county: Browser) -> None:
    page = await send(county, {"wells.csv": b"a" * (10 * 2**20 + 1)}, FORM)
    assert "超过 10 MB" in page.told


async def test_files_are_added_to_ones_own_form_only(house: House, county: Browser) -> None:
    page = await send(county, {}, FORM)
    second = await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "second"))
    answer = await send(second, {"wells.csv": WELLS}, held=held(page))
    assert "重新上传" in answer.told
