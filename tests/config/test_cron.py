"""Schedules of five fields: those that some day fulfils are taken, every other one is refused with a sentence."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aeterna_nb.questions import AnswerError, by_name

QUESTION = by_name()["backup_schedule"]
FIVE = "Write a schedule of five fields"
NEVER = "No such day ever comes"
SUNDAY = "Write 0 for Sunday"


def refusal(schedule: str) -> str:
    try:
        assert QUESTION.parse(schedule) == schedule
    except AnswerError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "schedule",
    [
        "0 3 * * *",
        "*/15 0-6,22 1,15 JAN-MAR mon-fri",
        "0 3 29 2 *",
        "0 3 31 1 *",
        "0 3 30,31 2,4 *",
        "0 3 31 * *",
        "0 3 31 2 1",
        "0 3 31 2 */2",
        "0 3 */31 2 *",
        "0 3 29/2 feb *",
        "0 3 * * 0",
        "0 3 * * 1-6",
        "0 3 7 7 *",
        "7 7 * * */7",
        "5/10 * * * *",
    ],
)
def test_a_schedule_that_some_day_fulfils_is_taken(schedule: str) -> None:
    assert refusal(schedule) == ""


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("0 3 31 2 *", NEVER),
        ("0 3 30 feb *", NEVER),
        ("0 3 30-31 2 *", NEVER),
        ("0 3 30/1 2 *", NEVER),
        ("0 3 31 2,4,6,9,11 *", NEVER),
        ("0 3 31 4/5 *", NEVER),
        ("0 3 31 2 */1", NEVER),
        ("0 3 31 2 1,*", NEVER),
        ("0 3 * * 7", SUNDAY),
        ("0 3 * * 5-7", SUNDAY),
        ("0 3 * * 1,7", SUNDAY),
        ("0 3 * * 7/1", SUNDAY),
        ("0 3 * * 8", FIVE),
        ("0 3 * * 17", FIVE),
        ("0 3 * * sat-sun", FIVE),
        ("@daily", FIVE),
        ("0 3 * *", FIVE),
        ("0 0 3 * * *", FIVE),
        ("60 3 * * *", FIVE),
        ("0 24 * * *", FIVE),
        ("0 3 0 * *", FIVE),
        ("0 3 * 13 *", FIVE),
        ("0 3 * 0 *", FIVE),
        ("*/0 * * * *", FIVE),
        ("5-1 * * * *", FIVE),
        ("0  3 * * *", FIVE),
        ("0 3 , * *", FIVE),
        ("0 3 \u0663 * *", FIVE),
        ("0 3 1-2-3 * *", FIVE),
    ],
)
def test_any_other_is_refused_with_what_to_write(schedule: str, words: str) -> None:
    assert refusal(schedule).startswith(words)


DAYS = st.lists(st.integers(1, 31), min_size=1, max_size=2, unique=True)
MONTHS = st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True)
FOUR_YEARS = [datetime.date(2024, 1, 1) + datetime.timedelta(days) for days in range(1461)]


@settings(deadline=None, max_examples=100)
@given(DAYS, MONTHS)
def test_a_day_of_a_month_is_taken_where_a_calendar_has_it(days: list[int], months: list[int]) -> None:
    there = any(date.day in days and date.month in months for date in FOUR_YEARS)
    schedule = f"0 3 {','.join(map(str, days))} {','.join(map(str, months))} *"
    assert refusal(schedule).startswith("" if there else NEVER)
    assert bool(refusal(schedule)) is not there
