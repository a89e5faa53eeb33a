"""Check 3 and the one about secrets, over the files that a configuration gives."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import SecretStr

from aeterna_nb.checks.files import check_files
from aeterna_nb.checks.secrets import check_secrets
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.ask import Section
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import SECRET_FILES, generate_files
from aeterna_nb.questions import by_name, value_in

_Section = TypeVar("_Section", bound=Section)


def check_generated(
    config: SetupConfig,
    decided: Mapping[str, Any],
    files: Mapping[str, str],
    secrets: Mapping[str, str],
) -> list[Finding]:
    """Everything that is wrong with the files by themselves.

    `decided` are the nested answers and `secrets` the values by question's name from which `files` were generated.
    """

    def regenerate(others: Mapping[str, str]) -> dict[str, str]:
        return generate_files(with_secrets(config, others), decided, others, {})

    return [
        *check_files(config, files),
        *check_secrets(files, secrets, SECRET_FILES, regenerate),
    ]


def with_secrets(config: SetupConfig, secrets: Mapping[str, str]) -> SetupConfig:
    """The configuration with other values for the secrets that it holds; not validated again."""
    for name, value in secrets.items():
        question = by_name().get(name)
        if question is not None and value_in(config, question) is not None:
            config = _replaced(config, question.path, SecretStr(value))
    return config


def _replaced(section: _Section, path: tuple[str, ...], value: SecretStr) -> _Section:
    inner: object = value if len(path) == 1 else _replaced(getattr(section, path[0]), path[1:], value)
    return section.model_copy(update={path[0]: inner})
