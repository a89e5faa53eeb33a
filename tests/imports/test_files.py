"""What is read from files of all kinds, what is left, and what is refused."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.helm_secret_values import put
from aeterna_nb.imports import ImportRefused, configuration_files, read_files, read_folder
from aeterna_nb.imports.places import places
from aeterna_nb.imports.projection import compose, helm
from aeterna_nb.reading.leaves import KeyPath
from tests.properties.texts import TYPED, WRITABLE

CANARY = "canary-91aa-import"
HANDWRITTEN = f"""
mode: hybrid
replicaCount: 4
colour: red
image: {{registry: mirror.example.com}}
central: {{url: "https://central.example.com", auth: {{apiKey: {{value: {CANARY}}}}}}}
ingress: {{enabled: yes, hosst: x, host: a.example.com, annotations: {{"b.example.com/c": "d e"}}}}
resources: {{requests: {{cpu: 333m}}}}
cache: {{type: valkey}}
extra: {{env: [{{name: A_TOKEN, value: {CANARY}}}]}}
serviceMonitor: {{enabled: true, interval: 15s}}
"""


def reasons(text: str, name: str = "values.yaml") -> dict[str, str]:
    return {left.path: left.reason for left in read_files({name: text}).left}


def test_a_values_file_written_by_hand_is_taken_as_far_as_answers_go() -> None:
    imported = read_files({"values.yaml": HANDWRITTEN})
    assert imported.values == {
        "target": "kubernetes",
        "mode": "hybrid",
        "central_url": "https://central.example.com",
        "central_auth": "api-key",
        "vector_backend": "qdrant",
        "cache": "valkey",
        "postgresql": "cloudnative-pg",
        "llm": "none",
        "replicas": 4,
        "ingress": True,
        "ingress_host": "a.example.com",
        "ingress_annotations": {"b.example.com/c": "d e"},
        "service_monitor": True,
        "service_monitor_interval": 15,
    }
    assert imported.secrets == {"central_api_key": CANARY}


def test_what_no_answer_says_is_listed_with_the_reason_and_without_its_value() -> None:
    imported = read_files({"values.yaml": HANDWRITTEN})
    left = {item.path: item for item in imported.left}
    assert left["colour"].reason == "The chart has no such value."
    assert left["ingress.hosst"].reason == "The chart has no such value. Did you mean ingress.host?"
    assert left["image.registry"].reason == "No question asks for it."
    assert "another `-f`" in left["image.registry"].cure
    assert left["resources.requests.cpu"].reason == 'No answer gives this value; it follows from "How big".'
    assert left["valkey.enabled"].besides
    assert left["valkey.enabled"].reason == 'It follows from "Which cache".'
    assert "extra.env" in left
    assert CANARY not in repr(imported)


def test_what_is_needed_and_not_in_the_file_is_asked_and_not_made_up() -> None:
    imported = read_files({"values.yaml": "mode: remote\n"})
    assert "central_url" not in imported.values
    missing = [question.name for question in imported.laid_into(Answers()).missing()]
    assert "central_url" in missing


def test_a_value_of_the_wrong_kind_is_left() -> None:
    found = reasons("mode: local\nreplicaCount: many\ncache: {type: memcached}\n")
    assert found["replicaCount"] == found["cache.type"] == "The chart does not take what stands there."


def test_a_choice_that_names_no_option_is_left_open() -> None:
    imported = read_files({"values.yaml": "mode: local\nvector: {backend: other}\nqdrant: {enabled: false}\n"})
    assert "vector_backend" not in imported.values
    assert "vector.backend" in [left.path for left in imported.left]


def test_a_reason_says_with_which_choice_a_value_would_be_asked_for() -> None:
    found = reasons("mode: local\nreplicaCount: 4\nhpa: {enabled: true}\ningress: {host: a.example.com}\n")
    assert found["replicaCount"] == 'It is asked with other choices: "Server pods".'
    assert found["ingress.host"] == 'It is asked with other choices: "Host name".'


def test_annotations_are_taken_as_far_as_kubernetes_takes_them_and_the_rest_is_named() -> None:
    text = """
        mode: local
        ingress:
          enabled: true
          host: a.example.com
          annotations:
            example.com/redirect: true
            example.com/port: 8443
            example.com/lines: |
              one
              two
            "not a name!": x
            example.com/list: [1, 2]
    """
    imported = read_files({"values.yaml": text})
    assert imported.values["ingress_annotations"] == {
        "example.com/redirect": "true",
        "example.com/port": "8443",
        "example.com/lines": "one\ntwo\n",
    }
    assert {left.path: left.reason for left in imported.left if "annotations" in left.path} == {
        "ingress.annotations.not a name!": "Kubernetes does not take it: a name and one text are wanted.",
        'ingress.annotations."example.com/list"': "The chart does not take what stands there.",
    }


@pytest.mark.parametrize(
    ("name", "head", "line"),
    [
        ("values.yaml", "mode: local\n", "k{}: v\n"),
        ("values.yaml", "mode: local\nx:\n", "  k{}: v\n"),
        ("values.yaml", "mode: local\nextra:\n  env:\n", "  - {}\n"),
        ("values.yaml", "mode: local\nserviceAccount:\n  annotations:\n", "    k{}: v\n"),
        ("values.yaml", "mode: local\nscheduling:\n  tolerations:\n", "  - {{key: k{}, operator: Exists}}\n"),
        ("values.yaml", "mode: local\nscheduling:\n  tolerations:\n", "  - {{key: k, value: v{}}}\n"),
        ("values.yaml", "deploymentMode: local\nx:\n", "  k{}: v\n"),
        ("docker-compose.yaml", "services:\n  aeterna: {image: aeterna}\n  x:\n    labels:\n", "      k{}: v\n"),
    ],
    ids=[
        "top keys",
        "keys below one",
        "a list",
        "annotations",
        "tolerations",
        "of one taint",
        "the project's",
        "compose",
    ],
)
def test_reading_takes_as_long_as_the_file_is_and_lists_little(name: str, head: str, line: str) -> None:
    def text(number: int) -> str:
        return head + "".join(line.format(number) for number in range(number))

    def seconds(number: int) -> float:
        begun = time.process_time()
        imported = read_files({name: text(number)})
        assert len(imported.left) < 120
        return time.process_time() - begun

    read_files({name: text(1)})  # What is learnt once.
    few = min(seconds(1000) for _ in range(3))
    # Four times as much; sixteen times would be the square.
    assert min(seconds(4000) for _ in range(2)) < 8 * few + 0.1


@pytest.mark.parametrize(
    ("items", "answer", "left"),
    [
        ([{"key": "a", "operator": "Exists"}], {"a": ""}, ""),
        ([{"key": "a", "operator": "Exists", "effect": ""}], {"a": ""}, ""),
        ([{"key": "a", "value": "true", "effect": "NoExecute"}], {"a": "true:NoExecute"}, ""),
        (
            [
                {"key": "a", "operator": "Equal", "value": "b", "effect": "NoSchedule"},
                {"key": "a", "operator": "Equal", "value": "b", "effect": "NoExecute"},
            ],
            {"a": "b:NoSchedule b:NoExecute"},
            "",
        ),
        # A time, everything, a value that is none, what is no text, and what would say less beside another.
        ([{"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 9}], None, "0"),
        ([{"operator": "Exists"}, {"key": "b", "operator": "Exists"}], {"b": ""}, "0"),
        ([{"key": "b", "operator": "Exists"}, {"key": "a", "effect": "NoSchedule"}], {"b": ""}, "1"),
        ([{"key": "a", "value": True}, {"key": 5, "operator": "Exists"}], None, "0, 1"),
        ([{"key": "a", "value": "NoSchedule"}, {"key": "a", "value": "b", "operator": "Gt"}], None, "0, 1"),
        ([{"key": "a", "operator": "Exists"}, {"key": "a", "value": "b"}], {"a": ""}, "1"),
        ([{"key": "a", "operator": "Exists", "effect": "Canary"}], None, "0"),
        ([{"operator": "Exists"}] * 12, None, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …"),
    ],
)
def test_of_tolerations_what_an_answer_can_say_is_taken_and_the_rest_is_listed(
    items: list[Any], answer: dict[str, str] | None, left: str
) -> None:
    file = "mode: local\nscheduling: {tolerations: " + json.dumps(items) + "}\n"
    imported = read_files({"values.yaml": file})
    assert imported.values.get("tolerations") == answer
    listed = [found for found in imported.left if found.path == "scheduling.tolerations"]
    assert [found.reason for found in listed] == (
        [f"No answer can say what stands in these entries, counted from 0: {left}."] if left else []
    )
    assert all("Keep the whole list" in found.cure for found in listed)
    assert "Canary" not in str(listed)
    theirs = read_files({"values.yaml": "deploymentMode: local\naeterna: {tolerations: " + json.dumps(items) + "}\n"})
    assert theirs.values.get("tolerations") == answer
    assert [found.path for found in theirs.left] == (["aeterna.tolerations"] if left else [])


@pytest.mark.parametrize(
    ("items", "answer", "left"),
    [
        ([{"ip": "fd00::7", "hostnames": ["a.b", "c"]}], {"fd00::7": "a.b c"}, ""),
        ([{"ip": "192.0.2.7", "hostnames": [name]} for name in "ab"], {"192.0.2.7": "a b"}, ""),
        (
            [{"ip": "Canary"}, {"ip": "192.0.2.7", "hostnames": "ab"}, {"ip": "192.0.2.8", "hostnames": ["localhost"]}],
            None,
            "0, 1, 2",
        ),
        ([{"ip": "192.0.2.7", "hostnames": []}, {"ip": "192.0.2.8", "hostnames": ["a", 5]}], None, "0, 1"),
    ],
)
def test_of_host_aliases_what_an_answer_can_say_is_taken_and_the_rest_is_listed(
    items: list[Any], answer: dict[str, str] | None, left: str
) -> None:
    imported = read_files({"values.yaml": "mode: local\nextra: {hostAliases: " + json.dumps(items) + "}\n"})
    assert imported.values.get("host_aliases") == answer
    listed = [found for found in imported.left if found.path.startswith("extra.hostAliases")]
    assert [found.reason for found in listed] == (
        [f"No answer can say what stands in these entries, counted from 0: {left}."] if left else []
    )
    assert "Canary" not in str(listed)


def test_of_extra_variables_those_of_both_lists_are_taken_but_what_other_answers_decide() -> None:
    file = """\
mode: local
extra:
  variables: {A: "1", RUST_LOG: "debug"}
  env:
    - {name: B, value: "2"}
    - {name: A, value: "3"}
    - {name: C, value: "$(B)"}
    - {name: D, valueFrom: {secretKeyRef: {name: s, key: k}}}
    - {name: LOG_FORMAT, value: Canary}
    - {name: B, value: "4"}
    - {name: E}
    - {name: E_KEY, value: Canary}
"""
    imported = read_files({"values.yaml": file})
    assert imported.values["extra_environment"] == {"A": "3", "B": "2", "E": ""}
    assert {found.path: found.reason for found in imported.left if not found.besides} == {
        "extra.variables.RUST_LOG": "Other answers decide this variable.",
        "extra.env": "No answer can say what stands in these entries, counted from 0: 2, 3, 4, 5, 7.",
    }
    assert "Canary" not in repr(imported)


def test_a_secret_that_is_a_number_is_left_with_the_cure() -> None:
    imported = read_files({"values.yaml": "mode: local\nkms: {localKey: {value: 12345}}\n"})
    assert imported.secrets == {}
    assert ("kms.localKey.value", "Put it in quotes.") in [(left.path, left.cure) for left in imported.left]


def test_several_values_files_count_as_with_helm_and_values_yaml_is_the_first() -> None:
    files = {"a.yaml": "replicaCount: 5\n", "values.yaml": "mode: local\nreplicaCount: 3\ncolour: red\n"}
    imported = read_files(files)
    assert imported.files == ("values.yaml", "a.yaml")
    assert imported.values["replicas"] == 5
    assert [left.file for left in imported.left if left.path == "colour"] == ["values.yaml"]


def test_an_answers_file_says_it_all_and_the_rest_gives_secrets() -> None:
    files = {
        "setup.yaml": "target: kubernetes\nmode: local\n",
        "values.yaml": "mode: hybrid\n",
        "values.secret.yaml": f"kms: {{localKey: {{value: {CANARY}}}}}\n",
        ".env": "OPAL_MASTER_TOKEN='token'\nOTHER=1\n",
    }
    imported = read_files(files)
    assert imported.values == {"target": "kubernetes", "mode": "local"}
    assert imported.secrets == {"kms_key": CANARY, "opal_master_token": "token"}
    assert "values.yaml" in [left.file for left in imported.left]


def test_a_secret_that_no_question_takes_hinders_nothing_and_is_an_error_at_its_question() -> None:
    imported = read_files({"values.yaml": "mode: local\nkms: {localKey: {value: short}}\ncache: {type: valkey}\n"})
    assert imported.values["cache"] == "valkey"
    findings = imported.laid_into(Answers()).config()[1]
    assert [finding.question for finding in findings] == ["kms_key"]


def test_secrets_are_laid_in_as_answers_where_there_is_a_question() -> None:
    imported = read_files({".env": "REDIS_PASSWORD=p4ss\nOPAL_MASTER_TOKEN=t\n"})
    layer = imported.laid_into(Answers()).layers[Origin.FILE]
    assert set(layer) == {"redis_password"}
    assert "p4ss" not in repr(layer)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("values.yaml", "", "values.yaml is empty, or larger than 2 MB, or than 4 MB together with others"),
        ("values.yaml", "# nothing\n" * 200_001, "values.yaml is larger than 2 MB, and no more is read."),
        ("values.yaml", f"{CANARY}: [" * 1400, "values.yaml is nested more than 100 levels deep, and no more is read."),
        ("values.yaml", f"a: [\nb: {CANARY}", "values.yaml, line 3: it is not YAML"),
        ("values.yaml", f"- {CANARY}\n", "values.yaml is not YAML of names and values; mend it first."),
        ("values.yaml", "mode: local\n---\nmode: hybrid\n", "values.yaml must hold one document"),
        ("other.yaml", f"apiVersion: v1\nkind: {CANARY}\n", "other.yaml is about something else"),
        ("config.toml", f"a = [{CANARY}", "config.toml, line 1: it is not TOML; mend it first."),
        ("setup.yaml", "target: kubernetes\ntarget: docker-compose\n", "setup.yaml, line 2: the key 'target' stands"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_files({name: text})
    assert str(refused.value).startswith(sentence)
    assert CANARY not in str(refused.value)


def test_a_bomb_of_aliases_is_refused() -> None:
    text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9)
    )
    with pytest.raises(ImportRefused):
        read_files({"values.yaml": text})


def test_a_folder_with_values_alone_is_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yaml").write_text("services: {web: {image: nginx}}\n", encoding="utf-8")
    assert configuration_files(tmp_path) == []
    (tmp_path / "values.yaml").write_text("mode: local\ncache: {type: valkey}\n", encoding="utf-8")
    (tmp_path / "values.secret.yaml").write_text(f"cache: {{password: {{value: {CANARY}}}}}\n", encoding="utf-8")
    (tmp_path / ".env").write_text("", encoding="utf-8")
    assert configuration_files(tmp_path) == ["values.yaml"]
    imported = read_folder(tmp_path)
    assert imported.values["cache"] == "valkey"
    assert imported.secrets == {"redis_password": CANARY}


UPSTREAM_LIKE = """
services:
  aeterna:
    image: ghcr.io/kikokikok/aeterna:v0.8.0-rc.9
    env_file: conf/app.vars
"""


def test_the_files_that_compose_takes_in_a_folder_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(UPSTREAM_LIKE, encoding="utf-8")
    (tmp_path / "docker-compose.yaml").write_text("services: {web: {image: nginx}}\n", encoding="utf-8")
    override = "services: {aeterna: {environment: {PG_HOST: '${DB:?}'}}}\n"
    (tmp_path / "compose.override.yaml").write_text(override, encoding="utf-8")
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "app.vars").write_text("PG_PORT=6543\n", encoding="utf-8")
    (tmp_path / ".env").write_text("DB=db.example.com\n", encoding="utf-8")
    assert configuration_files(tmp_path) == ["compose.yaml", "compose.override.yaml"]
    values = read_folder(tmp_path).values
    assert (values["postgresql_host"], values["postgresql_port"]) == ("db.example.com", 6543)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("replicas", ("replicaCount",)),
        ("postgresql_storage", ("postgresql", "cnpg", "storage", "size")),
        ("service_monitor_interval", ("serviceMonitor", "interval")),
        ("cache", ("cache", "type")),
        ("opal_fetcher_image", ("opal", "fetcher", "image", "repository")),
    ],
)
def test_a_question_knows_its_places_in_the_values(name: str, path: KeyPath) -> None:
    assert places(helm(), name).reach(path)
    assert not places(helm(), name).reach(("image", "tag"))


def test_what_leaves_no_trace_has_no_place() -> None:
    assert places(helm(), "namespace").paths == frozenset()
    assert places(helm(), "kms_key").paths == frozenset()
    assert places(compose(), "kms_key").paths == frozenset()
    assert places(compose(), "redis_password").paths


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(-10, 10_000), WRITABLE, st.lists(WRITABLE, max_size=2))
KNOWN = st.sampled_from(sorted(path for path in helm().defaults if path[0] not in ("extra", "scheduling")))
PATHS = st.one_of(
    KNOWN, st.sampled_from([("a",), ("vector",), ("cache", "type", "more"), ("kms", "localKey", "value")])
)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(PATHS, ANYTHING, max_size=4), st.dictionaries(PATHS, ANYTHING, max_size=2))
def test_any_values_files_are_taken_listed_or_refused(
    first: dict[KeyPath, object], second: dict[KeyPath, object]
) -> None:
    texts = {}
    for name, leaves in (("values.yaml", first), ("b.yaml", second)):
        tree: dict[str, object] = {"mode": "local"}
        for path, value in sorted(leaves.items(), key=lambda item: len(item[0])):
            if all(path[:depth] not in leaves for depth in range(1, len(path))):
                put(tree, path, value)
        texts[name] = yaml_text(tree)
    try:
        imported = read_files(texts)
    except ImportRefused:
        return
    answers = imported.laid_into(Answers())
    answers.config()
    assert [name for name in imported.values if answers.rejected(name)] == []


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(["values.yaml", "setup.yaml", "docker-compose.yaml", "config.toml", ".env"]), TYPED)
def test_any_text_is_read_or_refused_with_a_sentence(name: str, text: str) -> None:
    refusal = ""
    try:
        read_files({name: text}).laid_into(Answers()).config()
    except ImportRefused as refused:
        refusal = str(refused)
    assert not refusal or refusal.startswith(name)
