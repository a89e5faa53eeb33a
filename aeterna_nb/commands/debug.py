"""`aeterna debug`: what to paste into a report of a fault; no secrets, and no texts of one's own unless asked for."""

import platform
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version

from aeterna_nb.answers import ORIGIN_WORDS, Answers, Origin
from aeterna_nb.commands.options import add_folder_flags, add_question_flags
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.commands.show import shown
from aeterna_nb.commands.start import commanded, loaded
from aeterna_nb.commands.version import versions
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.findings import Finding
from aeterna_nb.questions import Question

PACKAGES = ("jupyterlab", "voila", "ipywidgets", "anywidget", "papermill", "pydantic", "helm-python-sdk")
"""The packages whose versions decide most faults of the front ends and of Helm."""

GIVEN = "(given)"
MARKDOWN = str.maketrans({"|": "\\|", "\n": " "})


def run(words: Sequence[str]) -> int:
    """Print versions, answers and findings as Markdown; texts that somebody wrote only on demand, secrets never."""
    parser = Parser("debug", "Print what a report of a fault needs: versions, answers without secrets, findings.")
    add_folder_flags(parser)
    parser.add_argument("--texts", action="store_true", help="show names and addresses, too; read them before you post")
    add_question_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        print("\n".join(["## Versions", "", *_table(["what", "version"], _versions().items())]))
        try:
            folder = loaded(options)
        except UsageError:
            print("\nThere is no configuration in this folder.")
            return status.code
        rows = _answers(folder.answers, texts=options.texts)
        print("\n".join(["", "## Answers", "", *_table(["answer", "value", "source"], rows)]))
        found = [_told(finding, texts=options.texts) for finding in folder.findings] or ["None."]
        print("\n".join(["", "## Findings", "", *found]))
    return status.code


def _versions() -> dict[str, str]:
    own = {"Python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    return versions() | own | {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _answers(answers: Answers, *, texts: bool) -> Iterator[tuple[str, str, str]]:
    for question in answers.active():
        origin = answers.origin(question.name)
        if origin is not Origin.DEFAULT:
            value = shown(question, answers) if texts or _chosen(question) else GIVEN
            yield question.name, value, ORIGIN_WORDS[origin].lower()


def _chosen(question: Question) -> bool:
    """Whether an answer is one of ours, or a number, rather than a text of somebody's own."""
    return question.secret or bool(question.options) or question.kind in {"boolean", "integer"}


def _told(finding: Finding, *, texts: bool) -> str:
    """A finding; without texts its sentence with the names of its values in the place of the values."""
    words = [finding.message, finding.cure] if texts else [_template(finding.message), _template(finding.cure)]
    about = ", ".join(filter(None, (finding.check, finding.question)))
    return f"- {finding.severity} ({about}): {' '.join(filter(None, words))}".translate(MARKDOWN)


def _template(sentence: str) -> str:
    if isinstance(sentence, Sentence):
        return sentence.template
    return "" if not sentence else "(a sentence that --texts shows)"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (columns, ["---"] * len(columns), *rows):
        yield f"| {' | '.join(cell.translate(MARKDOWN) for cell in row)} |"
