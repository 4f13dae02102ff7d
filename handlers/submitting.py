"""From a finished interview to an immutable record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from core.messages import Button, Reply
from forms import Kind, Submission
from handlers import home_session, legal_basis, showing, visits
from handlers.interviews import Session
from handlers.review_page import closed
from handlers.states import Idle
from handlers.tokens import MENU, token
from handlers.turn import Replies, Turn
from handlers.visits import find
from storage.corrections import CorrectionRefusedError
from storage.interviews import KEPT, SUBMITTED
from storage.submissions import MAX_CHOICE, Record

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import Form


async def submit(turn: Turn, session: Session) -> Replies:
    """Submit, or lead to the first answer that is still missing or wrong."""
    if _lacks_consent(turn, session):
        lead = turn.say("rights.no_consent")
        return [closed(turn), *await showing.show(turn, session, lead=lead)]
    result = session.iv.finalize(session.stored.corrects)
    if not isinstance(result, Submission):
        first = result[0]
        session.iv.goto(first.ref)
        lead = first.message or turn.say(f"chat.rejected.{first.reason}")
        intro = turn.say("chat.submit.problems", n=len(result))
        return [closed(turn), *await showing.show(turn, session, lead=f"{intro}\n{lead}")]
    turn.state = Idle()
    try:
        await _keep(turn, session, result)
    except CorrectionRefusedError:
        said = _with_menu(turn, await _left_as_draft(turn, session))
    else:
        said = await _done(turn, session, await _receipt(turn, session, result))
    return [closed(turn), said]


def _lacks_consent(turn: Turn, session: Session) -> bool:
    """Whether it is about a child and a guardian's consent is missing; then the question for it is
    open again."""
    from forms.privacy import privacy_of

    form, born = session.form, session.stored.subject.get("birth_date")
    born_on, said = date.fromisoformat(born) if born else None, session.iv.typed_answers()
    day = visit_day(form, to_jsonable_python(dict(said)), "visit_date") or turn.today
    if not legal_basis.lacking(form.settings, said, born_on, day):
        return False
    name = privacy_of(form.settings).consent
    session.iv.goto(next(one.path for one in form.questions if one.name == name))
    return True


async def _done(turn: Turn, session: Session, text: str) -> Reply:
    """The receipt, with what else is due in the same home."""
    rows = await home_session.rows(turn, session.stored, session.form.form_id)
    if not rows:
        return _with_menu(turn, text)
    done = Button(text=turn.say("owed.home.done"), token=token(MENU))
    text = f"{text}\n\n{turn.say('owed.home.next')}"
    return Reply(text=text, buttons=(*rows, (done,)), slot="menu")


def _with_menu(turn: Turn, text: str) -> Reply:
    menu = Button(text=turn.say("chat.button.menu"), token=token(MENU), style="primary")
    return Reply(text=text, buttons=((menu,),), slot="menu")


async def _receipt(turn: Turn, session: Session, result: Submission) -> str:
    receipt, form = receipt_of(result.instance_id), await session.title(turn)
    if result.deprecated_id is None:
        return turn.say("chat.submit.done", form=form, receipt=receipt)
    former = receipt_of(result.deprecated_id)
    return turn.say("chat.submit.corrected", form=form, receipt=receipt, former=former)


async def _left_as_draft(turn: Turn, session: Session) -> str:
    """The record may not be replaced (any more): the draft stays as it was before."""
    session.stored.status = KEPT
    await turn.uow.interviews.save(session.stored)
    return turn.say("chat.submit.late")


async def _keep(turn: Turn, session: Session, result: Submission) -> None:
    answers: dict[str, Any] = to_jsonable_python(dict(result.answers))
    stored = session.stored
    subject = stored.subject
    area = subject.get("area") or turn.chat.actor.area
    assert stored.account_id is not None and area
    basis = legal_basis.basis_of(session.form.settings, answers)
    record = Record(
        instance_id=result.instance_id,
        area_code=area,
        form_id=result.form_id,
        form_version=result.version,
        form_sha256=stored.form_sha256,
        subject_kind=stored.subject_kind,
        subject_id=stored.subject_id,
        subject_code=subject.get("code"),
        account_id=stored.account_id,
        channel=turn.chat.channel,
        visit_date=visit_day(session.form, answers, "visit_date") or turn.today,
        entered_at=turn.uow.now,
        mode=chosen(session.form, answers, "mode"),
        outcome=chosen(session.form, answers, "outcome"),
        deprecated_id=result.deprecated_id,
        xml=result.xml,
        answers=answers,
        interview_id=stored.id,
        legal_basis=basis.legal_basis,
        consent=basis.consent,
    )
    root = await turn.uow.submissions.add(record)
    await visits.hand_in(turn.house, turn.uow, record, root)
    files = [media.file_id for media in result.media if media.file_id]
    if files:
        await turn.uow.media.attach(files, root)
    stored.status = SUBMITTED
    await session.keep(turn)
    await turn.uow.record("submit", result.instance_id)
    if result.deprecated_id:
        await turn.uow.record("correct", result.deprecated_id)


def receipt_of(instance_id: str) -> str:
    """The short form of a record's id that a person can read out."""
    return instance_id.removeprefix("uuid:")[:8].upper()


def visit_day(form: Form, answers: Mapping[str, Any], name: str) -> date | None:
    """The answer to the date question `name`; a question of that name but another type is none."""
    value = find(answers, name)
    if not isinstance(value, str) or _kind(form, name) not in (Kind.DATE, Kind.DATETIME):
        return None
    return date.fromisoformat(value[:10])


def chosen(form: Form, answers: Mapping[str, Any], name: str) -> str | None:
    """The answer to the select_one `name`. Free text never gets into a column in clear."""
    value = find(answers, name)
    if not isinstance(value, str) or _kind(form, name) is not Kind.SELECT_ONE:
        return None
    return value if value and len(value) <= MAX_CHOICE else None


def _kind(form: Form, name: str) -> Kind | None:
    return next((one.kind for one in form.questions if one.name == name), None)
