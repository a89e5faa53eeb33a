"""Bring every catalogue up to date with the code: new texts come in without a translation, old ones go.

`python -m tools.catalogues`; exits with 1 while a text has no translation.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from aeterna_nb import language
from aeterna_nb.language import ENGLISH, LANGUAGES
from tools.texts import every_text

FOLDER = Path(language.__file__).parent
HEADER = r"""# Texts come from the code by `python -m tools.catalogues`; only their translations are written by hand.
msgid ""
msgstr ""
"Language: {code}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {plural}\n"

"""


def brought_up_to_date(path: Path) -> list[str]:
    """Rewrite one catalogue; what has no translation in it, in English."""
    with open(path, "rb") as file:
        before = read_po(file)
    after = Catalog(locale=path.stem, charset="utf-8")
    missing = []
    for text in every_text():
        known = before.get(text if isinstance(text, str) else text[0])
        string = known.string if known and known.id == text else ""
        after.add(text, string)
        if not any(string if isinstance(string, tuple) else (string,)):
            missing.append(str(text))
    with open(path, "wb") as file:
        file.write(HEADER.format(code=path.stem, plural=after.plural_forms).encode())
        write_po(file, after, width=0, omit_header=True)
    return missing


def main() -> int:
    """Bring all of them up to date."""
    missing = [
        f"{code}: {text}" for code in LANGUAGES if code != ENGLISH for text in brought_up_to_date(FOLDER / f"{code}.po")
    ]
    print("\n".join(missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
