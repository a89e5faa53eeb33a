"""The answers of one visit: what is typed, hidden, restored, reset, undone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.wording import shown
from aeterna_nb.imports import Imported
from aeterna_nb.notebook.session import Session
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import Question, by_name, questions
from tests.properties.texts import TYPED
from tests.samples import KEY, asked

LOCAL = Answers().with_values(Origin.PRESET, PRESETS["local"].values)


@pytest.fixture
def session() -> Session:
    return Session(LOCAL, "local")


def test_a_hidden_answer_is_kept_out_and_comes_back_with_its_question(session: Session) -> None:
    session.type_text("qdrant_storage", "77Gi")
    session.choose("vector_backend", "pgvector")
    assert session.value("qdrant_storage") is None
    assert "qdrant_storage" not in [question.name for question in session.questions_of("vector")]
    session.choose("vector_backend", "qdrant")
    assert session.value("qdrant_storage") == "77Gi"
    assert session.text("qdrant_storage") == "77Gi"


def test_a_hidden_answer_that_was_wrong_is_no_error_until_it_is_shown_again(session: Session) -> None:
    session.type_text("qdrant_storage", "much")
    session.choose("vector_backend", "pgvector")
    assert session.answers.config()[0] is not None
    session.choose("vector_backend", "qdrant")
    assert session.answers.config()[0] is None
    assert session.refusal("qdrant_storage")
    assert session.text("qdrant_storage") == "much"


def test_an_emptied_field_stays_empty_and_the_default_applies(session: Session) -> None:
    session.type_text("namespace", "memory")
    session.type_text("namespace", " ")
    assert session.text("namespace") == " "
    assert session.value("namespace") == "aeterna"
    assert session.hint(by_name()["namespace"]) == "aeterna"


@pytest.mark.parametrize(
    ("name", "text", "origin"),
    [
        ("cache", "", "From the Local preset."),
        ("namespace", "", "Default."),
        ("namespace", "memory", "Typed by you."),
        ("qdrant_host", "", ""),
    ],
)
def test_every_value_says_where_it_comes_from(session: Session, name: str, text: str, origin: str) -> None:
    if text:
        session.type_text(name, text)
    assert session.origin(name) == origin


def test_a_typed_answer_can_go_back_to_the_preset_and_to_the_default() -> None:
    session = Session(Answers().with_values(Origin.PRESET, PRESETS["production"].values), "production")
    question = by_name()["postgresql_storage"]
    session.type_text(question.name, "90Gi")
    ways = dict(session.ways(question))
    assert ways == {"PRESET": "Back to 50Gi (from the Production preset)", "DEFAULT": "Use the default, 10Gi"}
    session.go_back(question.name, "DEFAULT")
    assert session.value(question.name) == "10Gi"
    session.go_back(question.name, "PRESET")
    assert session.value(question.name) == "50Gi"
    assert session.text(question.name) == "50Gi"


def test_undo_brings_back_answers_texts_and_preset(session: Session) -> None:
    session.type_text("namespace", "Not A Name")
    session.take_preset("production")
    session.undo()
    assert (session.preset, session.text("namespace")) == ("local", "Not A Name")
    session.undo()
    assert session.text("namespace") == "aeterna"
    assert not session.can_undo
    session.undo()
    assert session.answers == LOCAL


def test_what_changes_nothing_is_no_step(session: Session) -> None:
    session.choose("cache", "dragonfly")
    session.type_text("namespace", "aeterna")
    session.take_preset("local")
    assert not session.can_undo


def test_a_preset_lies_under_what_was_typed(session: Session) -> None:
    session.choose("cache", "valkey")
    session.take_preset("production")
    assert session.value("cache") == "valkey"
    assert session.value("replicas") == 3
    session.take_preset("")
    assert session.value("target") is None
    session.choose("target", "kubernetes")
    session.choose("mode", "local")
    assert session.value("cache") == "valkey"
    assert session.value("replicas") == 1


def test_an_import_replaces_what_was_typed(session: Session) -> None:
    session.type_text("namespace", "typed")
    session.take_imported(Imported(("mine.yaml",), {"namespace": "imported", "target": "kubernetes"}))
    assert session.value("namespace") == "imported"
    assert session.text("namespace") == "imported"
    assert session.origin("target") == "From mine.yaml."
    assert session.value("cache") is None
    session.undo()
    assert session.value("namespace") == "typed"


def test_a_draft_brings_back_everything_but_secrets(session: Session) -> None:
    session.take_preset("production")
    session.choose("llm", "openai")
    session.choose("opencode_toolsets", ("memory", "graph"))
    session.type_text("openai_api_key", "sk-canary-draft")
    session.type_text("namespace", "Not A Name")
    session.type_text("qdrant_storage", "77Gi")
    session.choose("vector_backend", "pgvector")
    draft = session.draft()
    assert "canary" not in draft
    later = Session(LOCAL, "local")
    assert later.take_draft(draft)
    assert later.preset == "production"
    assert later.text("namespace") == "Not A Name"
    assert later.refusal("namespace")
    assert later.value("opencode_toolsets") == ("memory", "graph")
    assert later.value("openai_api_key") is None
    later.choose("vector_backend", "qdrant")
    assert later.value("qdrant_storage") == "77Gi"


@pytest.mark.parametrize(
    "draft",
    [
        "",
        "[]",
        "{}",
        "not json",
        '{"preset": "local"}',
        '{"preset": [], "texts": {}, "FILE": {}, "TYPED": {}}',
        '{"preset": "local", "texts": 3, "FILE": {}, "TYPED": {}}',
    ],
)
def test_a_draft_that_is_none_changes_nothing(session: Session, draft: str) -> None:
    assert not session.take_draft(draft)
    assert not session.can_undo


def test_a_draft_with_names_and_values_of_another_time_loses_only_those(session: Session) -> None:
    draft = '{"preset": "gone", "texts": {"colour": "red"}, "FILE": {"shape": 1}, "TYPED": {"target": "kubernetes"}}'
    assert session.take_draft(draft)
    assert (session.preset, session.value("target")) == ("", "kubernetes")


def test_a_draft_cannot_bring_in_a_secret(session: Session) -> None:
    draft = '{"preset": "local", "texts": {"kms_key": "x"}, "FILE": {"kms_key": "x"}, "TYPED": {"kms_key": "x"}}'
    assert session.take_draft(draft)
    assert session.value("kms_key") is None


def test_nothing_done_makes_no_draft_and_beginning_anew_can_be_undone(session: Session) -> None:
    assert session.draft() == ""
    session.choose("cache", "valkey")
    session.begin_anew()
    assert session.value("cache") == "dragonfly"
    session.undo()
    assert session.value("cache") == "valkey"


def test_stages_are_those_that_apply(session: Session) -> None:
    assert "central" not in [stage.id for stage in session.stages()]
    session.choose("mode", "remote")
    ids = [stage.id for stage in session.stages()]
    assert "central" in ids
    assert "vector" not in ids
    assert (ids[0], ids[-1]) == ("start", "review")


def test_a_secret_is_never_part_of_what_is_shown(session: Session) -> None:
    session.choose("llm", "openai")
    session.type_text("openai_api_key", "sk-canary-value")
    question = by_name()["openai_api_key"]
    assert session.value("openai_api_key") is not None
    texts = [session.text(question.name), session.hint(question), shown(question, session.value(question.name), None)]
    assert "canary" not in repr([*texts, session.ways(question), session.answers, session._moments])


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("opal", True, "yes"),
        ("cache", "valkey", "Valkey"),
        ("sync_interval", 300, "300 seconds"),
        ("sync_layers", (), "none"),
        ("namespace", "memory", "memory"),
    ],
)
def test_values_in_words(name: str, value: object, words: str) -> None:
    assert shown(by_name()[name], value, None) == words


PRODUCTION = Answers().with_values(Origin.PRESET, PRESETS["production"].values)
FILE = PRODUCTION.with_values(Origin.FILE, {"postgresql_storage": "60Gi"})
FOUR_LAYERS = FILE.with_values(Origin.ENVIRONMENT, {"postgresql_storage": "70Gi"})


def test_emptying_a_field_clears_what_a_lower_layer_gives_and_says_how_to_get_it_back() -> None:
    session = Session(PRODUCTION, "production")
    question = by_name()["postgresql_storage"]
    session.type_text(question.name, "")
    assert session.value(question.name) == "10Gi"
    assert session.origin(question.name) == "Cleared by you; the default applies."
    assert session.text(question.name) == ""
    assert session.ways(question) == [("PRESET", "Back to 50Gi (from the Production preset)")]
    session.undo()
    assert session.value(question.name) == "50Gi"
    session.type_text(question.name, " ")
    session.go_back(question.name, "PRESET")
    assert (session.value(question.name), session.text(question.name)) == ("50Gi", "50Gi")
    assert session.origin(question.name) == "From the Production preset."


def test_what_was_cleared_and_has_no_default_is_asked_again(session: Session) -> None:
    session.take_imported(
        Imported(("mine.yaml",), {**LOCAL.layers[Origin.PRESET], "ingress": True, "ingress_host": "a.example.com"})
    )
    session.type_text("ingress_host", "")
    assert session.origin("ingress_host") == "Cleared by you."
    assert [question.name for question in session.answers.missing()] == ["ingress_host"]
    assert session.ways(by_name()["ingress_host"]) == [("FILE", "Back to a.example.com (from mine.yaml)")]


@pytest.mark.parametrize(
    ("way", "value"), [("DEFAULT", "10Gi"), ("PRESET", "50Gi"), ("FILE", "60Gi"), ("ENVIRONMENT", "70Gi")]
)
def test_a_typed_answer_can_go_back_to_any_layer(way: str, value: str) -> None:
    session = Session(FOUR_LAYERS, "production")
    question = by_name()["postgresql_storage"]
    session.type_text(question.name, "90Gi")
    assert value in dict(session.ways(question))[way]
    session.go_back(question.name, way)
    assert (session.value(question.name), session.text(question.name)) == (value, value)
    session.undo()
    assert session.value(question.name) == "90Gi"


def test_a_cleared_answer_survives_the_draft() -> None:
    session = Session(PRODUCTION, "production")
    session.type_text("postgresql_storage", "")
    later = Session(LOCAL, "local")
    assert later.take_draft(session.draft())
    assert later.preset == "production"
    assert later.value("postgresql_storage") == "10Gi"
    assert later.origin("postgresql_storage").startswith("Cleared")


def test_a_draft_keeps_what_was_imported_and_where_it_came_from(session: Session) -> None:
    session.take_imported(Imported(("mine.yaml",), {"target": "kubernetes", "mode": "local"}, {"kms_key": KEY}))
    later = Session(LOCAL, "local")
    assert KEY not in session.draft()
    assert later.take_draft(session.draft())
    assert (later.preset, later.value("cache")) == ("", None)
    assert later.origin("mode") == "From mine.yaml."
    assert later.value("kms_key") is None


MAKEABLE = [question.name for question in questions() if question.ask.makeable]


@pytest.mark.parametrize("name", MAKEABLE)
def test_a_made_secret_is_taken_held_and_can_be_forgotten(name: str) -> None:
    session = Session(asked(name))
    session.make_secret(name)
    first = session.value(name).get_secret_value()
    assert len(first) >= 40
    assert session.refusal(name) == ""
    assert session.made(name).startswith("Made here; it will stand in values.secret.yaml.")
    session.make_secret(name)
    assert session.value(name).get_secret_value() != first
    assert first not in session.draft() + repr(session._moments)
    session.type_text(name, "")
    assert session.value(name) is None
    assert session.made(name) == ""
    session.undo()
    assert session.made(name)


def test_a_secret_from_below_can_be_forgotten_and_used_again() -> None:
    visit = Session(LOCAL.with_texts(Origin.ENVIRONMENT, {"kms_key": KEY}), "local")
    question = by_name()["kms_key"]
    assert visit.ways(question) == []
    visit.type_text("kms_key", "")
    assert visit.value("kms_key") is None
    assert visit.ways(question) == [("ENVIRONMENT", "Use it again (from the environment)")]
    visit.go_back("kms_key", "ENVIRONMENT")
    assert visit.value("kms_key").get_secret_value() == KEY


def test_secrets_alone_replace_no_answer(session: Session) -> None:
    session.type_text("namespace", "memory")
    session.take_imported(Imported((".env",), secrets={"kms_key": KEY, "opal_master_token": "t"}))
    assert (session.preset, session.value("namespace")) == ("local", "memory")
    assert session.value("kms_key").get_secret_value() == KEY
    assert session.kept == {"opal_master_token": "t"}
    session.undo()
    assert (session.value("kms_key"), session.kept) == (None, {})


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([q for q in questions() if q.kind in ("text", "integer", "document", "secret")]), TYPED
        ),
        max_size=4,
    )
)
def test_whatever_is_typed_undo_takes_it_back_and_the_draft_brings_it_back(typed: list[tuple[Question, str]]) -> None:
    session = Session(PRODUCTION, "production")
    for question, text in typed:
        session.type_text(question.name, text)
        session.ways(question)
        session.origin(question.name)
    later = Session(LOCAL, "local")
    if later.take_draft(session.draft()):
        plain = [question for question in questions() if not question.secret]
        assert [later.value(q.name) for q in plain] == [session.value(q.name) for q in plain]
        assert [later.text(q.name) for q in plain] == [session.text(q.name) for q in plain]
    while session.can_undo:
        session.undo()
    assert session.answers == PRODUCTION
