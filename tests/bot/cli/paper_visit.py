"""A small form as an XForm, and a record of it: groups, choices, a repeat and a score."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from forms import Form
from storage.database import Database
from storage.formshelf import FormSource, FormVersion
from storage.policy import OPERATOR, Actor, Role
from storage.submissions import Record
from tests import world
from tests.clock import START

XFORM: Final = """<h:html xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns="http://www.w3.org/2002/xforms" xmlns:jr="http://openrosa.org/javarosa">
  <h:head><h:title>纸上走访</h:title><model>
    <itext>
      <translation lang="中文 (zh)" default="true()">
        <text id="who"><value>见到本人了吗</value></text>
        <text id="met"><value>见到</value></text>
        <text id="away"><value>外出</value></text>
        <text id="need"><value>需要什么</value></text>
        <text id="food"><value>助餐</value></text>
        <text id="bath"><value>助浴</value></text>
        <text id="note"><value>备注</value></text>
        <text id="kin"><value>关系</value></text>
      </translation>
      <translation lang="English (en)">
        <text id="who"><value>Did you meet them</value></text>
        <text id="met"><value>met</value></text>
        <text id="away"><value>away</value></text>
        <text id="need"><value>Needs</value></text>
        <text id="food"><value>meals</value></text>
        <text id="bath"><value>bathing</value></text>
        <text id="note"><value>Note</value></text>
        <text id="kin"><value>Relation</value></text>
      </translation>
    </itext>
    <instance><data id="paper_visit" version="7">
      <visit><who/><needs/></visit><note/><score/>
      <roster jr:template=""><kin/></roster><meta><instanceID/></meta>
    </data></instance>
    <instance id="needs"><root>
      <item><itextId>food</itextId><name>food</name></item>
      <item><itextId>bath</itextId><name>bath</name></item>
    </root></instance>
    <bind nodeset="/data/visit/who" type="string"/>
    <bind nodeset="/data/visit/needs" type="string"/>
    <bind nodeset="/data/note" type="string"/>
    <bind nodeset="/data/score" type="int" calculate="7"/>
    <bind nodeset="/data/roster/kin" type="string"/>
  </model></h:head>
  <h:body>
    <group ref="/data/visit">
      <select1 ref="/data/visit/who"><label ref="jr:itext('who')"/>
        <item><label ref="jr:itext('met')"/><value>met</value></item>
        <item><label ref="jr:itext('away')"/><value>away</value></item>
      </select1>
      <select ref="/data/visit/needs"><label ref="jr:itext('need')"/>
        <itemset nodeset="instance('needs')/root/item">
          <value ref="name"/><label ref="jr:itext(itextId)"/>
        </itemset>
      </select>
    </group>
    <input ref="/data/note"><label ref="jr:itext('note')"/></input>
    <group ref="/data/roster"><repeat nodeset="/data/roster">
      <input ref="/data/roster/kin"><label ref="jr:itext('kin')"/></input>
    </repeat></group>
  </h:body>
</h:html>"""

ANSWERS: Final[dict[str, Any]] = {
    "visit": {"who": "met", "needs": ["food", "bath"]},
    "note": '=HYPERLINK("http://example.invalid")',
    "score": 7,
    "roster": [{"kin": "妻子"}, {"kin": "女儿"}],
}


async def publish(database: Database) -> FormVersion:
    """Offer the form."""
    form = Form.from_xform(XFORM.encode())
    version = FormVersion(
        sha256=form.sha256,
        form_id=form.form_id,
        version=form.version,
        source_sha256="0" * 64,
        titles={"zh": form.title, "en": form.title},
        state="published",
        published_at=START,
    )
    async with database.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(version, FormSource(XFORM.encode(), {}))
    return version


async def correct(database: Database, former: str, number: int, **changes: Any) -> str:
    """Keep a new version of the record `former`, by its author; its id."""
    async with database.unit(OPERATOR, "test") as uow:
        found = await uow.submissions.get(former)
    assert found
    author = Actor(Role.GRID_WORKER, world.GRID, account_id=found[0].account_id)
    return await _keep(database, author, number, deprecated_id=former, **changes)


async def visit(database: Database, number: int, **changes: Any) -> str:
    """Keep one record, by a grid worker of its own; its id."""
    worker = await world.hire(database, Role.GRID_WORKER, world.GRID)
    return await _keep(database, worker, number, **changes)


async def _keep(database: Database, worker: Actor, number: int, **changes: Any) -> str:
    assert worker.account_id
    async with database.unit(worker, "test") as uow:
        form = await uow.forms.published("paper_visit")
        assert form
        values: dict[str, Any] = {
            "instance_id": f"uuid:{number:08x}-0000",
            "area_code": world.GRID,
            "form_id": form.form_id,
            "form_version": form.version,
            "form_sha256": form.sha256,
            "subject_kind": "household",
            "subject_id": 1,
            "subject_code": "HA00001",
            "account_id": worker.account_id,
            "channel": "web",
            "visit_date": date(2026, 11, 20),
            "entered_at": START + timedelta(minutes=number),
            "mode": "home",
            "outcome": "met",
            "deprecated_id": None,
            "xml": b"<data/>",
            "answers": ANSWERS,
        }
        record = Record(**(values | changes))
        await uow.submissions.add(record)
    return record.instance_id
