"""A visit in a terminal: go on where one was interrupted, ask, review, and decide."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from aeterna_nb.answers import Answers
from aeterna_nb.language import message, say, say_many
from aeterna_nb.terminal.asking import YES_OR_NO, Back, Detour, yes_or_no
from aeterna_nb.terminal.draft import DraftFile, taken
from aeterna_nb.terminal.review import Changed, Decided, Judged
from aeterna_nb.terminal.screen import Terminal
from aeterna_nb.terminal.walk import Progress, intro, walked

KEPT = message("Your answers are kept, without secrets: start again to go on.")


@dataclass(frozen=True)
class Visited:
    """How a visit ended: the answers, what follows from them, and whether it is to be written."""

    answers: Answers
    judged: Judged
    write: bool


def visited(
    start: Progress,
    terminal: Terminal,
    draft: DraftFile,
    judge: Callable[[Answers], Judged],
    review: Callable[[Answers, Judged], Changed | Decided],
) -> Visited:
    """Ask, review, and decide. `review` raises Back.

    Raises KeyboardInterrupt, with words about what is kept, when somebody leaves or the input ends. Says the same of
    what is kept before an error that nobody foresaw goes on.
    """
    terminal.say(intro(), "help")
    try:
        progress = _resumed(start, terminal, draft)
        while True:
            progress = replace(walked(progress, terminal, draft.keep), only_open=True)
            terminal.say(f"\n{say('Checking what follows from the answers ...')}", "help")
            judged = judge(progress.answers)
            try:
                outcome = review(progress.answers, judged)
            except Back:
                progress = _before(progress, terminal)
                continue
            if not isinstance(outcome, Changed):
                return Visited(progress.answers, judged, outcome.write)
            progress = replace(progress, answers=outcome.answers)
            draft.keep(progress)
    except KeyboardInterrupt:
        kept = f" {say(KEPT)}" if draft.found() else ""
        raise KeyboardInterrupt(f"{say('Nothing was written.')}{kept}") from None
    except Exception:
        if draft.found():
            terminal.say(f"\n{say(KEPT)}", "problem")
        raise


def _before(progress: Progress, terminal: Terminal) -> Progress:
    if progress.past:
        return progress.back()
    terminal.say(f"  {say('Nothing was asked before this.')}", "problem")
    return progress


def _resumed(start: Progress, terminal: Terminal, draft: DraftFile) -> Progress:
    found = draft.found()
    if found is None:
        return start
    interrupted = say_many(
        found.count,
        "You were interrupted here on {day} at {time}, after {number} answer.",
        "You were interrupted here on {day} at {time}, after {number} answers.",
        day=f"{found.saved:%Y-%m-%d}",
        time=f"{found.saved:%H:%M}",
    )
    terminal.say(f"\n{interrupted}")
    explain = "  " + say("yes: go on from there; secrets are asked once more. no: begin anew, and forget them.")
    while True:
        try:
            if yes_or_no(terminal, say("Go on with them?"), explain, start.answers, default=True):
                return taken(found, start)
            draft.forget()
            return start
        except (Back, Detour):
            terminal.say(f"  {say(YES_OR_NO)}", "problem")
