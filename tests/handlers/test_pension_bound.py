"""Pensions for who is bound to a record, and for who acts for them."""

from __future__ import annotations

import re
from collections import deque
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.messages import Tap
from core.texts import LANGUAGES, say
from handlers import pension_sums
from handlers.pension_case import Case
from handlers.pension_page import Talk
from handlers.pension_words import PensionWords
from pension import Insured, Plan, built_in, by_tier, estimate
from storage.pension_record import Contribution
from storage.policy import OPERATOR
from tests.handlers.conftest import COUNTY, Village
from tests.handlers.paper import Talker
from tests.handlers.pensions import MANY_ALIKE, bind, enrol, over, person_id, walk

THIS_YEAR = Contribution(2026, tier=500, paid=Decimal(500))
SINCE_2019: dict[str, Any] = {
    "benefits_from": date(2019, 4, 1),
    "benefit": Decimal("188.00"),
    "balance": Decimal("876.54"),
}


async def resident(village: Village, code: str = "PCCCCCC", language: str = "zh") -> Talker:
    """Somebody who reads their record: by default Li Xiuying, born on 1 January 1970."""
    someone = await bind(village, await person_id(village, code), language=language)
    await someone.say("/pension")
    return someone


def lines(someone: Talker) -> list[str]:
    return someone.last.text.splitlines()


# --- the status ----------------------------------------------------------------------------------


async def test_the_status_of_somebody_who_pays(village: Village) -> None:
    await enrol(village, "PCCCCCC", THIS_YEAR)
    someone = await resident(over(village))
    assert lines(someone)[:10] == [
        "**我的养老金** · 2026年11月21日",
        "记录来自社保经办机构，2026年11月21日录入。",
        "",
        "- 参保：2012年5月6日",
        "- 交费：已交10年，要15年，还差**5年**",
        "- 到60岁只能再交3年，年限不够，要早点问",
        "- 今年的已经交了",
        "- 个人账户：3,210.50元（2025年12月31日的数）",
        "- 2025年12月31日以后又进账560元（2026年缴费，含补贴）。",
        "- 将来：**2030年2月**起，每月约**202.21元**以上（估算，按每年交500元）",
    ]
    assert "- 估算没有算利息：账户的利率没有登记" in someone.last.text
    assert "**下一步**：到60岁年限不够" in someone.last.text
    assert "人力资源和社会保障服务热线: **12333**" in someone.last.text
    assert lines(someone)[-1] == "以上是**估算**，不是承诺。以社保经办机构核定为准，咨询12333。"


async def test_the_status_in_english(village: Village) -> None:
    await enrol(village, "PCCCCCC", THIS_YEAR)
    someone = await resident(over(village), language="en")
    assert lines(someone)[3:10] == [
        "- Joined: 6 May 2012",
        "- Years paid: 10 of 15, **5 more** are needed",
        "- Yearly payments left until 60: only 3, too few; ask early",
        "- This year's payment is in",
        "- Account: 3,210.50 yuan (on 31 December 2025)",
        "- Paid in after 31 December 2025, for 2026, with the subsidy: 560 yuan.",
        "- To expect: from **February 2030** about **202.21 yuan** a month or more "
        "(an estimate, with 500 yuan a year)",
    ]


async def test_who_has_not_paid_this_year_is_told_to(village: Village) -> None:
    await enrol(village, "PCCCCCC", years_paid=14)
    someone = await resident(over(village))
    assert "今年的还没有交" in someone.last.text
    assert "**下一步**：交今年的保费" in someone.last.text


async def test_what_is_missing_or_old_is_told_as_such(village: Village) -> None:
    await enrol(village, "PCCCCCC", balance=None)
    assert "个人账户：余额没有登记" in (await resident(over(village))).last.text
    await enrol(village, "PDDDDDD", as_of=date(2024, 12, 31))
    other = await bind(over(village), await person_id(village, "PDDDDDD"), "other")
    assert "（2024年12月31日的数，可能已经过时）" in (await other.say("养老金")).text


async def test_an_import_of_long_ago_may_be_out_of_date(village: Village) -> None:
    await enrol(village, "PCCCCCC", THIS_YEAR)
    village.clock.turn(days=370)
    assert "可能已经过时" in lines(await resident(over(village)))[1]


async def test_the_status_of_somebody_who_draws_a_pension(village: Village) -> None:
    await enrol(village, "PAAAAAA", certified_on=date(2025, 12, 10), **SINCE_2019)
    someone = await resident(over(village), "PAAAAAA")
    assert "正在领：2019年4月1日起；登记的最近金额是每月**188元**" in someone.last.text
    assert "认证：上次是2025年12月10日，下次最晚**2026年12月10日**" in someone.last.text
    assert "认证快到期了" in someone.last.text
    assert "做领取资格认证" in someone.last.text
    assert "下次最晚**2026年12月10日**" in (await someone.press("怎么认证")).text


async def test_an_overdue_certification_tells_what_follows(village: Village) -> None:
    await enrol(village, "PAAAAAA", certified_on=date(2025, 3, 1), **SINCE_2019)
    someone = await resident(over(village), "PAAAAAA")
    assert "2026年4月起可能暂停发放；认证以后补发" in someone.last.text


async def test_who_is_over_sixty_and_draws_nothing(village: Village) -> None:
    await enrol(village, "PDDDDDD", years_paid=15)
    someone = await resident(over(village), "PDDDDDD")
    assert "2020年1月1日已满60岁，还没有领" in someone.last.text
    assert "**2026年12月**起，每月约**186.10元**以上（估算）" in someone.last.text
    assert "**下一步**：条件够了" in someone.last.text


async def test_an_account_of_the_employees_scheme_is_told_as_such(village: Village) -> None:
    await enrol(village, "PCCCCCC", scheme="employee", years_paid=12)
    someone = await resident(over(village))
    assert "登记的是**职工**养老保险" in someone.last.text
    assert "将来" not in someone.last.text
    assert "职工养老保险交了12年" in (await someone.press("换到职工")).text


async def test_nothing_on_record_does_not_mean_not_insured(village: Village) -> None:
    someone = await resident(over(village))
    assert "没有登记您的养老金记录。这不等于没有参保" in someone.last.text
    await walk(someone, "算一算", "1970", "1月", "9年", "500")
    assert "每月约" in someone.last.text


async def test_a_record_that_can_not_be_right_is_told_and_not_reckoned(village: Village) -> None:
    await enrol(village, "PBBBBBB", years_paid=9)  # a child
    someone = await resident(over(village), "PBBBBBB")
    assert "登记的内容有问题，算不了：交了9年不对" in someone.last.text


# --- amounts that may not be shown ---------------------------------------------------------------


AMOUNTS = ("876.54", "188元", "3,210.50", "202.21", "39.21", "5,450.50")


@pytest.mark.parametrize("code", ["PAAAAAA", "PCCCCCC"])
async def test_no_amount_on_record_is_shown_where_the_channel_may_not(
    village: Village, code: str
) -> None:
    await enrol(village, "PAAAAAA", certified_on=date(2026, 3, 1), **SINCE_2019)
    await enrol(village, "PCCCCCC", THIS_YEAR)
    someone = await resident(over(village, "telegram", open_on=frozenset()), code)
    assert "金额：这里不显示" in someone.last.text
    seen: set[str] = set()
    waiting = deque(button.token for button in someone.last.buttons)
    while waiting:
        token = waiting.popleft()
        if token in seen or not token.startswith("p:") or MANY_ALIKE.match(token):
            continue
        seen.add(token)
        page = await someone.do(Tap(token=token))
        assert not any(amount in page.text for amount in AMOUNTS), page.text
        waiting += [button.token for button in page.buttons]
    assert len(seen) > 10


# --- from the status on --------------------------------------------------------------------------


async def test_an_estimate_from_the_record_asks_nothing(village: Village) -> None:
    await enrol(village, "PCCCCCC", THIS_YEAR)
    someone = await resident(over(village))
    await walk(someone, "算一算", "1000")
    assert "按登记的记录，已交10年" in someone.last.text
    assert "每月约**213元**以上" in someone.last.text
    assert "改年数" not in [button.text for button in someone.last.buttons]
    assert "按登记的记录，已交10年" in (await someone.say("２０００元")).text


BOOK = built_in()
TODAY = date(2026, 11, 21)


@settings(max_examples=25)
@given(
    st.dates(date(1950, 1, 1), date(1990, 1, 1)),
    st.integers(0, 20),
    st.decimals(0, 50000, places=2),
    st.sampled_from(BOOK.scheme_in_force(COUNTY, TODAY).tiers),
    st.sampled_from(LANGUAGES),
)
def test_what_is_shown_is_what_the_rules_come_to(
    birth: date, paid: int, balance: Decimal, tier: int, language: str
) -> None:
    person = Insured(
        birth=birth, region=COUNTY, joined=True, years_paid=paid, balance=balance, balance_on=TODAY
    )
    words = PensionWords(language, BOOK)
    talk = Talk(words, TODAY, Case(COUNTY, insured=person), "12333", "")
    found = estimate(BOOK, person, Plan(tier), TODAY)
    assert found.monthly
    page = pension_sums.show(talk, person, tier)
    assert f"**{words.money(found.monthly.amount)}**" in page.text
    assert words.month(found.first_month) in page.text
    assert page.why == found.why
    chart = re.findall(r"█+\u2007* ([\d.]+)`", pension_sums.show(talk, person).text)
    amounts = [str(one.monthly.amount) for one in by_tier(BOOK, person, TODAY) if one.monthly]
    assert chart == (amounts if found.years_to_pay else [])


async def test_years_are_paid_back_by_who_may(village: Village) -> None:
    """Born in 1960, 51 when the scheme began: nine years are needed, fifteen may be paid."""
    await enrol(village, "PDDDDDD", years_paid=5, launch=date(2011, 7, 1))
    someone = await resident(over(village), "PDDDDDD")
    page = await someone.press("补缴年限")
    assert "最多可以补缴**10年**" in page.text
    page = await someone.press("4年")
    assert "补缴**4年**：一次交400元" in page.text
    assert "不补：每月约" in page.text
    assert "一共9年，够了（要9年）" in page.text
    assert "由您自己决定" in page.text
    why = await someone.press("为什么是这样")
    assert "补缴4年，每年100元：400元" in why.text


async def test_moving_counts_the_years_and_the_account_on_record(village: Village) -> None:
    await enrol(village, "PCCCCCC", THIS_YEAR)
    someone = await resident(over(village))
    await walk(someone, "换到职工", "16年", "到了", "为什么是这样")
    assert "个人账户3,210.50元全部转过去" in someone.last.text


async def test_a_visit_is_asked_for_from_the_status(village: Village) -> None:
    await enrol(village, "PCCCCCC", THIS_YEAR)
    web = over(village)
    worker = await web.worker()
    someone = await resident(web)
    await walk(someone, say("zh", "requests.button.visit"))
    assert "1" in (await worker.say("/menu")).button(say("zh", "requests.button.waiting", n=1)).text


# --- acting for somebody -------------------------------------------------------------------------


async def test_who_acts_for_others_chooses_and_sees_nobody_else(village: Village) -> None:
    await enrol(village, "PCCCCCC", THIS_YEAR)
    await enrol(village, "PAAAAAA", certified_on=date(2026, 3, 1), **SINCE_2019)
    web = over(village)
    worker = await web.worker()
    someone = await bind(web, await person_id(village, "PCCCCCC"))
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("web", "resident", "zh")
        account = await uow.conversations.load("web", worker.address, "zh")
        uow.become(account.actor)
        whose = await person_id_in(uow, "PAAAAAA")
        given = await uow.proxies.consent(whose, "李秀英", "child", date(2027, 1, 31))
        await uow.proxies.enter(given, chat.id)
    page = await someone.say("养老金")
    assert [button.text for button in page.buttons] == ["我自己", "PAAAAAA 王某", "菜单"]
    page = await someone.press("PAAAAAA")
    assert page.text.startswith("**PAAAAAA 王某的养老金**")
    page = await walk(someone, "换一个人看", "我自己")
    assert page.text.startswith("**我的养老金**")
    village.clock.turn(days=90)  # the consent has ended
    page = await someone.do(Tap(token="p:person:PAAAAAA"))
    assert page.text.startswith("**我的养老金**")


async def person_id_in(uow: Any, code: str) -> int:
    found = await uow.register.person(code)
    assert found
    return int(found.id)
