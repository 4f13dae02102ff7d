"""Whatever bytes come in, a report comes out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.intake import Intake, intake
from forms.report import Severity
from forms.sniff import Source, Unfit, sniff
from tests.forms.intake.making import xform

FORM = xform(
    """<itext><translation lang="en" default="true()"><text id="a">
<value>A <output value="/data/b"/>
</value></text></translation></itext>
<instance id="l"><root><item><name>x</name><label>X</label></item></root></instance>
<instance id="f" src="jr://file-csv/f.csv"/>
<bind nodeset="/data/a" type="int" relevant="/data/b = 'x'" constraint=". &lt; 5"/>
<bind nodeset="/data/b" type="string" calculate="count(/data/r)"/>
<setvalue event="odk-instance-first-load" ref="/data/a" value="1 + 2"/>""",
    """<input ref="/data/a"><label ref="jr:itext('a')"/><hint>H</hint></input>
<select1 ref="/data/b"><label>B</label><itemset nodeset="instance('l')/root/item[name != '']">
<value ref="name"/><label ref="label"/></itemset></select1>
<group ref="/data/r"><label>R</label><repeat nodeset="/data/r"><input ref="/data/r/c"/></repeat>
</group>""",
    '<data id="f" version="1"><a/><b/><r jr:template=""><c/></r></data>',
)


def whole(taken: Intake) -> None:
    """A form comes exactly without a refusal."""
    refused = any(finding.severity is Severity.REFUSED for finding in taken.findings)
    assert (taken.form is None) is refused


def test_the_form_itself_is_sound() -> None:
    assert intake(FORM, "f.xml").usable


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_xform_is_reported_and_never_raises(data: st.DataObject) -> None:
    damaged = bytearray(FORM)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        length = data.draw(st.integers(0, 30))
        damaged[at : at + length] = data.draw(st.binary(max_size=20))
    if sniffed_as_xform(bytes(damaged)):
        whole(intake(bytes(damaged), "f.xml"))


@given(st.data())
@settings(max_examples=150)
def test_a_reworded_xform_is_reported_and_never_raises(data: st.DataObject) -> None:
    """Attributes and names are swapped for each other, so that the XML stays whole."""
    text = FORM.decode()
    words = ["/data/a", "/data/b", "/data/r", "instance('l')", "int", "string", "name", "label"]
    words += ["count", "select1", "input", "relevant", "calculate", "itemset", "ref", "nodeset"]
    for _ in range(data.draw(st.integers(1, 5))):
        old, new = data.draw(st.tuples(st.sampled_from(words), st.sampled_from(words)))
        text = text.replace(old, new, data.draw(st.integers(1, 3)))
    whole(intake(text.encode(), "f.xml"))


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_sniffed_or_refused(data: bytes) -> None:
    try:
        assert sniff(data, "f.xlsx").source in Source
    except Unfit as unfit:
        assert unfit.finding.severity is Severity.REFUSED


def sniffed_as_xform(data: bytes) -> bool:
    """Other kinds would start the subprocess for nothing."""
    try:
        return sniff(data, "f.xml").source is Source.XFORM
    except Unfit:
        return False
