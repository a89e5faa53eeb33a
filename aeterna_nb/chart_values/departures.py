"""Where values depart from the chart's defaults, key by key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from aeterna_nb.chart_values import ChartValues
from aeterna_nb.reading.leaves import KeyPath


@dataclass(frozen=True, slots=True)
class Departure:
    """A value that is not the chart's default; `default` is None where the chart has no such key or no value.

    `description` says what the key is, or the nearest above it that the chart describes.
    """

    path: KeyPath
    default: Any
    value: Any
    description: str


def departures(values: Mapping[str, Any]) -> list[Departure]:
    """Every value that differs from the chart's own, in the order of `values`. A list counts as one value."""
    return list(_departures(values, ChartValues().model_dump(by_alias=True, mode="json"), ()))


def _departures(values: Mapping[str, Any], defaults: Any, path: KeyPath) -> Iterator[Departure]:
    for key, value in values.items():
        default = defaults.get(key) if isinstance(defaults, Mapping) else None
        here = (*path, str(key))
        if isinstance(value, Mapping) and value:
            yield from _departures(value, default, here)
        elif value != default or isinstance(value, bool) is not isinstance(default, bool):
            yield Departure(here, default, value, description(here))


def description(path: KeyPath) -> str:
    """What the chart says about a key, or about the nearest above it; empty when it says nothing."""
    nearest = (path[:length] for length in range(len(path), 0, -1))
    return next((_descriptions()[key] for key in nearest if _descriptions().get(key)), "")


@cache
def _descriptions() -> dict[KeyPath, str]:
    return dict(_described(ChartValues(), ()))


def _described(section: BaseModel, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    for name, field in type(section).model_fields.items():
        here, value = (*path, field.alias or name), getattr(section, name)
        yield here, field.description or ""
        if isinstance(value, BaseModel):
            yield from _described(value, here)
