"""Sentences for a person that keep what they were made of, so that a front end can say them in another language."""

from collections.abc import Mapping
from typing import Any, Self


class Sentence(str):
    """A text with values. As a string it is the English sentence.

    `template` holds the values' names in braces. A value that is a Sentence is said in the reader's language as well,
    any other stands as it is.
    """

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Self:
        """The sentence of this template with these values."""
        return cls._made(template.format(**values) if values else template, template, values)

    @classmethod
    def _made(cls, english: str, template: str, values: Mapping[str, Any]) -> Self:
        made = super().__new__(cls, english)
        made.template, made.values = template, values
        return made

    def __str__(self) -> str:
        # Otherwise str() of it, or of an error that holds it, would forget its parts.
        return self


class Heading(Sentence):
    """A question's label as it stands before a colon: without its question mark, in every language."""

    def __new__(cls, label: str) -> Self:
        """The heading of this label."""
        return cls._made(label.rstrip("?"), label, {})
