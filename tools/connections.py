"""Write which parts talk to which on which port, as text and as pictures, off the model that the page draws.

`python -m tools.connections` writes `docs/reference/connections.md` and a picture a mode into `docs/pictures`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from aeterna_nb import ports
from aeterna_nb.answers import Answers, Origin
from aeterna_nb.notebook.picture import ALONE, picture
from aeterna_nb.notebook.topology import Topology, topology
from aeterna_nb.presets import HYBRID, LOCAL, REMOTE

DOCS = Path(__file__).parents[1] / "docs"
FILE = DOCS / "reference" / "connections.md"
COMMON: Mapping[str, Any] = {"namespace": "aeterna", "llm": "openai", "openai_api_key": "any", "opencode": True}
CENTRAL = "https://central.example.com"
MODES: Mapping[str, Mapping[str, Any]] = {
    "local": {**LOCAL, **COMMON, "cache": "dragonfly"},
    "hybrid": {
        **HYBRID,
        **COMMON,
        "cache": "dragonfly",
        "central_url": CENTRAL,
        "central_api_key": "any",
        "postgresql_host": "db.example.com",
        "postgresql_password": "any",
    },
    "remote": {**REMOTE, "opencode": True, "central_url": CENTRAL, "central_api_key": "any"},
}
LISTENS: Mapping[str, int] = {
    "Aeterna, API and MCP": ports.AETERNA,
    "Aeterna, metrics": ports.AETERNA_METRICS,
    "PostgreSQL": ports.POSTGRESQL,
    "Dragonfly, Valkey, Redis": ports.REDIS,
    "Qdrant, gRPC": ports.QDRANT_GRPC,
    "Qdrant, HTTP": ports.QDRANT_HTTP,
    "Weaviate": ports.WEAVIATE,
    "MongoDB": ports.MONGODB,
    "OPAL server": ports.OPAL_SERVER,
    "OPAL client": ports.OPAL_CLIENT,
    "Cedar agent": ports.CEDAR_AGENT,
    "OPAL's fetcher": ports.OPAL_FETCHER,
}
DARK = (
    "@media(prefers-color-scheme:dark){text{fill:#e6e9ed}.sub{fill:#a9b3bf}.box{fill:#262b33;stroke:#7d8894}"
    ".own{fill:#16304f;stroke:#8ab8ff}.zone{stroke:#48515c}}"
)
HEADER = """\
# Who talks to whom, and on which port

Off the model from which the page draws its picture, here for the preset of each mode. Made by `make reference`; the
page draws it for any answers. [Architecture](../explanation/architecture.md) says what the parts are.

"""


def drawn(mode: str) -> Topology:
    """The model of an installation in this mode."""
    return topology(Answers().with_values(Origin.TYPED, MODES[mode]))


def picture_file(mode: str) -> Path:
    """Where the picture of a mode lies."""
    return DOCS / "pictures" / f"{mode}.svg"


def pictured(mode: str) -> str:
    """The picture of a mode, for light and dark pages."""
    return picture(drawn(mode), style=ALONE + DARK) + "\n"


def reference() -> str:
    """The text of the reference."""
    return HEADER + "\n".join([*(line for mode in MODES for line in _section(mode)), *_listening()]) + "\n"


def _section(mode: str) -> Iterator[str]:
    seen = drawn(mode)
    boxes = {box.key: box for box in seen.boxes}
    yield from (f"## {mode.capitalize()}", "", f"![The parts of mode {mode}](../pictures/{mode}.svg){{ .drawn }}", "")
    yield from ("| who | talks to | where | port |", "|---|---|---|---|")
    for one, other in seen.links:
        where = "elsewhere" if boxes[other].kind == "outside" else seen.place
        yield f"| {boxes[one].title} | {boxes[other].title} | {where} | {boxes[other].port} |"
    yield ""


def _listening() -> Iterator[str]:
    yield from (
        "## Where each part listens",
        "",
        "Unless an answer says otherwise.",
        "",
        "| part | port |",
        "|---|---|",
    )
    yield from (f"| {part} | {port} |" for part, port in LISTENS.items())


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
    for each in MODES:
        picture_file(each).write_text(pictured(each), encoding="utf-8")
