"""Answers from the files of the server's own project: the values of its charts and its Compose files.

Their settings have other names than our questions, so that one table says what each becomes.
"""

from aeterna_nb.imports.upstream.compose import compose_answers
from aeterna_nb.imports.upstream.rows import Translated
from aeterna_nb.imports.upstream.values import knows_all, tells_upstream, values_answers

__all__ = ["Translated", "compose_answers", "knows_all", "tells_upstream", "values_answers"]
