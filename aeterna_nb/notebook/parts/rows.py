"""Questions as widgets: a line of text, a choice, a menu, a list of pairs, a secret."""

from collections.abc import Callable
from typing import Any

import traitlets

from aeterna_nb.notebook.parts.base import Part, script


class Row(Part):
    """What every question has.

    In `help` what stands between backticks is code; `link` is the address of a page that says more. `error` is a
    sentence, `tone` says whether it is a mistake ("bad") or merely still open ("todo"). `origin` says where the value
    comes from, and each of `ways` is a key and the words of a button that leads back from it. Setting `focus` brings
    the question into view and the cursor into it, once it is on the page.
    """

    name = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    help = traitlets.Unicode().tag(sync=True)
    link = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    tone = traitlets.Enum(["bad", "todo"], "bad").tag(sync=True)
    origin = traitlets.Unicode().tag(sync=True)
    ways: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    focus = traitlets.Bool().tag(sync=True)

    def on_way(self, back: Callable[[str], None]) -> None:
        """Call `back` with the key of the way that was taken."""

        def hear(_widget: Any, message: dict[str, Any], _buffers: Any) -> None:
            if "way" in message:
                back(str(message["way"]))

        self.on_msg(hear)


class TextRow(Row):
    """A line of text or, with `several_lines`, a document. What is typed arrives after a pause.

    With `can_look` a button asks for the names that the cluster has; `suggestions` are offered in the field and in a
    list beside it, and `looked` says what came of looking.
    """

    _esm = script("common.js", "row.js", "text.js")
    value = traitlets.Unicode().tag(sync=True)
    example = traitlets.Unicode().tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    numeric = traitlets.Bool().tag(sync=True)
    several_lines = traitlets.Bool().tag(sync=True)
    can_look = traitlets.Bool().tag(sync=True)
    suggestions: traitlets.List[str] = traitlets.List().tag(sync=True)
    looked = traitlets.Unicode().tag(sync=True)

    def on_look(self, look: Callable[[], None]) -> None:
        """Call `look` when the button is pressed."""

        def hear(_widget: Any, message: dict[str, Any], _buffers: Any) -> None:
            if message.get("look"):
                look()

        self.on_msg(hear)

    def on_picked(self, picked: Callable[[str], None]) -> None:
        """Call `picked` with the name that was taken from the list beside the field."""

        def hear(_widget: Any, message: dict[str, Any], _buffers: Any) -> None:
            if message.get("picked"):
                picked(str(message["picked"]))

        self.on_msg(hear)


class ChoiceRow(Row):
    """One of `options` or, with `several`, any of them.

    An option is a mapping of `value`, `title`, `note`, `reason` and `warning`; one with a reason is shown and cannot be
    taken, one with a warning can. Options with a `group` stand under that heading.
    """

    _esm = script("common.js", "row.js", "choice.js")
    value = traitlets.Any().tag(sync=True)
    options: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    several = traitlets.Bool().tag(sync=True)


class MenuRow(Row):
    """One of many plain values; options as in `ChoiceRow`, without notes. Reasons and warnings stand below the list."""

    _esm = script("common.js", "row.js", "menu.js")
    value = traitlets.Any().tag(sync=True)
    options: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)


class PairsRow(Row):
    """Pairs of a name and a text, as a list to add to, remove from and put into order.

    `problems` says of each pair what is wrong with it; empty for nothing. Lines that are pasted arrive as one text;
    `refused` says why they are not taken.
    """

    _esm = script("common.js", "row.js", "pairs.js")
    pairs: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    problems: traitlets.List[str] = traitlets.List().tag(sync=True)
    refused = traitlets.Unicode().tag(sync=True)
    example = traitlets.Unicode().tag(sync=True)

    def on_pasted(self, take: Callable[[str, int], None]) -> None:
        """Call `take` with lines that were pasted, and the place of the pair into which they were."""

        def hear(_widget: Any, message: dict[str, Any], _buffers: Any) -> None:
            if "pasted" in message:
                take(str(message["pasted"]), int(message["at"]))

        self.on_msg(hear)


class SecretRow(Row):
    """A masked entry. The value comes as a message and is handed on; no trait ever holds it.

    `make` are the words of a button that has a secret made in the kernel; empty for none. `kept` says what is known of
    the secret that is held.
    """

    _esm = script("common.js", "row.js", "secret.js")
    given = traitlets.Bool().tag(sync=True)
    kept = traitlets.Unicode().tag(sync=True)
    make = traitlets.Unicode().tag(sync=True)
    several_lines = traitlets.Bool().tag(sync=True)

    def on_secret(
        self, take: Callable[[str], None], forget: Callable[[], None], make: Callable[[], None] = lambda: None
    ) -> None:
        """Call `take` with what was typed, `forget` when it is to be dropped, and `make` when one is to be made."""

        def hear(_widget: Any, message: dict[str, Any], _buffers: Any) -> None:
            if message.get("secret"):
                take(str(message["secret"]))
            if message.get("forget"):
                forget()
            if message.get("make"):
                make()

        self.on_msg(hear)
