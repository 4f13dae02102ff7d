"""The unit of work: one transaction, one actor, one purpose.

Everything that reads or writes goes through it, so that who may see what is asked in one place.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Final

from core.ports import Clock
from storage.areas import Areas
from storage.connection import Connection
from storage.conversations import Conversations
from storage.ending_drafts import USUAL, DraftTerm
from storage.formshelf import Forms
from storage.inbox import Inbox
from storage.interviews import Interviews
from storage.outbox import Outbox
from storage.policy import Actor

if TYPE_CHECKING:
    from storage.accounts import Accounts
    from storage.audit import Audit
    from storage.census import Census
    from storage.corrections import Corrections
    from storage.dead_letters import DeadLetters
    from storage.duty_feed import DutyFeed
    from storage.file_access import FileAccess
    from storage.invites import Invites
    from storage.media import MediaFiles
    from storage.pension_accounts import PensionAccounts
    from storage.pension_imports import PensionImports
    from storage.pension_notices import PensionNotices
    from storage.proofs import Proofs
    from storage.proxies import Proxies
    from storage.pushes import Pushes
    from storage.register import Register
    from storage.resident_requests import ResidentRequests
    from storage.submissions import Submissions
    from storage.tokens import Tokens
    from storage.undelivered import Undelivered
    from storage.webhook_news import News
    from storage.webhooks import Webhooks


_GIVEN: Final = ("connection", "actor", "purpose", "channel", "clock", "zone")


class UnitOfWork:
    """What can be done within one transaction. `Database.unit` opens it."""

    def __init__(
        self,
        connection: Connection,
        actor: Actor,
        *,
        purpose: str,
        channel: str,
        clock: Clock,
        zone: tzinfo = UTC,
    ) -> None:
        self.connection = connection
        self.actor = actor
        self.purpose = purpose
        self.channel = channel
        self.clock = clock
        self.zone = zone

    @property
    def today(self) -> date:
        """Today's date where the people live."""
        return self.now.astimezone(self.zone).date()

    @property
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self.clock.now()

    def become(self, actor: Actor) -> None:
        """Act as `actor` from here on: a step learns who speaks only after it has begun."""
        self.actor = actor
        for name in [one for one in self.__dict__ if one not in _GIVEN]:
            del self.__dict__[name]  # what was made for the former actor is made anew

    async def record(self, action: str, thing: str) -> None:
        """Write down that the actor did `action` to `thing` (a code, never a name)."""
        await self.audit.add(self.now, self.channel, self.purpose, action, thing)

    async def purge(self, drafts: DraftTerm = USUAL) -> int:
        """Delete what nobody needs any more, drafts by their term; how many rows went."""
        from storage.purge import purge

        return await purge(self.connection, self.now, drafts)

    @cached_property
    def audit(self) -> Audit:
        """Who saw and did what: to add to, and to read for those who may."""
        from storage.audit import Audit

        return Audit(self.connection, self.actor)

    @cached_property
    def areas(self) -> Areas:
        """The tree of areas."""
        return Areas(self.connection, self.actor)

    @cached_property
    def accounts(self) -> Accounts:
        """Staff, as far as the actor lets people in."""
        from storage.accounts import Accounts

        return Accounts(self.connection, self.clock, self.actor)

    @cached_property
    def invites(self) -> Invites:
        """Codes and sign-in links: to hand out, and to come in by."""
        from storage.invites import Invites

        return Invites(self.connection, self.clock, self.actor, self.today, self.accounts)

    @cached_property
    def register(self) -> Register:
        """Households and people, as far as the actor may see them."""
        from storage.register import Register

        return Register(self.connection, self.actor, self.now, self.today)

    @cached_property
    def file_access(self) -> FileAccess:
        """Why the actor opens files, and which ones in an emergency."""
        from storage.file_access import FileAccess

        return FileAccess(self.connection, self.actor, self.now, self.today)

    @cached_property
    def census(self) -> Census:
        """The whole register as rules look at it; of who administers a county, what is in it. For
        nobody else."""
        from storage.census import Census

        actor = self.actor
        if not (actor.everything or (actor.powers.administers and actor.area)):
            raise PermissionError("only administrators read the whole register")
        return Census(self.connection, "" if actor.everything else actor.area or "")

    @cached_property
    def conversations(self) -> Conversations:
        """Who is where in which chat."""
        return Conversations(self.connection, self.clock, self.actor)

    @cached_property
    def inbox(self) -> Inbox:
        """What has been handled, by key."""
        return Inbox(self.connection, self.clock, self.actor)

    @cached_property
    def outbox(self) -> Outbox:
        """What is to be delivered."""
        return Outbox(self.connection, self.clock, self.actor)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """What was given up. Only for who administers, and of their own area."""
        from storage.dead_letters import DeadLetters

        if not self.actor.may_administer:
            raise PermissionError("only who administers reads what was given up")
        return DeadLetters(self.connection, self.clock, self.actor)

    @cached_property
    def forms(self) -> Forms:
        """Published forms and their versions."""
        return Forms(self.connection, self.clock, self.actor)

    @cached_property
    def interviews(self) -> Interviews:
        """Fillings-in under way."""
        return Interviews(self.connection, self.actor, self.clock)

    @cached_property
    def submissions(self) -> Submissions:
        """Finished records, as far as the actor may see them."""
        from storage.submissions import Submissions

        return Submissions(self.connection, self.actor, self.today, self.corrections)

    @cached_property
    def corrections(self) -> Corrections:
        """The actor's own records, and which of them they may still correct."""
        from storage.corrections import Corrections

        return Corrections(self.connection, self.actor, self.forms, self.zone, self.today)

    @cached_property
    def pushes(self) -> Pushes:
        """What other servers have been given. Only for the operator and the ticks."""
        from storage.pushes import Pushes  # where nothing is pushed, nothing is loaded

        if not self.actor.everything:
            raise PermissionError("only the operator hands records on")
        return Pushes(self.connection, self.clock)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Who is told what happens here. Only for the operator and the ticks."""
        from storage.webhooks import Webhooks

        if not self.actor.everything:
            raise PermissionError("only the operator has others told")
        return Webhooks(self.connection, self.clock)

    @cached_property
    def undelivered(self) -> Undelivered:
        """What other systems did not take. Only for who administers, and of their own area."""
        from storage.undelivered import Undelivered

        if not self.actor.may_administer:
            raise PermissionError("only who administers reads what others did not take")
        return Undelivered(self.connection, self.clock, self.actor)

    @cached_property
    def news(self) -> News:
        """What happened that others are told of. Only for the operator and the ticks."""
        from storage.webhook_news import News

        if not self.actor.everything:
            raise PermissionError("only the operator has others told")
        return News(self.connection, self.actor, self.clock)

    @cached_property
    def duty_feed(self) -> DutyFeed:
        """Duties page by page, as far as the actor reads the records of others."""
        from storage.duty_feed import DutyFeed

        return DutyFeed(self.connection, self.actor, self.now)

    @cached_property
    def tokens(self) -> Tokens:
        """What lets programs in. Only for who administers, and into their own area."""
        from storage.tokens import Tokens

        if not self.actor.may_administer:
            raise PermissionError("only who administers lets programs in")
        return Tokens(self.connection, self.clock, self.actor)

    @cached_property
    def pension(self) -> PensionAccounts:
        """What agencies have on record of pensions, for those who may look at it."""
        from storage.pension_accounts import PensionAccounts

        return PensionAccounts(self.connection, self.actor, self.today)

    @cached_property
    def pension_imports(self) -> PensionImports:
        """Files of agencies on their way in. Only for the operator and the ticks."""
        from storage.pension_imports import PensionImports

        return PensionImports(self.connection, self.actor, self.clock)

    @cached_property
    def pension_notices(self) -> PensionNotices:
        """Who was told what of their pension. Only for the ticks."""
        from storage.pension_notices import PensionNotices

        return PensionNotices(self.connection, self.actor, self.clock)

    @cached_property
    def resident_requests(self) -> ResidentRequests:
        """What residents ask for, as far as the actor looks after them."""
        from storage.resident_requests import ResidentRequests

        return ResidentRequests(self.connection, self.actor, self.clock, self.today)

    @cached_property
    def proofs(self) -> Proofs:
        """Wrong and right tries to prove who one is."""
        from storage.proofs import Proofs

        return Proofs(self.connection, self.clock, self.actor)

    @cached_property
    def proxies(self) -> Proxies:
        """Who acts for whom."""
        from storage.proxies import Proxies

        return Proxies(self.connection, self.actor, self.now, self.today)

    @cached_property
    def media(self) -> MediaFiles:
        """Files that were sent or are to be shown."""
        from storage.media import MediaFiles

        return MediaFiles(self.connection, self.clock, self.submissions)
