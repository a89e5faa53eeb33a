"""Everything that is wrong or good to know, by stage, each with a way to the question that causes it."""

from collections.abc import Sequence
from html import escape

from aeterna_nb.findings import Finding
from aeterna_nb.language import message, say
from aeterna_nb.notebook.panels.base import empty, jump, prose
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.words import open_question, stage_of
from aeterna_nb.questions import STAGES, by_name

TITLES = {stage.id: stage.title for stage in STAGES}


def card(finding: Finding, *, named: bool = True) -> str:
    """One finding: what kind it is, its stage if `named`, its cure, and the way to its question."""
    tone, kind = ("bad", say("To fix")) if finding.severity == "error" else ("warn", say("Good to know"))
    if open_question(finding):
        tone, kind = "todo", say("Still open")
    cure = f"<span>{prose(say(finding.cure))}</span>" if finding.cure else ""
    question = by_name().get(finding.question)
    way = jump(question.name, say("Go to: {question}", question=say(question.label))) if question else ""
    stage = say("in {stage}", stage=say(TITLES[stage_of(finding)])) if question and named else ""
    sentence = f'<span class="kind">{f"{kind} {escape(stage)}".strip()}</span><b>{prose(say(finding.message))}</b>'
    return f'<div class="finding {tone}">{sentence}{cure}{way}</div>'


class FindingsPanel:
    """The findings of every stage, errors first."""

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return say("Checks ({number})", number=len(seen.findings)) if seen.findings else say("Checks")

    def act(self, act: str, on: str, value: str) -> None:
        """Nothing: a jump belongs to the page."""

    def html(self, seen: Seen) -> str:
        """The findings by stage."""
        if not seen.findings:
            return empty(message("Nothing is wrong, and there is nothing you need to know."))
        return "".join(self._stage(stage.id, say(stage.title), seen.findings) for stage in STAGES)

    def _stage(self, stage: str, title: str, findings: Sequence[Finding]) -> str:
        own = sorted(
            (finding for finding in findings if stage_of(finding) == stage),
            key=lambda finding: (finding.severity != "error", open_question(finding)),
        )
        if not own:
            return ""
        words = say("The configuration as a whole") if stage == "review" else title
        return f'<h2 class="group">{escape(words)}</h2>' + "".join(card(finding, named=False) for finding in own)
