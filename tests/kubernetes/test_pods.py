"""Why a pod does not run, in words: from what the kubelet and the scheduler report."""

from typing import Any

import pytest

from aeterna_nb.kubernetes.pods import Weight, trouble

CANARY = "redis://:canary-password@cache:6379"
READY = {"type": "Ready", "status": "True"}
NOT_READY = {"type": "Ready", "status": "False"}


def pod(phase: str = "Running", *conditions: dict[str, str], **status: Any) -> dict[str, Any]:
    metadata = {"name": "aeterna-1", "namespace": "prod"}
    return {"metadata": metadata, "status": {"phase": phase, "conditions": list(conditions), **status}}


def container(state: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "server", "image": "registry.example.com/aeterna:v9", "ready": False, "state": state, **more}


def waiting(reason: str, **more: Any) -> dict[str, Any]:
    return pod("Pending", NOT_READY, containerStatuses=[container({"waiting": {"reason": reason}}, **more)])


@pytest.mark.parametrize(
    "fine",
    [
        pod("Running", READY),
        pod("Succeeded"),
        pod("Running", NOT_READY, containerStatuses=[container({"terminated": {"exitCode": 0}})]),
        {"metadata": {"name": "a", "deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": "Running"}},
    ],
    ids=["ready", "done", "just done", "going away"],
)
def test_a_pod_that_is_as_it_should_be_is_no_trouble(fine: dict[str, Any]) -> None:
    assert trouble(fine, []) is None


CRASHED = {"terminated": {"exitCode": 1, "reason": "Error", "message": CANARY}}


@pytest.mark.parametrize(
    ("stuck", "sentence", "cure"),
    [
        (
            pod("Pending", {"type": "PodScheduled", "status": "False", "message": "0/3 nodes: Insufficient cpu."}),
            "No node has as much CPU free as it asks for (0/3 nodes: Insufficient cpu).",
            "Give the cluster room",
        ),
        (
            waiting("CrashLoopBackOff", restartCount=4, lastState=CRASHED),
            "The container server ends again and again; the last time it ended with exit code 1, after 4 restarts.",
            "kubectl logs aeterna-1 --namespace prod --container server --previous",
        ),
        (
            waiting(
                "CrashLoopBackOff", restartCount=1, lastState={"terminated": {"exitCode": 137, "reason": "OOMKilled"}}
            ),
            "using more memory than its limit, after 1 restart.",
            "kubectl logs",
        ),
        (waiting("ErrImagePull"), "cannot be pulled (registry.example.com/aeterna:v9)", "pull secret"),
        (waiting("ImagePullBackOff"), "cannot be pulled (registry.example.com/aeterna:v9)", "pull secret"),
        (waiting("CreateContainerConfigError"), "names a Secret or ConfigMap that is missing", "Create it"),
        (waiting("ContainerCreating"), "is being made", "Wait a little"),
        (waiting("SomethingNew"), "waits (SomethingNew)", "kubectl describe pod aeterna-1 --namespace prod"),
        (
            pod("Running", NOT_READY, containerStatuses=[container({"running": {}})]),
            "It runs and is not ready yet.",
            "kubectl logs aeterna-1",
        ),
        (pod("Failed", reason="Evicted"), "It failed (Evicted).", "kubectl describe"),
        (
            pod("Failed", containerStatuses=[container(CRASHED)]),
            "The container server ended with exit code 1.",
            "kubectl logs",
        ),
        (pod("Pending"), "It has not started yet.", "Wait a little"),
    ],
)
def test_each_trouble_has_a_sentence_and_a_cure(stuck: dict[str, Any], sentence: str, cure: str) -> None:
    found = trouble(stuck, [])
    assert found is not None
    assert sentence in found.sentence
    assert cure in found.cure
    assert "canary" not in repr(found)


def event(message: str, at: str, of: str = "aeterna-1", reason: str = "") -> dict[str, Any]:
    return {"involvedObject": {"name": of}, "message": message, "lastTimestamp": at, "reason": reason}


@pytest.mark.parametrize(
    ("of", "weight"), [("aeterna-1", Weight.PROBED), ("other", Weight.WAITS)], ids=["of this pod", "of another"]
)
def test_a_probe_is_blamed_once_the_kubelet_saw_it_fail(of: str, weight: Weight) -> None:
    events = [
        event(
            "Readiness probe failed: HTTP probe failed with statuscode: 503", "2026-01-02T00:00:00Z", of, "Unhealthy"
        ),
        event("Nameserver limits were exceeded", "2026-01-03T00:00:00Z", reason="DNSConfigForming"),
    ]
    found = trouble(pod("Running", NOT_READY, containerStatuses=[container({"running": {}})]), events)
    assert found is not None
    assert found.weight is weight
    assert ("a probe of it does not pass" in found.sentence) is (weight is Weight.PROBED)


def test_the_newest_warning_about_the_pod_is_told() -> None:
    events = [
        event("Readiness probe failed: HTTP probe failed with statuscode: 503", "2026-01-02T00:00:00Z"),
        event("pulled", "2026-01-01T00:00:00Z"),
        event("of another pod", "2026-01-03T00:00:00Z", "other"),
    ]
    found = trouble(pod("Running", NOT_READY), events)
    assert found is not None
    assert found.event == "Readiness probe failed: HTTP probe failed with statuscode: 503"
