"""Small forms with every kind of question, and a worker who walks to one of them."""

from __future__ import annotations

from typing import Final

from tests.handlers.conftest import Publish, Village
from tests.handlers.paper import Paper, Talker

NUMBERS: Final = """
| survey | type | name | label | hint | constraint | constraint_message | required | parameters |
|---|---|---|---|---|---|---|---|---|
| | text | remark | Remark? | In a few words. | string-length(.) <= 20 | At most twenty. | | |
| | integer | people | How many live here? | | . >= 0 and . <= 30 | From 0 to 30, please. | yes | |
| | integer | rooms | How many rooms? | | . >= 0 and . <= 3 | | | |
| | decimal | weight | Weight? | | | | | |
| | range | pain | Pain? | | | | | start=0 end=10 step=1 |
| | text | last | Anything else? | | | | | |
"""

DATES: Final = """
| survey | type | name | label | constraint | constraint_message | appearance |
|---|---|---|---|---|---|---|
| | date | day | Which day? | . <= today() | Not later than today, please. | |
| | date | month | Which month? | | | month-year |
| | date | year | Which year? | | | year |
| | dateTime | moment | Which moment? | | | |
| | time | hour | Which hour? | | | |
| | text | last | Anything else? | | | |
"""

_VILLAGES: Final = "\n".join(f"| | village | v{n} | Village {n} |" for n in range(1, 13))
_CROPS: Final = "\n".join(f"| | crop | c{n} | Crop {n:02} |" for n in range(1, 61))

CHOICES: Final = f"""
| survey | type | name | label | required | constraint | constraint_message |
|---|---|---|---|---|---|---|
| | select_one fruit | best | Best fruit? | | | |
| | select_one village | home | Home village? | | | |
| | select_one crop | crop | Which crop? | | | |
| | select_multiple fruit | liked | Which fruits? | | count-selected(.) <= 2 | Two at most. |
| | rank fruit | order | In which order? | | | |
| | text | last | Anything else? | | | |

| choices | list_name | name | label |
|---|---|---|---|
| | fruit | apple | Apple |
| | fruit | pear | Pear |
| | fruit | plum | Plum |
{_VILLAGES}
{_CROPS}
"""

PLACES: Final = """
| survey | type | name | label |
|---|---|---|---|
| | note | hello | Please look at the house first. |
| | note | careful | Mind the dog. |
| | acknowledge | seen | Did you read this? |
| | image | photo | A photo of the house? |
| | geopoint | place | Where is it? |
| | geotrace | path | The way there? |
| | text | last | Anything else? |
"""

FLOW: Final = """
| survey | type | name | label::中文 (zh) | label::English (en) | relevant | required |
|---|---|---|---|---|---|---|
| | select_one yn | dog | 有狗吗？ | Is there a dog? | | yes |
| | text | name | 狗叫什么？ | What is its name? | ${dog} = 'yes' | |
| | integer | age | 狗几岁？ | How old is it? | ${dog} = 'yes' | |
| | begin_repeat | cow | 牛 | Cow | | |
| | text | colour | 什么颜色？ | Which colour? | | yes |
| | end_repeat | | | | | |
| | text | last | 还有别的吗？ | Anything else? | | |

| choices | list_name | name | label::中文 (zh) | label::English (en) |
|---|---|---|---|---|
| | yn | yes | 有 | There is |
| | yn | no | 没有 | There is none |
"""

FORMS: Final = {
    "numbers": NUMBERS,
    "dates": DATES,
    "choices": CHOICES,
    "places": PLACES,
    "flow": FLOW,
}
_ON: Final = ("跳过", "知道了", "完成")


async def begin(village: Village, ask: Publish, form: str, language: str = "zh") -> Talker:
    """A worker before the first question of one of `FORMS`."""
    await ask(form, FORMS[form])
    someone = await village.worker(language)
    await someone.press(form)
    return someone


async def reach(village: Village, ask: Publish, form: str, label: str) -> Talker:
    """A worker before the question `label`; those before it are passed over."""
    someone = await begin(village, ask, form)
    while label not in someone.open.text:
        if "How many live here?" in someone.open.text:
            await someone.say("4")
        else:
            await someone.press(_way_on(someone.open))
    return someone


def labels(someone: Talker) -> list[str]:
    """What stands on the buttons of the question that is open."""
    return [button.text for button in someone.open.buttons]


def _way_on(paper: Paper) -> str:
    texts = [button.text for button in paper.buttons]
    return next(text for text in texts if text.startswith(_ON))
