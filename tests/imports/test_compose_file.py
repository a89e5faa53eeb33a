"""Compose files are read as Compose reads them: every case is judged by Compose itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.imports import read_files
from aeterna_nb.imports.compose_file import BASE_NAMES, OVERRIDE_NAMES, compose_project, env_files, in_order
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.dotenv import variables
from tests.imports.conftest import Services, Understood

Files = Mapping[str, str]


def environment(*lines: str) -> str:
    return "services:\n  one:\n    image: example\n    environment:\n" + "".join(f"      {line}\n" for line in lines)


PLAIN_WORDS = (
    "1 -1 +5 0 -0 007 0123 08 0o17 0O7 0x1F 0X1f -0x1F 0b101 0b2 1_000 1__0 1_ _1 0_1 0x_1 1.0 1.50 .5 +.5 1. 1.e3 1e3 "
    "1E3 1e5 1e6 1e20 1e21 1e400 100000.0 1000000.0 1234567.5 0.0001 0.00001 1e-7 -0.0 -1e-5 1e5_0 12e03 0.1.2 1e --1 "
    "9007199254740993 18446744073709551615 18446744073709551616 -9223372036854775809 123456789012345678901234567890 "
    "true True TRUE false yes Yes no on off y n Y null Null NULL ~ 12:30 2024-1-2 2024-01-02 2024-99-99 2024-02-30 "
    "2024-01-02T03:04:05Z 2024-01-02T03:04:05.120Z 2024-01-02T03:04:05+01:00 20240-01-02 1.2.3 v1.30 0x = a_b 3s 5432"
).split()

CASES: dict[str, Files] = {
    "plain words": {"compose.yaml": environment(*(f"V{n}: {word}" for n, word in enumerate(PLAIN_WORDS)))},
    "a list": {"compose.yaml": environment("- A=1", "- B=", "- C", "- 'D=x=y'", "- E=${X}"), ".env": "C=c\nX=x\n"},
    "passed on": {"compose.yaml": environment("A:", "B: null", "C: ''"), ".env": "A=from .env\n"},
    "anchors and merges": {
        "compose.yaml": "x-a: &a {A: '1', B: '2'}\nx-b: &b {B: '3', C: '4'}\n"
        "services:\n  one: &one\n    image: example\n    environment: {<<: [*a, *b], A: own}\n"
        "  two:\n    <<: *one\n    image: other\n  three:\n    image: x\n    environment: *b\n"
    },
    "variables": {
        "compose.yaml": environment(
            "A: ${SET}", "B: $SET", "C: ${UNSET:-default}", "D: ${EMPTY:-default}", "E: ${EMPTY-default}",
            "F: ${SET:+other}", "G: ${EMPTY:+other}", "H: ${EMPTY+other}", "I: ${UNSET+other}", "J: $$SET $${SET} $$$$",
            "K: ${UNSET:-${SET}-${EMPTY:-deep}}", "L: 'a$', '", "M: ${SET:?no}x${SET?no}", "N: ${UNSET}|$UNSET",
            'O: "${UNSET:-{\\"a\\": {}}}"', "P: '$1 $( ) $-'", "Q: ${SET}${UNSET:-a b}${SET}", "R: 'cost: $$5'",
            "S: ${UNSET:-a:-b}", "T: ${UNSET-}", "U: ${UNSET:-$$x}", "V: '${UNSET:-{} ${SET}'",
        ).replace("'a$', '", "'a$'"),
        ".env": "SET=value\nEMPTY=\n",
    },
    "a variable that is demanded": {"compose.yaml": environment("A: ${UNSET:?needed}")},
    "a variable that is demanded and empty": {"compose.yaml": environment("A: ${EMPTY?}"), ".env": "EMPTY=\n"},
    "a reference that is not closed": {"compose.yaml": environment("A: '${SET'")},
    "a reference to no name": {"compose.yaml": environment("A: '${1}'")},
    "image and command": {
        "compose.yaml": 'services: {one: {image: "a:${TAG:-1}", command: ["-x", "$${Y}"], labels: {n: 1, t: true}}}',
        ".env": "TAG=1.30\n",
    },
    "labels as a list": {"compose.yaml": "services: {one: {image: a, labels: [a=1, b]}}"},
    "env_file as text": {
        "compose.yaml": "services: {one: {image: a, env_file: app.env, environment: {B: own}}}",
        "app.env": "A=1\nB=2\nC=${A}-${B}-${D}\n",
        ".env": "D=project\nB=project\n",
    },
    "env_file as a list": {
        "compose.yaml": "services: {one: {image: a, env_file: [./a.env, sub/b.env], environment: [C]}}",
        "a.env": "A=1\nB=1\nC=1\n",
        "sub/b.env": "B=2${A}\n",
    },
    "env_file in its long form": {
        "compose.yaml": "services: {one: {image: a, env_file: "
        "[{path: none.env, required: false}, {path: r}]}}",
        "r": "A=1\n",
    },
    "env_file that is missing": {"compose.yaml": "services: {one: {image: a, env_file: [{path: none.env}]}}"},
    "an override": {
        "compose.yaml": "services: {one: {image: a, command: [x, y], environment: {A: 1, B: 2}, labels: [l=1],"
        " ports: ['1:1'], volumes: ['data:/data', 'logs:/logs'], env_file: a.env,"
        " healthcheck: {test: [CMD, a], retries: 3}}}\n"
        "volumes: {data: {}, logs: {}}\n",
        "compose.override.yaml": "services: {one: {image: b, command: [z], environment: [B=3, C], labels: {m: 2},"
        " ports: ['2:2', '1:1'], volumes: ['./here:/data'], env_file: [b.env, a.env], healthcheck: {test: [CMD, b]}},"
        " two: {image: c}}\n",
        "a.env": "E=a\nF=a\n",
        "b.env": "E=b\n",
    },
    "a reset and a replacement": {
        "docker-compose.yml": "services: {one: {image: a, environment: {A: 1, B: 2}, ports: ['1:1'], labels: {a: b}}}",
        "docker-compose.override.yml": "services: {one: {environment: !override {C: 3}, ports: !reset [],"
        " labels: !reset}}",
    },
    "a reset variable": {
        "compose.yaml": "services: {one: {image: a, environment: {A: 1, B: 2}}}",
        "compose.override.yaml": "services: {one: {environment: {A: !reset null}}}",
    },
    "nothing over something": {
        "compose.yaml": "services: {one: {image: a, environment: {A: 1}, command: [x], labels: {a: b}}}",
        "compose.override.yaml": "services:\n  one:\n    environment:\n    command:\n    labels:\n    image:\n",
    },
    "another kind": {
        "compose.yaml": "services: {one: {image: a, healthcheck: {retries: 3}}}",
        "compose.override.yaml": "services: {one: {healthcheck: [x]}}",
    },
    "profiles": {
        "compose.yaml": "services: {one: {image: a}, two: {image: b, profiles: [debug]},"
        " three: {image: c, profiles: [x]}}",
        ".env": "COMPOSE_PROFILES=debug,other\n",
    },
    "several documents": {"compose.yaml": "services: {one: {image: a}}\n---\nservices: {one: {environment: {A: 1}}}\n"},
    "a key twice": {"compose.yaml": environment("A: 1", "A: 2")},
    "a list where a text stands": {"compose.yaml": environment("A: [1]")},
    "no mapping": {"compose.yaml": "- services\n"},
    "services as a list": {"compose.yaml": "services: [one]\n"},
    "an alias that is missing": {"compose.yaml": environment("A: *none")},
    "an alias of itself": {"compose.yaml": "services: &s {one: {image: a, environment: *s}}\n"},
}  # fmt: skip


def written(folder: Path, files: Files) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def read(files: Files) -> Services | None:
    """The services that we read; None where we refuse."""
    names = [name for name in files if name in BASE_NAMES + OVERRIDE_NAMES]
    try:
        known = variables(files.get(".env", ""), ".env")
        return dict(compose_project({name: files[name] for name in in_order(names)}, known, files).tree["services"])
    except Unreadable:
        return None


def plain(services: Services | None) -> Any:
    """Of each service what has the same form in our reading and in what Compose prints."""
    if services is None:
        return None
    return {
        name: {
            "image": service.get("image"),
            "environment": service.get("environment") or {},
            "labels": {key: value or "" for key, value in (service.get("labels") or {}).items()},
            "command": service.get("command"),
            "test": (service.get("healthcheck") or {}).get("test"),
            "ports": [port if isinstance(port, str) else f"{port['published']}:{port['target']}" for port in
                      service.get("ports") or []],
            "volumes": [item.rpartition(":")[2] if isinstance(item, str) else item["target"] for item in
                        service.get("volumes") or []],
        }
        for name, service in services.items()
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_compose_file_is_read_as_compose_reads_it(case: str, understood: Understood, tmp_path: Path) -> None:
    assert plain(read(CASES[case])) == plain(understood(written(tmp_path, CASES[case])))


def test_a_raw_env_file_is_taken_to_the_letter() -> None:
    # Compose's loader alone knows no such format; the program does.
    files = {
        "compose.yaml": "services: {one: {image: a, env_file: [{path: r, format: raw}]}}",
        "r": "A='$B' # x\n# no\nC=\n",
    }
    services = read(files)
    assert services is not None
    assert services["one"]["environment"] == {"A": "'$B' # x", "C": ""}


def test_the_files_of_a_folder_are_merged_in_the_order_of_compose() -> None:
    names = ["docker-compose.prod.yaml", "compose.override.yaml", "b/compose.yaml"]
    assert in_order(names) == ["b/compose.yaml", "compose.override.yaml", "docker-compose.prod.yaml"]


def test_what_a_service_takes_its_environment_from_is_known_before_it_is_there() -> None:
    texts = {"compose.yaml": "services: {one: {env_file: [a.env, {path: '${DIR}/b.env', required: false}]}}"}
    assert env_files(texts, {"DIR": "conf"}) == ["a.env", "conf/b.env"]
    with pytest.raises(Unreadable, match=r"The service one takes variables from a\.env; bring that file too\."):
        compose_project(texts, {}, {})
    # A browser tells a file's name and not its folder.
    assert compose_project(texts, {"DIR": "conf"}, {"a.env": "A=1", "b.env": "B=2"}).tree["services"]["one"] == {
        "environment": {"A": "1", "B": "2"}
    }


def test_variables_without_a_value_are_named() -> None:
    project = compose_project({"compose.yaml": environment("A: $B${C:-c}${D}", "E: '${F:+x}'")}, {}, {})
    assert project.unset == ("B", "D")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (environment("A: ${KEY:?canary}"), "c.yaml demands the variable KEY; bring the .env that has it."),
        (environment("A: ${canary"), "c.yaml has a reference to a variable that Compose refuses."),
        ("include: [canary.yaml]\n", "c.yaml takes parts from other files (include, extends); bring what"),
        ("services: {a: {extends: canary}}\n", "c.yaml takes parts from other files (include, extends); bring what"),
        ("services: {a: {environment: canary}}\n", "c.yaml: Compose does not take what stands at environment."),
        ("canary: [" * 101, "c.yaml is nested more than 100 levels deep, and no more is read."),
        ("a: " + "x" * 2_000_000, "c.yaml is larger than 2 MB, and no more is read."),
        ("a: !canary x\n", "c.yaml, line 1: the tag there is not one that is read, or does not fit its value."),
        ("a: 1\n---\n- canary\n", "c.yaml must hold names and values."),
        ("a: '\ud800'\n", "c.yaml: it holds half an emoji, which no file can."),
        ("a: \0\n", "c.yaml: it is not YAML; mend it first."),
        (environment("A: " + "${B:-" * 101 + "}" * 101), "c.yaml has a reference to a variable that Compose refuses."),
    ],
)
def test_a_compose_file_that_is_not_read_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        compose_project({"c.yaml": text}, {}, {})
    assert str(refused.value).startswith(sentence)
    assert "canary" not in str(refused.value)


def test_what_is_left_of_several_files_is_said_of_the_first_and_not_of_its_override() -> None:
    texts = {
        "compose.yaml": "services: {server: {image: 'aeterna:v0.8.0', environment: {AETERNA_OTHER: 1}}}",
        "compose.override.yaml": "services: {server: {environment: {RD_DB: 3}}}",
    }
    assert [(left.file, left.path) for left in read_files(texts).left] == [
        ("compose.yaml", "services.server.environment.AETERNA_OTHER")
    ]
