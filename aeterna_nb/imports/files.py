"""Which file is what, and what several of them say together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aeterna_nb.answers import Answers, Origin, Rejected, read_nested
from aeterna_nb.answers.file import ANSWERS_FILE, AnswersFileError, answers_in, parse_answers
from aeterna_nb.chart.helm import HelmError, read_manifests
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.config.types import is_host
from aeterna_nb.findings import Finding
from aeterna_nb.generate.addresses import DATABASE_NAME
from aeterna_nb.generate.compose.env_file import read_env, secret_variables
from aeterna_nb.generate.dotenv import HOST_VARIABLE
from aeterna_nb.generate.files import CONFIG_FILE, ENV_FILE, SECRET_VALUES_FILE, VALUES_FILE
from aeterna_nb.generate.helm_secret_values import PLACES, check_secrets, secrets_in
from aeterna_nb.generate.helm_values import merge
from aeterna_nb.imports.compose_file import FOUND_BY_COMPOSE, compose_project, env_files, in_order
from aeterna_nb.imports.compose_merge import OVERRIDE, RESET
from aeterna_nb.imports.evidence import (
    READ_BY_PROGRAMS,
    is_upstream,
    nothing_found,
    refused_values,
    tells_answers,
    tells_compose,
    tells_profile,
    tells_values,
)
from aeterna_nb.imports.left import Left, left_of_compose, left_of_values
from aeterna_nb.imports.lists import compose_leaves, values_leaves
from aeterna_nb.imports.pairs import as_text
from aeterna_nb.imports.places import everywhere
from aeterna_nb.imports.projection import compose, helm
from aeterna_nb.imports.search import answers_behind
from aeterna_nb.imports.upstream import Translated, compose_answers, knows_all, values_answers
from aeterna_nb.kubernetes.manifests import section
from aeterna_nb.output.folder import kept_secrets
from aeterna_nb.output.workspace import read_text
from aeterna_nb.questions import by_name
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.dotenv import variables
from aeterna_nb.reading.leaves import KeyPath, at, dotted, leaves
from aeterna_nb.reading.sealed import is_template
from aeterna_nb.reading.texts import checked
from aeterna_nb.reading.toml_tree import toml_tree
from aeterna_nb.reading.yaml_tree import documents

FOLDER_FILES = (ANSWERS_FILE, CONFIG_FILE, VALUES_FILE)
"""The files of a folder of which each alone makes it one with a configuration; its Compose files do so as well."""

OUR_SERVICES = {"aeterna", "migrate", "prepare"}
"""The services that every Compose file of this workbench has."""

UNREAD_PROFILE = Sentence("It only runs with a profile: name it in COMPOSE_PROFILES in .env to have it read.")

_LINE = re.compile(r"\bline (\d+)")


class ImportRefused(Exception):
    """A file can't be read; the text names it and says why, without a word of what is in it."""


class NothingFound(ImportRefused):
    """A file is about something else."""

    def __init__(self, name: str) -> None:
        super().__init__(nothing_found(name))


@dataclass(frozen=True)
class Imported:
    """What files say: answers by question's name, secrets by name, what was wrong, and what no answer can say.

    `files` are the names of those that were read, in the order in which they count.
    """

    files: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    findings: tuple[Finding, ...] = ()
    left: tuple[Left, ...] = ()

    @property
    def source(self) -> str:
        """Where the answers come from, in words."""
        return ", ".join(self.files[:2]) + (f" and {len(self.files) - 2} more files" if len(self.files) > 2 else "")

    def laid_into(self, answers: Answers) -> Answers:
        """The answers with these in the layer of files, in place of what was typed, in files, or in a preset.

        Secrets alone replace nothing.
        """
        replaced = (Origin.PRESET, Origin.FILE, Origin.TYPED) if self.values else ()
        bare = Answers({**answers.layers, **{origin: {} for origin in replaced}})
        asked = {name: value for name, value in self.secrets.items() if name in by_name()}
        return bare.with_values(Origin.FILE, self.values).with_texts(Origin.FILE, asked)


@dataclass
class _Sorted:
    """Files by what they are."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    upstream: dict[str, dict[str, Any]] = field(default_factory=dict)
    compose: dict[str, dict[str, Any]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


def configuration_files(folder: Path) -> list[str]:
    """The files in a folder from which answers can be read. Raises WorkspaceError."""
    texts = {name: text for name in FOLDER_FILES if (text := read_text(folder, name))}
    found = [name for name, text in texts.items() if not _are_foreign({name: text})]
    compose_texts = _compose_texts(folder)
    return found if _are_foreign(compose_texts) else [*found, *compose_texts]


def _compose_texts(folder: Path) -> dict[str, str]:
    """The Compose files that Compose itself would take in the folder: the first of each kind."""
    found = ([(name, text) for name in names if (text := read_text(folder, name))] for names in FOUND_BY_COMPOSE)
    return dict(each[0] for each in found if each)


def _are_foreign(texts: Mapping[str, str]) -> bool:
    try:
        _sorted(texts)
    except NothingFound:
        return True
    except ImportRefused:
        return False
    return False


def read_folder(folder: Path) -> Imported:
    """What the files of a configuration in a folder say. Raises ImportRefused and WorkspaceError."""
    names = (*configuration_files(folder), SECRET_VALUES_FILE, ENV_FILE)
    texts = {name: text for name in names if (text := read_text(folder, name) or "").strip()}
    try:
        given = variables(texts.get(ENV_FILE, ""), ENV_FILE)
        paths = env_files({name: texts[name] for name in _compose_texts(folder) if name in texts}, given)
    except Unreadable as error:
        raise ImportRefused(str(error)) from None
    for path in filter(_is_inside, paths):
        beside = read_text(folder, path)
        texts |= {} if beside is None else {path: beside}
    imported = read_files(texts)
    return replace(imported, secrets={**imported.secrets, **kept_secrets(folder)})


def _is_inside(path: str) -> bool:
    return not path.startswith("/") and ".." not in path.split("/")


def read_files(texts: Mapping[str, str]) -> Imported:
    """What these files say together; texts by the files' names. Raises ImportRefused.

    An answers file says everything but secrets. Without one a profile (`config.toml`) begins, and values files or a
    Compose file decide; of several values files the later one wins, as with helm's -f, and `values.yaml` is the first.
    """
    found = _sorted(texts)
    secrets = {**_all_env(found), **_all_secrets(found)}
    if found.answers:
        return _from_answers(found, secrets)
    known, findings = _from_profiles(found)
    result = Imported(tuple(found.profiles), known, secrets, tuple(findings))
    if found.values:
        imported = _from_values(found.values, result)
        other = [Left(name, "", Sentence("Not read: the values of this chart say it all.")) for name in found.upstream]
        return replace(imported, left=(*imported.left, *other))
    if found.upstream:
        return _from_upstream(found.upstream, result)
    if found.compose:
        return _from_compose(found, texts, result)
    return replace(result, files=tuple(texts))


def _sorted(texts: Mapping[str, str]) -> _Sorted:
    found = _Sorted()
    for name in sorted(texts, key=lambda name: (Path(name).name != VALUES_FILE, name)):
        text = texts[name]
        try:
            checked(text, name)
            _sort(found, name, text)
        except Unreadable as error:
            template = Sentence(
                "{file} is a template that is not rendered yet; render it, and bring what comes out.", file=name
            )
            raise ImportRefused(template if is_template(text) else str(error)) from None
    for name, tree in list(found.values.items()):
        said = leaves(tree)
        if found.upstream and said and not tells_values(tree, said) and knows_all(said):
            found.upstream[name] = found.values.pop(name)
            continue
        beside = any(tells_values(other, leaves(other)) for other in found.values.values() if other is not tree)
        # What is laid over the values of the chart may well hold nothing but a number of replicas.
        if said and not tells_values(tree, said) and (not beside or refused_values(tree)):
            raise NothingFound(name)
    if found.compose and not any(map(tells_compose, found.compose.values())):
        raise NothingFound(next(iter(found.compose)))
    return found


def _sort(found: _Sorted, name: str, text: str) -> None:
    """Put a file where it belongs. Raises ImportRefused and Unreadable."""
    if not text.strip():
        raise ImportRefused(
            Sentence(
                "{file} is empty, or larger than 2 MB, or than 4 MB together with others, and no more is read.",
                file=name,
            )
        )
    if name.endswith(".toml"):
        found.profiles[name] = _profile(name, text)
    elif not name.endswith((".yaml", ".yml", ".json", ".txt")):
        # `env_file` may name its files as it likes.
        read_env(text, name)
        found.environment[name] = text
    else:
        _sort_yaml(found, name, text)


def _sort_yaml(found: _Sorted, name: str, text: str) -> None:
    # Within bounds, before Helm reads it in its own way.
    documents(text, name, tags=frozenset({RESET, OVERRIDE}))
    tree = _yaml(name, text)
    said = leaves(tree)
    if isinstance(tree.get("services"), Mapping):
        found.compose[name] = tree
    elif tells_answers(tree, said):
        try:
            found.answers[name] = parse_answers(text, name)
        except AnswersFileError as error:
            raise ImportRefused(str(error)) from None
    else:
        check_secrets(secrets_in(tree), name)
        (found.upstream if is_upstream(said) else found.values)[name] = tree


def _yaml(name: str, text: str) -> dict[str, Any]:
    try:
        documents = read_manifests(text)
    except HelmError as error:
        # Helm's own message may quote the file.
        line = _LINE.search(str(error))
        raise ImportRefused(
            f"{name} is not YAML of names and values{f' (line {line[1]})' if line else ''}; mend it first."
        ) from None
    if not documents:  # nothing but comments, or an empty mapping
        return {}
    if len(documents) > 1 or not isinstance(documents[0], dict):
        raise ImportRefused(f"{name} must hold one document of names and values, such as `mode: local`.")
    return documents[0]


def _profile(name: str, text: str) -> dict[str, Any]:
    tree = toml_tree(text, name)
    if not tells_profile(tree):
        raise NothingFound(name)
    return tree


def _all_env(found: _Sorted) -> dict[str, str]:
    return {key: value for name, text in found.environment.items() for key, value in read_env(text, name).items()}


def _all_secrets(found: _Sorted) -> dict[str, str]:
    return {key: value for tree in found.values.values() for key, value in secrets_in(tree).items()}


def _from_answers(found: _Sorted, secrets: Mapping[str, str]) -> Imported:
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for tree in found.answers.values():
        said, wrong = answers_in(tree, Answers())
        values |= said
        findings += wrong
    unread = [*found.profiles, *found.values, *found.upstream, *found.compose]
    left = tuple(Left(name, "", Sentence("Not read but for secrets: the answers file says it all.")) for name in unread)
    return Imported(tuple(found.answers), values, secrets, tuple(findings), left)


def _from_profiles(found: _Sorted) -> tuple[dict[str, Any], list[Finding]]:
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for tree in found.profiles.values():
        answers = {key: value for key, value in tree.items() if key not in READ_BY_PROGRAMS}
        said, wrong = read_nested(answers, Answers())
        values |= {name: value for name, value in said.items() if not by_name()[name].secret}
        findings += wrong
    return values, findings


def _from_values(files: Mapping[str, dict[str, Any]], known: Imported) -> Imported:
    tree: dict[str, Any] = {}
    for other in files.values():
        merge(tree, other)
    unquoted = [
        Left(
            list(files)[-1],
            dotted((*path, "value")),
            Sentence("A secret that is no text."),
            Sentence("Put it in quotes."),
        )
        for path in PLACES.values()
        if not isinstance(_taken_out(tree, (*path, "value")), str)
    ]
    _say_in_text(tree)
    said = values_leaves(tree)
    if not said:
        return _joined(known, tuple(files), {}, unquoted)
    behind = answers_behind(helm(), said, _given(known))
    left = left_of_values({name: values_leaves(each) for name, each in files.items()}, tree, behind.differs)
    return _joined(known, tuple(files), behind.values, [*unquoted, *left])


def _say_in_text(tree: dict[str, Any]) -> None:
    """Makes texts of the values of annotations, which YAML may take for something else; in place."""
    for path in everywhere(helm()).mappings:
        pairs = at(tree, path)
        if isinstance(pairs, dict):
            pairs |= {key: as_text(value) for key, value in pairs.items() if isinstance(value, bool | int)}


def _from_upstream(files: Mapping[str, dict[str, Any]], known: Imported) -> Imported:
    tree: dict[str, Any] = {}
    for other in files.values():
        merge(tree, other)
    places = {path[:depth]: name for name in files for path in leaves(files[name]) for depth in range(len(path) + 1)}
    return _translated(known, tuple(files), values_answers(tree), places)


def _translated(known: Imported, files: tuple[str, ...], said: Translated, places: Mapping[KeyPath, str]) -> Imported:
    """What was translated, with the file in which each place lies; the empty path stands for any other."""
    left = [
        Left(places.get(path) or places.get(path[:-1]) or places[()], dotted(path), reason)
        for path, reason in sorted(said.left.items())
    ]
    return _joined(replace(known, secrets={**known.secrets, **said.secrets}), files, said.values, left)


def _services(found: _Sorted) -> set[str]:
    """Every service in the Compose files, also those of profiles that are not active."""
    return {str(name) for tree in found.compose.values() for name in tree.get("services") or ()}


def _from_compose(found: _Sorted, texts: Mapping[str, str], known: Imported) -> Imported:
    # What holds a secret stays a reference, as it is in what is generated.
    references = {name: f"${{{name}}}" for name in (*secret_variables(), HOST_VARIABLE)}
    try:
        given = {key: value for name, text in found.environment.items() for key, value in variables(text, name).items()}
        project = compose_project(
            {name: texts[name] for name in in_order(found.compose)}, given | references, found.environment
        )
    except Unreadable as error:
        raise ImportRefused(str(error)) from None
    first, files = in_order(found.compose)[0], (*found.compose, *found.environment)
    if not project.tree["services"].keys() >= OUR_SERVICES:
        said = compose_answers(project.tree)
        said.left.update(
            {("services", name): UNREAD_PROFILE for name in _services(found) - project.tree["services"].keys()}
        )
        return _translated(known, files, said, {(): first})
    hosts = _hosts_elsewhere(project.tree["services"], given)
    sure = {name: host for name, host in hosts.items() if is_host(host)}
    behind = answers_behind(compose(), compose_leaves(project.tree), {**_given(known), **sure})
    values = {name: value for name, value in behind.values.items() if name not in hosts.keys() - sure.keys()}
    left = left_of_compose(first, behind.differs)
    return _joined(known, files, values, left)


def _hosts_elsewhere(services: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """The hosts that the server's variables do not say themselves, by the question's name.

    That of a cache with a password is in `.env`, and for an IPv6 address of PostgreSQL stands a name. The text is none
    where the host does not stand there.
    """
    environment, told = section(services, "aeterna", "environment"), section(services, "aeterna", "extra_hosts")
    found: dict[str, str] = {}
    if environment.get(HOST_VARIABLE) == f"${{{HOST_VARIABLE}}}":
        found["redis_host"] = given.get(HOST_VARIABLE, "").rpartition("@")[2].strip("[]")
    if environment.get("PG_HOST") == DATABASE_NAME:
        found["postgresql_host"] = str(told.get(DATABASE_NAME, ""))
    return found


def _given(known: Imported) -> dict[str, Any]:
    """What is known before the search: without what no question takes, which would contradict everything."""
    layer = known.laid_into(Answers()).layers.get(Origin.FILE, {})
    return {name: value for name, value in layer.items() if not isinstance(value, Rejected)}


def _joined(known: Imported, files: tuple[str, ...], values: Mapping[str, Any], left: list[Left]) -> Imported:
    # What such a file can't say, such as the namespace, a profile says.
    return replace(known, files=(*known.files, *files), values={**known.values, **values}, left=tuple(left))


def _taken_out(tree: dict[str, Any], path: KeyPath) -> Any:
    """Takes what stands at a path out of the tree; an empty text where nothing does."""
    holder = at(tree, path[:-1])
    return holder.pop(path[-1], "") if isinstance(holder, dict) else ""
