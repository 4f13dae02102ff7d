import json

import pytest

from forms import Accepted, AttachmentError, Form, FormError, Interview
from tests.forms.engine.paper import (
    ask,
    asked,
    bind,
    env,
    options,
    prompt,
    refuse,
    repeat,
    say,
    start,
    table,
    xform,
)  # fmt: skip


def itemset(nodeset: str, value: str = "name", label: str = "label") -> str:
    escaped = nodeset.replace("<", "&lt;").replace('"', "&quot;")
    return f'<itemset nodeset="{escaped}"><value ref="{value}"/><label ref="{label}"/></itemset>'


PLACES = table(
    "village",
    {"name": "v1", "label": "East Gate", "town": "a"},
    {"name": "v2", "label": "West Gate", "town": "a"},
    {"name": "v3", "label": "Éclair", "town": "b"},
)
CASCADE = xform(
    "<town/><village/><end/>",
    PLACES,
    ask("town", inside=options("a", "b"), tag="select1")
    + ask(
        "village", inside=itemset("instance('village')/root/item[town = /data/town]"), tag="select1"
    )
    + ask("end"),
)


def labels(interview: Interview, ref: str, query: str = "", **more: int) -> list[str]:
    return [choice.label for choice in interview.choices(ref, query, **more).choices]


def test_a_cascade_offers_what_fits():
    interview = start(CASCADE)
    say(interview, "a")
    assert labels(interview, "/data/village") == ["East Gate", "West Gate"]
    assert prompt(interview).choices_total == 2
    assert refuse(interview, "v3").reason == "choice"
    assert say(interview, "v2").shown == "West Gate"


def test_a_choice_that_no_longer_fits_falls_away():
    interview = start(CASCADE)
    say(interview, "a", "v2", "x")
    interview.goto("/data/town")
    result = say(interview, "b")
    assert interview.value("/data/village") == ""
    assert result.cleared == ("/data/village",)


def test_only_what_no_longer_fits_leaves_several_choices():
    xml = xform(
        "<least/><pick/>",
        table("n", *({"name": str(n), "label": str(n)} for n in range(5))),
        ask("least")
        + ask("pick", inside=itemset("instance('n')/root/item[name >= /data/least]"), tag="select"),
    )
    interview = start(xml)
    say(interview, "1", ["1", "2", "4"])
    interview.goto("/data/least")
    assert say(interview, "2").cleared == ("/data/pick",)
    assert interview.value("/data/pick") == "2 4"


NUMBERS = xform(
    "<show/><least/><pick/>",
    table("n", *({"name": str(n), "label": str(n)} for n in range(5)))
    + bind("pick", relevant="/data/show != 'no'"),
    ask("show")
    + ask("least")
    + ask("pick", inside=itemset("instance('n')/root/item[name >= /data/least]"), tag="select"),
)


def picked(*changes: str) -> tuple[Interview, list[Accepted]]:
    """1, 2 and 4 are picked; then the least that is offered becomes each of `changes`."""
    interview = start(NUMBERS)
    say(interview, "yes", "1", ["1", "2", "4"])
    results = []
    for least in changes:
        interview.goto("/data/least")
        results.append(say(interview, least))
    return interview, results


def test_a_choice_that_fits_again_comes_back():
    interview, results = picked("2", "5", "4", "0")
    assert interview.value("/data/pick") == "1 2 4"
    assert [one.cleared for one in results] == [("/data/pick",), ("/data/pick",), (), ()]
    assert [one.restored for one in results] == [(), (), ("/data/pick",), ("/data/pick",)]


def test_a_choice_comes_back_after_a_restart():
    interview, _ = picked("3")
    stored = json.loads(json.dumps(interview.dump()))
    assert stored["aside"] == {"/data/pick": "1 2 4"}
    again = Interview.load(interview.form, stored, env())
    assert again.dump() == stored
    again.goto("/data/least")
    assert say(again, "2").restored == ("/data/pick",)
    assert again.value("/data/pick") == "2 4"


@pytest.mark.parametrize("anew", [["4"], None])
def test_a_new_answer_takes_the_place_of_what_was_kept(anew: list[str] | None):
    interview, _ = picked("3")
    interview.goto("/data/pick")
    if anew is None:
        interview.skip()
    else:
        say(interview, anew)
    interview.goto("/data/least")
    assert say(interview, "0").restored == ()
    assert interview.value("/data/pick") == " ".join(anew or [])


def test_a_choice_that_is_not_asked_for_falls_away_unheard():
    interview, _ = picked()
    interview.goto("/data/show")
    assert say(interview, "no").cleared == ("/data/pick",)
    interview.goto("/data/least")
    assert say(interview, "3").cleared == ()
    assert say_at(interview, "/data/show", "yes").restored == ("/data/pick",)
    assert interview.value("/data/pick") == "4"
    assert say_at(interview, "/data/least", "0").restored == ("/data/pick",)


def test_a_choice_that_fell_away_is_gone_with_the_record():
    interview, _ = picked("3")
    interview.finalize()
    assert interview.dump()["aside"] == {}
    interview.reopen()
    assert say_at(interview, "/data/least", "0").restored == ()
    assert interview.value("/data/pick") == "4"


def say_at(interview: Interview, ref: str, answer: str) -> Accepted:
    interview.goto(ref)
    return say(interview, answer)


def test_a_cascade_comes_back_with_what_it_hangs_on():
    interview = start(CASCADE)
    say(interview, "a", "v2", "x")
    say_at(interview, "/data/town", "b")
    assert say_at(interview, "/data/town", "a").restored == ("/data/village",)
    assert interview.value("/data/village") == "v2"


def test_a_choice_comes_back_with_the_row_that_it_was_taken_from():
    xml = xform(
        "<n/><person><name/></person><head/>",
        bind("n", type="int"),
        ask("n")
        + repeat("person", ask("person/name"), jr_count="/data/n")
        + ask("head", inside=itemset("/data/person[./name != '']", "name", "name"), tag="select1"),
    )
    interview = start(xml)
    say(interview, "2", "An", "Bo", "Bo")
    both = {"/data/person[r2]/name", "/data/head"}
    assert set(say_at(interview, "/data/n", "1").cleared) == both
    assert set(say_at(interview, "/data/n", "2").restored) == both
    assert interview.value("/data/head") == "Bo"


def test_choices_come_from_the_rows_of_a_repeat():
    xml = xform(
        "<person><name/></person><head/>",
        "",
        repeat("person", ask("person/name"))
        + ask("head", inside=itemset("/data/person[./name != '']", "name", "name"), tag="select1"),
    )
    interview = start(xml)
    for name in ("An", "Bo"):
        interview.add_repeat("/data/person")
        say(interview, name)
    interview.end_repeat("/data/person")
    assert labels(interview, "/data/head") == ["An", "Bo"]
    say(interview, "Bo")
    interview.remove_repeat("/data/person[r2]")
    assert interview.value("/data/head") == ""


def test_search_finds_prefixes_first_and_forgives_case_and_accents():
    rows = [
        {"name": f"x{number}", "label": label}
        for number, label in enumerate(
            ["Great Wall", "Wallside", "Old Wall", "ÉCLAIR", "东门村", "wall"]
        )
    ]
    xml = xform(
        "<p/>",
        table("t", *rows),
        ask("p", inside=itemset("instance('t')/root/item"), tag="select1"),
    )
    interview = start(xml)
    assert labels(interview, "/data/p", "WALL") == ["wall", "Wallside", "Great Wall", "Old Wall"]
    assert labels(interview, "/data/p", "ecl") == ["ÉCLAIR"]
    assert labels(interview, "/data/p", "门") == ["东门村"]
    assert labels(interview, "/data/p", "x2") == ["Old Wall"]
    assert labels(interview, "/data/p", "nothing") == []


def test_choices_are_paged():
    interview = start(
        xform("<p/>", "", ask("p", inside=options(*(f"o{n}" for n in range(20))), tag="select1"))
    )
    first = interview.choices("/data/p")
    assert (first.page, first.pages, first.total, len(first.choices)) == (0, 3, 20, 8)
    last = interview.choices("/data/p", page=9)
    assert (last.page, [choice.value for choice in last.choices]) == (
        2,
        ["o16", "o17", "o18", "o19"],
    )


def test_a_shuffle_with_a_seed_repeats():
    rows = [{"name": str(number), "label": str(number)} for number in range(12)]
    xml = xform(
        "<p/>",
        table("t", *rows),
        ask("p", inside=itemset("randomize(instance('t')/root/item, 42)"), tag="select1"),
    )
    one = labels(start(xml), "/data/p", size=12)
    assert one == labels(start(xml), "/data/p", size=12)
    assert one != sorted(one, key=int)
    assert sorted(one, key=int) == [str(number) for number in range(12)]


def test_the_label_of_a_choice_can_be_computed_with():
    xml = xform(
        "<town/><said/>",
        bind("said", calculate="jr:choice-name(/data/town, ' /data/town ')"),
        ask("town", inside=options("a", "b"), tag="select1"),
    )
    interview = start(xml)
    say(interview, "b")
    assert interview.value("/data/said") == "B"


def test_facts_are_handed_in_as_rows_or_files():
    xml = xform(
        "<who/><age/><born/>",
        '<instance id="subjects" src="jr://file-csv/subjects.csv"/>'
        + bind("age", calculate="pulldata('subjects', 'age', 'name', /data/who)")
        + bind("born", calculate="instance('subjects')/root/item[name = /data/who]/born"),
        ask("who", inside=itemset("instance('subjects')/root/item"), tag="select1"),
    )
    form = Form.from_xform(xml)
    assert form.attachments_needed == ("subjects.csv",)
    rows = [{"name": "p1", "label": "Li", "age": "71", "born": "1955"}]
    csv = "name,label,age,born\np1,Li,71,1955\n"
    for given in (
        {"subjects": rows},
        {"subjects.csv": rows},
        {"subjects.csv": csv.encode()},
        {"subjects.csv": csv.replace(",", ";").encode("utf-8-sig")},
        {"subjects.csv": csv.replace("Li", "李").encode("gb18030")},
    ):
        interview = Interview.start(form, env(), instances=given)
        say(interview, "p1")
        assert interview.value("/data/age") == "71"
        assert interview.value("/data/born") == "1955"
        again = Interview.load(form, interview.dump(), env(), instances=given)
        assert again.summary() == interview.summary()


def test_an_external_select_reads_its_list_from_the_attached_file():
    query = "instance('village')/root/item[town=/data/town]"
    xml = xform("<town/><v/>", "", ask("town") + ask("v", query=query))
    assert Form.from_xform(xml).attachments_needed == ("itemsets.csv",)
    lists = b"list_name,name,label,town\nvillage,v1,East,a\nvillage,v2,West,b\nroad,r1,Road,a\n"
    interview = Interview.start(Form.from_xform(xml, {"itemsets.csv": lists}), env())
    say(interview, "a")
    assert labels(interview, "/data/v") == ["East"]
    say(interview, "v1")


def test_places_come_from_geojson():
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "w1",
                "geometry": {"type": "Point", "coordinates": [121.5, 31.2]},
                "properties": {"name": "Well", "depth": None},
            }
        ],
    }
    xml = xform(
        "<w/>",
        '<instance id="wells" src="jr://file/wells.geojson"/>',
        ask("w", inside=itemset("instance('wells')/root/item", "id", "name"), tag="select1"),
    )
    form = Form.from_xform(xml, {"wells.geojson": json.dumps(collection).encode()})
    interview = Interview.start(form, env())
    assert labels(interview, "/data/w") == ["Well"]
    assert form.attachments_needed == ()


@pytest.mark.parametrize("data", [b"", b"a,a\n1,2\n", b"a,,b\n1,2,3\n", b"\xff\xfe\xff\xff\x81"])
def test_a_table_with_a_bad_header_is_refused(data):
    xml = xform("<w/>", '<instance id="t" src="jr://file-csv/t.csv"/>', ask("w"))
    with pytest.raises(FormError) as refused:
        Form.from_xform(xml, {"t.csv": data})
    assert refused.value.findings[0].code == "bad_attachment"
    with pytest.raises(AttachmentError):
        Interview.start(Form.from_xform(xml), env(), instances={"t": data})


def test_ten_thousand_choices_are_searched_in_no_time():
    rows = [
        {"name": f"v{number}", "label": f"Village {number}", "town": f"t{number % 500}"}
        for number in range(10_000)
    ]
    xml = xform(
        "<town/><village/>",
        '<instance id="v" src="jr://file-csv/v.csv"/>',
        ask("town")
        + ask(
            "village", inside=itemset("instance('v')/root/item[town = /data/town]"), tag="select1"
        ),
    )
    interview = Interview.start(Form.from_xform(xml), env(), instances={"v": rows})
    say(interview, "t7")
    assert prompt(interview).choices_total == 20
    assert interview.choices("/data/village", "village 507").choices[0].value == "v507"
    assert say(interview, "v9507").value == "v9507"
    assert asked(interview) == ""
