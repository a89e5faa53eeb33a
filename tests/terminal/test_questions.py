"""The questions in a terminal, one after the other, asked of a scripted person."""

from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import by_name
from aeterna_nb.terminal.words import sentence, written
from tests.samples import HYBRID, LOCAL, OPENCODE_ONLY, answers, configured
from tests.terminal.person import LOOK, PICK, START, ask, label

CANARY = "Canary-7f3a"


def test_the_main_choices_alone_give_a_configuration() -> None:
    given, _ = ask(LOCAL)
    assert given.config()[0] == configured(LOCAL)
    assert given.origin("cache") is Origin.TYPED


def test_choices_are_made_by_number_too() -> None:
    numbers = {"target": "2", "mode": "1", "vector_backend": "1", "cache": "1", "postgresql": "1", "llm": "1"}
    assert ask(numbers)[0].config()[0] == configured(LOCAL)


def test_several_choices_are_made_by_number_and_by_value() -> None:
    given, _ = ask({**HYBRID, "sync_layers": "3, working"}, "Central server")
    assert given.lookup("sync_layers") == ("working", "episodic")


@pytest.mark.parametrize(("typed", "count"), [("3", 3), ("2", 1)])
def test_where_the_choices_are_numbers_a_number_means_itself(typed: str, count: int) -> None:
    given, person = ask({**LOCAL, "vector_backend": "mongodb", "mongodb_replicas": typed}, "Vector store")
    assert given.lookup("mongodb_replicas") == count
    assert ("  Choose one of: 1, 3, 5." in person.said) is (typed == "2")


def test_details_are_closed_until_somebody_opens_them() -> None:
    closed, person = ask({**LOCAL, "replicas": "4"})
    assert closed.lookup("replicas") == 1
    assert label("replicas") not in person.asked
    opened, person = ask({**LOCAL, "replicas": "4"}, "Operations")
    assert opened.lookup("replicas") == 4
    assert label("dragonfly_memory") not in person.asked


def test_what_a_choice_requires_is_asked_without_opening_details() -> None:
    given, person = ask({**LOCAL, "cache": "external", "redis_host": "redis.example.com"})
    assert given.lookup("redis_host") == "redis.example.com"
    assert label("redis_port") not in person.asked


def test_questions_that_do_not_apply_are_not_asked() -> None:
    _, person = ask(OPENCODE_ONLY)
    assert person.asked == [START, *(label(name) for name in ("target", "central_url", "central_auth", "opencode"))]


def test_enter_takes_what_stands_in_brackets() -> None:
    start = answers(LOCAL).with_values(Origin.FILE, {"cache": "valkey"})
    given, person = ask({}, start=start)
    assert given == start
    assert "Answer [dragonfly]: " in person.prompts
    assert "Answer [yes]: " in person.prompts


def test_a_wrong_answer_is_explained_and_asked_again() -> None:
    given, person = ask({**LOCAL, "target": ["", "mainframe", CANARY, "kubernetes"]})
    assert given.config()[0] == configured(LOCAL)
    assert "  This needs an answer." in person.said
    assert person.said.count("  Choose one of: docker-compose, kubernetes, opencode-only.") == 2
    assert CANARY not in person.page


@pytest.mark.parametrize("typed", ["\u00b2", "\u0663", "0", "4", "-1", "9" * 5000])
def test_a_number_that_names_no_choice_is_asked_again(typed: str) -> None:
    given, _ = ask({**LOCAL, "target": [typed, "kubernetes"]})
    assert given.lookup("target") == "kubernetes"


def test_back_asks_the_question_before_and_keeps_what_was_answered() -> None:
    given, person = ask({**LOCAL, "cache": ["valkey", "dragonfly"], "postgresql": ["<", "cloudnative-pg"]})
    # Between the two lie the details of the cache.
    assert person.asked.count(label("postgresql")) == 2
    assert given.lookup("cache") == "valkey"
    again, person = ask({**LOCAL, "mode": ["<", "local"], "target": ["docker-compose", "kubernetes"]})
    assert again.lookup("target") == "kubernetes"
    assert "Answer [docker-compose]: " in person.prompts


def test_back_at_the_first_question_says_so() -> None:
    given, person = ask({**LOCAL, START: ["<", "scratch"]})
    assert "  This is the first question." in person.said
    assert given.config()[0] == configured(LOCAL)


def test_going_back_and_choosing_otherwise_hides_what_was_answered_and_brings_it_back() -> None:
    targets = ["kubernetes", "opencode-only", "kubernetes"]
    # Local, then back to the first question; there the central server's address comes next, and back again.
    given, _ = ask(
        {**LOCAL, "target": targets, "mode": ["local", ""], "vector_backend": ["<", "qdrant"], "central_url": "<"}
    )
    assert given.config()[0] == configured(LOCAL)


@pytest.mark.parametrize("lower", [Origin.FILE, Origin.ENVIRONMENT, Origin.TYPED])
def test_an_answer_is_cleared_whichever_layer_gives_it(lower: Origin) -> None:
    start = answers(LOCAL).with_values(
        lower, {"ingress": True, "ingress_host": "a.example.com", "ingress_class": "nginx"}
    )
    given, person = ask({"ingress_class": "-"}, "Operations", start=start)
    assert "Answer [nginx]: " in person.prompts
    assert given.lookup("ingress_class") is None
    assert given.lookup("ingress_host") == "a.example.com"


def test_an_answer_that_has_to_be_given_can_not_be_cleared() -> None:
    given, _ = ask({"central_url": "-"}, start=answers(HYBRID).with_values(Origin.FILE, {}))
    assert given.lookup("central_url") == "https://central.example.com"


def test_a_refused_answer_from_elsewhere_is_shown_and_asked_again() -> None:
    start = answers(LOCAL).with_texts(Origin.ENVIRONMENT, {"replicas": CANARY, "log_level": CANARY})
    given, person = ask({"replicas": "2"}, start=start)
    assert given.lookup("replicas") == 2
    assert given.lookup("log_level") == "info"
    assert given.findings() == []
    assert "Write a whole number from 1 to 100." in person.page
    assert "From the environment" in person.page
    assert CANARY not in person.page


# Secrets


def test_a_secret_is_asked_for_unseen_and_never_printed() -> None:
    given, person = ask({**LOCAL, "llm": "openai", "openai_api_key": f" {CANARY} "})
    assert person.hidden == [f" {CANARY} "]
    assert given.lookup("openai_api_key").get_secret_value() == f" {CANARY} "
    again, person = ask({}, start=given)
    assert person.hidden == [""]
    assert "Answer, not shown [given, typed by you]: " in person.prompts
    assert again.lookup("openai_api_key") == given.lookup("openai_api_key")
    assert CANARY not in person.page


def test_back_and_clear_work_at_a_secret() -> None:
    start = answers({**LOCAL, "cache": "external", "redis_host": "redis.example.com"}, redis_password=CANARY)
    given, _ = ask({"redis_password": "-"}, "Cache", start=start)
    assert given.lookup("redis_password") is None
    given, person = ask({"redis_password": ["<", ""]}, "Cache", start=start)
    assert given.lookup("redis_password").get_secret_value() == CANARY
    assert person.asked.count(label("redis_database")) == 2


def test_a_key_file_is_read_from_its_path(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{CANARY}\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    paths = [str(tmp_path / "absent"), str(tmp_path), "nul\x00", str(tmp_path / "bytes"), str(tmp_path / "key")]
    git = {**LOCAL, "opal_policy_source": "git", "opal_policy_repo_url": "git@git.example.com:p.git"}
    given, person = ask({**git, "opal_policy_ssh_key": paths}, "Authorization")
    assert given.lookup("opal_policy_ssh_key").get_secret_value() == f"{CANARY}\n"
    assert [text.strip() for text in person.said if text.strip().startswith("That file")] == [
        "That file can't be read: no such file or directory.",
        "That file can't be read: is a directory.",
        "That file can't be read: no such file or directory.",
        "That file is not UTF-8 text; save it as UTF-8, or move it away.",
    ]
    assert CANARY not in person.page


def test_a_document_that_is_there_is_not_printed_into_the_prompt() -> None:
    start = answers(
        {**LOCAL, "postgresql": "external", "postgresql_host": "db", "postgresql_password": "word"},
        postgresql_tls="verify-full",
        postgresql_root_certificate="-----BEGIN CERTIFICATE-----\nabc\n",
    )
    given, person = ask({}, "PostgreSQL", start=start)
    assert label("postgresql_root_certificate") in person.asked
    assert "abc" not in person.page
    assert given.lookup("postgresql_root_certificate") is not None


@pytest.mark.parametrize(
    ("value", "text"), [(True, "yes"), (False, "no"), (("a", "b"), "a,b"), ((), ""), (5, "5"), ("x", "x")]
)
def test_a_value_is_written_as_a_person_would_type_it(value: Any, text: str) -> None:
    assert written(value) == text


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    given, person = ask({**LOCAL, "ingress": "yes", "ingress_host": "a.example.com", "ingress_annotations": [
        "/dev/zero", "-"
    ]}, "Operations")  # fmt: skip
    assert "  That file is larger than 64 KiB, and no more is read." in person.said
    assert given.lookup("ingress_annotations") is None


def test_a_text_of_several_lines_may_be_pasted_and_a_line_may_not_be() -> None:
    annotations = "a.example.com/b: c\nd.example.com/e: f"
    typed = {**LOCAL, "ingress": "yes", "ingress_host": ["a.example.com\nb.example.com", "a.example.com"]}
    given, person = ask({**typed, "ingress_annotations": annotations}, "Operations")
    assert given.lookup("ingress_host") == "a.example.com"
    assert given.lookup("ingress_annotations") == {"a.example.com/b": "c", "d.example.com/e": "f"}
    assert "  Those were several lines, and this takes one." in person.said


# Presets


def test_compose_speaks_of_no_operator_and_of_no_cluster() -> None:
    start = Answers().with_values(Origin.FILE, {**PRESETS["local"].values, "target": "docker-compose"})
    given, person = ask({"postgresql": ["?", ""]}, start=start)
    said = "\n".join([*person.said, sentence(by_name()["postgresql"], given)])
    assert "cloudnative-pg: A container of PostgreSQL 17." in said
    assert "Which PostgreSQL? Bundled PostgreSQL" in said
    assert "CloudNativePG" not in said
    assert "in the cluster" not in said.split(label("postgresql"))[1]


def test_other_presets_are_folded_until_somebody_wants_more_and_known_by_their_names_before() -> None:
    given, person = ask({START: ["more", "7"], LOOK: "no"})
    assert given.lookup("size") == PRESETS["medium"].values["size"] == "medium"
    listed = [line for line in person.said if line.startswith(("  6  ", "  7  "))]
    assert listed[0] == "  6  more: small, medium, large, aws, gke, aks, sops, external-secrets"
    assert listed[2].startswith("  7  medium: ")
    assert ask({START: "large", LOOK: "no"})[0].lookup("hpa") is True


def test_a_heading_says_which_stage_it_is_of_how_many() -> None:
    _, local = ask({START: "local", LOOK: "yes"})
    heads = [line.split("\n")[1] for line in local.said if line.startswith("\nStage")]
    assert heads[:3] == ["Stage 1 of 11: Start", "Stage 2 of 11: Target and mode", "Stage 3 of 11: Vector store"]
    _, remote = ask({START: "remote", LOOK: "yes", "Address of the central server": "https://c.example.com"})
    heads = [line.split("\n")[1] for line in remote.said if line.startswith("\nStage")]
    assert heads[2].startswith("Stage 3 of 6: Central server")


@pytest.mark.parametrize("typed", ["production", "2", ["0", "99", "mainframe", "production"]])
def test_a_preset_is_offered_first_and_leaves_only_what_is_open(typed: Any) -> None:
    given, person = ask({START: typed, LOOK: "no"})
    assert given.config()[0] == Answers().with_values(Origin.PRESET, PRESETS["production"].values).config()[0]
    assert person.asked == [START]
    assert person.said.count("  Write a number from 1 to 6, or one of the names.") == (
        3 if isinstance(typed, list) else 0
    )


def test_what_a_preset_leaves_open_is_asked() -> None:
    left = {"central_url": "https://c.example.com", "postgresql_host": "db.example.com"}
    given, person = ask({START: "hybrid", LOOK: ["perhaps", "no"], **left, "postgresql_password": "p"})
    assert person.asked == [START, *(label(name) for name in left), label("postgresql_password")]
    assert "  Answer yes or no." in person.said
    assert given.lookup("mode") == "hybrid"


def test_every_answer_of_a_preset_can_be_looked_at() -> None:
    given, person = ask({START: "local", LOOK: "yes", "cache": "valkey"})
    assert given.lookup("cache") == "valkey"
    assert [label(name) for name in LOCAL] == [words for words in person.asked if words in map(label, LOCAL)]


def test_going_back_another_preset_can_be_taken() -> None:
    given, _ = ask({START: ["production", "local"], LOOK: ["<", "no"]})
    assert given.config()[0] == configured(LOCAL)


def test_no_preset_is_offered_where_answers_were_given_beforehand() -> None:
    _, person = ask({}, start=Answers().with_values(Origin.GIVEN, LOCAL))
    assert START not in person.asked


# Commands at a prompt


def test_help_tells_what_to_write_where_it_comes_from_and_how_scripts_say_it() -> None:
    given, person = ask({**LOCAL, "replicas": ["?", "4"]}, "Operations")
    assert given.lookup("replicas") == 4
    for words in ("from 1 to 100", "Default: 1", "default", "--replicas", "AETERNA_SETUP_REPLICAS", "/word"):
        assert words in person.page


@pytest.mark.parametrize("prompt", [START, LOOK, "target", "openai_api_key"])
def test_every_prompt_explains_itself(prompt: str) -> None:
    first = {START: ["local"], LOOK: ["yes"], "llm": ["openai"], "openai_api_key": ["k"], "target": [""]}
    _, plain = ask(first)
    _, person = ask({**first, prompt: ["?", *first[prompt]]})
    explained = [words for words in person.said if "? explains" in words]
    assert len(explained) == 1
    assert explained[0] not in plain.said


def test_a_question_is_found_by_a_word_and_answered_in_between() -> None:
    given, person = ask({**LOCAL, "cache": ["/namespace", "dragonfly"], PICK: ["x", "9", "1"], "namespace": "team-b"})
    assert given.lookup("namespace") == "team-b"
    assert person.asked.count(label("cache")) == 2
    assert person.said.count("  Write one of the numbers, or press Enter.") == 2
    assert given.with_values(Origin.TYPED, {"namespace": None}).config()[0] == configured(LOCAL)


def test_what_is_not_found_is_said_and_nothing_changes() -> None:
    given, person = ask({**LOCAL, "cache": ["/zeppelin", "/", "dragonfly"]})
    assert "  No question that is asked now has these words." in person.said
    assert "  Write a word behind it, such as /memory." in person.said
    assert given.config()[0] == configured(LOCAL)


def test_a_change_found_by_a_word_may_make_the_present_question_idle() -> None:
    remote = {"mode": ["local", "remote"], "central_url": "https://c.example.com", "central_auth": "service-account"}
    given, person = ask({**LOCAL, **remote, "cache": "/which mode", PICK: "1"})
    assert given.lookup("mode") == "remote"
    assert person.asked.count(label("cache")) == 1


def test_a_path_that_begins_with_a_slash_is_an_answer() -> None:
    typed = {**LOCAL, "backup": "yes", "backup_target": "s3", "backup_s3_bucket": "b", "backup_s3_path": "/nightly"}
    assert ask(typed, "Operations")[0].lookup("backup_s3_path") == "/nightly"


def test_at_a_secret_a_slash_is_part_of_it_and_nothing_is_looked_for() -> None:
    given, person = ask({**LOCAL, "llm": "openai", "openai_api_key": f"/{CANARY}"})
    assert given.lookup("openai_api_key").get_secret_value() == f"/{CANARY}"
    assert CANARY not in person.page


def test_a_password_is_made_on_request_and_not_shown() -> None:
    typed = {**LOCAL, "postgresql": "external", "postgresql_host": "db.example.com", "postgresql_password": "*"}
    made = [ask(typed) for _ in range(2)]
    values = [given.lookup("postgresql_password").get_secret_value() for given, _ in made]
    assert len(set(values)) == 2
    assert all(len(value) > 30 and value not in person.page for value, (_, person) in zip(values, made, strict=True))


def test_where_none_can_be_made_a_star_is_what_it_is() -> None:
    given, _ = ask({**LOCAL, "llm": "openai", "openai_api_key": "*"})
    assert given.lookup("openai_api_key").get_secret_value() == "*"


@pytest.mark.parametrize("typed", ["dragonfly", "1"])
def test_a_choice_that_contradicts_another_answer_is_shown_with_the_reason_and_not_taken(typed: str) -> None:
    start = Answers().with_values(
        Origin.FILE, {**HYBRID, "central_api_key": "k", "cache": "valkey", "local_cache_size": 64}
    )
    start = start.with_values(Origin.TYPED, {"central_api_key": "k"})
    given, person = ask({"cache": [typed, "valkey"]}, start=start)
    assert given.lookup("cache") == "valkey"
    reasons = [text for text in person.said if "Not with the other answers: " in text and "256 MiB" in text]
    assert len(reasons) == 2


def test_no_is_refused_with_the_reason_where_it_contradicts() -> None:
    start = Answers().with_values(Origin.FILE, {**OPENCODE_ONLY, "central_auth": "service-account"})
    given, person = ask({"opencode": ["no", "yes"]}, start=start)
    assert given.lookup("opencode") is True
    assert any(text.startswith("  Not with the other answers: ") for text in person.said)


def test_a_single_annotation_is_typed_as_it_is_and_a_path_is_still_a_path(tmp_path: Path) -> None:
    typed = {**LOCAL, "ingress": "yes", "ingress_host": "a.example.com"}
    given, _ = ask({**typed, "ingress_annotations": 'ssl-redirect: "true"'}, "Operations")
    assert given.lookup("ingress_annotations") == {"ssl-redirect": "true"}
    file = tmp_path / "a: b"
    file.write_text("from/file: yes\n", encoding="utf-8")
    given, _ = ask({**typed, "ingress_annotations": str(file)}, "Operations")
    assert given.lookup("ingress_annotations") == {"from/file": "yes"}
