"""`aeterna validate` judges the files as they lie on disk, and says where they depart from the answers."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from aeterna_nb.commands.main import main
from tests.commands.conftest import Aeterna, Ran

CANARY = "sk-canary-1c9e7d20b4a85f36"
VALUES, SECRETS, COMPOSE, ENV = "values.yaml", "values.secret.yaml", "docker-compose.yaml", ".env"
TOML, SETUP = ".aeterna/config.toml", ".aeterna/setup.yaml"
OPENCODE, MCP = "opencode.json", ".config/opencode/mcp.json"
CHOICES = (
    *("--mode", "local", "--vector-backend", "qdrant", "--qdrant-host", "q.example.com", "--no-opal"),
    *("--cache", "external", "--redis-host", "redis.example.com", "--llm", "openai"),
    *("--postgresql", "external", "--postgresql-host", "db.example.com"),
)
KUBERNETES, DOCKER = "kubernetes", "docker-compose"

Change = Callable[[str], str | bytes]


def instead(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def plus(end: str) -> Change:
    return lambda text: text + end


def only(text: str | bytes) -> Change:
    return lambda _: text


def without(word: str) -> Change:
    def change(text: str) -> str:
        assert word in text
        return "".join(line for line in text.splitlines(keepends=True) if word not in line)

    return change


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """What `aeterna setup` writes for either target."""
    made = {target: tmp_path_factory.mktemp(target) / "out" for target in (KUBERNETES, DOCKER)}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPENAI_API_KEY", "POSTGRESQL_PASSWORD"):
            patch.setenv(f"AETERNA_SETUP_{name}", f"{CANARY}-{name.lower()}")
        for target, folder in made.items():
            assert main(["setup", "--non-interactive", "--output", str(folder), "--target", target, *CHOICES]) == 0
    return made


@dataclass(frozen=True)
class Tampered:
    """A file of a target, and what somebody did to it: the status then, and words that are said."""

    target: str
    name: str
    change: Change
    status: int
    words: str


FAULTS = {
    "unknown-key": Tampered(KUBERNETES, VALUES, plus("unknown: 1\n"), 1, "has unknown, which the chart does not know"),
    "unknown-key-below": Tampered(
        KUBERNETES, VALUES, instead("vector:\n", 'vector:\n  backends: "x"\n'), 1, "values.yaml: vector has backends"
    ),
    "wrong-type": Tampered(
        KUBERNETES, VALUES, plus('replicaCount: "3"\n'), 1, "values.yaml: replicaCount must be a whole number"
    ),
    "wrong-choice": Tampered(
        KUBERNETES, VALUES, instead('"qdrant"', '"milvus"'), 1, "values.yaml: vector.backend must be one of qdrant"
    ),
    "backend-that-is-not-there": Tampered(
        KUBERNETES, VALUES, instead('"qdrant"', '"weaviate"'), 1, "The chart refuses: The vector store is weaviate"
    ),
    "other-tag-than-elsewhere": Tampered(KUBERNETES, VALUES, instead("rc.9", "rc.8"), 1, "The outputs disagree about"),
    "service-that-is-not-there": Tampered(
        KUBERNETES, VALUES, instead('"redis.example.com"', '"redis"'), 1, "RD_HOST leads to redis"
    ),
    "key-in-another-place": Tampered(KUBERNETES, SECRETS, without("kms"), 1, "values.secret.yaml: llm has localKey"),
    "no-yaml": Tampered(KUBERNETES, VALUES, only("a: ["), 1, "values.yaml is not YAML that Helm can read"),
    "no-mapping": Tampered(KUBERNETES, VALUES, only("- a\n"), 1, "values.yaml is not YAML that Helm can read"),
    "no-text": Tampered(KUBERNETES, VALUES, only(b"\xff\xfe"), 1, "values.yaml is not UTF-8 text"),
    "secret-in-values": Tampered(
        KUBERNETES,
        VALUES,
        plus(f'extra:\n  env:\n    - name: "X"\n      value: "{CANARY}-openai_api_key"\n'),
        1,
        "values.yaml holds a secret (OpenAI API key)",
    ),
    "new-secret-in-values": Tampered(
        KUBERNETES,
        VALUES,
        instead('provider: "openai"', f'provider: "openai"\n  google:\n    credentials:\n      value: "{CANARY}"'),
        0,
        "llm.google.credentials.value is ••••••••,",
    ),
    "unknown-key-of-secrets": Tampered(
        KUBERNETES, SECRETS, plus(f'unknown: "{CANARY}"\n'), 1, "values.secret.yaml: it has unknown"
    ),
    "secret-that-is-no-text": Tampered(
        KUBERNETES, SECRETS, instead("kms:", "central: 5\nkms:"), 1, "values.secret.yaml: central must be a mapping"
    ),
    "secrets-no-yaml": Tampered(
        KUBERNETES, SECRETS, only(f"{CANARY}: ["), 1, "values.secret.yaml, line 2: it is not YAML"
    ),
    "no-toml": Tampered(KUBERNETES, TOML, only(f"{CANARY} ["), 1, "config.toml is not TOML"),
    "no-port": Tampered(KUBERNETES, TOML, instead(":8080", ":port"), 1, "disagree about the address that clients use"),
    "wrong-type-of-opencode": Tampered(
        KUBERNETES, OPENCODE, instead('"enabled": true', '"enabled": 1'), 1, "mcp.aeterna.enabled must be true or false"
    ),
    "unknown-key-of-mcp": Tampered(
        KUBERNETES, MCP, instead('"command"', '"args": [], "command"'), 1, "mcp.aeterna has args"
    ),
    "mcp-no-mapping": Tampered(KUBERNETES, MCP, only("[]"), 1, "mcp.json must be a mapping"),
    "other-address-of-clients": Tampered(
        DOCKER, MCP, instead(":8080", ":9090"), 1, "disagree about the address that clients use"
    ),
    "unknown-answer": Tampered(DOCKER, SETUP, plus("unknown: 1\n"), 1, "There is no answer called unknown"),
    "port-changed": Tampered(
        DOCKER, COMPOSE, instead("127.0.0.1:8080:", "127.0.0.1:9090:"), 1, "Compose opens the port 9090"
    ),
    "service-renamed": Tampered(
        DOCKER, COMPOSE, instead("  migrate:\n", "  other:\n"), 1, "depends on migrate, which is no service"
    ),
    "unknown-field": Tampered(
        DOCKER,
        COMPOSE,
        instead("    image:", "    imagine: 1\n    image:"),
        1,
        "has imagine, which Compose does not know",
    ),
    "no-tag": Tampered(DOCKER, COMPOSE, instead(":v0.8.0-rc.9", ""), 1, "must name an image with the tag"),
    "host-that-is-no-service": Tampered(
        DOCKER, COMPOSE, instead('PG_HOST: "db.example.com"', 'PG_HOST: "db"'), 1, "gets the host db"
    ),
    "variable-without-value": Tampered(DOCKER, ENV, without("KMS_KEY"), 1, "needs the variable KMS_KEY"),
    "no-assignment": Tampered(DOCKER, ENV, only(f"'{CANARY}"), 1, ".env, line 1"),
    "compose-no-yaml": Tampered(DOCKER, COMPOSE, only("a: ["), 1, "docker-compose.yaml is not YAML in line 2"),
    "compose-no-mapping": Tampered(DOCKER, COMPOSE, only("- a\n"), 1, "docker-compose.yaml must be a mapping"),
    "compose-no-text": Tampered(DOCKER, COMPOSE, only(b"\xff"), 1, "docker-compose.yaml is not UTF-8 text"),
}
DEPARTURES = {
    "other-number": Tampered(
        KUBERNETES, VALUES, plus("replicaCount: 3\n"), 0, "values.yaml: replicaCount is 3, the answers give 1."
    ),
    "other-model": Tampered(
        KUBERNETES, VALUES, plus('logging:\n  level: "debug"\n'), 0, "logging.level is debug, the answers give info."
    ),
    "the-default-in-so-many-words": Tampered(KUBERNETES, VALUES, plus("replicaCount: 1\n"), 0, ""),
    "a-comment": Tampered(KUBERNETES, VALUES, plus("# ours\n"), 0, ""),
    "variable-deleted": Tampered(
        DOCKER,
        COMPOSE,
        without("LOG_FORMAT"),
        0,
        "docker-compose.yaml: services.aeterna.environment.LOG_FORMAT is missing; the answers give text.",
    ),
    "secret-in-compose": Tampered(
        DOCKER, COMPOSE, instead("${POSTGRESQL_PASSWORD", f"{CANARY}${{X:-}}${{POSTGRESQL_PASSWORD"), 0, "is ••••••••"
    ),
    "server-renamed": Tampered(
        DOCKER, COMPOSE, instead("  aeterna:\n", "  other:\n"), 0, "services.aeterna is missing, with all that is in it"
    ),
    "label-in-toml": Tampered(
        DOCKER, TOML, instead('embedding_model = "', 'embedding_model = "x-'), 0, "llm.embedding_model is x-text-"
    ),
    "others-variable": Tampered(DOCKER, ENV, plus(f"OTHERS={CANARY}\n"), 0, ""),
    "others-setting": Tampered(DOCKER, OPENCODE, instead("{", '{"theme": "dark",'), 0, ""),
}
NAMED = {**FAULTS, **DEPARTURES}


def validated(aeterna: Aeterna, folders: Mapping[str, Path], tampered: Tampered, *flags: str) -> Ran:
    shutil.copytree(folders[tampered.target], "out")
    file = Path("out", tampered.name)
    changed = tampered.change(file.read_text())
    file.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    ran = aeterna("validate", "--output", "out", *flags)
    assert CANARY not in ran.out + ran.err
    assert file.read_bytes() == (changed if isinstance(changed, bytes) else changed.encode())
    return ran


@pytest.mark.parametrize("name", NAMED)
def test_a_file_is_judged_as_it_lies_on_disk(name: str, aeterna: Aeterna, folders: Mapping[str, Path]) -> None:
    tampered = NAMED[name]
    ran = validated(aeterna, folders, tampered)
    assert (ran.status, tampered.words in ran.err) == (tampered.status, True), ran.err
    if not tampered.words:
        assert tampered.name not in ran.err


@pytest.mark.parametrize("name", ["unknown-key", "other-number", "no-text", "secrets-no-yaml"])
def test_scripts_read_the_same(name: str, aeterna: Aeterna, folders: Mapping[str, Path]) -> None:
    tampered = NAMED[name]
    ran = validated(aeterna, folders, tampered, "--json")
    found = [row for row in json.loads(ran.out)["findings"] if tampered.words in row["message"]]
    assert [row["severity"] for row in found] == ["error" if tampered.status else "warning"]
    assert ran.status == tampered.status


@pytest.mark.parametrize(
    ("target", "name"), [(KUBERNETES, VALUES), (KUBERNETES, TOML), (KUBERNETES, MCP), (DOCKER, COMPOSE), (DOCKER, MCP)]
)
def test_a_missing_file_is_a_warning(target: str, name: str, aeterna: Aeterna, folders: Mapping[str, Path]) -> None:
    shutil.copytree(folders[target], "out")
    os.unlink(Path("out", name))
    ran = aeterna("setup", "--validate", "--output", "out")
    assert (ran.status, f"warning: {name} is missing." in ran.err) == (0, True), ran.err


@pytest.mark.parametrize("target", [KUBERNETES, DOCKER])
def test_what_setup_wrote_has_nothing_to_it(target: str, aeterna: Aeterna, folders: Mapping[str, Path]) -> None:
    shutil.copytree(folders[target], "out")
    ran = aeterna("validate", "--output", "out")
    assert ran.status == 0
    assert "answers give" not in ran.err
    assert "is missing" not in ran.err


def test_a_secret_that_exists_must_still_be_named(aeterna: Aeterna) -> None:
    aeterna(
        *("setup", "--non-interactive", "--output", "out", "--target", KUBERNETES, *CHOICES),
        *("--secret-provider", "existing", "--existing-secret-name", "theirs"),
    )
    file = Path("out", VALUES)
    file.write_text(without("theirs")(file.read_text()))  # type: ignore[arg-type]
    ran = aeterna("validate", "--output", "out")
    assert ran.status == 1
    assert "values.yaml: secrets.existingSecret is" in ran.err


def test_of_a_file_about_something_else_not_every_value_is_named(aeterna: Aeterna, folders: Mapping[str, Path]) -> None:
    other = "services:\n" + "".join(f'  s{number}:\n    image: "a:{number}.0"\n' for number in range(2000))
    ran = validated(aeterna, folders, Tampered(DOCKER, COMPOSE, only(other), 0, ""))
    assert ran.err.count("docker-compose.yaml: ") == 21
    assert "more values are not what the answers give" in ran.err


def test_flags_ask_what_if_and_the_files_depart_from_that(aeterna: Aeterna, folders: Mapping[str, Path]) -> None:
    shutil.copytree(folders[KUBERNETES], "out")
    ran = aeterna("validate", "--output", "out", "--replicas", "4")
    assert "values.yaml: replicaCount is 1, the answers give 4." in ran.err
