"""Answers about the cluster, as the objects have them."""

from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.chart import dependencies
from aeterna_nb.evaluate import evaluate
from aeterna_nb.kubernetes.manifests import is_of_chart, name_of, pod_templates
from tests.samples import answers
from tests.subchart_servers import packed

LOCAL = {
    "target": "kubernetes",
    "mode": "local",
    "vector_backend": "qdrant",
    "cache": "valkey",
    "postgresql": "cloudnative-pg",
    "llm": "none",
    "opal": False,
}


def manifests(**more: Any) -> list[dict[str, Any]]:
    evaluation = evaluate(answers({**LOCAL, **more}))
    assert not [item for item in evaluation.findings if item.severity == "error"]
    return [dict(item) for item in evaluation.manifests]


def test_every_pod_signs_in_with_the_pull_secret() -> None:
    made = [item for item in manifests(image_pull_secret="registry") if is_of_chart(item, "aeterna")]
    pods = [pod.spec.get("imagePullSecrets") for pod in pod_templates(made)]
    assert len(pods) > 2
    assert all(secrets == [{"name": "registry"}] for secrets in pods)


def test_what_holds_data_stays_also_with_helm() -> None:
    kept = {
        f"{item['kind']} {name_of(item)}"
        for item in manifests(keep_on_uninstall=True)
        if item["metadata"].get("annotations", {}).get("helm.sh/resource-policy") == "keep"
    }
    assert {"Secret aeterna", "Cluster aeterna-pg"} <= kept


def test_a_namespace_is_shut() -> None:
    policies = [
        item["spec"]["podSelector"]
        for item in manifests(network_policy=True, network_policy_default_deny=True)
        if item["kind"] == "NetworkPolicy"
    ]
    assert {} in policies


def test_backups_are_proven() -> None:
    place = {"backup": True, "backup_target": "s3", "backup_s3_bucket": "b", "backup_verification": True}
    jobs = [name_of(item) for item in manifests(**place) if item["kind"] == "CronJob"]
    assert "aeterna-backup-verify" in jobs


def test_a_namespace_that_yaml_takes_for_a_number_is_one_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    operator = next(item for item in dependencies() if item.name == "cloudnative-pg")
    unquoted = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n  namespace: {{{{ .Release.Namespace }}}}\n"
    templates = {f"{name}.yaml": unquoted.format(name) for name in ("one", "two")}
    packed(tmp_path / "aeterna" / "charts", operator.name, operator.version, templates=templates)
    for namespace, says in (("12345", 1), ("1e3", 1), ("a12345", 0)):
        found = evaluate(answers({**LOCAL, "namespace": namespace})).findings
        errors = [item for item in found if item.severity == "error"]
        assert [item.question for item in errors] == ["namespace"] * says
