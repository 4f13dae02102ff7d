"""Common surnames and given names, from which synthetic people are named."""

from __future__ import annotations

from random import Random
from typing import Final

_SURNAMES: Final = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁"
)
_RARE_SURNAMES: Final = ("欧阳", "上官", "诸葛", "慕容")

_OLD: Final = {
    "m": "建国 国强 德福 长贵 福生 永年 振华 志明 大山 水根 金宝 有才 文彬 守业 家旺 春生 树林",
    "f": "秀英 桂兰 玉珍 凤英 淑芬 素芳 桂香 秀兰 玉兰 春梅 月娥 翠花 金枝 美珍 菊香 兰英 巧云",
}
_MIDDLE: Final = {
    "m": "伟 强 军 勇 涛 斌 磊 刚 志强 建军 海波 文杰 永红 立新 卫东 国栋 晓东 新华",
    "f": "丽 敏 静 艳 娟 霞 燕 红梅 秀丽 海燕 晓红 丽娟 春燕 雪梅 玉华 小芳 爱萍 慧芳",
}
_YOUNG: Final = {
    "m": "浩然 子轩 宇航 俊杰 博文 天佑 梓豪 一鸣 嘉乐 晨阳 思远 家豪 志远 明哲 子涵 宇轩 睿",
    "f": "欣怡 梓涵 诗涵 雨桐 思琪 佳怡 可欣 语嫣 梦洁 雅婷 晓彤 若曦 紫萱 静怡 婉婷 小雨 心悦",
}


def surname(random: Random) -> str:
    """A surname; one in a hundred has two characters."""
    return random.choice(_RARE_SURNAMES if random.random() < 0.01 else _SURNAMES)


def given_name(random: Random, sex: str, birth_year: int) -> str:
    """A given name such as people of that year have. `sex` is ``m`` or ``f``."""
    names = _OLD if birth_year < 1965 else _MIDDLE if birth_year < 1998 else _YOUNG
    return random.choice(names[sex].split())
