"""Variables in a Compose file, as the Compose specification defines them ("Interpolation")."""

import re
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(
    r"\$(?:(?P<dollar>\$)"
    r"|(?P<plain>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<operator>:?[-+?])(?P<operand>(?:[^{}]|\$\{[^{}]*\})*))?\}"
    r"|(?P<broken>\{?))"
)


class Interpolation:
    """Puts variables in the place of their names, and keeps a sentence about each that has no value."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.faults: list[str] = []

    def text(self, text: str, where: str) -> str:
        """The text with its variables replaced; one without a value becomes empty, as in Compose."""
        return _VARIABLE.sub(lambda match: self._value(match, where), text)

    def _value(self, match: re.Match[str], where: str) -> str:
        if match["dollar"]:
            return "$"
        name = match["plain"] or match["name"]
        if name is None:
            self._note(f"{where} has a dollar sign that names no variable; write it twice to mean itself")
            return match[0]
        value = self._environment.get(name)
        operator, operand = match["operator"] or "", match["operand"] or ""
        there = value is not None and (value != "" or not operator.startswith(":"))
        if operator.endswith("+"):
            return operand if there else ""
        if there:
            return str(value)
        if operator.endswith("-"):
            return self.text(operand, where)
        self._note(f"{where} needs the variable {name}, which .env does not give")
        return ""

    def _note(self, sentence: str) -> None:
        if sentence not in self.faults:
            self.faults.append(sentence)


def interpolated(node: Any, interpolation: Interpolation, where: str = "") -> Any:
    """The tree with the variables in its values replaced; keys stay, as in Compose."""
    if isinstance(node, dict):
        return {
            key: interpolated(value, interpolation, f"{where}.{key}" if where else str(key))
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [interpolated(value, interpolation, f"{where}[{index}]") for index, value in enumerate(node)]
    return interpolation.text(node, where) if isinstance(node, str) else node
