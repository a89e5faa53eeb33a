"""`aeterna debug`: what a report needs, and nothing that is nobody else's business."""

from aeterna_nb import __version__
from tests.commands.conftest import Aeterna

CANARY = "canary-in-a-report"
PRIVATE = "central.private.example.com"
REMOTE = {"target": "kubernetes", "mode": "remote", "central_url": f"https://{PRIVATE}", "central_auth": "api-key"}


def test_it_tells_versions_choices_and_findings_without_secrets_and_texts(aeterna: Aeterna) -> None:
    assert aeterna("setup", "--non-interactive", central_api_key=CANARY, **REMOTE).status == 0
    told = aeterna("debug")
    assert told.status == 0
    rows = told.out.splitlines()
    assert f"| aeterna-nb | {__version__} |" in rows
    assert "| mode | remote | from the answers file |" in rows
    assert "| central_url | (given) | from the answers file |" in rows
    assert CANARY not in told.out + told.err
    assert PRIVATE not in told.out + told.err
    assert PRIVATE in aeterna("debug", "--texts").out
    assert CANARY not in aeterna("debug", "--texts").out


def test_a_finding_is_told_without_the_values_in_it(aeterna: Aeterna) -> None:
    assert aeterna("setup", "--non-interactive", central_api_key=CANARY, **REMOTE).status == 0
    wrong = aeterna("debug", central_url=f"ftp://{PRIVATE}")
    findings = wrong.out.partition("## Findings")[2]
    assert "central_url" in findings
    assert PRIVATE not in wrong.out


def test_without_a_configuration_it_tells_the_versions_alone(aeterna: Aeterna) -> None:
    told = aeterna("debug")
    assert told.status == 0
    assert "| Python | 3." in told.out
    assert told.out.endswith("There is no configuration in this folder.\n")
