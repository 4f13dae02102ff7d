"""The tables of what is owed, of the visits that meet it, and of what rules are computed from.

The state of an obligation by time is not kept: it follows from its instants at any moment
(`storage.obligation_state`), so nothing has to be marked, and nothing is wrong after an outage.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from storage.tables import AreaCode, Instant, Serial, _area, _id, metadata
from storage.vault import SealedJson

NO_ONE = 0
"""The subject id of an obligation whose subject is its area."""


def _subject() -> tuple[Column[str], Column[int]]:
    kind = Column("subject_kind", String(16), nullable=False)  # person|household|worker|area
    return kind, Column("subject_id", Serial, nullable=False)


obligation = Table(
    "obligation",
    metadata,
    _id(),
    _area(),
    *_subject(),
    Column("household_id", Serial),
    Column("rule_id", String(40), nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("rule_region", AreaCode, nullable=False),
    Column("period_key", String(64), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("leaves_on", Date),  # the first day on which the subject is no longer in the population
    Column("opens", Instant, nullable=False),
    Column("due_soon", Instant, nullable=False),
    Column("due", Instant, nullable=False),
    Column("overdue", Instant, nullable=False),
    Column("closes", Instant),
    Column("opens_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("counts_until", Date),
    Column("due_at", Instant),
    Column("provisional", Boolean, nullable=False),
    Column("role", String(32), nullable=False),  # who owes it
    Column("account_id", ForeignKey("account.id")),  # None: nobody there has the role
    Column("ended", String(16)),  # done_on_time | done_late | missed | exempt | cancelled
    Column("ended_at", Instant),
    Column("reason", String(32)),  # why it was exempt or cancelled
    Column("visit_root", String(64), index=True),  # the visit that ended it
    Column("late_entry", Boolean, nullable=False, server_default="0"),
    Column("moved_to", Date),  # the day to which a supervisor has let its due day be moved
    Column("rung_at", Instant),  # when the next rung of its ladders comes; None: to be worked out
    UniqueConstraint(
        *("area_code", "subject_kind", "subject_id", "rule_id", "period_key"),
        name="uq_obligation_identity",
    ),
    Index("ix_obligation_rule_id_period_key_subject_id", "rule_id", "period_key", "subject_id"),
    Index("ix_obligation_area_code_last", "area_code", "last"),
)  # more indexes in storage/schema.py

visit = Table(  # what a submission is to rules; a correction changes it, its root stays
    "visit",
    metadata,
    Column("root_id", String(64), primary_key=True),
    _area(),
    *_subject(),
    Column("household_id", Serial),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("role", String(32), nullable=False),
    Column("form_id", String(128), nullable=False),
    Column("visit_date", Date, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("mode", String(32)),
    Column("outcome", String(32)),
    Column("answers", SealedJson("visit.answers"), nullable=False),  # those that rules read
    Index("ix_visit_subject_kind_subject_id", "subject_kind", "subject_id"),
    Index("ix_visit_household_id", "household_id"),
    Index("ix_visit_account_id_visit_date", "account_id", "visit_date"),
)

obligation_visit = Table(  # which visits an obligation has got; some need several
    "obligation_visit",
    metadata,
    Column("obligation_id", ForeignKey("obligation.id"), primary_key=True),
    Column("root_id", ForeignKey("visit.root_id"), primary_key=True, index=True),
    Column("in_time", Boolean, nullable=False),
    Column("late_entry", Boolean, nullable=False),
    Column("settled", Boolean, nullable=False),  # came after it had closed: for a supervisor
    Column("refused_at", Instant),  # when a supervisor did not let it count after all
    Column("refused_by", Serial),
    Column("refused_for", String(32)),
)

person_tier = Table(  # how often a form found that somebody is to be visited
    "person_tier",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("tier", String(40), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date),
    Column("source", String(64), nullable=False),
    Column("ended_by", String(64)),  # the record, by its root
)

subject_event = Table(
    "subject_event",
    metadata,
    *(Column(one.name, one.type, primary_key=True) for one in _subject()),
    Column("area_code", AreaCode, ForeignKey("area.code"), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("at", Instant),
    Column("stated", Date),
)

subject_day = Table(  # days that rules count from, such as the last certification
    "subject_day",
    metadata,
    *(Column(one.name, one.type, primary_key=True) for one in _subject()),
    Column("name", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("source", String(64)),  # the record that told it, by its root
)

retelling = Table(  # another record that says what a day, a tag or a tier is there or over for
    "retelling",
    metadata,
    Column("what", String(8), primary_key=True),  # day | tag | tier | untag | untier
    *(Column(one.name, one.type, primary_key=True) for one in _subject()),
    Column("name", String(40), primary_key=True),
    Column("day", Date, primary_key=True),  # the day itself, or since when this record says it
    Column("source", String(64), primary_key=True),
)

departure = Table(  # a death or a move that a form told, until a supervisor has confirmed it
    "departure",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("kind", String(16), nullable=False),  # moved | deceased
    Column("on_day", Date, nullable=False),  # the first day without them
    Column("root_id", String(64), nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("confirmed_by", ForeignKey("account.id")),
)

review = Table(  # who is to be looked at again on a day, as something begins or ends then
    "review",
    metadata,
    *(Column(one.name, one.type, primary_key=True) for one in _subject()),
    Column("on_day", Date, nullable=False, index=True),
)

opening = Table(  # how far a period, or a rule (key: its version), has been opened for everybody
    "opening",
    metadata,
    Column("rule_id", String(40), primary_key=True),
    Column("rule_region", AreaCode, primary_key=True),
    Column("period_key", String(64), primary_key=True),
    Column("rule_version", Integer, nullable=False),
    Column("fingerprint", String(16), nullable=False, server_default=""),  # of the rule
    Column("first", Date),  # the period's first day
    Column("reached", Serial, nullable=False),  # the last subject's id
    Column("former", Serial, nullable=False, server_default="0"),  # reached by a former fingerprint
)

tick_mark = Table(  # the day up to which a tick has done all of its work
    "tick_mark",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("day", Date, nullable=False),
)
