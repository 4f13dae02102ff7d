"""Photos and places of a record are seen by who reads it, and by nobody else."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.record_view import RecordView
from core.messages import Tap
from forms.intake import intake
from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import Browser, House
from tests.bot.office.test_records import VISIT, ask, listed, told
from tests.bot.office.test_review import change
from tests.handlers.conftest import COUNTY, TOWNSHIP, running
from tests.handlers.test_supervising import labels

__all__ = ["ask", "told"]

PHOTO = b"\xff\xd8\xffwell"


async def shown(above: Browser) -> tuple[str, str]:
    """The page of the one record, and where its photo is."""
    (record,) = await listed(above)
    page = await above.get(f"/office/records/{record}")
    found = re.search(r'<img src="([^"]+)" alt="照片：照片？"', page.text)
    assert found is not None
    return f"/office/records/{record}", found[1]


async def test_a_photo_is_shown_and_logged(told: House) -> None:
    above = await told.browser(told.above)
    path, link = await shown(above)
    photo = await above.get(link)
    assert photo.status == 200 and photo.body == PHOTO
    opened = await told.rows("SELECT object FROM audit WHERE action = 'open_photo'")
    assert opened == [(path.rpartition("/")[2],)]


async def test_a_photo_is_for_who_reads_its_record(told: House) -> None:
    _, link = await shown(await told.browser(told.above))
    far = await told.browser(await told.staff(Role.TOWNSHIP_SUPERVISOR, f"{COUNTY}009", "far"))
    assert (await far.get(link)).status == 404
    assert (await (await told.browser(told.lan)).get(link)).status == 403
    assert PHOTO not in (await (await told.browser(None)).get(link)).body


async def test_only_files_of_the_record_are_there(told: House) -> None:
    above = await told.browser(told.above)
    _, link = await shown(above)
    async with told.village.database.unit(OPERATOR, "test") as uow:
        other = await uow.media.put(PHOTO, "other.jpg", "image/jpeg", "of a draft")
    assert (await above.get(f"{link.rpartition('/')[0]}/{other.id}")).status == 404


async def test_a_photo_in_a_childs_record_asks_what_for(told: House) -> None:
    above = await told.browser(told.above)
    path, link = await shown(above)
    child = "subject_kind = 'person', subject_code = 'PBBBBBB', subject_id"
    await change(
        told, f"UPDATE submission SET {child} = (SELECT id FROM person WHERE code = 'PBBBBBB')"
    )
    asked = await above.get(link)
    assert "这次打开是为了什么" in asked.text and asked.values("after") == [path]
    await above.post("/office/purpose", code="PBBBBBB", purpose="followup", after=path)
    assert (await above.get(link)).body == PHOTO
    assert ("followup", "open_photo") in await told.rows("SELECT purpose, action FROM audit")


async def test_a_place_is_told_to_some_metres() -> None:
    form = intake(VISIT.replace("image | photo", "geopoint | place").encode(), "well.md").form
    assert form is not None
    place = {"latitude": 30.123456789, "longitude": 120.2, "altitude": 0.0, "accuracy": 5.2}
    (_, line) = RecordView(form, "zh").lines({"depth": 4, "place": place})
    assert (line.name, line.value) == ("place", "30.12346, 120.20000（误差约 5 米）")


async def test_a_chat_that_may_shows_the_photos(told: House) -> None:
    (record,) = await listed(await told.browser(told.above))
    there = told.village
    kept = replace(there.house, open_on=frozenset({there.channel.name}))
    open_ = running(there.database, there.clock, there.channel, kept)
    above = await open_.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "beside")
    await above.do(Tap(token=f"u:c:{record.removeprefix('uuid:')}:0"))
    page = await above.press("看照片")
    ((stored,),) = await told.rows("SELECT id FROM media")
    assert [one.media for one in page.reply.pictures] == [stored]
    assert await told.rows("SELECT count(*) FROM audit WHERE action = 'open_photo'") == [(1,)]


async def test_a_chat_that_may_not_says_where_the_photos_are(told: House) -> None:
    (record,) = await listed(await told.browser(told.above))
    plain = record.removeprefix("uuid:")
    page = await told.above.do(Tap(token=f"u:c:{plain}:0"))
    assert "看照片" not in labels(page) and f"/office/records/{record}" in page.text
    page = await told.above.do(Tap(token=f"u:photos:{plain}"))
    assert not page.reply.pictures
