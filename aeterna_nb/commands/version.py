"""`aeterna version`: the versions that matter when something does not fit."""

from collections.abc import Sequence

from aeterna_nb import __version__
from aeterna_nb.chart import helm, metadata
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.start import commanded
from aeterna_nb.config import DEFAULT_SERVER_VERSION


def run(words: Sequence[str]) -> int:
    """Print the versions of the tool, the chart, the server it installs and the embedded Helm."""
    with commanded() as status:
        Parser("version", "Print the versions of the tool, the chart, the server and Helm.").read(words)
        for name, number in versions().items():
            print(f"{name:<14} {number}")
    return status.code


def versions() -> dict[str, str]:
    """The version of the tool, the chart, the server it installs and the embedded Helm, by their names."""
    return {
        "aeterna-nb": __version__,
        "chart": metadata()["version"],
        "Aeterna server": DEFAULT_SERVER_VERSION,
        "embedded Helm": _embedded_helm(),
    }


def _embedded_helm() -> str:
    try:
        return helm.version()
    except helm.HelmMissing:
        return "none for this platform; the helm program is used"
