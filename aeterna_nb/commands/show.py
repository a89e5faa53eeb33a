"""`aeterna show`: the configuration, each value with its source, secrets masked."""

import json
from collections.abc import Sequence

from aeterna_nb.answers import ORIGIN_WORDS, Answers
from aeterna_nb.commands.options import add_folder_flags, add_question_flags
from aeterna_nb.commands.origins import answers_behind, caused_by
from aeterna_nb.commands.parser import Parser
from aeterna_nb.commands.reports import exit_status, print_findings
from aeterna_nb.commands.start import commanded, loaded, saved_answers
from aeterna_nb.questions import STAGES, Question
from aeterna_nb.terminal.words import written

MASK = "••••••"


def run(words: Sequence[str]) -> int:
    """Print the configuration in a folder, with flags and variables laid over it."""
    parser = Parser("show", "Print the configuration, each value with its source, secrets masked.")
    add_folder_flags(parser)
    parser.add_argument("--behind", metavar="LINE", help="the answers that a line comes from, such as values.yaml:2")
    parser.add_argument("--causes", metavar="NAME", help="what an answer causes in files and objects, such as cache")
    add_question_flags(parser)
    with commanded() as status:
        options = parser.read(words)
        if options.behind is not None or options.causes is not None:
            folder = loaded(options)
            print(answers_behind(folder, options.behind) if options.behind else caused_by(folder, options.causes or ""))
            return status.code
        answers, findings = saved_answers(options)
        if options.json:
            print(json.dumps({"answers": _rows(answers)}, indent=2, ensure_ascii=False))
        else:
            print(text(answers))
        findings = [*findings, *answers.config()[1]]
        print_findings(findings)
        status.code = exit_status(answers, findings)
    return status.code


def shown(question: Question, answers: Answers) -> str:
    """A question's value for people's eyes: a secret masked, a long text in its first line."""
    value = answers.lookup(question.name)
    if value is None:
        return "-"
    if question.secret:
        return MASK
    lines = written(value).splitlines()
    return lines[0] + (" ..." if len(lines) > 1 else "") if lines else '""'


def _rows(answers: Answers) -> list[dict[str, str]]:
    return [
        {
            "name": question.name,
            "value": shown(question, answers),
            "source": ORIGIN_WORDS[answers.origin(question.name)],
        }
        for question in answers.active()
    ]


def text(answers: Answers) -> str:
    """Every question that applies with its value and source, by stage."""
    blocks = []
    for stage in STAGES:
        asked = [question for question in answers.active() if question.stage == stage.id]
        if asked:
            rows = [
                f"  {question.flag.removeprefix('--'):<30} {shown(question, answers):<40} "
                f"{ORIGIN_WORDS[answers.origin(question.name)].lower()}"
                for question in asked
            ]
            blocks.append("\n".join([stage.title, *rows]))
    return "\n\n".join(blocks)
