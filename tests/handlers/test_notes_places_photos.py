"""What is only read, what is sent, and where it is."""

from __future__ import annotations

import pytest

from core.messages import File
from storage.policy import OPERATOR
from tests.handlers.conftest import Publish, Village
from tests.handlers.sampler import begin, labels, reach


async def test_notes_stand_before_the_next_question(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "places")
    assert len(mei.sheet) == 2  # the menu, and one message
    text = mei.open.text
    assert text.index("look at the house") < text.index("Mind the dog") < text.index("Did you read")


async def test_an_acknowledgement_is_one_press(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "places")
    await mei.press("知道了")
    assert "A photo of the house?" in mei.open.text
    assert (await village.values(mei))["seen"] == "OK"


async def test_a_photo_is_fetched_and_kept(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "places", "A photo of the house?")
    await mei.photo(b"\xff\xd8\xffone")
    assert "Where is it?" in mei.open.text
    stored = await village.stored(mei)
    (media,) = stored["media"].values()
    async with village.database.unit(OPERATOR, "test") as uow:
        assert await uow.media.get(media["file_id"]) == (
            b"\xff\xd8\xffone",
            "photo.jpg",
            "image/jpeg",
        )


async def test_another_photo_takes_the_place_of_the_first(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "places", "A photo of the house?")
    await mei.photo(b"\xff\xd8\xffone")
    await mei.press("上一题")
    await mei.photo(b"\xff\xd8\xfftwo")
    stored = await village.stored(mei)
    assert len(stored["media"]) == 1


async def test_a_photo_sent_as_a_file_is_taken(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "places", "A photo of the house?")
    village.channel.files["d1"] = b"\x89PNG\r\n\x1a\n"
    await mei.do(File(media="document", file_id="d1", name="house.png", mime="image/png", size=4))
    assert "Where is it?" in mei.open.text
    assert (await village.values(mei))["photo"].endswith(".png")


async def test_a_place_is_sent(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "places", "Where is it?")
    entry = mei.open.reply.entry
    assert entry is not None
    assert entry.kind == "location"
    await mei.place(34.5, 108.9)
    assert (await village.values(mei))["place"].split()[:2] == ["34.5", "108.9"]


@pytest.mark.parametrize(
    "typed",
    ["34.5, 108.9", "34.5，108.9", "https://maps.example/?q=34.5,108.9&z=17"],
)
async def test_a_place_is_typed_or_in_a_link(village: Village, ask: Publish, typed: str) -> None:
    mei = await reach(village, ask, "places", "Where is it?")
    await mei.say(typed)
    assert (await village.values(mei))["place"].split()[:2] == ["34.5", "108.9"]


async def test_a_way_is_a_run_of_pins(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "places", "The way there?")
    await mei.place(34.5, 108.9)
    assert "已标 1 个点" in mei.open.text
    assert not any("完成" in text for text in labels(mei))
    await mei.say("34.6, 108.9")
    await mei.place(34.7, 108.9)
    await mei.press("撤销")
    assert "已标 2 个点" in mei.open.text
    await mei.press("完成")
    path = (await village.values(mei))["path"]
    assert [point.split()[0] for point in path.split(";")] == ["34.5", "34.6"]
