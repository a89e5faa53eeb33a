"""Layers of answers: which one counts, what a hidden question does, and what is said about it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin, read_nested
from aeterna_nb.config.ask import Presence, when
from aeterna_nb.findings import Finding
from aeterna_nb.questions import by_name, questions
from tests.samples import DETAILS, HYBRID, KEY, LOCAL, OPENCODE_ONLY, REMOTE, answers, asked, complete, configured

LAYERS = [Origin.PRESET, Origin.FILE, Origin.ENVIRONMENT, Origin.GIVEN, Origin.TYPED]


def errors(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


# Layers and origins


@pytest.mark.parametrize("highest", range(len(LAYERS)))
def test_the_highest_layer_wins_and_is_named(highest: int) -> None:
    given = answers(LOCAL)
    for number, layer in enumerate(LAYERS[: highest + 1], 2):
        given = given.with_values(layer, {"replicas": number})
    assert given.lookup("replicas") == highest + 2
    assert given.origin("replicas") is LAYERS[highest]


def test_laying_a_lower_layer_later_changes_nothing() -> None:
    given = answers(LOCAL).with_values(Origin.GIVEN, {"replicas": 3}).with_values(Origin.FILE, {"replicas": 2})
    assert given.lookup("replicas") == 3


def test_a_question_that_hangs_on_itself_sees_itself_unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two conditions that ask for each other are a mistake in the declarations, and end no front end."""
    one, other = (replace(by_name()[name], when=()) for name in ("replicas", "hpa"))
    circular = {
        "replicas": replace(one, when=(when(hpa=Presence.ABSENT),)),
        "hpa": replace(other, when=(when(replicas=Presence.ABSENT),)),
    }
    monkeypatch.setattr("aeterna_nb.answers.by_name", lambda: {**by_name(), **circular})
    assert Answers().lookup("replicas") is None


def test_without_an_answer_the_default_counts() -> None:
    assert answers(LOCAL).lookup("replicas") == 1
    assert answers(LOCAL).origin("replicas") is Origin.DEFAULT


def test_a_change_gives_new_answers_and_leaves_the_old() -> None:
    before = answers(LOCAL)
    after = before.with_values(Origin.TYPED, {"replicas": 2})
    assert (before.lookup("replicas"), after.lookup("replicas")) == (1, 2)


def test_an_answer_taken_out_of_a_layer_lets_the_layer_below_through() -> None:
    given = answers(LOCAL).with_values(Origin.FILE, {"replicas": 2}).with_values(Origin.TYPED, {"replicas": 3})
    assert given.without(Origin.TYPED, ["replicas"]).lookup("replicas") == 2
    assert given.with_values(Origin.TYPED, {"replicas": None}).lookup("replicas") == 2


def test_a_cleared_answer_is_the_default_whatever_lower_layers_say() -> None:
    given = answers(LOCAL).with_values(Origin.FILE, {"qdrant_host": "qdrant.example.com"})
    cleared = given.cleared(Origin.TYPED, ["qdrant_host"])
    assert cleared.lookup("qdrant_host") is None
    assert cleared.origin("qdrant_host") is Origin.DEFAULT
    assert cleared.applies("qdrant_replicas")
    assert "host" not in cleared.decided()["vector"]
    assert cleared.with_values(Origin.TYPED, {"qdrant_host": "q"}).lookup("qdrant_host") == "q"


def test_every_source_is_read_alike() -> None:
    by_text = Answers().with_texts(
        Origin.GIVEN, {**{k: str(v) for k, v in LOCAL.items()}, "replicas": "2", "hpa": "no"}
    )
    by_value = Answers().with_values(Origin.GIVEN, {**LOCAL, "replicas": 2, "hpa": False})
    assert by_text.layers == by_value.layers


# Hidden questions, as Rancher's tests name them


def test_a_hidden_answer_is_remembered_and_comes_back_with_its_question() -> None:
    shown = answers(LOCAL, qdrant_replicas=3)
    hidden = shown.with_values(Origin.TYPED, {"vector_backend": "pgvector"})
    again = hidden.with_values(Origin.TYPED, {"vector_backend": "qdrant"})
    assert hidden.lookup("qdrant_replicas") is None
    assert again.lookup("qdrant_replicas") == 3
    assert again.origin("qdrant_replicas") is Origin.TYPED


def test_a_hidden_answer_is_neither_generated_nor_saved() -> None:
    hidden = answers(LOCAL, redis_host="redis.example.com", pinecone_index_name="index")
    assert hidden.config()[0] == configured(LOCAL)
    assert hidden.decided() == answers(LOCAL).decided()


def test_a_hidden_answer_is_not_validated() -> None:
    hidden = answers(LOCAL).with_texts(Origin.TYPED, {"redis_port": "many", "hpa_min_replicas": "0"})
    assert errors(hidden.findings()) == []
    assert errors(hidden.with_values(Origin.TYPED, {"hpa": True}).findings())[0].question == "hpa_min_replicas"


def test_what_depends_on_a_hidden_question_is_hidden_as_well() -> None:
    given = answers(LOCAL, backup=True, backup_target="s3", backup_s3_bucket="b", ingress=True, ingress_tls="secret")
    compose = given.with_values(Origin.TYPED, {"target": "docker-compose"})
    names = {question.name for question in compose.active()}
    assert not {name for name in names if name.startswith(("backup", "ingress", "hpa", "pdb", "secret_provider"))}


def test_a_hidden_answer_of_a_script_gives_a_warning_that_names_its_flag() -> None:
    given = Answers().with_values(Origin.GIVEN, {**REMOTE, "vector_backend": "qdrant"})
    (warning,) = given.findings()
    assert warning.severity == "warning"
    assert warning.question == "vector_backend"
    assert "--vector-backend" in warning.message
    assert given.config()[0] == configured(REMOTE)


def test_a_hidden_answer_of_a_preset_or_of_a_person_gives_no_warning() -> None:
    given = answers(REMOTE, cache="valkey").with_values(Origin.PRESET, {"vector_backend": "qdrant"})
    assert given.findings() == []


def test_a_hidden_answer_given_twice_is_warned_about_once() -> None:
    given = (
        Answers().with_values(Origin.FILE, {**REMOTE, "cache": "valkey"}).with_texts(Origin.GIVEN, {"cache": "valkey"})
    )
    assert [finding.question for finding in given.findings()] == ["cache"]


# Defaults that follow


def test_a_derived_default_follows_until_somebody_edits_it() -> None:
    mongodb = answers({**LOCAL, "vector_backend": "mongodb"})
    assert mongodb.lookup("mongodb_external") is False
    given = mongodb.with_values(Origin.TYPED, {"mongodb_uri": "mongodb+srv://example.com"})
    assert given.lookup("mongodb_external") is True
    assert given.origin("mongodb_external") is Origin.DEFAULT
    edited = given.with_values(Origin.TYPED, {"mongodb_external": False})
    assert edited.lookup("mongodb_external") is False
    assert edited.cleared(Origin.TYPED, ["mongodb_external"]).lookup("mongodb_external") is True


@pytest.mark.parametrize(
    ("uri", "port"),
    [
        ("mongodb://u:w@db.example.com:27018/aeterna", 27018),
        ("mongodb://u:w@a.example.com:27019,b.example.com:27020/?replicaSet=rs0", 27019),
        ("mongodb://u:w@[2001:db8::1]:27018", 27018),
        ("mongodb://u:w@[2001:db8::1]/", 27017),
        ("mongodb://u:w@db.example.com", 27017),
        ("mongodb+srv://u:w@c.example.com", 27017),
        ("mongodb://u:w@db.example.com:70000", 27017),
    ],
)
def test_the_port_of_a_mongodb_follows_from_its_uri(uri: str, port: int) -> None:
    assert answers({**LOCAL, "vector_backend": "mongodb", "mongodb_uri": uri}).lookup("mongodb_port") == port


@pytest.mark.parametrize("uri", ["mongodb://u:4711", "mongodb://u:47/11@db.example.com", "mongodb://u:w@4711:11/w@h"])
def test_digits_of_a_password_are_never_taken_for_a_port(uri: str) -> None:
    assert answers({**LOCAL, "vector_backend": "mongodb", "mongodb_uri": uri}).lookup("mongodb_port") == 27017


def test_offline_decisions_follow_opal() -> None:
    assert answers(HYBRID).lookup("offline_cedar") is True
    assert answers(HYBRID, opal=False).lookup("offline_cedar") is None
    assert answers(HYBRID, offline_cedar=False).lookup("offline_cedar") is False


def test_an_external_store_hides_what_belongs_to_a_bundled_one() -> None:
    given = answers(LOCAL, qdrant_host="qdrant.example.com")
    assert given.applies("qdrant_port")
    assert not given.applies("qdrant_replicas")


# What is wrong


def test_a_rejected_answer_is_an_error_with_the_label_and_no_value() -> None:
    given = answers(LOCAL).with_texts(Origin.GIVEN, {"replicas": "Canary"})
    (error,) = given.findings()
    assert error == Finding("error", "Server pods: Write a whole number from 1 to 100.", "replicas", check="answers")
    assert given.lookup("replicas") is None
    assert given.rejected("replicas")
    assert given.config()[0] is None


def test_a_rejected_answer_is_not_called_missing() -> None:
    given = answers({**LOCAL, "cache": "external", "redis_host": "http://x"})
    assert [(finding.question, finding.check) for finding in given.findings()] == [("redis_host", "answers")]


def test_a_higher_answer_mends_a_rejected_one() -> None:
    given = answers(LOCAL).with_texts(Origin.FILE, {"replicas": "x"}).with_texts(Origin.GIVEN, {"replicas": "2"})
    assert given.findings() == []


def test_everything_that_is_wrong_is_said_at_once() -> None:
    given = answers({**LOCAL, "postgresql": "external", "llm": "google"}).with_texts(Origin.TYPED, {"replicas": "0"})
    assert [finding.question for finding in errors(given.findings())] == [
        "replicas",
        "postgresql_host",
        "postgresql_password",
        "google_project",
        "google_location",
    ]


def test_what_is_missing_comes_with_the_choices_or_an_example() -> None:
    cures = {
        finding.question: finding.cure for finding in answers({"target": "kubernetes", "mode": "hybrid"}).findings()
    }
    assert cures["cache"] == "Choose one of: dragonfly, valkey, external."
    assert cures["central_url"] == "For example https://aeterna.example.com."


# Saved answers


def test_only_decisions_are_saved() -> None:
    assert answers(LOCAL, replicas=1, namespace="aeterna", log_level="debug", opal=False).decided() == {
        "target": "kubernetes",
        "mode": "local",
        "vector": {"backend": "qdrant"},
        "cache": {"type": "dragonfly"},
        "postgresql": {"type": "cloudnative-pg"},
        "authorization": {"enabled": False},
        "llm": {"provider": "none"},
        "operations": {"log_level": "debug"},
    }


def test_saved_answers_are_plain_data() -> None:
    saved = answers(HYBRID, sync_layers=["working"]).decided()
    assert saved["hybrid"]["sync_layers"] == ["working"]


@pytest.mark.parametrize("question", [q for q in questions() if q.secret], ids=lambda q: q.name)
def test_a_secret_is_never_shown_or_saved(question: Any) -> None:
    canary = KEY if question.name == "kms_key" else "Canary-7f3a"
    given = complete(asked(question.name).layers[Origin.TYPED], **{question.name: canary})
    config, findings = given.config()
    assert given.lookup(question.name).get_secret_value().strip() == canary
    saved = given.decided()
    for part in question.path[:-1]:
        saved = saved.get(part, {})
    assert question.path[-1] not in saved
    for shown in (given, given.layers, given.decided(), config, findings, question, given.lookup(question.name)):
        assert canary not in repr(shown)
        assert canary not in str(shown)


@pytest.mark.parametrize("question", [q for q in questions() if q.secret], ids=lambda q: q.name)
def test_a_secret_that_is_refused_is_not_shown_either(question: Any) -> None:
    given = asked(question.name).with_texts(Origin.GIVEN, {question.name: "Canary-7f3a\x00"})
    assert given.rejected(question.name)
    for shown in (given, given.layers, given.findings(), given.rejected(question.name)):
        assert "Canary" not in repr(shown)


def test_the_order_in_which_answers_came_does_not_matter() -> None:
    forward = answers(HYBRID)
    backward = Answers()
    for name in reversed(list(HYBRID)):
        backward = backward.with_values(Origin.TYPED, {name: HYBRID[name]})
    assert list(forward.decided()) == list(backward.decided())
    assert forward.config()[0] == backward.config()[0]


@pytest.mark.parametrize("origin", LAYERS)
@pytest.mark.parametrize("start", [LOCAL, HYBRID, REMOTE, OPENCODE_ONLY])
def test_the_same_answers_decide_the_same_from_every_layer(start: Mapping[str, Any], origin: Origin) -> None:
    given = Answers().with_values(origin, start)
    assert given.config()[0] == configured(start)
    assert given.decided() == answers(start).decided()


# Nested answers


def test_a_place_that_several_stores_share_goes_to_the_chosen_one() -> None:
    tree = {"vector": {"backend": "weaviate", "host": "w.example.com", "replicas": 3}}
    assert read_nested(tree, Answers()) == (
        {"vector_backend": "weaviate", "weaviate_host": "w.example.com", "weaviate_replicas": 3},
        [],
    )


def test_a_shared_place_goes_to_the_choice_of_a_lower_layer_where_the_file_makes_none() -> None:
    below = Answers().with_values(Origin.PRESET, {**LOCAL, "vector_backend": "weaviate"})
    assert read_nested({"vector": {"host": "w.example.com"}}, below)[0] == {"weaviate_host": "w.example.com"}


def test_a_place_below_two_choices_goes_to_the_chosen_one() -> None:
    tree = {"operations": {"backup": {"enabled": True, "destination": {"provider": "gcs", "path": "folder"}}}}
    assert read_nested(tree, answers(LOCAL))[0]["backup_gcs_path"] == "folder"


@pytest.mark.parametrize(
    ("tree", "message", "cure"),
    [
        (
            {"cluster": {"namespce": "x"}},
            "There is no answer called cluster.namespce.",
            "Did you mean cluster.namespace?",
        ),
        ({"taget": "kubernetes"}, "There is no answer called taget.", "Did you mean target?"),
        ({"vector": "qdrant"}, "There is no answer called vector.", "Did you mean vector.backend?"),
        ({"target": {"name": "x"}}, "There is no answer called target.name.", ""),
        ({"zzzzzz": 1}, "There is no answer called zzzzzz.", ""),
    ],
)
def test_an_unknown_key_is_an_error_with_the_nearest(tree: dict[str, Any], message: str, cure: str) -> None:
    values, (finding,) = read_nested(tree, Answers())
    assert values == {}
    assert (finding.severity, finding.message) == ("error", message)
    assert finding.cure.startswith(cure)


def test_many_unknown_keys_are_named_up_to_a_limit_and_then_counted() -> None:
    _, findings = read_nested({f"key{number}": 1 for number in range(60_000)}, Answers())
    assert len(findings) == 101
    assert [finding.message for finding in findings[99:]] == [
        "There is no answer called key99.",
        "And 59900 more that are no answers.",
    ]
    assert {finding.severity for finding in findings} == {"error"}


@pytest.mark.parametrize("start", [LOCAL, HYBRID, REMOTE, OPENCODE_ONLY])
def test_saved_answers_read_back_give_the_same_configuration(start: Mapping[str, Any]) -> None:
    saved = answers(start).decided()
    values, findings = read_nested(saved, Answers())
    assert findings == []
    again = Answers().with_values(Origin.FILE, values)
    assert again.config()[0] == configured(start)
    assert again.decided() == saved


def test_details_are_named_after_questions() -> None:
    assert set(DETAILS) <= set(by_name())


@pytest.mark.parametrize(
    ("origin", "called"),
    [(Origin.FILE, "cache.type"), (Origin.ENVIRONMENT, "AETERNA_SETUP_CACHE"), (Origin.GIVEN, "--cache")],
)
def test_a_warning_about_an_idle_answer_calls_it_as_it_was_given(origin: Origin, called: str) -> None:
    (warning,) = answers(REMOTE).with_values(origin, {"cache": "valkey"}).findings()
    assert warning.message.startswith(f"{called} does not apply")


@pytest.mark.parametrize(
    "given",
    [
        {"mode": "local", "cache": "valkey"},
        {"target": "mainframe", "mode": "local"},
        {"target": "kubernetes", "redis_port": 6380, "cache": "external"},
        {"target": "kubernetes", "mode": "local", "redis_port": 6380},
    ],
)
def test_while_a_choice_is_missing_nothing_is_said_not_to_apply(given: dict[str, Any]) -> None:
    findings = Answers().with_values(Origin.GIVEN, given).findings()
    assert findings
    assert errors(findings) == findings
