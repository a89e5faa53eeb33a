"""The answers file: for editors, for git, and for the next run."""

import difflib
from typing import Any

import pytest
import yaml

from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.setup_yaml import HEADER, kept_setup_yaml, setup_yaml
from tests.samples import LOCAL, answers

CENTRAL = {"central_url": "https://central.example.com", "central_auth": "service-account"}
CENTRAL_LINES = ["central:", '  url: "https://central.example.com"', "  auth:", '    method: "service-account"']


def test_the_file_tells_editors_its_schema_and_people_what_it_is() -> None:
    text = setup_yaml(answers(LOCAL).decided())
    assert text.startswith("# yaml-language-server: $schema=")
    assert "No secrets" in text


def test_the_same_answers_give_the_same_file_whatever_their_order() -> None:
    backward = dict(reversed(list(LOCAL.items())))
    assert setup_yaml(answers(LOCAL).decided()) == setup_yaml(answers(backward).decided())


def test_one_more_answer_adds_one_line() -> None:
    before = setup_yaml(answers(LOCAL, replicas=2).decided()).splitlines()
    after = setup_yaml(answers(LOCAL, replicas=2, log_level="debug").decided()).splitlines()
    assert [line for line in after if line not in before] == ['  log_level: "debug"']


def test_the_file_holds_what_was_decided() -> None:
    decided = answers(LOCAL, opal=False).decided()
    assert yaml.safe_load(setup_yaml(decided)) == decided


# Over a file that is there

COMMENTED = """\
# Ours. Ask operations before you change it.

target: kubernetes
# in one place
mode: local   # for now
operations:
  # our sizing
  replicas: 3  # agreed on
    # and more of it
  log_level: info   # the default, on purpose

  # pdb: later
# where it lives
cluster:
  namespace: team-a

# fast
cache: {type: dragonfly}  # in one line

vector:
  backend: qdrant
postgresql:
  type: cloudnative-pg
llm:
  provider: none
# the end
"""


def over(present: str | None, **changes: Any) -> str:
    given = answers(LOCAL, **{"namespace": "team-a", "replicas": 3, **changes})
    config, findings = given.config()
    assert config is not None, findings
    return kept_setup_yaml(given.decided(), config, present)


def changes(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in lines if line[0] == "-"], [line[2:] for line in lines if line[0] == "+"]


def test_equal_answers_leave_a_commented_file_as_it_is() -> None:
    assert over(COMMENTED) == COMMENTED
    windows = COMMENTED.replace("\n", "\r\n")
    assert over(windows) == windows


@pytest.mark.parametrize(
    ("change", "gone", "new"),
    [
        ({"mode": "hybrid", **CENTRAL}, ["mode: local   # for now"], ['mode: "hybrid"   # for now', *CENTRAL_LINES]),
        ({"replicas": 4}, ["  replicas: 3  # agreed on"], ["  replicas: 4  # agreed on"]),
        ({"replicas": 1}, ["  # our sizing", "  replicas: 3  # agreed on", "    # and more of it"], []),
        ({"namespace": "aeterna"}, ["# where it lives", "cluster:", "  namespace: team-a"], []),
        ({"log_level": "debug"}, ["  log_level: info   # the default, on purpose"], [
            '  log_level: "debug"   # the default, on purpose'
        ]),
        ({"size": "medium"}, [], ['  size: "medium"']),
        ({"opal": False}, [], ["authorization:", "  enabled: false"]),
        ({"cache": "valkey"}, ["cache: {type: dragonfly}  # in one line"], [
            "# in one line", "cache:", '  type: "valkey"'
        ]),
        ({"ingress": True, "ingress_host": "a.example.com", "ingress_annotations": "a/b: c\nd/e: f\n"}, [], [
            "  ingress:", "    enabled: true", '    host: "a.example.com"', "    annotations:", '      a/b: "c"',
            '      d/e: "f"',
        ]),
    ],
)  # fmt: skip
def test_a_change_touches_its_own_lines(change: dict[str, Any], gone: list[str], new: list[str]) -> None:
    after = over(COMMENTED, **change)
    assert changes(COMMENTED, after) == (gone, new)
    assert changes(COMMENTED, over(COMMENTED.replace("\n", "\r\n"), **change).replace("\r\n", "\n")) == (gone, new)
    assert over(after, **change) == after


def test_yes_is_not_one() -> None:
    after = over(COMMENTED.replace("replicas: 3", "replicas: yes"), replicas=1)
    assert "replicas" not in after
    assert "the default, on purpose" in after


def test_of_the_empty_lines_around_a_key_that_goes_one_stays() -> None:
    present = HEADER + yaml_text(answers(LOCAL, opal=False).decided()).replace(
        "authorization:\n  enabled: false\n", "\nauthorization:\n  enabled: false\n\n# thinking\n"
    )
    after = over(present, namespace="aeterna", replicas=1)
    assert '"cloudnative-pg"\n\n# thinking\nllm:' in after
    assert "authorization" not in after


def test_a_file_without_comments_of_its_own_is_written_as_if_it_were_new() -> None:
    turned = yaml_text(dict(reversed(list(answers(LOCAL).decided().items()))))
    for present in (turned, HEADER + turned, "", "target: [", "\x00", "- a\n"):
        assert over(present) == over(None)


@pytest.mark.parametrize(
    "present",
    [
        "{target: kubernetes, mode: local} # mine\n",
        "? target\n: kubernetes # mine\n",
        "# mine\n- a\n",
        "# mine\n",
        "# mine\n&here {target: kubernetes}\n",
        "target: kubernetes # mine\ntarget: kubernetes\n",
    ],
)
def test_where_the_layout_can_not_be_kept_the_comments_stand_at_the_top(present: str) -> None:
    after = over(present)
    assert after == over(None).replace(HEADER, f"{HEADER}# mine\n")
    assert over(after) == after


def test_a_secret_or_an_unknown_key_in_the_file_does_not_stay() -> None:
    present = COMMENTED.replace("provider: none", "provider: openai\n  api_key: Canary-7f3a # mine\n  x: 1 # what?")
    after = over(present)
    assert changes(present, after)[1] == ['  provider: "none"']
    assert "Canary" not in after
    assert "what?" not in after


def test_a_list_that_changes_keeps_the_comments_inside_it_above_it() -> None:
    present = COMMENTED.replace("mode: local", "mode: hybrid") + (
        "central: {url: 'https://central.example.com', auth: {method: service-account}}\n"
        "hybrid:\n  sync_layers:\n  # the newest\n  - working\n  - session # a day\n"
    )
    hybrid = {"mode": "hybrid", **CENTRAL, "sync_layers": ["working", "session"]}
    assert over(present, **hybrid) == present
    after = over(present, **{**hybrid, "sync_layers": ["working"]})
    assert after.endswith('hybrid:\n  # the newest\n  # a day\n  sync_layers:\n    - "working"\n')


INGRESS = {"ingress": True, "ingress_host": "a.example.com"}
WITH_ANNOTATIONS = COMMENTED.replace(
    "# where it lives",
    """\
  ingress:
    enabled: true
    host: a.example.com
    # for the load balancer
    annotations:
      # always on
      a/b: true  # as a text
      c: '1.10'
      # the end of them
# where it lives""",
)


def test_annotations_are_written_as_a_mapping_of_quoted_texts_whichever_way_they_were_given() -> None:
    given: tuple[Any, ...] = (
        {"a/b": "true", "c": "1.10"},
        {"a/b": True, "c": "1.10"},
        "a/b: true\nc: 1.10\n",
        "# why\n'a/b': \"true\"\nc: |-\n  1.10",
        '{"a/b": "true", "c": "1.10"}',
    )
    texts = {setup_yaml(answers(LOCAL, **INGRESS, ingress_annotations=value).decided()) for value in given}
    assert len(texts) == 1
    assert '    annotations:\n      a/b: "true"\n      c: "1.10"\n' in texts.pop()


def test_annotations_with_comments_stay_as_they_are_and_a_change_touches_its_own_lines() -> None:
    same = {**INGRESS, "ingress_annotations": {"c": "1.10", "a/b": "true"}}
    assert over(WITH_ANNOTATIONS, **same) == WITH_ANNOTATIONS
    changed = {**INGRESS, "ingress_annotations": {"a/b": "false", "c": "1.10", "d": "yes"}}
    gone, new = changes(WITH_ANNOTATIONS, over(WITH_ANNOTATIONS, **changed))
    assert gone == ["      a/b: true  # as a text"]
    assert new == ['      a/b: "false"  # as a text', '      d: "yes"']
    assert changes(WITH_ANNOTATIONS, over(WITH_ANNOTATIONS, **INGRESS))[1] == []


def test_a_file_from_before_that_holds_annotations_as_a_text_gets_them_as_a_mapping() -> None:
    before = over(COMMENTED, **INGRESS).replace(
        'host: "a.example.com"', 'host: "a.example.com"\n    annotations: |\n      a/b: c\n      d/e: [1]'
    )
    after = over(before, **INGRESS, ingress_annotations="a/b: c\nd/e: [1]\n")
    assert changes(before, after) == (
        ["    annotations: |", "      a/b: c", "      d/e: [1]"],
        ["    annotations:", '      a/b: "c"', '      d/e: "[1]"'],
    )
