"""A form is filled in from the menu to the receipt."""

from __future__ import annotations

from tests.contract.forms import PARAGRAPHS, PNG
from tests.contract.house import Running


async def test_a_form_with_every_kind_of_question(house: Running) -> None:
    mei = await house.join()
    await mei.press("tour")
    await mei.asked("Remark?")
    await mei.says("All is well *here*")
    assert "All is well" in (await mei.sees("✓")).text
    await mei.asked("How many live here?")
    await mei.says("many")
    await mei.asked("How many live here?")
    await mei.says("31")
    await mei.sees("Thirty at most.")
    await mei.says("4")
    day = await mei.asked("Which day?")
    await mei.press("今天")
    assert (await mei.sees("✓")).id == day.id
    await mei.asked("Best fruit?")
    await mei.press("Pear")
    several = await mei.asked("Which fruits?")
    for label in ("Apple", "Plum", "Apple"):
        await mei.press(label)
        assert (await mei.asked("Which fruits?")).id == several.id
    assert next(label for label in mei.last.labels if "✓" in label).endswith("Plum")
    await mei.press("完成")
    await mei.asked("Home village?")
    await mei.press("›")
    await mei.asked("Home village?")
    await mei.press("Village 12")
    await mei.asked("Where is it?")
    await mei.place(34.25, 108.94)
    await mei.asked("A photo of the house?")
    await mei.photo(PNG)
    await mei.asked("Telephone?")
    await mei.phone("+8610000000")
    await mei.asked("Anything else?")
    await mei.press("跳过")
    review = await mei.asked("请检查")
    assert "Pear" in review.text
    await mei.press("提交")
    await mei.sees("已提交")
    tokens = [token for shown in mei.seen for token in shown.tokens.values()]
    assert len(tokens) > 40
    assert max(len(token.encode()) for token in tokens) <= 64
    assert not any("pear" in token or "Village" in token for token in tokens)
    (record,) = await house.records()
    answers = record.answers
    assert answers["remark"] == "All is well *here*"
    assert (answers["people"], answers["best"], answers["home"]) == (4, "pear", "v12")


async def test_a_long_text_arrives_whole_with_its_buttons_at_the_end(house: Running) -> None:
    mei = await house.join()
    await mei.press("read")
    await mei.asked("Understood?")
    chat = "\n".join(shown.text for shown in mei.chat)
    places = [chat.find(paragraph) for paragraph in PARAGRAPHS]
    assert -1 not in places
    assert places == sorted(places)
    assert mei.last.label("跳过") == "跳过 ›"
    assert [shown.labels for shown in mei.chat[1:-1]] == [[]] * (len(mei.chat) - 2)


async def test_a_picture_of_the_form_is_shown(house: Running) -> None:
    mei = await house.join()
    await mei.press("shown")
    await mei.asked("What do you see?")
    assert await mei.picture() == PNG
