"""Which nodes of a document stand on which line."""

import pytest

from aeterna_nb.generate.files import MASK
from aeterna_nb.origins.lines import Lines, lines
from aeterna_nb.output.masking import masked_file

YAML = """\
# comment
a: 1
b:
  - name: "x"
    v: |
      one
      two
  - {}
"""
TOML = """\
# comment
mode = "local"

[profiles.local]
name = "local"
"""
JSON = """\
{
  "mcp": {
    "command": ["a", "b"], "type": "local"
  }
}
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "values.yaml",
            YAML,
            (
                ((),),
                (("a",),),
                (("b",),),
                (("b", 0, "name"),),
                (("b", 0, "v"),),
                (("b", 0, "v"),),
                (("b", 0, "v"),),
                (("b", 1),),
                ((),),
            ),
        ),
        (
            "config.toml",
            TOML,
            (((),), (("mode",),), ((),), (("profiles", "local"),), (("profiles", "local", "name"),), ((),)),
        ),
        (
            "opencode.json",
            JSON,
            (
                ((),),
                (("mcp",),),
                (("mcp", "command"), ("mcp", "type")),
                ((),),
                ((),),
                ((),),
            ),
        ),
        (".env", "# comment\nA='1'\n", (((),), (("A",),), ((),))),
        ("ConfigMap/a.json", "a: 1\n", ((("a",),), ((),))),
    ],
)
def test_nodes_on_lines(name: str, text: str, expected: Lines) -> None:
    assert lines(name, text) == expected


def test_a_masked_text_of_several_lines_still_says_where_its_lines_belong() -> None:
    text = 'a:\n  value: |\n    one\n    two\nb: "x"\n'
    masked = masked_file("values.secret.yaml", text)
    assert masked.count(MASK) == 4
    assert lines("values.secret.yaml", masked) == (
        (("a",),),
        (("a", "value"),),
        (("a", "value"),),
        (("a", "value"),),
        (("b",),),
        ((),),
    )
