"""What users expect of a configuration tool, each with the tests in which it is seen. None is claimed without one."""

import ast
import re
from pathlib import Path

import pytest

FEATURES = {
    "questions declared as data": "test_a_setting_takes_one_place_for_the_front_ends_and_one_for_both_targets",
    "named stages, with navigation": "test_back_and_next_walk_through_every_stage_that_applies",
    "go back and change an earlier answer": "test_undo_takes_back_the_last_change",
    "conditional questions": "test_questions_come_and_go_with_what_they_depend_on_and_keep_their_widgets",
    "hidden answers kept for return, left out of the output": "test_a_hidden_answer_leaves_no_trace_and_comes_back",
    "a choice shown but disabled, with the reason": "test_an_impossible_option_is_shown_with_its_reason",
    "a default computed from earlier answers": "test_a_derived_default_follows_until_somebody_edits_it",
    "validation of a field, with a message": "test_a_wrong_value_shows_a_sentence_at_once_and_keeps_what_was_typed",
    "what is required blocks progress": "test_nothing_is_written_while_something_is_open",
    "rules across fields": "test_all_broken_rules_are_found_at_once",
    "all errors at once, each at its field": "test_everything_that_is_wrong_is_said_at_once",
    "masked entry of secrets": "test_a_secret_leaves_the_field_and_stands_nowhere_on_the_page",
    "secrets kept out of what is saved": "test_a_canary_is_in_the_file_that_is_meant_for_it_and_nowhere_else",
    "pick a Secret that exists": "test_a_secret_that_is_picked_names_its_keys_and_never_its_values",
    "pick a StorageClass that exists": "test_the_field_is_given_the_names_that_the_cluster_has",
    "a random secret generated once, then stable": "test_writing_twice_touches_nothing",
    "repeating items": "test_items_are_added_moved_and_removed_by_keyboard",
    "upload of a file": "test_a_document_is_taken_from_a_file",
    "output visible while answering": "test_choosing_valkey_changes_values_and_manifests",
    "rendered manifests before the installation": "test_it_opens_on_the_first_stage_with_consequences_to_see",
    "difference from defaults and from what is there": "test_the_values_are_compared_with_the_defaults_of_the_chart",
    "only changed values are written": "test_only_decisions_are_saved",
    "comments and the order of keys survive": "test_comments_survive_every_change_of_another_answer",
    "shows where each value comes from": "test_a_picked_line_names_its_answers_with_values_and_ways",
    "save answers, load them later": "test_every_combination_comes_back_from_the_answers_file_and_from_flags",
    "partial answers survive an interruption": "test_a_killed_session_in_voila_says_so_and_the_draft_comes_back",
    "a run without a person": "test_every_pair_of_choices_comes_back_from_the_answers_file_and_from_flags",
    "checks before the installation": "test_everything_that_a_role_lacks_is_said_at_once",
    "output checked against the chart": "test_every_combination_gives_files_that_pass_every_check",
    "the next version of the chart keeps the answers": "test_a_default_that_comes_with_a_new_question_is_no_change",
    "several targets from one set of answers": "test_every_question_that_is_asked_for_a_target_changes_something_of_it",
    "a backup before anything is overwritten": "test_a_backup_takes_the_next_free_number",
    "help and links at the field": "test_hybrid_without_an_address_says_so_at_that_field",
    "search across settings": "test_every_question_can_be_found_by_its_variable",
    "history of configurations": "test_present_answers_are_compared_with_earlier_ones_and_with_presets",
    "translated front ends": "test_the_page_changes_its_language_and_keeps_everything_else",
}


ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| ([^|]+) \| .* \| `(tests/[^`]+)` \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def tests() -> dict[str, set[str]]:
    """The names of all tests, and the files that each stands in."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.setdefault(node.name, set()).add(path.relative_to(ROOT).as_posix())
    return found


def test_every_feature_is_seen_in_a_test(tests: dict[str, set[str]]) -> None:
    assert [feature for feature, test in FEATURES.items() if test not in tests] == []


def test_the_comparison_has_a_row_for_each_and_names_the_file_of_its_test(tests: dict[str, set[str]]) -> None:
    rows = ROW.findall((ROOT / "docs" / "explanation" / "comparison.md").read_text(encoding="utf-8"))
    assert [feature for feature, _ in rows] == list(FEATURES)
    assert [feature for feature, file in rows if file not in tests[FEATURES[feature]]] == []
