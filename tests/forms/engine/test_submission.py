from forms import Form, Interview, Submission
from forms.prompts import Media
from tests.forms.engine.paper import Clock, ask, bind, env, options, repeat, say, start, xform

VISIT = xform(
    '<start/><end/><day/><name/><mark code="">x</mark>'
    "<orx:meta><orx:instanceID/><orx:instanceName/></orx:meta>",
    bind("start", type="dateTime", jr_preload="timestamp", jr_preloadParams="start")
    + bind("end", type="dateTime", jr_preload="timestamp", jr_preloadParams="end")
    + bind("day", type="date", jr_preload="date", jr_preloadParams="today")
    + bind("meta/instanceID", jr_preload="uid")
    + bind("meta/instanceName", calculate="concat('Visit to ', /data/name)")
    + bind("mark/@code", calculate="/data/name"),
    ask("name"),
)


def finish(interview: Interview, deprecated: str | None = None) -> Submission:
    record = interview.finalize(deprecated)
    assert isinstance(record, Submission), record
    return record


def test_the_record_is_the_instance_with_names_and_spaces_as_the_form_has_them():
    clock = Clock()
    interview = start(VISIT, env=env(clock))
    say(interview, 'Li & "Wu" <3')
    clock.turn(minutes=7)
    record = finish(interview)
    assert record.xml.decode() == (
        "<?xml version='1.0' encoding='UTF-8' ?>"
        '<data xmlns:orx="http://openrosa.org/xforms" id="paper" version="1">'
        "<start>2026-03-05T12:00:00.000+08:00</start><end>2026-03-05T12:07:00.000+08:00</end>"
        '<day>2026-03-05</day><name>Li &amp; "Wu" &lt;3</name>'
        '<mark code="Li &amp; &quot;Wu&quot; &lt;3">x</mark>'
        "<orx:meta><orx:instanceID>uuid:00000000-0000-4000-8000-000000000001</orx:instanceID>"
        '<orx:instanceName>Visit to Li &amp; "Wu" &lt;3</orx:instanceName></orx:meta></data>'
    )
    assert (record.form_id, record.version) == ("paper", "1")
    assert record.instance_id == "uuid:00000000-0000-4000-8000-000000000001"


def test_the_same_interview_gives_the_same_bytes_for_ever():
    clock = Clock()
    interview = start(VISIT, env=env(clock))
    say(interview, "Li")
    first = finish(interview)
    stored = interview.dump()
    clock.turn(days=3)
    assert finish(interview) == first
    again = Interview.load(Form.from_xform(VISIT), stored, env(clock))
    assert finish(again) == first


def test_an_edit_gets_a_new_id_and_names_the_old_one():
    interview = start(VISIT)
    say(interview, "Li")
    first = finish(interview)
    old = interview.reopen()
    assert old == first.instance_id
    interview.goto("/data/name")
    say(interview, "Wu")
    second = finish(interview, old)
    assert second.instance_id != old
    assert second.deprecated_id == old
    assert f"<orx:deprecatedID>{old}</orx:deprecatedID>" in second.xml.decode()
    assert second.xml.decode().count("deprecatedID") == 2


def test_a_form_without_meta_gets_an_id_all_the_same():
    record = finish(start(xform("<a>1</a>")))
    assert b"<orx:meta><orx:instanceID>uuid:" in record.xml
    unbound = finish(start(xform("<a>1</a><meta><instanceID/></meta>")))
    assert b"<meta><instanceID>uuid:" in unbound.xml


def test_templates_and_irrelevant_rows_stay_out():
    xml = xform(
        '<row jr:template=""><x>0</x></row><keep/>',
        bind("row", relevant="/data/keep != 'no'"),
        repeat("row", ask("row/x")) + ask("keep"),
    )
    interview = start(xml)
    assert b"<row>" not in interview.form.dumps() and b"<row>" not in finish(start(xml)).xml
    interview.add_repeat("/data/row")
    say(interview, "5")
    interview.end_repeat("/data/row")
    say(interview, "yes")
    assert b"<row><x>5</x></row>" in finish(interview).xml


def test_answers_are_typed():
    xml = xform(
        "<g><n/><d/><day/><at/></g><pick/><rows><p/></rows><hidden/><track/>",
        bind("g/n", type="int")
        + bind("g/d", type="decimal")
        + bind("g/day", type="date")
        + bind("g/at", type="geopoint")
        + bind("hidden", relevant="false()")
        + bind("track", type="geotrace"),
        ask("g/n") + ask("g/d") + ask("g/day") + ask("g/at")
        + ask("pick", inside=options("a", "b"), tag="select")
        + repeat("rows", ask("rows/p")) + ask("hidden") + ask("track"),
    )  # fmt: skip
    interview = start(xml)
    say(interview, "3", "2,5", "2026-03-05", "31.2,121.5", ["b", "a"])
    interview.add_repeat("/data/rows")
    say(interview, "one")
    interview.end_repeat("/data/rows")
    say(interview, "1,2;3,4")
    answers = dict(interview.typed_answers())
    answers.pop("meta")
    place = {"latitude": 31.2, "longitude": 121.5, "altitude": 0.0, "accuracy": 0.0}
    assert answers == {
        "g": {"n": 3, "d": 2.5, "day": "2026-03-05", "at": place},
        "pick": ["a", "b"],
        "rows": [{"p": "one"}],
        "track": [
            {"latitude": 1.0, "longitude": 2.0, "altitude": 0.0, "accuracy": 0.0},
            {"latitude": 3.0, "longitude": 4.0, "altitude": 0.0, "accuracy": 0.0},
        ],
    }


def test_entities_are_kept_and_listed():
    xml = xform(
        "<name/><meta><instanceID/>"
        '<entity dataset="people" id="" create="1"><label/></entity></meta>',
        bind("meta/entity/@id", type="string")
        + bind("meta/entity/label", calculate="/data/name")
        + '<setvalue event="odk-instance-first-load" ref="/data/meta/entity/@id" value="uuid()"/>',
        ask("name"),
    )
    interview = start(xml)
    say(interview, "Li")
    record = finish(interview)
    (entity,) = record.entities
    assert (entity["dataset"], entity["create"], entity["label"]) == ("people", "1", "Li")
    assert f'id="{entity["id"]}"' in record.xml.decode()
    assert entity["id"]


def test_media_of_irrelevant_questions_are_not_handed_in():
    xml = xform(
        "<has/><photo/>",
        bind("photo", type="binary", relevant="/data/has = 'yes'"),
        ask("has") + ask("photo", tag="upload", mediatype="image/*"),
    )
    interview = start(xml)
    say(interview, "yes", Media("a.jpg", "image/jpeg", "0" * 64, 3))
    stored = interview.dump()
    assert finish(interview).media[0].name == "a.jpg"
    again = Interview.load(interview.form, stored, env())
    again.goto("/data/has")
    say(again, "no")
    assert finish(again).media == ()


def test_a_root_in_a_namespace_of_its_own_keeps_it():
    xml = xform("<a/>", "", ask("a")).replace(
        b'<data id="paper"', b'<data xmlns="http://example.org/visit" id="paper"'
    )
    record = finish(start(xml))
    assert b'<data xmlns="http://example.org/visit"' in record.xml
