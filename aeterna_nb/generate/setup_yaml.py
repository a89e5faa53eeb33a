"""`.aeterna/setup.yaml`: the answers file. What a person decided, no secrets, fit for git."""

from collections.abc import Mapping
from typing import Any

from aeterna_nb.generate.yaml_text import yaml_text

HEADER = """\
# yaml-language-server: $schema=setup.schema.json
# What was decided for Aeterna. No secrets stand here; everything else can be made again from this file:
#   aeterna setup --reconfigure
"""


def setup_yaml(decided: Mapping[str, Any]) -> str:
    """The text of the answers file for nested answers, as `Answers.decided()` gives them."""
    return HEADER + yaml_text(decided)
