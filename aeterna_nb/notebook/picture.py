"""The picture of the deployment as SVG: drawn from its topology, offline, with a description in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from aeterna_nb.language import say
from aeterna_nb.notebook.health import Health
from aeterna_nb.notebook.topology import Box, Topology
from aeterna_nb.questions import by_name

WIDTH = 560
LEFT, MIDDLE, RIGHT = 8, 170, 392
BUS = 346
"""Where the wires to what is outside run down, between the two columns of the zone."""
LANES = {"server": 10, "opal": 17}
LAST_LANE = 24
"""How far below the zone the wires of each box run sideways, so that none lies on another's."""
TOP, FIRST, STEP, HEIGHT = 44, 66, 66, 52
TITLE_LETTER, NOTE_LETTER = 7.1, 6.2
"""How wide a letter is on average in the widest names; measured with DejaVu Sans, itself a wide typeface."""
PADDING = 16
OUTSIDE_LEFT, OUTSIDE_GAP, OUTSIDE_WIDEST, COLUMNS = 150, 8, 198, 3
"""The boxes below the zone share its width, three to a row."""

ALONE = (
    "text{font:13px sans-serif;fill:#17202a}.sub{font-size:11.5px;fill:#55606d}.bad{fill:#a8201a}"
    ".box{fill:#f5f6f8;stroke:#7d8894}.own{fill:#e6effa;stroke:#0b5cba}"
    ".out{fill:none;stroke:#7d8894;stroke-dasharray:4 4}.wire{stroke:#7d8894;fill:none}.zone{fill:none;stroke:#d9dee4}"
    ".tip{fill:#7d8894}.lacks{stroke:#a8201a}"
)
"""The style of a picture that stands by itself, outside of the page's style sheet."""

TIP = (
    '<defs><marker id="aw-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>'
)
"""The head of an arrow, at the end of who is asked."""

SIGNS = {"good": "✓", "waits": "…", "bad": "✗"}
"""What says the same as the colour of a box's health."""

CLASSES = {"own": "own", "inside": "box", "outside": "out"}


@dataclass(frozen=True, slots=True)
class _Placed:
    box: Box
    x: int
    y: int
    width: int

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2

    @property
    def centre(self) -> int:
        return self.x + self.width // 2

    def short(self, text: str, letter: float) -> str:
        """As much of a text as fits into the box."""
        fit = self._letters(letter)
        return text if len(text) <= fit else f"{text[: fit - 1]}…"

    def title(self) -> list[str]:
        """The lines of its title: one, or two where it does not fit into one and can be broken."""
        text, fit = self.box.title, self._letters(TITLE_LETTER)
        first = text[: fit + 1].rpartition(" ")[0] if len(text) > fit else ""
        lines = [first, text[len(first) + 1 :]] if first else [text]
        return [self.short(line, TITLE_LETTER) for line in lines]

    def _letters(self, letter: float) -> int:
        return int((self.width - PADDING) / letter)


def picture(seen: Topology, *, style: str = "", health: Mapping[str, Health] = {}, leads: bool = False) -> str:
    """The SVG of a deployment. `style` is put into it, for a picture that is looked at without the page.

    Boxes that `health` names, by their keys, bear its colour and its words. With `leads` each box is a button that
    leads to its question.
    """
    placed, floor, height = _places(seen)
    zone = ""
    if seen.place:
        zone = (
            f'<rect class="zone" x="150" y="8" width="{WIDTH - 158}" height="{floor - 8}" rx="10"/>'
            f'<text class="sub" x="162" y="28">{escape(seen.place)}</text>'
        )
    wires = "".join(_wire(placed[one], placed[other], floor) for one, other in seen.links)
    boxes = "".join(_box(item, health.get(key), leads) for key, item in placed.items())
    rule = f"<style>{style}</style>" if style else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="100%" '
        f'role="{"group" if leads else "img"}" aria-label="{escape(in_words(seen))}">'
        f'{rule}{TIP}<g aria-hidden="true">{zone}{wires}</g>{boxes}</svg>'
    )


def in_words(seen: Topology) -> str:
    """The same as the picture, for who cannot see it: who talks to whom, where, and what is missing."""
    return " ".join(sentences(seen))


def sentences(seen: Topology) -> list[str]:
    """What the picture shows, a sentence for each wire, for what is outside and for each thing that is missing."""
    names = {box.key: box for box in seen.boxes}
    links = [
        say(
            "{one} talks to {other} on port {port}.",
            one=names[one].title,
            other=names[other].title,
            port=names[other].port,
        )
        for one, other in seen.links
    ]
    missing = [f"{box.title}: {box.note}." for box in seen.boxes if box.missing]
    outside = [box.title for box in seen.boxes if box.kind == "outside"]
    return [*links, *([say("Outside: {names}.", names=", ".join(outside))] if outside else []), *missing]


def _places(seen: Topology) -> tuple[dict[str, _Placed], int, int]:
    """Where every box stands, the lower edge of the zone, and the height of the picture."""
    placed: dict[str, _Placed] = {}
    middle, right = FIRST, TOP
    for box in seen.boxes:
        if box.key == "opencode":
            placed[box.key] = _Placed(box, LEFT, FIRST, 122)
        elif box.key in ("ingress", "server", "opal"):
            placed[box.key] = _Placed(box, MIDDLE, middle, 146)
            middle += STEP + 24
        elif box.kind == "inside":
            placed[box.key] = _Placed(box, RIGHT, right, 146)
            right += STEP
    lowest = max([item.y + HEIGHT for item in placed.values()], default=TOP)
    floor = lowest + 16
    outside = [box for box in seen.boxes if box.kind == "outside" and box.key != "opencode"]
    columns = max(1, min(len(outside), COLUMNS))
    step = min((WIDTH - OUTSIDE_LEFT) // columns, OUTSIDE_WIDEST + OUTSIDE_GAP)
    for index, box in enumerate(outside):
        row, column = divmod(index, columns)
        x, y = OUTSIDE_LEFT + column * step, floor + 46 + row * (STEP + 14)
        placed[box.key] = _Placed(box, x, y, step - OUTSIDE_GAP)
    height = max(item.y + HEIGHT for item in placed.values()) + 8 if placed else floor
    return placed, floor, max(height, floor + 8)


def _box(item: _Placed, health: Health | None, leads: bool) -> str:
    tone = "sub bad" if item.box.missing else "sub"
    words = item.box.note if health is None else f"{SIGNS[health.tone]} {health.words}"
    title, note = item.title(), item.short(words, NOTE_LETTER)
    *rows, last = (22, 40) if len(title) == 1 else (17, 32, 46)
    kind = CLASSES[item.box.kind] + (f" is-{health.tone}" if health else " lacks" if item.box.missing else "")
    said = f"{item.box.title}, {words}"
    way = ""
    if leads:
        said = f"{said}. {say('Go to: {question}', question=say(by_name()[item.box.question].label))}"
        way = f' role="button" tabindex="0" data-act="jump" data-on="{item.box.question}"'
    return (
        f"<g{way}><title>{escape(said)}</title>"
        f'<rect class="{kind}" x="{item.x}" y="{item.y}" '
        f'width="{item.width}" height="{HEIGHT}" rx="8"/>'
        + "".join(
            f'<text x="{item.x + 12}" y="{item.y + row}">{escape(line)}</text>'
            for row, line in zip(rows, title, strict=True)
        )
        + f'<text class="{tone}" x="{item.x + 12}" y="{item.y + last}">{escape(note)}</text></g>'
    )


def _wire(one: _Placed, other: _Placed, floor: int) -> str:
    start = one.x + one.width
    if other.box.kind == "outside":
        return _arrow(_way_out(one, other, floor)) + _port(other, other.centre + 5, other.y - 6)
    if other.x == one.x:
        path = f"M{one.centre} {one.y + HEIGHT}V{other.y}"
        return _arrow(path) + _port(other, one.centre + 5, other.y - 6)
    path = f"M{start} {one.middle}C{start + 40} {one.middle} {other.x - 40} {other.middle} {other.x} {other.middle}"
    # The wire comes from above or from below; the number stands on its other side.
    beside = 14 if other.middle > one.middle else -7
    return _arrow(path) + _port(other, other.x - 34, other.middle + beside)


def _arrow(path: str) -> str:
    return f'<path class="wire" d="{path}" marker-end="url(#aw-tip)"/>'


def _way_out(one: _Placed, other: _Placed, floor: int) -> str:
    """Down to below the zone, sideways, and down to the box; past the boxes of the first row between two of them."""
    lane = floor + LANES.get(one.box.key, LAST_LANE)
    if one.box.key == "server":
        begin = f"M{one.x + one.width} {one.middle + 14}H{BUS}"
    else:
        begin = f"M{one.centre} {one.y + HEIGHT}"
    if other.y < floor + STEP:
        return f"{begin}V{lane}H{other.centre}V{other.y}"
    return f"{begin}V{lane}H{other.x - 4}V{other.y - 18}H{other.centre}V{other.y}"


def _port(other: _Placed, x: int, y: int) -> str:
    return f'<text class="sub" x="{x}" y="{y}">{escape(other.box.port)}</text>'
