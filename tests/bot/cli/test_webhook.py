"""An operator has other systems told: checked at once, the secret shown once."""

from __future__ import annotations

import pytest

from tests import world
from tests.bot.cli.conftest import Command


def test_a_receiver_is_added_listed_and_removed(village: None, zoufang: Command) -> None:
    told = zoufang(
        "webhook", "add", "county", "https://a.example/in?key=1", "--area", world.TOWNSHIP
    )
    secret = told.out.split()[-1]
    assert secret.startswith("whsec_")
    listed = zoufang("webhook", "list").out
    assert "county" in listed
    assert secret not in listed and "key=1" not in listed
    assert zoufang("webhook", "add", "county", "https://a.example/").refusal.startswith("已经有")
    assert "没有需要重发" in zoufang("webhook", "retry", "county").out
    assert "已删除 county" in zoufang("webhook", "remove", "county").out
    assert "还没有接收方" in zoufang("webhook", "list").out
    assert "webhook add" in zoufang("audit", "list").out


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("Bad Name", "https://a.example/"), "名称只能用"),
        (("a", "http://a.example/"), "网址不行：要用 https"),
        (("a", "https://127.0.0.1/"), "网址不行：是内网地址"),
        (("a", "https://a.example/", "--topics", "weather"), "不认识：weather"),
        (("a", "https://a.example/", "--area", "1"), "没有区划 1"),
    ],
)
def test_what_will_not_do_is_said_at_once(
    village: None, zoufang: Command, arguments: tuple[str, ...], refusal: str
) -> None:
    assert zoufang("webhook", "add", *arguments).refusal.startswith(refusal)


@pytest.mark.parametrize("command", ["remove", "test", "retry"])
def test_nothing_is_done_to_what_is_not_there(
    village: None, zoufang: Command, command: str
) -> None:
    assert zoufang("webhook", command, "county").refusal == "没有名为 county 的接收方。"


def test_a_test_tells_whether_the_receiver_answers(village: None, zoufang: Command) -> None:
    zoufang("webhook", "add", "county", "http://127.0.0.1:9/in", "--private")
    tried = zoufang("webhook", "test", "county")
    assert tried.status == 1
    assert tried.out.startswith("county：连不上")
