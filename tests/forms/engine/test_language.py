from forms import Interview
from tests.forms.engine.paper import ask, bind, env, prompt, refuse, say, start, xform

ITEXT = """
<itext>
 <translation lang="English" default="true()">
  <text id="age:label"><value>How old is <output value="/data/name"/>?</value></text>
  <text id="age:hint"><value>In years</value><value form="guidance">Ask for the card</value></text>
  <text id="age:msg"><value>Too old for <output value="/data/name"/></value></text>
  <text id="name:label"><value>Name</value><value form="image">jr://images/face.png</value></text>
  <text id="yes"><value>Yes</value></text><text id="no"><value>No</value></text>
  <text id="pic"><value form="audio">jr://audio/hear.mp3</value>
   <value form="long">Listen</value></text>
 </translation>
 <translation lang="中文">
  <text id="age:label"><value><output value="/data/name"/>多大了？</value></text>
  <text id="yes"><value>是</value></text><text id="no"><value>否</value></text>
 </translation>
</itext>
"""


def label(identifier: str, tag: str = "label") -> str:
    return f"""<{tag} ref="jr:itext('{identifier}')"/>"""


FORM = xform(
    "<name/><age/><well/><wellname/>",
    ITEXT
    + bind("age", type="int", constraint=". < 120", jr_constraintMsg="jr:itext('age:msg')")
    + bind("wellname", calculate="jr:choice-name(/data/well, '/data/well')"),
    f'<input ref="/data/name">{label("name:label")}</input>'
    f'<input ref="/data/age">{label("age:label")}{label("age:hint", "hint")}</input>'
    f'<select1 ref="/data/well">{label("pic")}'
    f"<item>{label('yes')}<value>y</value></item><item>{label('no')}<value>n</value></item></select1>",
)


def test_labels_carry_what_was_said():
    interview = start(FORM)
    say(interview, "Li")
    now = prompt(interview)
    assert (now.label, now.hint, now.guidance) == ("How old is Li?", "In years", "Ask for the card")
    assert refuse(interview, "200").message == "Too old for Li"


def test_the_language_is_chosen_at_the_start_or_taken_from_the_form():
    assert start(FORM).language == "English"
    assert start(FORM, language="中文").language == "中文"
    assert start(FORM, language="Klingon").language == "English"


def test_the_language_changes_in_the_middle():
    interview = start(FORM, language="English")
    say(interview, "Li")
    rev = interview.rev
    interview.set_language("中文")
    assert prompt(interview).label == "Li多大了？"
    assert interview.rev > rev, "buttons of the other language are worn"
    interview.set_language("Klingon")
    assert interview.language == "中文"


def test_what_is_not_translated_falls_back():
    interview = start(FORM, language="中文")
    assert prompt(interview).label == "Name"
    say(interview, "Li")
    assert prompt(interview).hint == "In years"


def test_labels_carry_media():
    interview = start(FORM, language="中文")
    assert prompt(interview).media == {"image": "face.png"}
    say(interview, "Li", "5")
    assert prompt(interview).media == {"audio": "hear.mp3"}
    assert prompt(interview).label == "Listen"


def test_choices_and_what_is_computed_from_them_follow_the_language():
    interview = start(FORM)
    say(interview, "Li", "5")
    assert [choice.label for choice in interview.choices("/data/well").choices] == ["Yes", "No"]
    assert say(interview, "Yes").value == "y"
    assert interview.value("/data/wellname") == "Yes"
    interview.set_language("中文")
    assert interview.value("/data/wellname") == "是"
    assert interview.summary().lines[-1].shown == "是"


def test_a_stored_interview_goes_on_in_its_language():
    interview = start(FORM, language="中文")
    again = Interview.load(interview.form, interview.dump(), env())
    assert again.language == "中文"


def test_plain_labels_need_no_translations():
    form = start(xform("<a/>", "", ask("a", "What is <output value='/data/a'/> it?"))).form
    assert form.languages == ()
    assert form.words(form.questions[0].label) == "What is … it?"


def test_group_labels_are_announced_when_the_walk_enters():
    xml = xform(
        "<g><a/><b/></g><c/>",
        "",
        '<group ref="/data/g"><label>Health</label>'
        "<group><label>Now</label>" + ask("g/a") + ask("g/b") + "</group></group>" + ask("c"),
    )
    interview = start(xml)
    assert (prompt(interview).groups, prompt(interview).entered) == (("Health", "Now"),) * 2
    say(interview, "x")
    assert (prompt(interview).groups, prompt(interview).entered) == (("Health", "Now"), ())
    say(interview, "x")
    assert prompt(interview).groups == ()
    interview.back()
    assert prompt(interview).entered == ()


def test_a_picture_without_a_language_is_shown_in_every_language():
    form = """<itext>
      <translation lang="zh" default="true()"><text id="q"><value>问</value></text></translation>
      <translation lang="en"><text id="q"><value>Ask</value></text></translation>
      <translation lang="default"><text id="q"><value form="image">jr://images/a.png</value></text>
      </translation></itext>"""
    label = """<input ref="/data/q"><label ref="jr:itext('q')"/></input>"""
    interview = start(xform("<q/>", form + bind("q"), label))
    assert interview.form.languages == ("zh", "en")
    for language in ("zh", "en"):
        interview.set_language(language)
        assert interview.current().media == {"image": "a.png"}
