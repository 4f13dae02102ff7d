"""Everything that a channel shows or takes in a way of its own, in one interview."""

from __future__ import annotations

from tests.bot.channels.widgets.form import CODE, PDF, barcode
from tests.clock import START
from tests.contract.forms import GIF, PNG
from tests.contract.house import Running
from tests.core.boxed import movie
from tests.core.sounds import opus


async def test_files_and_calendars_and_codes_go_both_ways(house: Running) -> None:
    mei = await house.join()
    await mei.press("widgets")
    await mei.asked("Which pump?")
    assert await mei.pictures() == [PNG, GIF]  # Telegram has the second as a file
    await mei.press("Hand pump")
    await mei.asked("Where is it?")
    await mei.place(34.5, 108.9, accuracy=60)
    assert "误差约 60 米" in (await mei.asked("Which day?")).text
    await mei.day(START.date())
    await mei.asked("Which pack?")
    await mei.photo(barcode())
    await mei.asked("How does it sound?")
    await mei.document(PDF, "said.ogg", "audio/ogg")
    await mei.asked("How does it sound?")
    await mei.voice(opus())
    await mei.asked("A film of it?")
    await mei.video(movie(b"isom"))
    await mei.asked("The paper?")
    await mei.document(PDF, "paper.pdf", "application/pdf")
    await mei.asked("Anything else?")
    await mei.press("跳过")
    await mei.asked("请检查")
    await mei.press("提交")
    await mei.sees("已提交")
    (record,) = await house.records()
    answers = record.answers
    assert (answers["pump"], answers["day"]) == ("hand", START.date().isoformat())
    assert (answers["place"]["accuracy"], answers["pack"]) == (60.0, CODE)
    assert all(answers[name] for name in ("sound", "film", "paper"))
