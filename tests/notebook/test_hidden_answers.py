"""What becomes of answers whose questions hide, and of defaults that follow other answers.

The behaviours that Rancher's chart questions are held to: a hidden answer leaves no trace in what is made, is
remembered, and comes back with its question.
"""

import pytest
import yaml

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.generate.helm_values import values_yaml
from aeterna_nb.notebook.session import Session
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import STAGES, questions


@pytest.fixture
def session() -> Session:
    return Session(Answers().with_values(Origin.PRESET, PRESETS["local"].values), "local")


def made(session: Session) -> str:
    """The values file that the present answers make."""
    config, findings = session.answers.config()
    assert config is not None, findings
    return values_yaml(config)


def asked(session: Session, stage: str) -> list[str]:
    return [question.name for question in session.questions_of(stage)]


def test_every_question_belongs_to_one_stage_and_the_stages_keep_their_order(session: Session) -> None:
    known = [stage.id for stage in STAGES]
    assert {question.stage for question in questions()} <= set(known)
    shown = [stage.id for stage in session.stages()]
    assert shown == [stage for stage in known if stage in shown]
    everywhere = [name for stage in shown for name in asked(session, stage)]
    assert sorted(everywhere) == sorted(question.name for question in session.answers.active())


@pytest.mark.parametrize(
    ("parent", "shown", "hidden", "child", "text"),
    [
        ("ingress", True, False, "ingress_host", "a.example.com"),
        ("hpa", True, False, "hpa_max_replicas", "9"),
        ("hpa", False, True, "replicas", "7"),
        ("cache", "valkey", "dragonfly", "valkey_memory", "777"),
        ("vector_backend", "qdrant", "pgvector", "qdrant_storage", "77Gi"),
        ("llm", "ollama", "none", "ollama_model", "mistral"),
    ],
)
def test_a_hidden_answer_leaves_no_trace_and_comes_back(
    session: Session, parent: str, shown: object, hidden: object, child: str, text: str
) -> None:
    session.choose(parent, hidden)
    without = made(session)
    session.choose(parent, shown)
    session.type_text(child, text)
    with_answer = made(session)
    assert text in with_answer
    session.choose(parent, hidden)
    assert made(session) == without
    assert child not in str(session.answers.decided())
    session.choose(parent, shown)
    assert session.text(child) == text
    assert made(session) == with_answer


def test_a_detail_of_a_detail_hides_and_returns_with_the_first_choice(session: Session) -> None:
    session.choose("ingress", True)
    session.type_text("ingress_host", "a.example.com")
    session.choose("ingress_tls", "cert-manager")
    session.type_text("ingress_cluster_issuer", "mine")
    session.choose("ingress", False)
    assert {"ingress_tls", "ingress_cluster_issuer"}.isdisjoint(asked(session, "operations"))
    assert "ingress" not in yaml.safe_load(made(session))
    session.choose("ingress", True)
    assert (session.value("ingress_tls"), session.value("ingress_cluster_issuer")) == ("cert-manager", "mine")


def test_each_option_shows_its_own_details_and_remembers_them_apart(session: Session) -> None:
    session.choose("cache", "valkey")
    session.type_text("valkey_memory", "777")
    session.choose("cache", "dragonfly")
    session.type_text("dragonfly_memory", "999")
    assert "valkey_memory" not in asked(session, "cache")
    session.choose("cache", "valkey")
    assert "dragonfly_memory" not in asked(session, "cache")
    assert session.value("valkey_memory") == 777
    session.choose("cache", "dragonfly")
    assert session.value("dragonfly_memory") == 999


def test_an_answer_that_stays_in_sight_stays_as_it_is(session: Session) -> None:
    session.type_text("namespace", "memory")
    session.choose("vector_backend", "pgvector")
    session.choose("vector_backend", "weaviate")
    assert session.value("namespace") == "memory"


def test_opening_changes_nothing(session: Session) -> None:
    assert not session.can_undo
    assert session.draft() == ""
    before = made(session)
    session.choose("ingress", session.value("ingress"))
    assert made(session) == before
    assert not session.can_undo


def test_to_and_fro_without_an_answer_makes_the_same_files(session: Session) -> None:
    before = made(session)
    session.choose("hpa", True)
    session.choose("hpa", False)
    assert made(session) == before


def test_a_hidden_question_blocks_nothing_however_wrong_or_open_its_answer_is(session: Session) -> None:
    session.choose("ingress", True)
    session.type_text("ingress_host", "not a host")
    assert session.answers.config()[0] is None
    session.choose("ingress", False)
    assert session.answers.config()[0] is not None
    assert session.answers.missing() == ()


def test_a_hidden_answer_survives_the_draft(session: Session) -> None:
    session.type_text("qdrant_storage", "77Gi")
    session.choose("vector_backend", "pgvector")
    later = Session(Answers().with_values(Origin.PRESET, PRESETS["local"].values), "local")
    assert later.take_draft(session.draft())
    later.choose("vector_backend", "qdrant")
    assert later.value("qdrant_storage") == "77Gi"


def test_a_default_follows_the_answer_it_comes_from_until_it_is_edited(session: Session) -> None:
    session.choose("vector_backend", "mongodb")
    assert session.value("mongodb_external") is False
    session.type_text("mongodb_uri", "mongodb+srv://u:p@a.example.com")
    assert session.value("mongodb_external") is True
    session.type_text("mongodb_uri", "")
    assert session.value("mongodb_external") is False
    session.choose("mongodb_external", True)
    session.type_text("mongodb_uri", "mongodb+srv://u:p@a.example.com")
    session.type_text("mongodb_uri", "")
    assert session.value("mongodb_external") is True
    session.go_back("mongodb_external", "DEFAULT")
    assert session.value("mongodb_external") is False
