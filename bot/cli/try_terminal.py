"""Fills a form in by hand, in the terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

from bot.cli.try_form import MEDIA
from bot.cli.try_walk import Heard, Slip, Trail
from core.texts import say
from forms import Interview
from forms.prompts import (
    Accepted,
    Choice,
    Effects,
    Kind,
    Prompt,
    RepeatPrompt,
    Submission,
    Summary,
    SummaryLine,
)

_SHOWN: Final = 30
"""Choices that are listed; above that one types to search."""

_MANY: Final = (Kind.SELECT_MULTIPLE, Kind.RANK)


def run_terminal(interview: Interview, language: str, console: Console) -> bool:
    """Ask until the form is done (True) or the person leaves (False)."""
    desk = _Desk(Trail(interview), language, console)
    desk.tell("commands", style="dim")
    try:
        while not desk.done:
            desk.ask()
    except (EOFError, KeyboardInterrupt):
        desk.tell("ended", style="yellow")
        return False
    return True


@dataclass(slots=True)
class _Desk:
    trail: Trail
    language: str
    console: Console
    done: bool = False
    numbered: dict[str, str] = field(default_factory=dict)
    """What the numbers on the screen stand for: choices, or lines of the summary."""

    def tell(self, key: str, *, style: str = "", **values: object) -> None:
        """Print one of our own sentences."""
        text = escape(say(self.language, f"forms.try.{key}", **values))
        self.console.print(f"[{style}]{text}[/{style}]" if style else text)

    def ask(self) -> None:
        """Show what is asked, read a line, and do what it says."""
        current = self.trail.interview.current()
        self.numbered = {}
        if isinstance(current, Prompt):
            self._question(current)
        elif isinstance(current, RepeatPrompt):
            self.console.print()
            self.tell("more", style="bold", label=current.label, count=current.count)
        elif isinstance(current, Summary):
            self._summary(current)
        self._hear(self._act(self.console.input("> ").strip()))

    def _act(self, line: str) -> Heard | Submission:
        current = self.trail.interview.current()
        if line.startswith("/"):
            return self._command(line)
        if isinstance(current, Summary):
            return self.trail.goto(self.numbered.get(line, line)) if line else self.trail.finish()
        if isinstance(current, RepeatPrompt) and line.lower() == "r":
            return self.trail.remove("")
        if isinstance(current, Prompt) and current.choices_total:
            return self._choose(current, line)
        return self.trail.answer(line)

    def _command(self, line: str) -> Heard | Submission:
        word, _, rest = line[1:].partition(" ")
        if word == "quit":
            raise EOFError
        if word == "back":
            return self.trail.back()
        if word == "skip":
            return self.trail.skip()
        if word == "finish":
            return self.trail.finish()
        if word == "goto":
            return self.trail.goto(self._ref(rest.strip()))
        return Slip(self.trail.ref, "input")

    def _ref(self, name: str) -> str:
        """A full ref for a question's bare name, where there is one."""
        for line in self.trail.interview.summary().lines:
            if name and line.ref.rpartition("/")[2] == name:
                return line.ref
        return name

    def _choose(self, prompt: Prompt, line: str) -> Heard:
        choices = self.trail.choices(prompt)
        names = {choice.value for choice in choices}
        if prompt.kind in _MANY:
            words = line.replace(",", " ").replace("，", " ").split()
            picked = [word if word in names else self.numbered.get(word, word) for word in words]
            return self.trail.answer(picked)
        picked_one = line if line in names else self.numbered.get(line, line)
        if line and picked_one not in names and len(choices) > _SHOWN:
            page = self.trail.interview.choices(prompt.ref, query=line, size=_SHOWN)
            if page.choices:
                self._list(page.choices)
                again = self.console.input("> ").strip()
                picked_one = self.numbered.get(again, again)
        return self.trail.answer(picked_one)

    def _hear(self, outcome: Heard | Submission) -> None:
        if isinstance(outcome, Slip):
            key = "unanswered" if outcome.reason == "input" else outcome.reason
            text = outcome.message or say(self.language, f"forms.reason.{key}")
            self.console.print(f"[red]{escape(text)}[/red]")
        elif isinstance(outcome, Accepted | Effects):
            for key, refs in (("cleared", outcome.cleared), ("restored", outcome.restored)):
                if refs:
                    self.tell(key, style="yellow", n=len(refs))
        elif isinstance(outcome, Submission):
            self.done = True
            self.tell("done", style="green")
            xml = outcome.xml.decode()
            self.console.print(xml, markup=False, highlight=False, soft_wrap=True)

    def _question(self, prompt: Prompt) -> None:
        self.console.print()
        for group in prompt.entered:
            self.console.rule(escape(group), align="left")
        progress = prompt.progress
        self.tell("progress", style="dim", at=progress.at, about=progress.about)
        self.console.print(Markdown(prompt.label), style="bold")
        if prompt.hint:
            self.console.print(Markdown(prompt.hint), style="italic")
        if prompt.required:
            self.tell("required", style="magenta")
        if prompt.value:
            self.console.print(f"[cyan]= {escape(prompt.shown)}[/cyan]")
        if prompt.choices_total > _SHOWN:
            self.tell("search", style="dim", total=prompt.choices_total)
        elif prompt.choices_total:
            self._list(self.trail.choices(prompt))
            self.tell("choose_many" if prompt.kind in _MANY else "choose_one", style="dim")
        elif prompt.kind is Kind.NOTE:
            self.tell("note", style="dim")
        elif prompt.kind in MEDIA:
            self.tell("file", style="dim")

    def _list(self, choices: tuple[Choice, ...]) -> None:
        self.numbered = {str(n): choice.value for n, choice in enumerate(choices, start=1)}
        for number, choice in enumerate(choices, start=1):
            value = f"[dim]{escape(choice.value)}[/dim]"
            self.console.print(f"{number:4} {escape(choice.label)} {value}")

    def _summary(self, summary: Summary) -> None:
        self.console.print()
        table = Table(title=say(self.language, "forms.try.summary"), show_header=False)
        lines = [line for line in summary.lines if isinstance(line, SummaryLine)]
        self.numbered = {str(n): line.ref for n, line in enumerate(lines, start=1)}
        for number, line in enumerate(lines, start=1):
            label = "  " * line.depth + escape(line.label)
            table.add_row(str(number), label, escape(line.shown))
        self.console.print(table)
        for problem in summary.problems:
            text = problem.message or say(self.language, f"forms.reason.{problem.reason}")
            self.console.print(f"[red]{escape(problem.ref)}: {escape(text)}[/red]")
        self.tell("edit", style="dim")
