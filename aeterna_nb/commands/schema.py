"""`aeterna schema`: the JSON schema of the answers file, or of the chart's values."""

import json
from collections.abc import Sequence

from aeterna_nb.answers.schema import answers_schema
from aeterna_nb.chart_values.schema import schema_text
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.start import commanded


def run(words: Sequence[str]) -> int:
    """Print the schema, for editors and checks."""
    parser = Parser("schema", "Print the JSON schema of .aeterna/setup.yaml, or of the chart's values.")
    parser.add_argument("subject", nargs="?", choices=("answers", "values"), default="answers", help="of what")
    with commanded() as status:
        options = parser.read(words)
        if options.subject == "values":
            print(schema_text(), end="")
        else:
            print(json.dumps(answers_schema(), indent=2, ensure_ascii=False))
    return status.code
