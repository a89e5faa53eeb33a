"""Variables that somebody gives the server besides: what is refused, what is warned about, and what is fine."""

import pytest

from aeterna_nb.checks.environment import DECIDED_BY, check_environment
from aeterna_nb.findings import Finding
from aeterna_nb.generate.environment.server import BESIDES, SERVER
from aeterna_nb.generate.environment.variable import UNASKED
from aeterna_nb.questions import by_name
from tests.product import TARGETS
from tests.samples import LOCAL, configured

FOLDERS = {
    "AETERNA_CONFIG_PATH",
    "AETERNA_KNOWLEDGE_REPO_PATH",
    "AETERNA_BACKUP_LOCAL_DIR",
    "GR_DATABASE_PATH",
}
"""Where the server keeps things: the workbench alone decides it."""


def found(target: str, name: str) -> list[Finding]:
    findings = check_environment(configured(LOCAL, target=target, extra_environment={name: "canary"}))
    assert "canary" not in repr(findings)
    assert all(finding.question == "extra_environment" and finding.cure for finding in findings)
    return findings


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("RUST_LOG", "Log level"),
        ("AETERNA_DEPLOYMENT_MODE", "Which mode"),
        ("PG_HOST", "Which PostgreSQL"),
        ("PGPASSWORD", "Database password"),
        ("QDRANT_URL", "Which vector store"),
        ("RD_HOST", "Which cache"),
        ("OPENAI_API_KEY", "OpenAI API key"),
        ("AETERNA_OPENAI_MODEL", "Which language model"),
        ("REDIS_PASSWORD", "Redis password"),
    ],
)
@pytest.mark.parametrize("target", TARGETS)
def test_a_variable_that_an_answer_decides_is_refused_with_the_question(target: str, name: str, label: str) -> None:
    (finding,) = found(target, name)
    assert finding.severity == "error"
    assert finding.message == f'{name} follows from the answer to "{label}".'


def test_a_variable_that_only_the_chart_sets_is_refused_there_and_free_under_compose() -> None:
    (finding,) = found("kubernetes", "GR_ENABLED")
    assert (finding.severity, finding.message) == ("error", "GR_ENABLED is set already, and no question asks for it.")
    assert found("docker-compose", "GR_ENABLED") == []
    assert found("kubernetes", "AWS_REGION") == []


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "smtp_password", "APIKEY", "MY_SECRET", "SECRET_OF_MINE"])
def test_what_looks_like_a_secret_is_warned_about(name: str) -> None:
    (finding,) = found("kubernetes", name)
    assert finding.severity == "warning"
    assert "looks like a secret" in finding.message
    assert "extra.envFrom" in finding.cure


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "no_proxy", "MAX_TOKENS", "KEYSPACE", "AETERNA_IDP_PROVIDER"])
def test_other_variables_are_fine(name: str) -> None:
    assert found("kubernetes", name) == []
    assert found("docker-compose", name) == []


def test_every_variable_of_the_server_leads_to_a_question_where_one_asks() -> None:
    without = {row.name for row in SERVER if row.name not in DECIDED_BY and row.why != UNASKED}
    assert without == FOLDERS
    assert DECIDED_BY.keys() <= {row.name for row in SERVER} | BESIDES.keys()
    assert [name for name in DECIDED_BY.values() if name not in by_name()] == []
