"""One question after the other: every kind of widget, and every way to and fro."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.messages import Contact, File
from handlers.widgets import PAGE
from storage.policy import OPERATOR
from tests.handlers.conftest import Publish, Village
from tests.handlers.paper import Talker
from tests.handlers.sampler import begin, reach


def labels(someone: Talker) -> list[str]:
    return [button.text for button in someone.open.buttons]


# --- words and numbers ---------------------------------------------------------------------------


async def test_words_are_kept_as_they_were_typed(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    assert "In a few words." in mei.open.text
    assert mei.open.reply.entry is not None
    assert mei.open.reply.entry.kind == "text"
    await mei.say("  粉刷过 *两* 次 ")
    assert mei.texts[-2] == "Remark?\n✓ **粉刷过 \\*两\\* 次**"
    assert (await village.values(mei))["remark"] == "粉刷过 *两* 次"


@pytest.mark.parametrize("typed", ["4", "４", " 4 "])
async def test_a_whole_number_is_read(village: Village, ask: Publish, typed: str) -> None:
    mei = await reach(village, ask, "numbers", "How many live here?")
    await mei.say(typed)
    assert "How many rooms?" in mei.open.text
    assert (await village.values(mei))["people"] == "4"


async def test_a_few_numbers_are_offered_as_buttons(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "numbers", "How many rooms?")
    assert labels(mei)[:4] == ["0", "1", "2", "3"]
    entry = mei.open.reply.entry
    assert entry is not None
    assert (entry.kind, entry.minimum, entry.maximum) == ("integer", "0", "3")
    await mei.press("2")
    assert (await village.values(mei))["rooms"] == "2"


async def test_a_decimal_is_read(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "numbers", "Weight?")
    await mei.say("58.5")
    assert (await village.values(mei))["weight"] == "58.5"


async def test_a_range_is_pressed_or_typed(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "numbers", "Pain?")
    assert labels(mei)[:11] == [str(number) for number in range(11)]
    await mei.press("7")
    assert (await village.values(mei))["pain"] == "7"
    await mei.press("上一题")
    await mei.say("3")
    assert (await village.values(mei))["pain"] == "3"


async def test_a_shared_contact_answers_a_question_for_words(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.do(Contact(phone="10012345678"))
    assert (await village.values(mei))["remark"] == "10012345678"


# --- dates and times -----------------------------------------------------------------------------


@pytest.mark.parametrize(("button", "day"), [("今天", "2026-11-21"), ("昨天", "2026-11-20")])
async def test_today_and_yesterday_are_one_press(
    village: Village, ask: Publish, button: str, day: str
) -> None:
    mei = await begin(village, ask, "dates")
    await mei.press(button)
    assert (await village.values(mei))["day"] == day


async def test_today_is_the_day_in_the_village(village: Village, ask: Publish) -> None:
    village.clock.set(datetime(2026, 11, 21, 16, 30, tzinfo=UTC))  # half past midnight there
    mei = await begin(village, ask, "dates")
    entry = mei.open.reply.entry
    assert entry is not None
    assert entry.maximum == "2026-11-22"
    await mei.press("今天")
    assert (await village.values(mei))["day"] == "2026-11-22"


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2026-03-05", "2026-03-05"), ("3月5日", "2026-03-05"), ("昨天", "2026-11-20")],
)
async def test_a_day_may_be_typed_and_is_echoed(
    village: Village, ask: Publish, typed: str, day: str
) -> None:
    mei = await begin(village, ask, "dates")
    await mei.say(typed)
    assert (await village.values(mei))["day"] == day
    assert day in mei.texts[-2].replace("\\", "")


async def test_a_day_is_found_in_the_calendar(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "dates")
    await mei.press("日历")
    assert "2026年11月" in labels(mei)
    await mei.press("‹")
    assert "2026年10月" in labels(mei)
    await mei.press("2026年10月")
    assert "3月" in labels(mei)
    await mei.press("3月")
    await mei.press("5")
    assert (await village.values(mei))["day"] == "2026-03-05"
    assert len(mei.sheet) == 3  # the calendar was turned in place


async def test_a_month_needs_no_day(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which month?")
    await mei.say("1956年3月")
    assert (await village.values(mei))["month"] == "1956-03-01"
    assert "1956-03" in mei.texts[-2].replace("\\", "")
    await mei.press("上一题")
    await mei.press("日历")
    await mei.press("7月")
    assert (await village.values(mei))["month"] == "1956-07-01"


async def test_a_year_needs_no_month(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which year?")
    await mei.press("日历")
    await mei.press("2023")
    assert (await village.values(mei))["year"] == "2023-01-01"
    await mei.press("上一题")
    await mei.say("1999")
    assert (await village.values(mei))["year"] == "1999-01-01"


async def test_a_moment_is_asked_for_in_two_steps(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which moment?")
    await mei.press("昨天")
    assert "2026-11-20" in mei.open.text
    entry = mei.open.reply.entry
    assert entry is not None
    assert entry.kind == "time"
    await mei.say("下午2点半")
    assert (await village.values(mei))["moment"].startswith("2026-11-20T14:30:00")


async def test_the_day_of_a_moment_survives_a_restart(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which moment?")
    await mei.say("2026-11-01")
    mei.steps = village.restart().steps
    await mei.say("8:05")
    assert (await village.values(mei))["moment"].startswith("2026-11-01T08:05:00")


async def test_a_moment_may_be_typed_at_once_or_be_now(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which moment?")
    await mei.say("2026-03-05 14:30")
    assert (await village.values(mei))["moment"].startswith("2026-03-05T14:30:00")
    await mei.press("上一题")
    await mei.press("现在")
    assert (await village.values(mei))["moment"].startswith("2026-11-21T10:00:00")


async def test_a_time_is_typed_or_now(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "dates", "Which hour?")
    await mei.say("晚上八点")
    assert (await village.values(mei))["hour"].startswith("20:00")
    await mei.press("上一题")
    await mei.press("现在")
    assert (await village.values(mei))["hour"].startswith("10:00")


# --- choices -------------------------------------------------------------------------------------


async def test_one_of_a_few_is_pressed(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "choices")
    assert labels(mei) == ["Apple", "Pear", "Plum", "跳过 ›"]
    await mei.press("Pear")
    assert mei.texts[-2] == "Best fruit?\n✓ **Pear**"
    assert (await village.values(mei))["best"] == "pear"


@pytest.mark.parametrize("typed", ["Pear", "pear", "ＰＥＡＲ", " PEAR "])
async def test_a_choice_may_be_typed_by_its_words(
    village: Village, ask: Publish, typed: str
) -> None:
    mei = await begin(village, ask, "choices")
    await mei.say(typed)
    assert (await village.values(mei))["best"] == "pear"


async def test_a_choice_that_was_made_is_marked_on_return(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "choices")
    await mei.press("Pear")
    await mei.press("上一题")
    assert "✓ Pear" in labels(mei)
    assert "Pear" in mei.open.text


async def test_a_dozen_choices_are_paged(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Home village?")
    assert labels(mei)[:PAGE] == [f"Village {number}" for number in range(1, PAGE + 1)]
    messages = len(mei.sheet)
    await mei.press("›")
    rest = [f"Village {number}" for number in range(PAGE + 1, 13)]
    assert labels(mei)[: len(rest)] == rest
    assert len(mei.sheet) == messages  # in place
    await mei.press("Village 11")
    assert (await village.values(mei))["home"] == "v11"


async def test_many_choices_are_searched(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which crop?")
    assert "共 60 项" in mei.open.text
    assert not any("Crop" in text for text in labels(mei))
    await mei.say("crop 4")
    assert "找到 10 项" in mei.open.text
    await mei.press("Crop 49")
    assert (await village.values(mei))["crop"] == "c49"


async def test_a_search_for_nothing_says_so(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which crop?")
    await mei.say("potato")
    assert "Which crop?" in mei.open.text
    assert "crop" not in await village.values(mei)
    await mei.say("crop 07")
    assert (await village.values(mei))["crop"] == "c7"


async def test_several_are_toggled_and_then_done(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    messages = len(mei.sheet)
    await mei.press("Plum")
    await mei.press("Pear")
    await mei.press("Apple")
    await mei.press("Pear")
    assert labels(mei)[:4] == ["✓ Apple", "Pear", "✓ Plum", "完成 ✓（已选 2 项）"]
    assert len(mei.sheet) == messages  # in place
    assert "liked" not in await village.values(mei)
    await mei.press("完成")
    assert (await village.values(mei))["liked"] == "apple plum"
    assert "Apple" in mei.texts[-2]


async def test_toggles_survive_a_restart(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    await mei.press("Plum")
    fresh = village.restart()
    mei.steps, mei.sender = fresh.steps, fresh.sender
    await mei.press("Apple")
    await mei.press("完成")
    assert (await village.values(mei))["liked"] == "apple plum"


async def test_several_may_be_typed(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    await mei.say("plum、apple")
    assert labels(mei)[:4] == ["✓ Apple", "Pear", "✓ Plum", "完成 ✓（已选 2 项）"]


async def test_too_many_are_turned_down_by_the_form_and_stay_chosen(
    village: Village, ask: Publish
) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    for fruit in ("Apple", "Pear", "Plum", "完成"):
        await mei.press(fruit)
    assert "Two at most." in mei.open.text
    assert labels(mei)[:3] == ["✓ Apple", "✓ Pear", "✓ Plum"]
    await mei.press("Plum")
    await mei.press("完成")
    assert (await village.values(mei))["liked"] == "apple pear"


async def test_what_was_chosen_before_can_be_taken_away(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    await mei.press("Plum")
    await mei.press("完成")
    await mei.press("上一题")
    assert "✓ Plum" in labels(mei)
    await mei.press("Plum")
    await mei.press("一项未选")
    assert "liked" not in await village.values(mei)


async def test_a_rank_is_pressed_in_its_order(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "In which order?")
    await mei.press("Plum")
    assert labels(mei)[:3] == ["Apple", "Pear", "1. Plum"]
    await mei.press("Pear")
    await mei.press("撤销")
    assert not any("完成" in text for text in labels(mei))
    await mei.press("Apple")
    await mei.press("Pear")
    assert labels(mei)[:3] == ["2. Apple", "3. Pear", "1. Plum"]
    await mei.press("完成")
    assert (await village.values(mei))["order"] == "plum apple pear"


# --- notes, places, pictures ---------------------------------------------------------------------


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


# --- to and fro ----------------------------------------------------------------------------------


async def test_back_leads_to_the_question_before_with_its_answer(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    assert not any("上一题" in text for text in labels(mei))
    await mei.say("first")
    await mei.press("上一题")
    assert "Remark?" in mei.open.text
    assert "现在的回答：**first**" in mei.open.text
    await mei.say("second")
    assert (await village.values(mei))["remark"] == "second"


async def test_back_passes_over_notes(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "places")
    await mei.press("知道了")
    await mei.press("上一题")
    assert "Did you read this?" in mei.open.text
    assert "上一题" not in [button.text for button in mei.open.buttons]  # only a note stands before


async def test_same_keeps_an_answer_and_goes_on(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    await mei.press("上一题")
    await mei.press("不变")
    assert "How many live here?" in mei.open.text
    assert (await village.values(mei))["remark"] == "first"


async def test_clear_takes_an_answer_away(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    await mei.press("上一题")
    await mei.press("清除")
    assert "How many live here?" in mei.open.text
    assert "remark" not in await village.values(mei)


async def test_a_question_that_is_passed_over_is_written_down_as_such(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.press("跳过")
    assert "（未填）" in mei.texts[-2]


async def test_what_must_be_answered_offers_no_skip(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "numbers", "How many live here?")
    assert not any("跳过" in text for text in labels(mei))


async def test_progress_counts_up(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    seen = []
    for typed in ("a", "4", "2", "60", "5"):
        progress = mei.open.reply.progress
        assert progress is not None
        seen.append((progress.at, progress.about))
        await mei.say(typed)
    assert seen == [(1, 6), (2, 6), (3, 6), (4, 6), (5, 6)]


async def test_an_answered_question_loses_its_buttons(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "choices")
    question = mei.open
    await mei.press("Pear")
    assert question.buttons == []
    assert question.text == "Best fruit?\n✓ **Pear**"


# --- branches and rows ---------------------------------------------------------------------------


async def test_answers_that_fall_away_are_counted_and_come_back(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("有")
    await mei.say("旺财")
    await mei.say("3")
    for _ in range(3):
        await mei.press("上一题")
    assert "有狗吗？" in mei.open.text
    await mei.press("没有")
    assert "有 2 个先前的回答不再适用" in mei.open.text
    assert "要添加“牛”吗？" in mei.open.text
    await mei.press("上一题")
    await mei.press("有")
    assert "有 2 个先前的回答重新适用" in mei.open.text
    assert (await village.values(mei))["name"] == "旺财"


async def test_rows_are_added_until_there_is_no_more(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("没有")
    assert labels(mei)[:2] == ["是", "否"]
    await mei.press("是")
    assert "什么颜色？" in mei.open.text
    await mei.say("黄")
    assert "已有 1 条“牛”" in mei.open.text
    await mei.press("是")
    await mei.say("黑")
    await mei.press("否")
    assert "还有别的吗？" in mei.open.text
    stored = await village.stored(mei)
    assert sorted(value for value in stored["values"].values() if value in "黄黑") == ["黄", "黑"]


async def test_words_do_not_answer_whether_a_row_is_wanted(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("没有")
    await mei.say("三头")
    assert "请从下面的按钮中选择" in mei.open.text
    assert "要添加“牛”吗？" in mei.open.text


async def test_back_leads_out_of_a_row(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("没有")
    await mei.press("上一题")
    assert "有狗吗？" in mei.open.text


async def test_the_language_changes_in_the_middle(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("有")
    await mei.say("/language")
    await mei.press("English")
    assert "What is its name?" in mei.open.text
    assert any("Skip" in text for text in labels(mei))
    await mei.say("Rex")
    await mei.press("Back")
    await mei.press("Back")
    assert "Is there a dog?" in mei.open.text
    assert "Your answer now: **There is**" in mei.open.text


async def test_the_language_question_left_open_harms_nothing(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("有")
    await mei.say("/language")
    await mei.say("旺财")
    assert (await village.values(mei))["name"] == "旺财"


async def test_the_menu_answers_for_whom_it_is(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    await mei.press("HAAAAAA")
    await mei.press("入户走访")
    assert "走访日期" in mei.open.text
    assert not any("上一题" in text for text in labels(mei))
    assert (await village.values(mei))["house_code"] == "HAAAAAA"
    progress = mei.open.reply.progress
    assert progress is not None
    assert progress.at == 1
