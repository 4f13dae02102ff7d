"""Who is let in, and what everybody else is told."""

from __future__ import annotations

from sqlalchemy import text

from core.messages import Command, Tap, Text
from storage.policy import OPERATOR, Role
from tests.handlers.conftest import GRID, NEXT_GRID, TOWNSHIP, Village, running
from tests.handlers.paper import PaperChannel

STRANGERS = ["养老金", "绑定我的记录", "中文 / English"]


async def test_the_right_code_opens_the_menu_of_the_role(village: Village) -> None:
    mei = await village.worker()
    assert "欢迎" in mei.last.text
    assert "网格员" in mei.last.text
    assert [button.text for button in mei.last.buttons] == [
        "我的走访户",
        "我的走访对象",
        "食品药品巡查",
        "食品药品事故",
        "我提交的记录",
        "养老金",
        "中文 / English",
        "帮助",
    ]


async def test_a_code_is_read_however_it_is_typed(village: Village) -> None:
    _, code = await village.hire(Role.GRID_WORKER, GRID)
    mei = village.talker("7")
    await mei.say(f"/start {code[:5].lower()}-{code[5:]} ")
    assert "网格员" in mei.last.text


async def test_a_wrong_code_lets_nobody_in(village: Village) -> None:
    stranger = village.talker("7")
    assert "邀请码无效" in (await stranger.say("/start ABCDE23456")).text
    assert "邀请码" in (await stranger.say("/menu")).text
    assert [button.text for button in stranger.last.buttons] == STRANGERS


async def test_a_code_works_once(village: Village) -> None:
    _, code = await village.hire(Role.GRID_WORKER, GRID)
    await village.talker("7").say(f"/start {code}")
    second = village.talker("8")
    assert "已用过" in (await second.say(f"/start {code}")).text
    assert [button.text for button in second.last.buttons] == STRANGERS


async def test_a_code_runs_out_after_seven_days(village: Village) -> None:
    _, code = await village.hire(Role.GRID_WORKER, GRID)
    village.clock.turn(days=7, seconds=1)
    late = village.talker("7")
    assert "过期" in (await late.say(f"/start {code}")).text


async def test_a_wrong_code_costs_staff_nothing(village: Village) -> None:
    mei = await village.worker()
    await mei.say("/start ABCDE23456")
    assert "邀请码无效" in mei.last.text
    assert "网格员" in mei.last.text


async def test_a_stranger_gets_help_and_nothing_else(village: Village) -> None:
    stranger = village.talker("7")
    for event in (Text(text="你好"), Tap(token="l:household"), Tap(token="l:open:HAAAAAA")):
        reply = await stranger.do(event)
        assert "邀请码" in reply.text
        assert [button.text for button in reply.buttons] == STRANGERS
    assert "邀请码" in (await stranger.say("/help")).text


async def test_a_stranger_who_reads_english_is_answered_in_english(village: Village) -> None:
    stranger = village.talker("7")
    stranger.language = "en-GB"
    assert "invite code" in (await stranger.say("hello")).text


async def test_an_account_that_was_closed_is_a_stranger_again(village: Village) -> None:
    mei = await village.worker()
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(text("UPDATE account SET active = 0"))
    assert "邀请码" in (await mei.say("/menu")).text


async def test_another_code_makes_the_chat_somebody_else(village: Village) -> None:
    mei = await village.worker()
    _, code = await village.hire(Role.GRID_WORKER, NEXT_GRID)
    await mei.say(f"/start {code}")
    listing = await mei.press("我的走访户")
    assert [button.text for button in listing.buttons] == ["HCCCCCC 赵家", "菜单"]


async def test_a_code_makes_no_web_chat_somebody_else(village: Village) -> None:
    """Its transcript and its open pages belong to who signed in there."""
    account, _ = await village.hire(Role.GRID_WORKER, GRID)
    _, code = await village.hire(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    page = running(village.database, village.clock, PaperChannel(name="web"), village.house)
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("web", "S1", "zh")
        await uow.conversations.bind(chat, account_id=account, person_id=None)
    mei = page.talker("S1")
    answer = await mei.say(f"/start {code}")
    assert "登录链接" in answer.text
    assert "网格员" in answer.text
    assert "网格员" in (await mei.say("/menu")).text
    await mei.press("中文 / English")
    await mei.press("English")
    assert "sign-in link" in (await mei.say(f"/start {code}")).text

    gao = village.talker("9")
    assert "乡镇督导" in (await gao.say(f"/start {code}")).text  # it was not used up


async def test_a_resident_finds_whom_to_call_and_the_privacy_notice(village: Village) -> None:
    async with village.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PAAAAAA")
        assert person is not None
        code = await uow.invites.issue("messenger", person_id=person.id)
    wang = village.talker("9")
    page = await wang.say(f"/start {code}")
    assert "隐私说明" in page.text
    assert "12345" in page.text
    assert [button.text for button in page.buttons] == [
        "养老金",
        "请网格员上门",
        "记录有误",
        "绑定和委托",
        "中文 / English",
        "帮助",
    ]
    assert "王德福" not in page.text

    await wang.press("中文 / English")
    english = await wang.press("English")
    assert "Privacy notice" in english.text


async def test_a_resident_sees_no_list_by_any_token(village: Village) -> None:
    async with village.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PAAAAAA")
        assert person is not None
        code = await uow.invites.issue("messenger", person_id=person.id)
    wang = village.talker("9")
    await wang.say(f"/start {code}")
    for token in ("l:household", "l:person", "l:open:PBBBBBB", "l:open:PAAAAAA"):
        reply = await wang.do(Tap(token=token))
        assert "隐私说明" in reply.text
        assert "王" not in reply.text


async def test_a_supervisor_sees_the_whole_township(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    assert "乡镇督导" in gao.last.text
    listing = await gao.press("我的走访户")
    assert "共 3 户" in listing.text


async def test_a_child_director_sees_children_only(village: Village) -> None:
    lan = await village.staff(Role.CHILD_DIRECTOR, TOWNSHIP)
    listing = await lan.press("我的走访对象")
    assert [button.text for button in listing.buttons] == ["PBBBBBB 王某", "菜单"]


async def test_an_auditor_sees_no_subject(village: Village) -> None:
    boss = await village.staff(Role.AUDITOR, "990101")
    assert [button.text for button in boss.last.buttons] == ["养老金", "中文 / English", "帮助"]
    reply = await boss.do(Tap(token="l:household"))
    assert "网格" not in reply.text
    assert "HAAAAAA" not in "".join(button.text for button in reply.buttons)


async def test_a_group_gets_one_polite_sentence_for_a_command_and_nothing_else(
    village: Village,
) -> None:
    _, code = await village.hire(Role.GRID_WORKER, GRID)
    group = village.talker("-100")
    await group.do(Text(text="大家好"), private=False)
    await group.do(Tap(token="l:household"), private=False)
    assert group.sheet == []
    await group.do(Command(name="start", argument=code), private=False)
    assert "群" in group.last.text
    assert len(group.sheet) == 1
    mei = village.talker("7")
    assert "网格员" in (await mei.say(f"/start {code}")).text  # the code was not used up


async def test_the_language_can_be_changed_at_the_menu(village: Village) -> None:
    mei = await village.worker()
    await mei.say("/language")
    menu = await mei.press("English")
    assert "grid worker" in menu.text
    assert "My households" in menu.buttons[0].text


async def test_help_comes_with_the_menu(village: Village) -> None:
    mei = await village.worker()
    reply = await mei.press("帮助")
    assert "每次问一题" in reply.text
    assert "我的走访户" in reply.buttons[0].text


async def test_a_stray_word_at_the_menu_gets_help(village: Village) -> None:
    mei = await village.worker()
    reply = await mei.say("今天天气不错")
    assert "没看懂" in reply.text
    assert "我的走访户" in reply.buttons[0].text


async def test_an_unknown_command_names_the_known_ones(village: Village) -> None:
    mei = await village.worker()
    reply = await mei.say("/dance")
    assert "没有这个命令" in reply.text
    assert "/resume" in reply.text
