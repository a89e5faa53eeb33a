"""Write the reference of every setting, `docs/reference/settings.md`, off the questions.

`python -m tools.settings`; where an answer lands is found by changing it and looking at what is generated.
"""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from aeterna_nb.answers.wording import in_words, shown
from aeterna_nb.config.ask import ALWAYS
from aeterna_nb.generate.config_toml import CONFIG_FILE, config_toml
from aeterna_nb.generate.dotenv import variable
from aeterna_nb.generate.files import COMPOSE_FILE, ENV_FILE, SECRET_VALUES_FILE, VALUES_FILE
from aeterna_nb.generate.helm_secret_values import helm_secret_values
from aeterna_nb.imports.places import asked, places
from aeterna_nb.imports.projection import Projection, compose, helm
from aeterna_nb.questions import STAGES, Question, questions
from aeterna_nb.reading.leaves import KeyPath, dotted, leaves

FILE = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"
MOST = 6
"""Places that are named one by one; an answer that is in more of them shapes the file."""
HEADER = """\
# Settings

Every question, by stage. A flag and a variable belong to every command that takes answers, a key to
`.aeterna/setup.yaml`, a name to papermill. Made by `make reference`; change the questions, not this file.
"""


def reference() -> str:
    """The text of the reference."""
    return "\n".join([HEADER, *(line for stage in STAGES for line in _stage(stage.id, stage.title))])


def _stage(identity: str, title: str) -> Iterator[str]:
    within = [question for question in questions() if question.stage == identity]
    if within:
        yield f"## {title}\n"
    for question in within:
        yield f"### {question.label}\n"
        yield f"{question.help}\n"
        yield from (f"- {line}" for line in _facts(question))
        yield ""


def _facts(question: Question) -> Iterator[str]:
    if question.secret:
        yield f"a secret: `{question.flag}-file`, `{question.variable}`; no key and no parameter"
    else:
        yield f"`{question.flag}`, `{question.variable}`, papermill `{question.name}`, key `{'.'.join(question.path)}`"
    yield from (
        f"`{option.value}`: {option.title}" + (f". {option.note}" if option.note else "")
        for option in question.options
        if option.title != str(option.value) or option.note
    )
    plain = [
        f"`{option.value}`" for option in question.options if option.title == str(option.value) and not option.note
    ]
    if plain:
        yield f"one of {', '.join(plain)}"
    if question.minimum is not None and question.maximum is not None:
        yield f"from {question.minimum} to {question.maximum} {question.unit}".rstrip()
    if question.ask.derive is not None:
        yield "default: follows other answers"
    elif question.default is not None:
        yield f"default: {shown(question, question.default, None)}"
    conditions = [in_words(condition) for condition in question.when if condition != ALWAYS]
    if conditions:
        yield f"asked when {'; and '.join(conditions)}"
    lands = [_in_file(name, paths) for name, paths in _lands(question) if paths]
    if lands:
        yield f"lands in {'; '.join(lands)}"


def _in_file(name: str, paths: list[str]) -> str:
    if len(paths) > MOST:
        return f"`{name}`, in {len(paths)} places"
    return f"`{name}`: {', '.join(f'`{path}`' for path in paths)}"


def _lands(question: Question) -> Iterator[tuple[str, list[str]]]:
    """The files in which the answer stands, each with the places, as far as a change of the answer shows them."""
    for name, projection in ((VALUES_FILE, helm()), (COMPOSE_FILE, compose()), (CONFIG_FILE, _client())):
        found = places(projection, question.name)
        # In a mapping the keys are a person's own.
        yield name, _dotted({path[:-1] if path[:-1] in found.mappings else path for path in found.own})
    if question.secret:
        yield SECRET_VALUES_FILE, _dotted(leaves(helm_secret_values({question.name: "secret"})))
        if asked(question, "docker-compose").applies(question.name):
            yield ENV_FILE, [variable(question.name)]


@cache
def _client() -> Projection:
    return Projection("docker-compose", {}, lambda config: leaves(tomllib.loads(config_toml(config, None))))


def _dotted(paths: Iterable[KeyPath]) -> list[str]:
    return sorted(map(dotted, paths))


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(reference(), encoding="utf-8")
