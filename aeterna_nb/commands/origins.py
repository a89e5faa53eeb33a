"""`aeterna show --behind` and `--causes`: the answers that a line comes from, and what an answer causes."""

from collections.abc import Iterator

from aeterna_nb.answers.wording import shown
from aeterna_nb.commands.parser import UsageError
from aeterna_nb.commands.start import Loaded
from aeterna_nb.origins import Subject, Tracer
from aeterna_nb.origins.documents import document_text
from aeterna_nb.origins.lines import lines
from aeterna_nb.origins.reading import behind, dependent_lines
from aeterna_nb.origins.trees import Effect, is_object
from aeterna_nb.output.masking import masked_file, masked_manifest
from aeterna_nb.questions import Question, by_name

WORDS: dict[Effect, str] = {"value": "what stands there", "presence": "that it is there"}


def answers_behind(folder: Loaded, place: str) -> str:
    """The answers that a line comes from: a line each. `place` is such as `values.yaml:12` or `Service/aeterna:3`.

    Raises UsageError where there is no such line.
    """
    document, _, number = place.rpartition(":")
    text = _text(folder, document)
    if text is None:
        raise UsageError("--behind: write the name of a file or object and the line, such as values.yaml:2.")
    if not number.isdigit() or not 1 <= int(number) <= text.count("\n"):
        raise UsageError(f"--behind: {document} has the lines 1 to {text.count(chr(10))}.")
    paths = lines(document, text)[int(number) - 1]
    subject: Subject = "manifests" if is_object(document) else "files"
    tracer = Tracer(folder.answers)
    traced = [tracer.causes(question, subject) for question in tracer.questions]
    rows = [
        f"  {by_name()[name].flag:<32} {_value(folder, by_name()[name]):<40} {WORDS[effect]}"
        for name, effect in behind(traced, document, paths)
    ]
    head = f"{place}  {text.split(chr(10))[int(number) - 1].strip()}"
    return "\n".join([head, *(rows or ["  No answer: it is the same whatever is answered."])])


def caused_by(folder: Loaded, name: str) -> str:
    """What the answer to a question causes in files and objects: a line each. Raises UsageError for no question."""
    question = by_name().get(name.replace("-", "_"))
    if question is None or not folder.answers.applies(question.name):
        raise UsageError("--causes: write the name of a question that applies, such as cache; see `aeterna show`.")
    found = list(_caused(folder, question))
    return "\n".join(found or ["Nothing else depends on it."])


def _caused(folder: Loaded, question: Question) -> Iterator[str]:
    tracer = Tracer(folder.answers)
    for subject in ("files", "manifests"):
        causes = tracer.causes(question, subject)
        for document in causes.effects:
            text = _text(folder, document) or ""
            if causes.on(document, [()]) == "presence":
                yield f"{document}  is there because of it"
            for number, line, effect in dependent_lines(causes, document, text):
                if effect == "value" or causes.on(document, [()]) is None:
                    yield f"{document}:{number + 1}  {line.strip()}  ({WORDS[effect]})"
        for document, paths in causes.appears.items():
            if () in paths:
                yield f"{document}  would come with another answer"


def _text(folder: Loaded, document: str) -> str | None:
    """A document as it may be shown. Raises UsageError where the answers give none."""
    evaluation = folder.evaluation
    if evaluation.config is None:
        raise UsageError("The answers are not complete; run `aeterna validate` to see what is missing.")
    text = document_text(document, evaluation.files, [masked_manifest(manifest) for manifest in evaluation.manifests])
    return None if text is None else masked_file(document, text)


def _value(folder: Loaded, question: Question) -> str:
    value = folder.answers.lookup(question.name)
    return "not given" if value is None else shown(question, value, folder.answers.lookup("target"))
