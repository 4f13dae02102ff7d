"""Forms that are refused, with every reason, in bounded time."""

import time

import pytest

from forms import Form, FormError
from tests.forms.engine.paper import ask, bind, options, say, start, xform


def refusal(xml: bytes) -> list[tuple[str, str]]:
    with pytest.raises(FormError) as refused:
        Form.from_xform(xml)
    errors = [one for one in refused.value.findings if one.severity == "error"]
    assert all(isinstance(one.values, dict) for one in errors)
    return [(one.code, one.where) for one in errors]


def test_what_is_no_xform_is_refused():
    assert refusal(b"") == [("xml", "")]
    assert refusal(b"<a>") == [("xml", "")]
    assert refusal(b"<a/>") == [("not_xform", "")]
    assert refusal(
        xform("<a/>").replace(b"<instance>", b"<inst>").replace(b"</instance>", b"</inst>")
    ) == [("no_instance", "")]


def test_a_document_type_is_refused():
    bomb = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]>' + xform("<a>&y;</a>")
    assert refusal(bomb) == [("doctype", "")]
    assert refusal(b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + xform("<a/>")) == [("doctype", "")]


def test_an_encrypted_form_is_refused():
    assert refusal(xform("<a/>", '<submission base64RsaPublicKey="abc"/>', ask("a"))) == [
        ("encrypted", "")
    ]


def test_every_broken_rule_is_told_with_its_place():
    xml = xform(
        "<a/><b/><c/>",
        bind("a", relevant="/data/b =")
        + bind("b", constraint="nonsense(.)")
        + bind("c", calculate="if(1, 2)"),
        ask("a") + ask("b") + ask("nowhere") + ask("c"),
    )
    assert refusal(xml) == [
        ("xpath", "/data/a"),
        ("xpath", "/data/b"),
        ("xpath", "/data/c"),
        ("missing_node", "/data/nowhere"),
    ]
    with pytest.raises(FormError) as refused:
        Form.from_xform(xml)
    first, second, third, _ = refused.value.findings
    assert (first.values["reason"], first.values["column"]) == ("syntax", "relevant")
    assert (second.values["reason"], second.values["name"]) == ("unknown_function", "nonsense")
    assert third.values["reason"] == "arity"


def test_nodes_of_one_name_need_a_repeat():
    assert refusal(xform("<a/><a/>", "", ask("a"))) == [("duplicate_node", "/data/a")]


def test_a_label_without_words_is_refused():
    xml = xform(
        "<a/>",
        '<itext><translation lang="en"><text id="x"><value>X</value></text></translation></itext>',
        """<input ref="/data/a"><label ref="jr:itext('y')"/></input>""",
    )
    assert refusal(xml) == [("missing_itext", "/data/a")]


def test_oddities_are_noted_and_lived_with():
    form = Form.from_xform(
        xform(
            "<a/>",
            bind("a", type="int") + bind("a", required="true()") + bind("gone", type="int"),
            ask("a") + ask("a"),
        )
    )
    assert [(one.code, one.severity) for one in form.findings] == [
        ("duplicate_bind", "warning"),
        ("missing_node", "warning"),
        ("duplicate_control", "warning"),
    ]
    assert form.questions[0].required == "true()"
    assert form.questions[0].type == "int"


def test_an_error_can_be_handed_to_another_process():
    import pickle

    with pytest.raises(FormError) as refused:
        Form.from_xform(b"<a/>")
    assert pickle.loads(pickle.dumps(refused.value)).findings == refused.value.findings


@pytest.mark.parametrize(
    "xml",
    [
        xform(
            "<a/><b/>",
            bind("b", relevant=" or ".join(f"/data/a = '{n}'" for n in range(1500))),
            ask("a") + ask("b"),
        ),
        xform(
            "<a/>" + "".join(f"<c{n}/>" for n in range(1500)),
            "".join(
                bind(f"c{n}", calculate=f"/data/c{n - 1} + 1" if n else "/data/a")
                for n in range(1500)
            ),
            ask("a"),
        ),
        xform(
            "<a/>", "", ask("a", inside=options(*(f"o{n}" for n in range(10_000))), tag="select1")
        ),
        xform("<a/>", "", ask("a", label="x" * 4_097)),
        xform(
            "<g>" * 60 + "<a/>" + "</g>" * 60, "", ask("g/" * 59 + "g/a")
        ),
    ],
    ids=["1500 terms", "1500 calculations", "10000 choices", "long label", "deep groups"],
)  # fmt: skip
def test_large_forms_load_and_answer_in_bounded_time(xml):
    before = time.process_time()
    interview = start(xml)
    say(interview, "o9999" if b"o9999" in xml else "7")
    assert time.process_time() - before < 20  # 0.8 on a quiet machine


def test_an_expression_beyond_all_measure_is_refused():
    long = " or ".join(f"/data/a = '{n}'" for n in range(5000))
    deep = "(" * 3000 + "1" + ")" * 3000
    for rule in (long, deep):
        assert refusal(xform("<a/>", bind("a", constraint=rule), ask("a"))) == [
            ("xpath", "/data/a")
        ]
