"""With what the present answers can be compared besides themselves: earlier sets, and presets."""

from collections.abc import Callable, Mapping

from aeterna_nb.answers import Answers
from aeterna_nb.answers.file import AnswersFileError
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.language import say
from aeterna_nb.notebook.earlier import Earlier
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.session import Session
from aeterna_nb.output.workspace import WorkspaceError
from aeterna_nb.presets import PRESETS

Change = Callable[[Callable[[], None]], None]


class Sets:
    """Sets of answers by key. `evaluate` tells what follows from one, and `change` makes one the present answers."""

    def __init__(
        self, session: Session, earlier: Earlier, evaluate: Callable[[Answers], Evaluation], change: Change
    ) -> None:
        self._session = session
        self._earlier = earlier
        self._evaluate = evaluate
        self._change = change

    def titles(self) -> Mapping[str, Mapping[str, str]]:
        """What each set is called, by key, under the title of its kind; kinds without any are left out."""
        try:
            times = self._earlier.times()
        except WorkspaceError:
            times = {}
        presets = {f"preset {name}": say(preset.title) for name, preset in PRESETS.items()}
        kinds = {say("Written or downloaded before"): times, say("Presets"): presets}
        return {kind: items for kind, items in kinds.items() if items}

    def seen(self, key: str) -> Seen | str:
        """What follows from a set, or a sentence that says why it can't be told."""
        try:
            answers = self._answers(key)
        except (AnswersFileError, WorkspaceError) as error:
            return say(str(error))
        seen = Seen(answers).after(self._evaluate(answers))
        return seen if seen.files else say("Answers are missing there, so nothing follows from them yet.")

    def _answers(self, key: str) -> Answers:
        kind, _, name = key.partition(" ")
        if kind == "preset" and name in PRESETS:
            return self._session.with_preset(name)
        return self._earlier.read(key).laid_into(self._session.answers)

    def take(self, key: str) -> None:
        """Make a set the present answers."""
        kind, _, name = key.partition(" ")
        if kind == "preset":
            self._change(lambda: self._session.take_preset(name))
        else:
            self._change(lambda: self._session.take_imported(self._earlier.read(key)))
