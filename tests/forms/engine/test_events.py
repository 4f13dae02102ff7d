from datetime import UTC, datetime

from forms import Interview
from tests.forms.engine.paper import Clock, ask, bind, env, repeat, say, start, xform


def setvalue(ref: str, value: str = "", text: str = "", event: str = "xforms-value-changed") -> str:
    given = f' value="{value}"' if value else ""
    return f'<setvalue event="{event}" ref="/data/{ref}"{given}>{text}</setvalue>'


FIRST = "odk-instance-first-load"


def test_a_dynamic_default_is_given_once():
    xml = xform(
        "<a/><b/>",
        setvalue("a", "concat('x', 1 + 1)", event=FIRST) + setvalue("b", text="plain", event=FIRST),
        ask("a") + ask("b"),
    )
    interview = start(xml)
    assert interview.values()["/data/a"] == "x2"
    assert interview.value("/data/b") == "plain"
    say(interview, "mine")
    again = Interview.load(interview.form, interview.dump(), env())
    assert again.value("/data/a") == "mine"


def test_a_change_sets_another_value():
    xml = xform("<a/><b/>", "", ask("a", inside=setvalue("b", "concat(/data/a, '!')")) + ask("b"))
    interview = start(xml)
    say(interview, "x")
    assert interview.value("/data/b") == "x!"
    say(interview, "own")
    interview.goto("/data/a")
    say(interview, "x")
    assert interview.value("/data/b") == "own", "the same answer again is no change"
    interview.goto("/data/a")
    say(interview, "y")
    assert interview.value("/data/b") == "y!"


def test_changes_set_each_other_off_and_end():
    xml = xform(
        "<a/><b/><n>0</n>",
        bind("n", type="int"),
        ask("a", inside=setvalue("b", "/data/a"))
        + ask("b", inside=setvalue("a", "concat(/data/b, 'z')") + setvalue("n", "/data/n + 1")),
    )
    interview = start(xml)
    say(interview, "x")
    assert 1 <= int(interview.value("/data/n")) <= 100


def test_a_new_row_gets_its_defaults():
    xml = xform(
        "<row><x/><y/></row>",
        "",
        repeat("row", ask("row/x") + setvalue("row/x", "position(..)", event="odk-new-repeat")),
    )
    interview = start(xml)
    for _ in range(2):
        interview.add_repeat("/data/row")
        interview.goto("")
    assert interview.value("/data/row[r1]/x") == "1"
    assert interview.value("/data/row[r2]/x") == "2"


def test_a_change_in_a_row_stays_in_its_row():
    xml = xform(
        "<row><x/><y/></row>",
        "",
        repeat("row", ask("row/x", inside=setvalue("row/y", "concat(../x, '!')")) + ask("row/y")),
    )
    interview = start(xml)
    for word in ("a", "b"):
        interview.add_repeat("/data/row")
        say(interview, word)
        say(interview, f"{word}!")
    assert interview.value("/data/row[r1]/y") == "a!"
    interview.goto("/data/row[r2]/x")
    say(interview, "c")
    assert interview.value("/data/row[r1]/y") == "a!"
    assert interview.value("/data/row[r2]/y") == "c!"


def test_preloads_come_from_the_clock_and_the_device():
    clock = Clock(datetime(2026, 12, 31, 16, 30, tzinfo=UTC))
    xml = xform(
        "<start/><day/><device/><user/><mail/><id/>",
        bind("start", jr_preload="timestamp", jr_preloadParams="start")
        + bind("day", jr_preload="date", jr_preloadParams="today")
        + bind("device", jr_preload="property", jr_preloadParams="deviceid")
        + bind("user", jr_preload="property", jr_preloadParams="username")
        + bind("mail", jr_preload="property", jr_preloadParams="email")
        + bind("id", jr_preload="uid"),
    )
    interview = start(xml, env=env(clock, deviceid="web:7", username="grid-3"))
    assert interview.value("/data/start") == "2027-01-01T00:30:00.000+08:00"
    assert interview.value("/data/day") == "2027-01-01"
    assert interview.value("/data/device") == "web:7"
    assert interview.value("/data/user") == "grid-3"
    assert interview.value("/data/mail") == ""
    assert interview.value("/data/id").startswith("uuid:")
