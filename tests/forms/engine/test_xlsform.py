"""Forms as authors write them, through the converter that intake uses."""

import pytest
from pyxform.xls2xform import convert

from forms import Form, Interview, RepeatPrompt, Submission
from forms.prompts import Kind
from tests.forms.engine.paper import asked, env, prompt, refuse, say

TOUR = """
| survey |
| | type | name | label::English (en) | label::中文 (zh) | hint::English (en) | relevant | constraint | constraint_message::English (en) | calculation | required | appearance | parameters | repeat_count | choice_filter | trigger | default | read_only |
| | start | start | | | | | | | | | | | | | | | |
| | deviceid | device | | | | | | | | | | | | | | | |
| | text | name | Your name | 姓名 | First and last | | | | | yes | | | | | | | |
| | begin group | health | Health of ${name} | ${name}的健康 | | | | | | | field-list | | | | | | |
| | integer | age | Age | 年龄 | | | . >= 0 and . <= 120 | Too old | | yes | | | | | | | |
| | select_one yn or_other | well | Well? | 好吗？ | | ${age} > 5 | | | | | | | | | | | |
| | range | pain | Pain | 疼 | | | | | | | | start=0 end=10 step=1 | | | | | |
| | end group | | | | | | | | | | | | | | | | |
| | select_one towns | town | Town | 镇 | | | | | | | | | | | | | |
| | select_one villages | village | Village | 村 | | | | | | | | | | town=${town} | | | |
| | rank towns | best | Best first | 排序 | | | | | | | | | | | | | |
| | integer | kids | Children | 孩子 | | | | | | | | | | | | | |
| | begin repeat | kid | Child | 孩子 | | | | | | | | | ${kids} | | | | |
| | text | kid_name | Name of child | 名字 | | | | | | | | | | | | | |
| | calculate | kid_at | | | | | | | position(..) | | | | | | | | |
| | end repeat | | | | | | | | | | | | | | | | |
| | begin repeat | animal | Animal | 牲口 | | | | | | | | | | | | | |
| | text | kind | What is it? | 什么？ | | | | | | | | | | | | | |
| | end repeat | | | | | | | | | | | | | | | | |
| | calculate | animals | | | | | | | count(${animal}) | | | | | | | | |
| | calculate | town_label | | | | | | | jr:choice-name(${town}, '${town}') | | | | | | | | |
| | calculate | stamp | | | | | | | concat(${name}, '!') | | | | | | ${name} | | |
| | select_one_from_file people.csv | person | Who? | 谁？ | | | | | | | | | | | | | |
| | calculate | person_age | | | | | | | pulldata('people', 'age', 'name', ${person}) | | | | | | | | |
| | note | bye | Thank you, ${name} (${animals}) | 谢谢 | | | | | | | | | | | | | |
| | acknowledge | ok | Seen | 看过 | | | | | | | | | | | | | |
| choices |
| | list_name | name | label::English (en) | label::中文 (zh) | town |
| | yn | yes | Yes | 是 | |
| | yn | no | No | 否 | |
| | towns | a | Alpha | 甲 | |
| | towns | b | Beta | 乙 | |
| | villages | a1 | Alpha One | 甲一 | a |
| | villages | b1 | Beta One | 乙一 | b |
| settings |
| | form_title | form_id | version | default_language | instance_name |
| | Tour | tour | 3 | English (en) | concat(${name}, ' visited') |
"""  # noqa: E501


@pytest.fixture(scope="module")
def tour() -> Form:
    return Form.from_xform(convert(TOUR, file_type=".md", validate=False).xform.encode())


def test_a_whole_xlsform_is_walked_through(tour):
    people = [{"name": "p1", "label": "Old Li", "age": "80"}]
    interview = Interview.start(tour, env(deviceid="web:1"), instances={"people.csv": people})
    assert (tour.form_id, tour.version, tour.title) == ("tour", "3", "Tour")
    assert tour.languages == ("English (en)", "中文 (zh)")
    assert tour.attachments_needed == ("people.csv",)
    say(interview, "Li")
    assert prompt(interview).groups == ("Health of Li",)
    assert refuse(interview, "130").message == "Too old"
    say(interview, "40", "other", "a bit")
    assert prompt(interview).kind is Kind.RANGE
    say(interview, "3", "b")
    assert [one.value for one in interview.choices(prompt(interview).ref).choices] == ["b1"]
    say(interview, "b1", ["b", "a"], "2", "An", "Bo")
    for kind in ("cow", "hen"):
        now = interview.current()
        assert isinstance(now, RepeatPrompt)
        interview.add_repeat(now.ref)
        say(interview, kind)
    interview.end_repeat("/data/animal")
    say(interview, "p1")
    assert prompt(interview).label == "Thank you, Li (2)"
    say(interview, "", "ok")
    record = interview.finalize()
    assert isinstance(record, Submission)
    answers = dict(record.answers)
    assert answers["health"] == {"age": 40, "well": "other", "well_other": "a bit", "pain": 3}
    assert answers["kid"] == [
        {"kid_name": "An", "kid_at": "1"}, {"kid_name": "Bo", "kid_at": "2"},
    ]  # fmt: skip
    assert answers["person_age"] == "80"
    assert answers["town_label"] == "Beta"
    assert answers["stamp"] == "Li!"
    assert answers["best"] == ["b", "a"]
    assert answers["meta"]["instanceName"] == "Li visited"
    assert b'id="tour" version="3"' in record.xml


def test_its_other_language_goes_all_the_way(tour):
    interview = Interview.start(tour, env(), "中文 (zh)", instances={"people": []})
    assert prompt(interview).label == "姓名"
    say(interview, "李")
    assert prompt(interview).groups == ("李的健康",)
    interview.goto("/data/town")
    assert asked(interview) in ("age", "town")
