from datetime import UTC, datetime
from itertools import pairwise

import pytest

from forms import Form, FormError, Interview
from tests.forms.engine.paper import Clock, ask, bind, env, say, start, xform


def test_calculations_follow_their_answers():
    xml = xform(
        "<a/><b/><c/>",
        bind("a", type="int")
        + bind("c", calculate="/data/b + 1", type="int")
        + bind("b", calculate="/data/a * 2", type="int"),
        ask("a"),
    )
    interview = start(xml)
    result = say(interview, "5")
    assert interview.values() == {
        "/data/a": "5",
        "/data/b": "10",
        "/data/c": "11",
        "/data/meta/instanceID": "uuid:00000000-0000-4000-8000-000000000001",
    }
    assert set(result.recomputed) == {"/data/b", "/data/c"}


def test_a_calculation_is_cast_to_its_type():
    xml = xform(
        "<a>7</a><whole/><part/><day/><bad/>",
        bind("a", type="int")
        + bind("whole", calculate="/data/a div 2", type="int")
        + bind("part", calculate="/data/a div 2", type="decimal")
        + bind("day", calculate="'2026-03-05T10:00:00.000+08:00'", type="date")
        + bind("bad", calculate="'many'", type="int"),
        ask("a"),
    )
    interview = start(xml)
    assert interview.value("/data/whole") == "3"
    assert interview.value("/data/part") == "3.5"
    assert interview.value("/data/day") == "2026-03-05"
    assert interview.value("/data/bad") == ""


def test_a_chain_of_a_thousand_calculations_is_worked_off():
    names = [f"c{number}" for number in range(1000)]
    xml = xform(
        "<a/>" + "".join(f"<{name}/>" for name in names),
        bind("a", type="int")
        + bind("c0", calculate="/data/a")
        + "".join(bind(name, calculate=f"/data/{before} + 1") for before, name in pairwise(names)),
        ask("a"),
    )
    interview = start(xml)
    say(interview, "1")
    assert interview.value("/data/c999") == "1000"


def test_a_cycle_names_its_questions():
    xml = xform(
        "<a/><b/><c/>",
        bind("a", calculate="/data/b + 1")
        + bind("b", calculate="/data/c + 1")
        + bind("c", calculate="/data/a + 1"),
    )
    with pytest.raises(FormError) as refused:
        Form.from_xform(xml)
    (finding,) = refused.value.findings
    assert finding.code == "cycle"
    assert set(finding.values["names"]) == {"a", "b", "c"}


@pytest.mark.parametrize("rule", ["calculate", "relevant"])
def test_a_rule_about_its_own_node_is_a_cycle(rule):
    with pytest.raises(FormError) as refused:
        Form.from_xform(xform("<a/>", bind("a", **{rule: ". + 1"}), ask("a")))
    assert refused.value.findings[0].values["questions"] == ("/data/a",)


def test_a_group_that_depends_on_its_own_question_is_a_cycle():
    xml = xform("<g><a/></g>", bind("g", relevant="/data/g/a = 'x'"), ask("g/a"))
    with pytest.raises(FormError):
        Form.from_xform(xml)


def test_once_keeps_what_it_first_gave():
    xml = xform("<a/><code/>", bind("code", calculate="once(random())"), ask("a"))
    interview = start(xml)
    first = interview.value("/data/code")
    interview.engine.start()
    assert interview.value("/data/code") == first != ""


def test_a_restored_interview_keeps_ids_and_chance():
    xml = xform(
        "<a/><id/><luck/>",
        bind("id", calculate="uuid()") + bind("luck", calculate="random()"),
        ask("a"),
    )
    interview = start(xml)
    before = dict(interview.values())
    again = Interview.load(interview.form, interview.dump(), env())
    assert dict(again.values()) == before


def test_the_clock_is_read_at_the_start_on_a_change_and_at_the_end():
    clock = Clock(datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    xml = xform("<a/><day/>", bind("day", calculate="today()", type="date"), ask("a"))
    interview = start(xml, env=env(clock))
    assert interview.value("/data/day") == "2026-03-05"
    clock.turn(hours=2)
    say(interview, "x")
    assert interview.value("/data/day") == "2026-03-05"
    record = interview.finalize()
    assert b"<day>2026-03-06</day>" in record.xml


def test_a_broken_evaluation_leaves_the_interview_alive():
    wide = "".join(f"<v>{number}</v>" for number in range(2000))
    xml = xform(
        "<a/><n/>",
        f'<instance id="w"><root>{wide}</root></instance>'
        + bind(
            "n",
            calculate="count(instance('w')/root/v[count(instance('w')/root/v[. > 1]) > /data/a])",
        ),
        ask("a"),
    )
    interview = start(xml)
    say(interview, "1")
    assert {fault.code for fault in interview.faults} == {"budget"}
    assert not isinstance(interview.finalize(), tuple)
