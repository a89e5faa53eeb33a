"""`aeterna schema`: the JSON schema of the answers file, or of the chart's values."""

from collections.abc import Sequence

from aeterna_nb.answers import schema as answers
from aeterna_nb.chart_values import schema as values
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.start import commanded


def run(words: Sequence[str]) -> int:
    """Print the schema, for editors and checks."""
    parser = Parser("schema", "Print the JSON schema of .aeterna/setup.yaml, or of the chart's values.")
    parser.add_argument("subject", nargs="?", choices=("answers", "values"), default="answers", help="of what")
    with commanded() as status:
        options = parser.read(words)
        print((values if options.subject == "values" else answers).schema_text(), end="")
    return status.code
