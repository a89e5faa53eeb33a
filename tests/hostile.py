"""Hostile input, made from good input: the same for the same seed.

Every maker takes a source of chance and gives one input. What it gives is always possible: words of a command line and
variables hold no NUL, since no system lets them.
"""

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from aeterna_nb.answers.sources import PREFIX
from aeterna_nb.generate.files import COMPOSE_FILE, CONFIG_FILE, ENV_FILE, SECRET_VALUES_FILE, VALUES_FILE
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import Question, questions
from tests.properties.texts import NASTY
from tests.samples import DETAILS

Chance = random.Random

HOSTILE = (
    *NASTY, "--", "-", "=", "--=", "9" * 5_000, "-" * 300, "[" * 2_000, "{" * 2_000, "{a: " * 1_200, "- " * 1_500,
    "!!int x", "!!timestamp x", "!!binary =", "!!python/object:os.system x", "!!set {a, b}", "!!omap [a: 1]",
    "2024-99-99", "1e999999999", "0x" + "f" * 3_000, "&a [*a, *a]", "<<: *b", "<<: [1]", "? [a, b]\n: c",
    "? {a: b}\n",
    "a: a: a", "%TAG ! tag:x", "---\n---\n", "\udc80\udcff", "${A:-${B}}", "ENC[AES256_GCM,data:x]", "null", "\r",
    "\t\t",
    "[[a.b]]\nc = 1\n", "a.b = 1\na = 2\n", "'''", '"""', "\\u0000", "\\ud800", "/dev/null", "/", "..", "a/../../b",
    "~", "NaN", "Infinity", "-0", "1.0", "True", "None", "{}",
    "[]",
)  # fmt: skip
"""Texts that have ended one reader or another."""


def text(chance: Chance) -> str:
    """Any text."""
    kind = chance.random()
    if kind < 0.6:
        return chance.choice(HOSTILE)
    if kind < 0.8:
        return "".join(chr(chance.choice((chance.randrange(128), chance.randrange(0xD7FF)))) for _ in range(12))
    return mutated(chance, chance.choice(HOSTILE)[:80])


def mutated(chance: Chance, good: str) -> str:
    """Good text with one to four changes: cut, doubled, moved, or with something hostile in it."""
    for _ in range(chance.randint(1, 4)):
        at, end = sorted(chance.randint(0, len(good)) for _ in range(2))
        match chance.randrange(8):
            case 0:
                good = good[:at] + good[end:]
            case 1:
                good = good[:end] + good[at:]
            case 2:
                good = good[:at]
            case 3:
                good = good[:at] + chr(chance.randrange(1, 0x250)) + good[at + 1 :]
            case 4:
                lines = good.splitlines(keepends=True) or [""]
                chance.shuffle(lines)
                good = "".join(lines)
            case 5:
                good = good[:at] + good[at:end][:50] * chance.randint(2, 40) + good[end:]
            case _:
                good = good[:at] + chance.choice(HOSTILE) + good[at:]
    return good[:60_000]


def octets(chance: Chance, good: str) -> bytes:
    """A file: mutated text, now and then in no encoding that anybody asked for."""
    made = mutated(chance, good) if chance.random() < 0.9 else good
    if chance.random() < 0.1:
        return made.encode(chance.choice(("utf-16", "utf-32", "utf-8-sig")), "replace")
    octets = bytearray(made.encode("utf-8", "surrogatepass" if chance.random() < 0.2 else "replace"))
    if octets and chance.random() < 0.2:
        octets[chance.randrange(len(octets))] = chance.randrange(256)
    return bytes(octets)


def _good(chance: Chance, question: Question) -> str:
    if question.options:
        return str(chance.choice(question.options).value)
    if question.kind == "boolean":
        return chance.choice(("true", "no"))
    return str(DETAILS.get(question.name) or question.example or question.minimum or "a")


def _value(chance: Chance, question: Question) -> str:
    good = _good(chance, question)
    return good if chance.random() < 0.5 else chance.choice((text(chance), mutated(chance, good)))


def _possible(word: str) -> str:
    """The word as a system hands it over: no NUL, and what is no UTF-8 as Python writes it."""
    return word.replace("\0", "").encode("utf-8", "replace").decode() if "\udc80" not in word else "\udc80"


def words(chance: Chance) -> list[str]:
    """The words of a command line."""
    made: list[str] = []
    for question in chance.sample(questions(), chance.randint(1, 6)):
        in_file = question.secret or question.multiline
        if in_file and chance.random() < 0.8:
            continue
        flag = question.flag + ("-file" if in_file else "")
        flag = flag if chance.random() < 0.97 else mutated(chance, flag)
        value = _value(chance, question)
        if question.kind == "boolean":
            made += [chance.choice((flag, flag.replace("--", "--no-", 1)))]
        else:
            made += [f"{flag}={value}"] if chance.random() < 0.5 else [flag, value]
        made += [value] if chance.random() < 0.02 else []
    made += ["--preset", chance.choice(tuple(PRESETS)) if chance.random() < 0.95 else text(chance)]
    return [_possible(word) for word in made if _possible(word) not in {"-h", "--help", "-"}]


def variables(chance: Chance) -> dict[str, str]:
    """An environment."""
    made: dict[str, str] = {}
    for question in chance.sample(questions(), chance.randint(1, 8)):
        name = question.variable + ("_FILE" if chance.random() < 0.03 else "")
        name = name if chance.random() < 0.9 else PREFIX + mutated(chance, name)
        made[_possible(name).replace("=", "")] = _possible(_value(chance, question)).removeprefix("-")
    return made


def parameters(chance: Chance) -> dict[str, Any]:
    """What papermill could put into the notebook."""
    made: dict[str, Any] = {}
    for question in chance.sample(questions(), chance.randint(0, 5)):
        name = question.name if chance.random() < 0.9 else mutated(chance, question.name)
        made[name] = chance.choice((_value(chance, question), value(chance)))
    for name in ("config_file", "answers", "preset", "output_dir", "write"):
        if chance.random() < 0.1:
            made[name] = value(chance)
    if chance.random() < 0.5:
        made["answers"] = nested(chance)
    if chance.random() < 0.5:
        made["preset"] = chance.choice(tuple(PRESETS))
    return made


def nested(chance: Chance) -> Any:
    """Answers as a tree, some of them elsewhere than they should be."""
    tree: dict[str, Any] = {}
    for question in chance.sample(questions(), chance.randint(1, 8)):
        here: Any = tree
        for part in question.path[:-1]:
            here = here.setdefault(part if chance.random() < 0.95 else text(chance), {})
            if not isinstance(here, dict):
                break
        else:
            here[question.path[-1]] = chance.choice((_value(chance, question), value(chance)))
    return tree


def value(chance: Chance, depth: int = 0) -> Any:
    """Any value of a program."""
    match chance.randrange(12 if depth < 4 else 8):
        case 0:
            return None
        case 1:
            return chance.random() < 0.5
        case 2:
            return chance.choice((0, -1, 10**18, 10**5_000, 2**63))
        case 3:
            return chance.choice((0.5, 1e308, float("nan"), float("inf")))
        case 8:
            return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
        case 9:
            return {text(chance): value(chance, depth + 1) for _ in range(chance.randrange(4))}
        case 10:
            return {chance.choice((1, None, 1.5, True, "a")): value(chance, depth + 1)}
        case 11:
            return deep(chance.choice((50, 500, 5_000)), chance)
        case _:
            return text(chance)


def deep(levels: int, chance: Chance) -> Any:
    """A value in so many lists or mappings."""
    made: Any = "deep"
    for _ in range(levels):
        made = [made] if chance.random() < 0.5 else {"a": made}
    return made


def answers_file(chance: Chance, good: Mapping[str, str]) -> bytes:
    """An answers file; `good` are files that belong together, by name."""
    return octets(chance, chance.choice([text for name, text in good.items() if name.endswith("setup.yaml")]))


def folder(chance: Chance, good: Mapping[str, str]) -> dict[str, bytes]:
    """Files to import: one or two of those in a folder."""
    known = [name for name in (VALUES_FILE, COMPOSE_FILE, CONFIG_FILE, ENV_FILE, SECRET_VALUES_FILE) if name in good]
    names = chance.sample(known, chance.randint(1, 2))
    return {name: octets(chance, good[name]) for name in names}


def line(chance: Chance, number: int) -> bytes:
    """What a client of MCP could send as a line."""
    message: dict[str, Any] = {
        "jsonrpc": "2.0",
        "id": number,
        "method": chance.choice(("ping", "tools/list", "tools/call", "prompts/list", text(chance))),
    }
    if chance.random() < 0.7:
        arguments = chance.choice(({"query": "x"}, value(chance)))
        message["params"] = chance.choice(({"name": "sync_status", "arguments": arguments}, value(chance)))
    if chance.random() < 0.3:
        message[chance.choice(tuple(message))] = value(chance)
    if chance.random() < 0.2:
        del message[chance.choice(tuple(message))]
    try:
        written = json.dumps(message, ensure_ascii=chance.random() < 0.5)
    except (ValueError, RecursionError):  # a number or a depth that Python does not write
        written = '{"jsonrpc": "2.0", "id": 1, "method": ' + chance.choice(("[" * 10_000, "9" * 5_000))
    made = written.encode("utf-8", "surrogatepass")
    if chance.random() < 0.3:
        made = octets(chance, written)
    return made.replace(b"\n", b" ")


def typed(chance: Chance) -> str:
    """What somebody could type at any question."""
    return chance.choice(
        (
            "", "", "", "1", "2", "yes", "no", "<", "?", "*", "-", "/", "/memory", "/" + text(chance)[:30],
            chance.choice([option for question in questions() for option in (_good(chance, question),)][:40]),
            text(chance)[:2_000],
        )
    )  # fmt: skip


Maker = Callable[[Chance], Any]
