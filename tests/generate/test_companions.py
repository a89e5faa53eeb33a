"""A generated file that names another one is accompanied by it."""

import posixpath
import re
from collections.abc import Iterator, Mapping

from aeterna_nb.answers import Answers
from aeterna_nb.answers.schema import SCHEMA_FILE
from aeterna_nb.answers.secret_values import complete as with_secrets
from aeterna_nb.generate.files import generate_files
from aeterna_nb.presets import PRESETS
from tests.product import every_option, every_pair
from tests.samples import OPENCODE_ONLY, REMOTE, answers, complete

ENDINGS = "yaml|yml|json|jsonc|toml|env|cedar|crt|pem|sh|bak"
NAMED = re.compile(rf"(?<![\w@./:-])(?:[\w./-]*[\w-]\.(?:{ENDINGS})|\.env)\b")
OF_OTHERS = {".sops.yaml": "the rules for SOPS, which a person keeps and the schema's help text names"}
"""Names that stand in generated files and belong to nothing that is generated, with the reason."""


def every_configuration() -> Iterator[Answers]:
    yield from (answers(choice) for _, choice in every_pair())
    yield from (given for _, given in every_option())
    yield from (complete(preset.values, central_url="https://central.example.com") for preset in PRESETS.values())
    yield from (answers(REMOTE), answers(REMOTE, target="docker-compose"), answers(OPENCODE_ONLY))


def unaccompanied(files: Mapping[str, str]) -> set[tuple[str, str]]:
    """Each file with a name in it, beside it or in the folder, behind which there is no file."""
    return {
        (file, named)
        for file, text in files.items()
        for named in NAMED.findall(text)
        # From the root it is a place in a container.
        if not named.startswith("/") and named not in OF_OTHERS
        if not {posixpath.normpath(named), posixpath.join(posixpath.dirname(file), named)} & files.keys()
    }


def test_every_file_that_a_generated_file_names_is_generated_too() -> None:
    secrets: Mapping[str, str] = {}
    seen = set()
    for given in every_configuration():
        config, findings = given.config()
        assert config is not None, findings
        secrets = {**secrets, **with_secrets(config, secrets)}
        files = generate_files(config, given.decided(), with_secrets(config, secrets), {})
        assert unaccompanied(files) == set()
        seen |= {name for text in files.values() for name in NAMED.findall(text)}
        assert unaccompanied({name: text for name, text in files.items() if name != SCHEMA_FILE}) == {
            (".aeterna/setup.yaml", "setup.schema.json")
        }
    assert seen >= OF_OTHERS.keys() | {".env"}
