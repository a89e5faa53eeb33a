"""Rules across fields: each with answers that break it and answers that do not."""

from collections.abc import Mapping
from typing import Any

import pytest

from aeterna_nb.questions import by_name
from tests.samples import HYBRID, LOCAL, OPENCODE_ONLY, answers

GIT_OVER_SSH = {**LOCAL, "opal_policy_source": "git", "opal_policy_repo_url": "git@git.example.com:policies.git"}
S3 = {**LOCAL, "backup": True, "backup_target": "s3", "backup_s3_bucket": "backups"}
MONGODB = {**LOCAL, "vector_backend": "mongodb"}
INGRESS = {**HYBRID, "ingress": True}

BROKEN: list[tuple[str, Mapping[str, Any]]] = [
    ("ingress_host", {**INGRESS, "ingress_host": "central.example.com"}),
    ("local_cache_size", {**HYBRID, "local_cache_size": 255}),
    ("opal_policy_ssh_key", GIT_OVER_SSH),
    ("opal_policy_ssh_key", {**GIT_OVER_SSH, "opal_policy_repo_url": "ssh://git@git.example.com/policies.git"}),
    ("opencode", {**OPENCODE_ONLY, "opencode": False}),
    ("hpa_max_replicas", {**LOCAL, "hpa": True, "hpa_min_replicas": 5, "hpa_max_replicas": 4}),
    ("backup_s3_secret_access_key", {**S3, "backup_s3_access_key_id": "AKIA"}),
    ("backup_s3_secret_access_key", {**S3, "backup_s3_secret_access_key": "word"}),
    ("mongodb_uri", {**MONGODB, "mongodb_external": True}),
    ("mongodb_external", {**MONGODB, "mongodb_external": False, "mongodb_uri": "mongodb+srv://u:w@example.com"}),
]

KEPT: list[Mapping[str, Any]] = [
    {**INGRESS, "ingress_host": "aeterna.example.com"},
    {**HYBRID, "local_cache_size": 256},
    {**HYBRID, "local_cache_size": 64, "cache": "valkey"},
    {**HYBRID, "opal": False},
    {**HYBRID, "offline_cedar": False},
    {**GIT_OVER_SSH, "opal_policy_ssh_key": "-----BEGIN"},
    {**GIT_OVER_SSH, "secret_provider": "existing"},
    {**GIT_OVER_SSH, "secret_provider": "external-secrets"},
    {**GIT_OVER_SSH, "opal_policy_repo_url": "https://git.example.com/policies.git"},
    {**GIT_OVER_SSH, "opal_policy_repo_url": "git://git.example.com/policies.git"},
    OPENCODE_ONLY,
    {**LOCAL, "opencode": False},
    {**LOCAL, "hpa": True, "hpa_min_replicas": 4, "hpa_max_replicas": 4},
    S3,
    {**S3, "backup_s3_access_key_id": "AKIA", "backup_s3_secret_access_key": "word"},
    MONGODB,
    {**MONGODB, "mongodb_uri": "mongodb+srv://u:w@example.com"},
    {**MONGODB, "mongodb_external": True, "secret_provider": "existing"},
]


@pytest.mark.parametrize(("question", "given"), BROKEN)
def test_a_broken_rule_is_an_error_at_its_question_with_its_cure(question: str, given: Mapping[str, Any]) -> None:
    config, findings = answers(given).config()
    assert config is None
    (error,) = [finding for finding in findings if finding.severity == "error"]
    assert error.question == question
    assert error.question in by_name()
    assert error.message.endswith(".")
    assert error.cure.endswith(".")


@pytest.mark.parametrize("given", KEPT)
def test_answers_that_agree_give_a_configuration(given: Mapping[str, Any]) -> None:
    config, findings = answers(given).config()
    assert config is not None, findings


def test_all_broken_rules_are_found_at_once() -> None:
    given = {
        **HYBRID,
        "local_cache_size": 100,
        "hpa": True,
        "hpa_min_replicas": 5,
        "hpa_max_replicas": 4,
        "ingress": True,
        "ingress_host": "central.example.com",
    }
    _, findings = answers(given).config()
    assert [finding.question for finding in findings] == ["ingress_host", "local_cache_size", "hpa_max_replicas"]
