"""Pensions for strangers and staff: the rules, and estimates from what they tell; no record."""

from __future__ import annotations

import re
from collections import deque
from datetime import date
from decimal import Decimal

import pytest

from core.messages import Tap
from handlers.pension_words import PensionWords
from pension import Insured, Plan, RuleBook, by_tier, estimate
from tests.handlers.conftest import COUNTY, Village
from tests.handlers.paper import Paper, Talker
from tests.handlers.pensions import MANY_ALIKE, over, walk
from tests.pension.conftest import _OWN

FINAL = {
    "zh": "以社保经办机构核定为准，咨询12333。",
    "en": "The social insurance agency has the final word; call 12333.",
}


async def stranger(village: Village, language: str = "zh") -> Talker:
    someone = village.talker("7")
    someone.language = language
    await someone.say("/pension")
    return someone


async def told_nine_years(village: Village) -> Talker:
    someone = await stranger(village)
    await walk(someone, "算一算", "1971", "5月", "9年")
    return someone


def texts(paper: Paper) -> list[str]:
    return [button.text for button in paper.buttons]


# --- the way in ----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["养老金", "我想查养老保险", "社保", "My PENSION?", "/pension"])
async def test_a_stranger_asks_in_their_own_words(village: Village, said: str) -> None:
    someone = village.talker("7")
    assert "算一算：能领多少" in texts(await someone.say(said))


async def test_a_stranger_finds_the_button_and_gets_nothing_else(village: Village) -> None:
    someone = village.talker("7")
    greeting = await someone.say("你好")
    assert texts(greeting)[0] == "养老金"
    assert "城乡居民养老保险" in (await someone.press("养老金")).text
    assert "邀请码" in (await someone.do(Tap(token="l:household"))).text


async def test_staff_find_it_in_their_menu_and_go_on_working(village: Village) -> None:
    mei = await village.worker()
    await mei.press("养老金")
    await walk(mei, "算一算", "1971", "5月", "9年", "500")
    assert "191.56元" in mei.last.text
    await mei.say("/menu")
    assert "共 2 户" in (await mei.press("我的走访户")).text


async def test_a_word_in_the_middle_of_a_form_is_an_answer(village: Village) -> None:
    mei = await village.worker()
    await walk(mei, "我的走访户", "HAAAAAA", "✎")
    before = len(await village.interviews(mei))
    await mei.say("养老金")
    assert "城乡居民养老保险" not in mei.last.text
    assert len(await village.interviews(mei)) == before == 1


# --- the whole talk, by buttons alone ------------------------------------------------------------


async def test_an_estimate_by_buttons_alone(village: Village) -> None:
    someone = await told_nine_years(village)
    assert "1971年5月出生，已交9年" in someone.last.text
    assert "每年交多少 → 每月约领多少" in someone.last.text
    detail = await someone.press("500")
    assert "再交5年到60岁，自己一共再交2,500元" in detail.text
    assert "2031年6月**起，每月约**191.56元**以上" in detail.text
    assert "还差1年" in detail.text
    assert "没有算利息：账户的利率没有登记" in detail.text
    assert len(someone.sheet) == 1  # one message, changed in place


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_page_can_be_reached_by_buttons_and_is_final_only_by_the_agency(
    village: Village, language: str
) -> None:
    someone = await stranger(village, language)
    seen: dict[str, Paper] = {}
    waiting = deque(button.token for button in someone.last.buttons)
    while waiting:
        token = waiting.popleft()
        if token in seen or not token.startswith("p:") or MANY_ALIKE.match(token):
            continue
        page = seen[token] = await someone.do(Tap(token=token))
        assert not re.search(r"\{\w*\}|None|Decimal", page.text)
        assert len(page.text) < 2000
        waiting += [button.token for button in page.buttons]
    for token, page in seen.items():
        if re.match(r"p:(sum|back|rule:|certify|home_moved)", token):
            assert FINAL[language] in page.text or page.reply.entry, page.text
    kinds = {token.split(":")[1] for token in seen}
    assert kinds >= {"sum", "back", "move", "rules", "rule", "certify", "why", "home", "ask"}


async def test_it_is_said_what_is_missing_and_where_each_figure_comes_from(
    village: Village,
) -> None:
    someone = await told_nine_years(village)
    why = (await walk(someone, "500", "为什么是这样")).text
    assert "要交满15年。〔1〕" in why
    assert "〔1〕国务院关于建立统一的城乡居民基本养老保险制度的意见（国发〔2014〕8号）" in why
    assert "适用全国，2014年2月21日起" in why
    assert "利率没有登记，按0%算" in why
    assert "本地补多少没有登记" in why


# --- what is shown is what the rules say ---------------------------------------------------------


async def test_every_tier_shows_just_what_the_rules_come_to(village: Village) -> None:
    someone = await told_nine_years(village)
    book = village.house.pension()
    today = village.clock.now().astimezone(village.house.zone).date()
    scheme = book.scheme_in_force(COUNTY, today)
    assumed = Decimal(9 * 130)
    person = Insured(
        birth=date(1971, 5, 1),
        region=COUNTY,
        joined=True,
        years_paid=9,
        balance=assumed,
        balance_on=today,
    )
    chart = re.findall(r"`\u2007*(\d+) █+\u2007* ([\d.]+)`", someone.last.text)
    wanted = [
        (str(one.plan.tier), str(one.monthly.amount))
        for one in by_tier(book, person, today)
        if one.monthly
    ]
    assert chart == wanted
    words = PensionWords("zh", book)
    for tier in scheme.tiers:
        page = await someone.press(str(tier))
        found = estimate(book, person, Plan(tier), today)
        assert found.monthly
        assert f"**{words.money(found.monthly.amount)}**以上" in page.text
        assert words.parts(found.monthly) in page.text


async def test_a_known_account_is_reckoned_with(village: Village) -> None:
    someone = await told_nine_years(village)
    await someone.press("填账户余额")
    page = await someone.say("３，２１０．５元")
    assert "账户里已有多少不知道" not in page.text
    assert "163元 + 个人账户 43.24元" in (await someone.press("500")).text


async def test_a_county_with_rules_of_its_own_is_told_by_them(village: Village) -> None:
    own = f"""{_OWN}
[[basic_pension]]
region = "{COUNTY}"
amount = 200
valid_from = 2026-01-01
checked_on = 2026-02-01
source = "county_notice"
status = "statute"
[[scheme]]
id = "county"
region = "{COUNTY}"
frame = "national_2014"
valid_from = 2026-01-01
source = "county_notice"
status = "statute"
tiers = [200, 500]
subsidies = [{{ tier = 200, amount = 40 }}, {{ tier = 500, amount = 80 }}]
"""
    book = RuleBook.read({"county.toml": own})
    someone = await told_nine_years(over(village, "paper", pension=lambda: book))
    assert texts(someone.last)[:2] == ["200", "500"]
    assert "实际可能更多" not in someone.last.text
    page = await someone.press("500")
    assert "全国基础养老金 163元 + 本地加的基础养老金 37元" in page.text
    why = await someone.press("为什么是这样")
    assert "政府补贴80元" in why.text
    assert "示范县通知。适用本地，2026年1月1日起" in why.text
    await walk(someone, "返回", "首页", "一般规定", "交多少")
    assert "交500元：补80元" in someone.last.text


# --- typed, and bad input ------------------------------------------------------------------------


async def test_everything_can_be_typed(village: Village) -> None:
    someone = await stranger(village)
    await someone.press("算一算")
    await someone.say("一九七一年五月")
    await someone.say("九年")
    assert "191.56元" in (await someone.say("每年五百块")).text
    assert "每月约**209.55元**" in (await someone.say("１，０００元")).text


async def test_a_tier_that_is_not_offered_tells_those_that_are(village: Village) -> None:
    someone = await told_nine_years(village)
    page = await someone.say("250元")
    assert "没有250元这一档" in page.text
    assert "100、200、300" in page.text
    assert "没有改动任何内容" in page.text
    assert "已交9年" in page.text


@pytest.mark.parametrize("said", ["abc", "-500", "500万亿", "5" * 50, "**x**", "😀"])
async def test_what_is_no_amount_is_asked_again(village: Village, said: str) -> None:
    someone = await told_nine_years(village)
    page = await someone.say(said)
    assert "没有改动任何内容" in page.text
    assert "已交9年" in page.text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("2099-01", "还没到"),
        ("1871年5月", "请写出生年月"),
        ("昨天", "请写出生年月"),
        ("1971年13月", "请写出生年月"),
    ],
)
async def test_a_birth_that_can_not_be_is_told(village: Village, said: str, told: str) -> None:
    someone = await stranger(village)
    await someone.press("算一算")
    page = await someone.say(said)
    assert told in page.text
    assert "哪年哪月出生" in page.text


async def test_a_year_alone_asks_for_its_month(village: Village) -> None:
    someone = await stranger(village)
    await someone.press("算一算")
    page = await someone.say("1966年")
    assert texts(page)[1] == "1966"
    assert "已经交了几年" in (await someone.press("3月")).text


async def test_more_years_than_a_life_holds_are_refused(village: Village) -> None:
    someone = await stranger(village)
    await walk(someone, "算一算", "1971")
    await someone.say("2000-01")
    page = await someone.say("30")
    assert "交了30年不对" in page.text
    assert "已经交了几年" in page.text


@pytest.mark.parametrize(
    "forged",
    [
        *("p", "p:", "p:why:x", "p:why:9:why:9:home", "p:rule:nothing", "p:ask:years:999"),
        *("p:ask:birth:9", "p:birth:2999-99-99", "p:years:-1", "p:years:999", "p:move:-3:x"),
        *("p:move:999999999:1", "p:back:500:99", "p:nothing", "p:why:0:" + "x" * 56),
        *("p:person:PAAAAAA", "p:balance:5"),
    ],
)
async def test_a_forged_button_changes_nothing(village: Village, forged: str) -> None:
    someone = await told_nine_years(village)
    page = await someone.do(Tap(token=forged))
    assert page.text
    assert "chat.failed" not in page.text and "没能处理" not in page.text
    if not forged.startswith("p:person"):
        assert "已交9年" in (await someone.do(Tap(token="p:sum"))).text


async def test_a_button_for_a_tier_that_is_gone_tells_those_on_offer(village: Village) -> None:
    someone = await told_nine_years(village)
    page = await someone.do(Tap(token="p:sum:250"))
    assert page.text.startswith("没有250元这一档。可以选：100、200、300")
    assert "每年交多少 → 每月约领多少" in page.text


# --- ages ----------------------------------------------------------------------------------------


async def test_a_child_is_told_from_when_on(village: Village) -> None:
    someone = await stranger(village)
    await someone.press("算一算")
    await someone.say("2014-05-03")
    page = await someone.press("0年")
    assert "满16岁才能参保，从2030年5月3日起" in page.text


async def test_who_is_over_sixty_pays_no_more(village: Village) -> None:
    someone = await stranger(village)
    await someone.press("算一算")
    await someone.say("1945年3月")
    page = await someone.press("0年")
    assert "已满60岁" in page.text
    assert "不用交费" in page.text


async def test_missing_years_can_be_paid_back_by_who_was_old_when_it_began(
    village: Village,
) -> None:
    someone = await stranger(village)
    await someone.press("算一算")
    await someone.say("1957年1月")
    await someone.press("5年")
    page = await someone.press("补缴年限")
    assert "请问12333" in page.text or "最多可以补缴" in page.text


# --- moving --------------------------------------------------------------------------------------


async def test_what_moves_and_what_stays_is_told_without_advice(village: Village) -> None:
    someone = await told_nine_years(village)
    await walk(someone, "首页", "一般规定", "换到职工")
    page = await someone.say("12年6个月")
    assert "职工养老保险交了12年6个月" in page.text
    page = await someone.press("到了")
    assert "职工转到居民" in page.text
    assert "共21年6个月" in page.text
    assert "每步15个工作日" in page.text
    assert "这里不作建议" in page.text
    assert "还没有定的事" in page.text


@pytest.mark.parametrize(("years", "told"), [("0年", "没有可转的"), ("16年", "居民转到职工")])
async def test_other_ways(village: Village, years: str, told: str) -> None:
    someone = await stranger(village)
    await walk(someone, "一般规定", "换到职工", years)
    if years != "0年":
        await someone.press("到了")
    assert told in someone.last.text


# --- keeping its place ---------------------------------------------------------------------------


async def test_another_language_shows_the_same_page(village: Village) -> None:
    someone = await told_nine_years(village)
    await someone.press("500")
    await someone.say("/language")
    await someone.press("English")
    assert "Paying **500 yuan** a year until 60" in someone.last.text


async def test_a_restart_forgets_nothing(village: Village) -> None:
    someone = await told_nine_years(village)
    after = village.restart().talker("7")
    after.channel = someone.channel
    assert "191.56元" in (await after.do(Tap(token="p:sum:500"), key="after")).text
