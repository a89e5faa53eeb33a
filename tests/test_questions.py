"""The questions that the models give, against the contract that other programs rely on."""

from typing import Any

import pytest

from aeterna_nb.questions import STAGES, AnswerError, Question, by_name, groups, questions, value_in
from tests.samples import HYBRID, LOCAL, OPENCODE_ONLY, REMOTE, answers, asked, configured

FLAGS = """
--target --mode --central-url --central-auth --vector-backend --cache --postgresql --opal --llm --opencode --ingress
--ingress-host --service-monitor --network-policy --hpa --pdb --local-cache-size --offline-cedar --sync-interval
--pinecone-index-name --pinecone-environment --weaviate-host --mongodb-uri --vertex-ai-project
--databricks-workspace-url --databricks-catalog --redis-host --redis-port --postgresql-host --postgresql-port
--postgresql-database --postgresql-user --postgresql-tls --vertex-ai-region --vertex-ai-endpoint
--vertex-ai-deployed-index --postgresql-instances --openai-model --ollama-host --google-project --google-location
--bedrock-region --central-client-id --central-token-url --qdrant-host
"""
"""The design's contract, section 3."""

VARIABLES = """
MODE OPENAI_API_KEY POSTGRESQL_PASSWORD REDIS_PASSWORD ANTHROPIC_API_KEY PINECONE_API_KEY WEAVIATE_API_KEY
QDRANT_API_KEY DATABRICKS_TOKEN MONGODB_URI CENTRAL_API_KEY CENTRAL_CLIENT_SECRET
"""

MAIN = "target mode central_url central_auth vector_backend cache postgresql llm"

NEEDS_AN_ANSWER = {
    # The design's list.
    "pinecone_index_name",
    "pinecone_environment",
    "pinecone_api_key",
    "databricks_workspace_url",
    "databricks_token",
    "redis_host",
    "postgresql_host",
    "postgresql_password",
    "google_project",
    "google_location",
    "bedrock_region",
    "vertex_ai_project",
    "central_client_id",
    "central_token_url",
    "central_client_secret",
    "ingress_host",
    "openai_api_key",
    # What nobody can guess once somebody has chosen it against the default.
    "vertex_ai_service_account",
    "opal_policy_repo_url",
    "opal_fetcher_image",
    "opal_fetcher_tenant",
    "opal_data_url",
    "backup_target",
    "backup_s3_bucket",
    "backup_gcs_bucket",
    "backup_azure_account",
    "kms_key_arn",
    # Only where the certificate is to be judged.
    "postgresql_root_certificate",
}

CHOICES = {
    "target": "docker-compose kubernetes opencode-only",
    "mode": "local hybrid remote",
    "central_auth": "api-key oauth2 service-account",
    "vector_backend": "qdrant pgvector pinecone weaviate mongodb vertex-ai databricks",
    "cache": "dragonfly valkey external",
    "postgresql": "cloudnative-pg external",
    "llm": "none openai anthropic ollama google bedrock",
    "postgresql_tls": "disable prefer require verify-ca verify-full",
    "secret_provider": "helm existing sops external-secrets",
}

DEFAULTS = {
    "redis_port": 6379,
    "postgresql_port": 5432,
    "postgresql_database": "aeterna",
    "postgresql_user": "aeterna",
    "postgresql_tls": "prefer",
    "secret_provider": "helm",
    "server_version": "v0.8.0-rc.9",
    "opal": True,
    "opencode": True,
    "ingress": False,
    "hpa": False,
    "pdb": False,
    "network_policy": False,
    "service_monitor": False,
    "offline_cedar": True,
}

ALL = pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)


@pytest.mark.parametrize("flag", FLAGS.split())
def test_a_flag_of_the_contract_is_there(flag: str) -> None:
    assert flag in {question.flag for question in questions()}


@pytest.mark.parametrize("variable", VARIABLES.split())
def test_a_variable_of_the_contract_is_there(variable: str) -> None:
    assert f"AETERNA_SETUP_{variable}" in {question.variable for question in questions()}


def test_the_main_choices_are_those_of_the_contract() -> None:
    assert [question.name for question in questions() if question.main] == MAIN.split()


def test_only_what_nobody_can_guess_has_to_be_answered() -> None:
    must = {q.name for q in questions() if not q.main and q.must_be_answered(asked(q.name).lookup)}
    must -= {name for name in must if by_name()[name].default_for(asked(name).lookup) is not None}
    assert must == NEEDS_AN_ANSWER


@pytest.mark.parametrize(("name", "values"), CHOICES.items())
def test_a_choice_has_the_values_of_the_contract(name: str, values: str) -> None:
    assert [option.value for option in by_name()[name].options] == values.split()


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items())
def test_a_default_is_that_of_the_contract(name: str, default: object) -> None:
    given = answers(HYBRID).lookup(name) if name == "offline_cedar" else asked(name).lookup(name)
    if isinstance(default, bool):
        given = answers(HYBRID).lookup(name)
    assert given == default


@pytest.mark.parametrize(
    ("start", "names"),
    [
        ({}, {"target"}),
        ({"target": "kubernetes"}, {"mode"}),
        ({"target": "docker-compose"}, {"mode"}),
        ({"target": "opencode-only"}, {"central_url", "central_auth"}),
        ({"target": "kubernetes", "mode": "local"}, {"vector_backend", "cache", "postgresql", "llm"}),
        (
            {"target": "kubernetes", "mode": "hybrid"},
            {"vector_backend", "cache", "postgresql", "llm", "central_url", "central_auth"},
        ),
        ({"target": "kubernetes", "mode": "remote"}, {"central_url", "central_auth"}),
        (LOCAL, set()),
        (HYBRID, set()),
        (REMOTE, set()),
        (OPENCODE_ONLY, set()),
        ({**LOCAL, "vector_backend": "pinecone"}, {"pinecone_index_name", "pinecone_environment", "pinecone_api_key"}),
        ({**LOCAL, "vector_backend": "databricks"}, {"databricks_workspace_url", "databricks_token"}),
        ({**LOCAL, "vector_backend": "vertex-ai"}, {"vertex_ai_project"}),
        ({**LOCAL, "vector_backend": "mongodb"}, set()),
        ({**LOCAL, "vector_backend": "weaviate"}, set()),
        ({**LOCAL, "cache": "external"}, {"redis_host"}),
        ({**LOCAL, "postgresql": "external"}, {"postgresql_host", "postgresql_password"}),
        ({**LOCAL, "postgresql": "external", "secret_provider": "existing"}, {"postgresql_host"}),
        ({**LOCAL, "postgresql": "external", "secret_provider": "external-secrets"}, {"postgresql_host"}),
        ({**LOCAL, "postgresql": "external", "secret_provider": "sops"}, {"postgresql_host", "postgresql_password"}),
        ({**LOCAL, "llm": "openai"}, {"openai_api_key"}),
        ({**LOCAL, "llm": "anthropic"}, set()),
        ({**LOCAL, "llm": "ollama"}, set()),
        ({**LOCAL, "llm": "google"}, {"google_project", "google_location"}),
        ({**LOCAL, "llm": "bedrock"}, {"bedrock_region"}),
        ({**LOCAL, "ingress": True}, {"ingress_host"}),
        ({**HYBRID, "central_auth": "oauth2"}, {"central_client_id", "central_token_url", "central_client_secret"}),
        ({**HYBRID, "central_auth": "service-account"}, set()),
        ({**OPENCODE_ONLY, "central_auth": "oauth2"}, set()),
    ],
)
def test_what_is_missing_is_named_at_once(start: dict[str, object], names: set[str]) -> None:
    assert {question.name for question in answers(start).missing()} == names


@ALL
def test_every_question_can_be_reached(question: Question) -> None:
    assert asked(question.name).applies(question.name)


@ALL
def test_every_question_is_put_to_a_person(question: Question) -> None:
    assert question.label.strip()
    assert question.help.endswith(".")
    assert question.stage in {stage.id for stage in STAGES}
    assert len({option.value for option in question.options}) == len(question.options)
    assert all(option.title for option in question.options)


@ALL
def test_a_default_and_an_example_are_answers_that_are_taken(question: Question) -> None:
    if question.default is not None:
        assert question.check(question.default) == question.default
    if question.example and "..." not in question.example:
        line_end = "\n" if question.multiline else ""
        taken = question.parse(question.example)
        assert (str(taken) if question.kind == "mapping" else taken) == question.example + line_end


@pytest.mark.parametrize("question", [q for q in questions() if q.kind == "integer"], ids=lambda q: q.name)
def test_a_number_has_limits_and_is_refused_outside(question: Question) -> None:
    assert question.minimum is not None
    assert question.maximum is not None
    assert question.parse(str(question.minimum)) == question.minimum
    assert question.parse(f" {question.maximum} ") == question.maximum
    sentence = f"Write a whole number from {question.minimum} to {question.maximum}."
    outside = (str(question.minimum - 1), str(question.maximum + 1))
    for text in (*outside, "many", "", "1.5", "1e3", "0x10", "\u0663", "9" * 5000):
        with pytest.raises(AnswerError) as caught:
            question.parse(text)
        assert str(caught.value) == sentence
    for value in (True, 5.0, "5", None, [5]):
        with pytest.raises(AnswerError) as caught:
            question.check(value)
        assert str(caught.value) == sentence


@pytest.mark.parametrize("question", [q for q in questions() if q.kind == "boolean"], ids=lambda q: q.name)
def test_yes_and_no_are_understood_as_people_write_them(question: Question) -> None:
    assert [question.parse(word) for word in ("yes", "Y", "true", "ON", " 1 ")] == [True] * 5
    assert [question.parse(word) for word in ("no", "N", "false", "off", "0")] == [False] * 5
    for word in ("", "maybe", "2", "yes please"):
        with pytest.raises(AnswerError, match="yes or no"):
            question.parse(word)
    for value in (1, 0, "yes", None, [True]):
        with pytest.raises(AnswerError, match="yes or no"):
            question.check(value)


@pytest.mark.parametrize("question", [q for q in questions() if q.kind == "choice"], ids=lambda q: q.name)
def test_a_choice_takes_its_values_only_and_names_them_all(question: Question) -> None:
    for option in question.options:
        assert question.parse(str(option.value)) == option.value
        assert question.check(option.value) == option.value
    for word in ("Canary", "", " ", "-1"):
        with pytest.raises(AnswerError) as caught:
            question.parse(word)
        assert "Canary" not in str(caught.value)
        assert all(str(option.value) in str(caught.value) for option in question.options)
    for value in (True, 2.5, ["local"], {"a": 1}):
        with pytest.raises(AnswerError):
            question.check(value)


@pytest.mark.parametrize("question", [q for q in questions() if q.kind == "choices"], ids=lambda q: q.name)
def test_several_choices_have_one_order_and_no_doubles(question: Question) -> None:
    values = [option.value for option in question.options]
    assert question.parse(" , ".join(reversed(values))) == tuple(values)
    assert question.check([values[1], values[0], values[1]]) == (values[0], values[1])
    assert question.parse("") == ()
    with pytest.raises(AnswerError, match="separated by commas"):
        question.parse(f"{values[0]},Canary")
    with pytest.raises(AnswerError, match="separated by commas"):
        question.check(values[0])


def test_secrets_are_those_that_must_not_be_shown() -> None:
    assert {question.name for question in questions() if question.secret} == {
        "central_api_key",
        "central_client_secret",
        "qdrant_api_key",
        "pinecone_api_key",
        "weaviate_api_key",
        "mongodb_uri",
        "vertex_ai_service_account",
        "databricks_token",
        "redis_password",
        "postgresql_password",
        "opal_policy_ssh_key",
        "openai_api_key",
        "anthropic_api_key",
        "backup_s3_access_key_id",
        "backup_s3_secret_access_key",
        "backup_gcs_credentials",
        "backup_azure_storage_key",
        "kms_key",
    }


def test_groups_lie_where_their_questions_do() -> None:
    paths = {group.path for group in groups()}
    assert paths == {("server",), ("cluster",), ("central",), ("hybrid",), ("operations",), ("secrets",)}


def test_the_value_of_a_question_is_found_in_a_configuration() -> None:
    config = configured({**LOCAL, "vector_backend": "weaviate", "weaviate_replicas": 3})
    assert value_in(config, by_name()["weaviate_replicas"]) == 3
    assert value_in(config, by_name()["qdrant_replicas"]) is None
    assert value_in(config, by_name()["redis_host"]) is None
    assert value_in(config, by_name()["namespace"]) == "aeterna"


@pytest.mark.parametrize("word", ["007", "+3", "1_000", "-0", "00"])
def test_a_number_is_written_in_digits_alone(word: str) -> None:
    with pytest.raises(AnswerError, match="Write the number in digits alone") as caught:
        by_name()["replicas"].parse(word)
    assert word not in str(caught.value)


@pytest.mark.parametrize("word", ["1e3", "3.0", "0x10", "- 3", "9" * 19, "9" * 5000, "", "three", "\uff13"])
def test_what_is_no_number_is_told_the_range(word: str) -> None:
    with pytest.raises(AnswerError, match="Write a whole number from 1 to 100"):
        by_name()["replicas"].parse(word)


@pytest.mark.parametrize(("word", "number"), [("3", 3), (" 3 ", 3), ("100", 100)])
def test_blanks_around_a_number_are_none_of_it(word: str, number: int) -> None:
    assert by_name()["replicas"].parse(word) == number


@pytest.mark.parametrize(
    "value", [10**5_000, [10**5_000], {"a": 10**5_000}, -(10**5_000)], ids=["bare", "listed", "mapped", "negative"]
)
def test_a_number_that_python_does_not_write_is_refused_like_any_other(value: Any) -> None:
    for question in questions():
        with pytest.raises(AnswerError):
            question.check(value)


@pytest.mark.parametrize(
    ("url", "more", "needed"),
    [
        ("git@git.example.com:team/policies.git", {}, True),
        ("somebody@git.example.com:policies.git", {}, True),
        ("ssh://git@git.example.com/policies.git", {}, True),
        ("https://git.example.com/policies.git", {}, False),
        ("git://git.example.com/policies.git", {}, False),
        ("git@git.example.com:team/policies.git", {"secret_provider": "existing"}, False),
    ],
)
def test_an_ssh_key_must_be_given_where_the_address_of_the_repository_demands_one(
    url: str, more: dict[str, str], needed: bool
) -> None:
    given = answers(LOCAL, opal_policy_source="git", opal_policy_repo_url=url, **more)
    assert by_name()["opal_policy_ssh_key"].must_be_answered(given.lookup) is needed
    assert (by_name()["opal_policy_ssh_key"] in given.missing()) is needed


def test_a_missing_main_choice_names_those_that_depend_on_it_and_nothing_else() -> None:
    cures = {finding.question: finding.cure for finding in answers({}).findings()}
    assert "--mode, --central-url, --central-auth, --vector-backend" in cures["target"]
    cures = {finding.question: finding.cure for finding in answers({"target": "kubernetes"}).findings()}
    assert cures["mode"].startswith("Choose one of: local, hybrid, remote. Depending on it also: --central-url")
    cures = {
        finding.question: finding.cure for finding in answers({"target": "kubernetes", "mode": "local"}).findings()
    }
    assert cures["llm"].startswith("Choose one of")
    assert not any("Depending" in cure for cure in cures.values())
