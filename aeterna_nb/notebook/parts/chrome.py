"""What stands around the questions: stages, tabs, pieces of text with buttons in them, the download."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import traitlets

from aeterna_nb.language import say
from aeterna_nb.notebook.parts.base import Part, problem, script


class Rail(Part):
    """The stages: mappings of `title`, `state` (todo, given, ready, done or attention) and `note`, the state in words.

    Its script also looks after the page around it: its landmarks, its `language`, its shortcuts, and the focus.
    """

    _esm = script("common.js", "frame.js", "rail.js")
    stages: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)
    current = traitlets.Int(0).tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)


class LanguageMenu(Part):
    """The languages to change to: pairs of a code and a name.

    `arriving` asks the browser which one it prefers; `pressed` says that the page is made anew since a button was.
    """

    _esm = script("common.js", "language.js")
    others: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    arriving = traitlets.Bool().tag(sync=True)
    pressed = traitlets.Bool().tag(sync=True)

    def on_speak(self, do: Callable[[str, bool], None]) -> None:
        """Call `do` with the code of the language that is asked for, and whether a button was pressed for it."""

        def hear(_widget: Any, message: dict[str, Any], _buffers: Any) -> None:
            if "speak" in message:
                do(str(message["speak"]), bool(message.get("pressed")))

        self.on_msg(hear)


class Depth(Part):
    """Two buttons: whether the questions are asked that most must decide, or everything. The browser remembers it."""

    _esm = script("common.js", "depth.js")
    everything = traitlets.Bool().tag(sync=True)


class Fold(Part):
    """A heading that unfolds what stands below it: its `title`, and a `note` about it."""

    _esm = script("common.js", "fold.js")
    title = traitlets.Unicode().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)
    unfolded = traitlets.Bool().tag(sync=True)


class Tabs(Part):
    """Tabs over the panel beside them."""

    _esm = script("common.js", "tabs.js")
    label = traitlets.Unicode().tag(sync=True)
    names: traitlets.List[str] = traitlets.List().tag(sync=True)
    current = traitlets.Int(0).tag(sync=True)


class Sheet(Part):
    """HTML made in the kernel, already escaped. Its buttons, lists and fields with `data-act` report back."""

    _esm = script("common.js", "sheet.js")
    html = traitlets.Unicode().tag(sync=True)

    def on_act(self, do: Callable[[str, str, str], None]) -> None:
        """Call `do` with the act, what it is done on, and the value of the field, each as text."""

        def hear(_widget: Any, message: dict[str, Any], _buffers: Any) -> None:
            if "act" in message:
                do(str(message["act"]), str(message.get("on", "")), str(message.get("value", "")))

        self.on_msg(hear)

    def on_files(self, take: Callable[[dict[str, str]], None]) -> None:
        """Call `take` with the texts, by name, of the files that were picked; of one too large it is empty."""

        def hear(_widget: Any, message: dict[str, Any], _buffers: Any) -> None:
            if "files" in message:
                take({str(file["name"]): str(file["text"]) for file in message["files"]})

        self.on_msg(hear)


class Draft(Part):
    """Keeps `content` in the browser's own storage, and hands over what it finds there when the page opens.

    Each text that `finished` becomes is kept as well, the last few of them with their times.
    """

    _esm = script("draft.js")
    content = traitlets.Unicode().tag(sync=True)
    finished = traitlets.Unicode().tag(sync=True)

    def on_earlier(self, take: Callable[[list[tuple[str, str]]], None]) -> None:
        """Call `take` with the time and the text of everything finished that is kept, the newest first."""

        def hear(_widget: Any, message: dict[str, Any], _buffers: Any) -> None:
            if "earlier" in message:
                take([(str(item["at"]), str(item["text"])) for item in message["earlier"]])

        self.on_msg(hear)

    def on_found(self, take: Callable[[str], None]) -> None:
        """Call `take` with a draft that was found."""

        def hear(_widget: Any, message: dict[str, Any], _buffers: Any) -> None:
            if message.get("draft"):
                take(str(message["draft"]))

        self.on_msg(hear)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a download hands over."""

    name: str
    type: str
    content: bytes


class DownloadButton(Part):
    """A button that hands the browser what `pack` returns; the bytes go as a buffer and stay in no trait.

    A `ValueError` of `pack` is shown as its sentence.
    """

    _esm = script("common.js", "download.js")
    label = traitlets.Unicode().tag(sync=True)
    primary = traitlets.Bool().tag(sync=True)

    def __init__(self, pack: Callable[[], Parcel], **traits: Any) -> None:
        super().__init__(**traits)
        self._pack = pack
        self.on_msg(self._hear)

    def _hear(self, _widget: Any, message: dict[str, Any], _buffers: Any) -> None:
        if not message.get("want"):
            return
        try:
            parcel = self._pack()
        except ValueError as error:
            self.send({"problem": say(str(error))})
        except Exception as error:
            self.send({"problem": problem(error)})
        else:
            self.send({"name": parcel.name, "type": parcel.type}, [parcel.content])
