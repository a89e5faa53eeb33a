"""A schedule of five fields: minute, hour, day of the month, month, day of the week.

As Kubernetes and CloudNativePG read it (github.com/robfig/cron): Sunday is 0 alone, and where both kinds of day are
named a match of either is enough.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from aeterna_nb.config.types import Line, wrong

_LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
"""Days of the months that have no 31st, in the longest year."""


@dataclass(frozen=True, slots=True)
class _Field:
    """The numbers of a field, and the names that stand for them from `least` on."""

    least: int
    most: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> Set[int]:
        """The numbers that the text of this field means; raises ValueError where it is none."""
        return {number for item in text.split(",") for number in self._item(item)}

    def _item(self, item: str) -> range:
        span, slash, step = item.partition("/")
        if slash and not re.fullmatch(r"[1-9][0-9]?", step):
            raise ValueError(step)
        first, to, last = span.partition("-")
        if span == "*":
            begin, end = self.least, self.most
        else:
            begin = self._number(first)
            end = self._number(last) if to else self.most if slash else begin
        if not self.least <= begin <= end <= self.most:
            raise ValueError(span)
        return range(begin, end + 1, int(step or 1))

    def _number(self, word: str) -> int:
        if word.lower() in self.names:
            return self.least + self.names.index(word.lower())
        if not re.fullmatch(r"[0-9]{1,2}", word):
            raise ValueError(word)
        return int(word)


_TIME = (_Field(0, 59), _Field(0, 23))
_DAY = _Field(1, 31)
_MONTH = _Field(1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
_WEEKDAY = _Field(0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat"))


def _cron(text: str) -> str:
    fields = text.split(" ")
    try:
        *times, day, month, weekday = fields
        for field, written in zip(_TIME, times, strict=True):
            field.values(written)
        days, months = _DAY.values(day), _MONTH.values(month)
    except ValueError:
        raise _no_schedule() from None
    try:
        _WEEKDAY.values(weekday)
    except ValueError:
        if re.search(r"(?<![0-9/])7(?![0-9])", weekday):
            raise wrong("Write 0 for Sunday: the days of the week go from 0 to 6.") from None
        raise _no_schedule() from None
    if _any_day(weekday) and all(min(days) > _LONGEST.get(number, 31) for number in months):
        raise wrong("No such day ever comes. Name one that its month has, such as 28.")
    return text


def _any_day(field: str) -> bool:
    """Whether a field names no days of its own: it has a star without a step, to which /1 adds nothing."""
    return not {"*", "*/1"}.isdisjoint(field.split(","))


def _no_schedule() -> Exception:
    return wrong("Write a schedule of five fields, such as '0 3 * * *' for three o'clock each night.")


Cron = Annotated[Line, AfterValidator(_cron)]
