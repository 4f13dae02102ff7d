"""A bot with a short visit to fill in: enough to try every part of the page."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.channels.web import WebChannel
from core.messages import (
    Button,
    Command,
    Entry,
    File,
    Inbound,
    Location,
    Picture,
    Progress,
    Reply,
    Tap,
    Text,
)
from tests.bot.channels.web.memory import MemoryStore

WORDS = {
    "zh": {
        "hello": "您好，林秀英。今天还有 **3 户**要走访。\n\n- 南坡村 2 组：2 户\n- 3 组：1 户",
        "begin": "开始走访",
        "later": "稍后再说",
        "mode": "**走访方式**是什么？",
        "modes": ["入户", "学校", "电话", "视频"],
        "date": "走访日期是哪一天？",
        "count": "家里常住几口人？",
        "hazards": "家里有哪些**安全隐患**？可选多项，选完点“完成”。",
        "hazard": ["用火", "用电", "燃气", "用水", "房屋"],
        "done": "完成",
        "month": "父亲从哪个月开始外出？",
        "photo": "请拍一张房屋外观。",
        "place": "请发送当前位置。",
        "notes": "还有什么要记录？",
        "end": "记录已保存，谢谢。",
        "again": "请点下面的按钮选一个。",
    },
    "en": {
        "hello": "Hello, Lin. **3 households** to visit.\n\n- Nanpo, group 2: 2\n- group 3: 1",
        "begin": "Begin a visit",
        "later": "Later",
        "mode": "**How** was the visit made?",
        "modes": ["At home", "At school", "By phone", "By video"],
        "date": "On which day was the visit?",
        "count": "How many people live here?",
        "hazards": "Which **hazards** are there? Choose all that apply, then press Done.",
        "hazard": ["Fire", "Electricity", "Gas", "Water", "Building"],
        "done": "Done",
        "month": "Since which month has the father been away?",
        "photo": "Please take a photo of the house.",
        "place": "Please send your position.",
        "notes": "Anything else to write down?",
        "end": "The record is saved. Thank you.",
        "again": "Please choose one of the buttons.",
    },
}

STEPS = ("mode", "date", "count", "hazards", "month", "photo", "place", "notes")
ENTRIES = {
    "date": Entry(kind="date", minimum="2026-10-21", maximum="2026-11-21"),
    "count": Entry(kind="integer", minimum="0", maximum="30"),
    "month": Entry(kind="month"),
    "photo": Entry(kind="photo"),
    "place": Entry(kind="location"),
    "notes": Entry(kind="multiline"),
}


@dataclass
class ScriptedBot:
    """Walks one person through STEPS. `answers` holds what was said, by step."""

    store: MemoryStore | None = None
    language: str = "zh"
    at: int = -1
    chosen: set[int] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    question: str | None = None

    def say(self, key: str) -> str:
        return str(WORDS[self.language][key])

    def words(self, key: str) -> list[str]:
        return list(WORDS[self.language][key])

    async def __call__(self, channel: WebChannel, inbound: Inbound) -> None:
        match inbound.event:
            case Command(name="language"):
                self.language = "en" if self.language == "zh" else "zh"
                assert self.store
                self.store.speak(inbound.address, self.language)
                await self.hello(channel, inbound.address)
            case Command():
                await self.hello(channel, inbound.address)
            case Tap(token="begin"):
                await self.ask(channel, inbound.address, 0)
            case event if 0 <= self.at < len(STEPS):
                await self.answer(channel, inbound.address, event)
            case _:
                await self.hello(channel, inbound.address)

    async def hello(self, channel: WebChannel, address: str) -> None:
        buttons = (
            (Button(text=self.say("begin"), token="begin", style="primary"),),
            (Button(text=self.say("later"), token="later"),),
        )
        pictures = (Picture(media="map", name="map.png", mime="image/png"),)
        await channel.deliver(
            address,
            Reply(text=self.say("hello"), buttons=buttons, pictures=pictures),
            None,
        )

    async def ask(self, channel: WebChannel, address: str, at: int) -> None:
        self.at = at
        if at == len(STEPS):
            await channel.deliver(
                address, Reply(text=self.say("end"), entry=Entry(kind="none")), None
            )
            return
        receipt = await channel.deliver(address, self.prompt(STEPS[at]), None)
        self.question = receipt.message

    def prompt(self, step: str) -> Reply:
        return Reply(
            text=self.say(step),
            buttons=self.buttons(step),
            entry=ENTRIES.get(step, Entry(kind="none")),
            progress=Progress(at=self.at + 1, about=len(STEPS)),
            slot="question",
        )

    def buttons(self, step: str) -> tuple[tuple[Button, ...], ...]:
        if step == "mode":
            return tuple(
                (Button(text=t, token=f"m{n}"),) for n, t in enumerate(self.words("modes"))
            )
        if step == "hazards":
            rows = tuple(
                (
                    Button(
                        text=f"✓ {text}" if n in self.chosen else text,
                        token=f"h{n}",
                        style="chosen" if n in self.chosen else "plain",
                    ),
                )
                for n, text in enumerate(self.words("hazard"))
            )
            return (*rows, (Button(text=self.say("done"), token="done", style="primary"),))
        return ()

    async def answer(self, channel: WebChannel, address: str, event: object) -> None:
        step = STEPS[self.at]
        match event:
            case Tap(token=token) if token.startswith("h"):
                self.chosen ^= {int(token[1:])}
                await channel.deliver(address, self.prompt(step), self.question)
                return
            case Tap(token=token):
                said = token
            case Text(text=said) if step not in ("mode", "hazards"):
                pass
            case File(media=media):
                said = media
            case Location(latitude=latitude, longitude=longitude):
                said = f"{latitude:.2f},{longitude:.2f}"
            case _:
                await channel.deliver(address, Reply(text=self.say("again")), None)
                return
        self.answers[step] = said
        if step == "hazards":
            chosen = "、".join(self.words("hazard")[n] for n in sorted(self.chosen))
            text = f"{self.say(step)}\n✓ {chosen}"
            await channel.deliver(address, Reply(text=text, edits="question"), self.question)
        elif self.buttons(step):
            await channel.deliver(
                address, Reply(text=self.say(step), edits="question"), self.question
            )
        await self.ask(channel, address, self.at + 1)
