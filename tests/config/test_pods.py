"""What is asked about pods as texts by name: what Kubernetes would refuse is refused with a cure, and not repeated."""

import pytest

from aeterna_nb.config.pods import Toleration, tolerations_in
from aeterna_nb.questions import AnswerError, by_name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('a: ""', [Toleration("a", "", "")]),
        ("a: NoExecute", [Toleration("a", "", "NoExecute")]),
        ("a: b", [Toleration("a", "b", "")]),
        ("example.com/a: b:PreferNoSchedule", [Toleration("example.com/a", "b", "PreferNoSchedule")]),
        ("a: b:NoSchedule  NoExecute", [Toleration("a", "b", "NoSchedule"), Toleration("a", "", "NoExecute")]),
        ("a: true", [Toleration("a", "true", "")]),
        ("a: none", [Toleration("a", "none", "")]),
    ],
)
def test_tolerations_are_written_as_kubectl_writes_taints(text: str, found: list[Toleration]) -> None:
    assert list(tolerations_in(by_name()["tolerations"].parse(text))) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: b:NoCanary", "no such effect as in entry 1"),
        ("a: b\nc: noschedule", "no such effect as in entry 2"),
        ("a: No-Execute", "no such effect"),
        ("a: NoSchedul", "no such effect"),
        ("a: preferNoSchedule", "no such effect"),
        ("a: b:c:NoSchedule", "The value of entry 1 is none"),
        ("a: Canary/x", "The value of entry 1 is none"),
        ("a: b\nc: -Canary:NoSchedule", "The value of entry 2 is none"),
        ("Canary x: b", "Write each key as a name"),
        ("dedicated=Canary:NoSchedule", "Write one entry a line, as key: value."),
    ],
)
def test_a_toleration_that_kubernetes_would_refuse_gets_a_cure(text: str, words: str) -> None:
    with pytest.raises(AnswerError, match=words) as caught:
        by_name()["tolerations"].parse(text)
    assert "Canary" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["192.0.2.7: db.example.com cache", "fd00::7: db.example.com", "::1: a", '"fe80::1": a.b\n10.0.0.1: a.b c\n'],
)
def test_host_aliases_are_an_address_and_its_names(text: str) -> None:
    aliases = by_name()["host_aliases"]
    assert aliases.parse(str(aliases.parse(text))) == aliases.parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("canary.example.com: 192.0.2.7", "Write an IP address and then its host names"),
        ("192.0.2: canary", "Write an IP address and then its host names"),
        ("192.0.2.07: canary", "Write an IP address and then its host names"),
        ("fe80::1%canary: a", "Write an IP address and then its host names"),
        ("192.0.2.7 canary.example.com", "Write one entry a line, as key: value."),
        ("192.0.2.7: a\n192.0.2.8: Canary.example.com", "Write host names in entry 2"),
        ("192.0.2.7: a, canary", "Write host names in entry 1"),
        ("192.0.2.7: canary_db", "Write host names in entry 1"),
        ("192.0.2.7: 192.0.2.8", "Write host names in entry 1"),
        ("192.0.2.7: canary.example.com.", "Write host names in entry 1"),
        ('192.0.2.7: ""', "Write host names in entry 1"),
        ("192.0.2.7: canary localhost", "Leave it out of entry 1"),
    ],
)
def test_a_host_alias_that_nobody_would_look_up_gets_a_cure(text: str, words: str) -> None:
    with pytest.raises(AnswerError, match=words) as caught:
        by_name()["host_aliases"].parse(text)
    assert "canary" not in str(caught.value).lower()


@pytest.mark.parametrize("text", ["HTTPS_PROXY: http://p:3128", "_a1: ''", "no_proxy: 'a,b'", "A: $(B) ${C} $D"])
def test_extra_variables_are_names_and_any_text(text: str) -> None:
    variables = by_name()["extra_environment"]
    assert variables.parse(str(variables.parse(text))) == variables.parse(text)


@pytest.mark.parametrize("text", ["1CANARY: a", "CANARY-B: a", "canary.b: a", "'CANARY X': a", "'': canary"])
def test_a_name_that_is_no_variable_gets_a_cure(text: str) -> None:
    with pytest.raises(AnswerError, match="Write each name with letters, digits and underscores") as caught:
        by_name()["extra_environment"].parse(text)
    assert "canary" not in str(caught.value).lower()
