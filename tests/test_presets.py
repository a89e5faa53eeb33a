"""Presets: starting points that hold together."""

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.checks.server_limits import unused
from aeterna_nb.presets import GROUPS, PRESETS
from aeterna_nb.presets.chart_files import answers_for, chart_file
from aeterna_nb.questions import questions
from tests.samples import DETAILS

STILL_ASKED = {
    "local": set(),
    "production": set(),
    "hybrid": {"central_url", "postgresql_host", "postgresql_password"},
    "remote": {"central_url"},
    "small": set(),
    "medium": set(),
    "large": set(),
    "aws": {"ingress_host", "backup_s3_bucket"},
    "gke": {"ingress_host", "backup_gcs_bucket"},
    "aks": {"ingress_host", "backup_azure_account"},
    "sops": set(),
    "external-secrets": set(),
}


def preset(name: str) -> Answers:
    return Answers().with_values(Origin.PRESET, PRESETS[name].values)


def test_there_is_a_preset_for_each_way_to_begin() -> None:
    assert set(PRESETS) == set(STILL_ASKED)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_leaves_open_only_what_nobody_can_guess(name: str) -> None:
    assert {question.name for question in preset(name).missing()} == STILL_ASKED[name]


@pytest.mark.parametrize("name", PRESETS)
def test_every_answer_of_a_preset_applies_and_is_taken(name: str) -> None:
    answers = preset(name)
    assert {key: answers.lookup(key) for key in PRESETS[name].values} == dict(PRESETS[name].values)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_gives_a_configuration_once_the_rest_is_answered(name: str) -> None:
    details = {**DETAILS, "central_url": "https://central.example.com"}
    given = preset(name).with_values(Origin.TYPED, {key: details[key] for key in STILL_ASKED[name]})
    config, findings = given.config()
    assert config is not None
    assert findings == []


def test_a_preset_holds_no_secret() -> None:
    secrets = {question.name for question in questions() if question.secret}
    assert not any(secrets & set(preset.values) for preset in PRESETS.values())


def test_the_production_preset_survives_the_loss_of_a_node() -> None:
    config, _ = preset("production").config()
    assert config is not None
    assert config.operations is not None
    assert config.operations.replicas >= 2
    assert config.operations.network_policy
    assert config.operations.pdb.enabled


def test_in_the_hybrid_preset_databases_are_external() -> None:
    given = preset("hybrid")
    assert (given.lookup("postgresql"), given.lookup("vector_backend")) == ("external", "pgvector")


def test_presets_are_in_groups_and_each_group_has_some() -> None:
    assert {preset.group for preset in PRESETS.values()} == set(GROUPS)
    order = [list(GROUPS).index(preset.group) for preset in PRESETS.values()]
    assert order == sorted(order)


@pytest.mark.parametrize("name", PRESETS)
def test_a_chart_file_says_why_it_installs_what_the_server_does_not_use(name: str) -> None:
    parts = [part.name for part in unused(answers_for(name).lookup)]
    said = f"# Installed for a later server version, so that nothing moves then: {' and '.join(parts)}.\n"
    assert (said in chart_file(name)) is bool(parts)
    assert ("for a later server version" in chart_file(name)) is bool(parts)
