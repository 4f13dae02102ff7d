"""Pictures and sounds of labels and choices."""

from __future__ import annotations

from storage.policy import OPERATOR
from tests.handlers.conftest import Village
from tests.handlers.widgets.conftest import Fill, names

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
_MANY = "\n".join(f"| | many | m{n} | Many {n} | leaf.png |" for n in range(11))
FORM = f"""
| survey | type | name | label | media::image | media::big-image | media::audio |
|---|---|---|---|---|---|---|
| | note | intro | Look at this well. | well.png | | |
| | select_multiple pump | pump | Which pumps? | | | |
| | text | heard | What do you hear? | ear.png | large.png | drip.mp3 |
| | select_one many | many | Which of many? | | | |
| | text | gone | Missing? | gone.png | | |
| | text | last | Last? | | | |

| choices | list_name | name | label | media::image |
|---|---|---|---|---|
| | pump | hand | **Hand** pump | hand.png |
| | pump | solar | Solar pump | gone.png |
| | pump | none | No pump | |
{_MANY}
"""
FILES = {
    "well.png": PNG + b"well",
    "hand.png": PNG + b"hand",
    "large.png": PNG + b"large",
    "ear.png": PNG + b"ear",
    "leaf.png": PNG + b"leaf",
    "drip.mp3": b"ID3" + b"\x00" * 20,
}


async def test_pictures_of_notes_and_choices_come_with_the_question(
    village: Village, fill: Fill
) -> None:
    mei = await fill(FORM, files=FILES)
    well, hand = mei.open.reply.pictures
    assert (well.name, well.mime, well.caption, well.as_file) == (
        "well.png", "image/png", "", False,
    )  # fmt: skip
    assert (hand.name, hand.caption) == ("hand.png", "Hand pump")
    async with village.database.unit(OPERATOR, "test") as uow:
        assert await uow.media.get(well.media) == (FILES["well.png"], "well.png", "image/png")


async def test_a_redrawn_question_keeps_its_notes_and_pictures(fill: Fill) -> None:
    mei = await fill(FORM, files=FILES)
    before = mei.open.reply.pictures
    await mei.press("Solar")
    assert mei.open.reply.pictures == before
    assert "Look at this well." in mei.open.text
    await mei.press("完成")
    record = mei.sheet[-2]
    assert record.reply.pictures == before
    assert record.text == "Look at this well.\n\nWhich pumps?\n✓ **Solar pump**"


async def test_a_question_that_is_asked_again_does_not_repeat_its_pictures(fill: Fill) -> None:
    mei = await fill(FORM, files=FILES)
    before = mei.open.reply.pictures
    await mei.say("windmill")
    assert mei.open.reply.pictures == ()
    assert mei.sheet[-2].reply.pictures == before
    assert mei.sheet[-2].buttons == []


async def test_the_big_image_stands_for_the_small_one_and_sounds_are_files(fill: Fill) -> None:
    mei = await fill(FORM, "What do you hear?", FILES)
    picture, sound = mei.open.reply.pictures
    assert (picture.name, picture.as_file) == ("large.png", False)
    assert (sound.name, sound.mime, sound.as_file) == ("drip.mp3", "audio/mpeg", True)


async def test_more_than_ten_choices_come_without_pictures(fill: Fill) -> None:
    mei = await fill(FORM, "Which of many?", FILES)
    assert mei.open.reply.pictures == ()
    assert "Many 0" in names(mei)


async def test_a_missing_file_costs_nothing_but_itself(fill: Fill) -> None:
    mei = await fill(FORM, "Missing?", FILES)
    assert mei.open.reply.pictures == ()


async def test_pictures_are_there_after_a_restart(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "Which of many?", FILES)
    again = village.restart()
    mei.steps, mei.sender = again.steps, again.sender
    await mei.press("上一题")
    assert [one.name for one in mei.open.reply.pictures] == ["large.png", "drip.mp3"]
