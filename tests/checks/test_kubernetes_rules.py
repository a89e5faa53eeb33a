from collections.abc import Callable
from typing import Any

import pytest

from aeterna_nb.checks.kubernetes_rules import check_rules

Sample = Callable[..., dict[str, Any]]

POD = "spec/template/spec"
CONTAINER = f"{POD}/containers/0"


def test_manifests_that_are_right_pass(sample: Sample, kinds: tuple[str, ...]) -> None:
    assert check_rules([sample(kind) for kind in kinds]) == []


TWO_PORTS = [{"name": "a", "port": 80}, {"name": "b", "port": 81}]


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        ("Deployment", "spec/selector/matchLabels", {"app": "x"}, "asks for the label app"),
        ("Deployment", "spec/selector/matchLabels", {}, "spec.selector is empty"),
        ("Deployment", "spec/strategy", {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}, "Recreate"),
        ("Deployment", f"{POD}/restartPolicy", "Never", "restartPolicy must be Always in a Deployment"),
        (
            "Deployment",
            f"{POD}/initContainers",
            [{"name": "aeterna", "image": "a:1"}],
            "containers has aeterna 2 times",
        ),
        ("Deployment", f"{POD}/volumes", [{"name": "tmp", "emptyDir": {}}] * 2, "volumes has tmp 2 times"),
        ("Deployment", f"{POD}/volumes/0/secret", {"secretName": "s"}, "tmp has several sources"),
        ("Deployment", f"{CONTAINER}/image", ..., "containers[0] has no image"),
        ("Deployment", f"{CONTAINER}/livenessProbe", {"periodSeconds": 5}, "livenessProbe needs one of"),
        ("Deployment", f"{CONTAINER}/livenessProbe/exec", {"command": ["a"]}, "livenessProbe needs one of"),
        ("Deployment", f"{CONTAINER}/env/1/value", "x", "PGPASSWORD must have a value or one source"),
        ("Deployment", f"{CONTAINER}/env/1/name", "PG_HOST", "env has PG_HOST 2 times"),
        (
            "Deployment",
            f"{CONTAINER}/volumeMounts",
            [{"name": "tmp", "mountPath": "/a"}] * 2,
            "has /a 2 times",
        ),
        (
            "Deployment",
            f"{CONTAINER}/ports",
            [{"name": "a", "containerPort": n} for n in (1, 2)],
            "has a 2 times",
        ),
        (
            "Deployment",
            f"{CONTAINER}/resources/requests/memory",
            "1Gi",
            "asks for more memory (1Gi) than its limit",
        ),
        ("Job", f"{POD}/restartPolicy", ..., "restartPolicy must be Never or OnFailure"),
        (
            "HorizontalPodAutoscaler",
            "spec/minReplicas",
            9,
            "minReplicas (9) is more than spec.maxReplicas (4)",
        ),
        ("PodDisruptionBudget", "spec/maxUnavailable", 1, "only one of them may be given"),
        ("ConfigMap", "data/big", "x" * (1024 * 1024 + 1), "Kubernetes accepts at most 1024 KiB"),
        ("Service", "spec/ports", [], "spec.ports is empty"),
        ("Service", "spec/ports", [{"port": 80}, {"name": "b", "port": 81}], "must all have a name"),
        ("Service", "spec/ports", [{"name": "a", "port": 80}, {"name": "a", "port": 81}], "has a 2 times"),
        (
            "Service",
            "spec/ports",
            [{"name": "a", "port": 80}, {"name": "b", "port": 80}],
            "has 80/TCP 2 times",
        ),
        ("Service", "spec/type", "ExternalName", "spec.externalName is missing"),
    ],
)
def test_fields_that_contradict_each_other_are_an_error(
    kind: str, path: str, value: object, words: str, sample: Sample
) -> None:
    findings = check_rules([sample(kind, {path: value})])
    assert [finding.severity for finding in findings] == ["error"]
    assert findings[0].message.startswith(f"{kind} aeterna: ")
    assert words in findings[0].message


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("Deployment", f"{CONTAINER}/resources/requests/memory", "0.5Gi"),
        ("Deployment", f"{CONTAINER}/resources/requests/memory", "536870912"),
        ("Deployment", f"{CONTAINER}/ports", [{"containerPort": 1}, {"containerPort": 2}]),
        ("Deployment", f"{POD}/volumes/0", {"name": "tmp"}),
        ("Deployment", "spec/strategy", {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}),
        ("Service", "spec/ports", [{"name": "a", "port": 53}, {"name": "b", "port": 53, "protocol": "UDP"}]),
        ("Service", "spec", {"type": "ExternalName", "externalName": "central.example.com"}),
        ("HorizontalPodAutoscaler", "spec/minReplicas", ...),
    ],
)
def test_fields_that_fit_together_pass(kind: str, path: str, value: object, sample: Sample) -> None:
    assert check_rules([sample(kind, {path: value})]) == []


@pytest.mark.parametrize(("kind", "longest"), [("CronJob", 52), ("Deployment", 253)])
def test_a_name_leaves_room_for_what_is_added_to_it_for_pods(kind: str, longest: int, sample: Sample) -> None:
    assert check_rules([sample(kind, name="c" * longest)]) == []
    if longest < 253:
        (finding,) = check_rules([sample(kind, name="c" * (longest + 1))])
        assert "the name has 53 characters" in finding.message
