"""What is sealed: encrypted texts, templates that nobody rendered yet, and references to a secret that lies elsewhere.

None of it is plain text. Read as such, a cipher would become a password, and the file would be written anew in clear.
"""

import re
from dataclasses import dataclass

from aeterna_nb.config.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Seal:
    """A kind of sealing: what it is called, how it is told, and what to do."""

    name: str
    pattern: re.Pattern[str]
    cure: str


_SOPS_CURE = Sentence(
    "decrypt it first (sops decrypt), or choose the secrets' provider sops, whose file is values.secret.sops.yaml"
)
_GIVE_PLAIN = Sentence("decrypt it first, and give the plain file")

_ENCRYPTED = (
    Seal(
        "SOPS",
        re.compile(
            r'^sops:\s*(?:#.*)?$|^sops_(?:mac|version|lastmodified)=|"sops"\s*:\s*\{|\bENC\[AES256_GCM,data:',
            re.MULTILINE,
        ),
        _SOPS_CURE,
    ),
    Seal("age", re.compile(r"\A\s*-----BEGIN AGE ENCRYPTED FILE-----|\Aage-encryption\.org/"), _GIVE_PLAIN),
    Seal("ansible-vault", re.compile(r"\A\s*\$ANSIBLE_VAULT;"), Sentence("decrypt it first (ansible-vault decrypt)")),
    Seal(
        "ansible-vault",
        re.compile(r"^[^\n#'\"]*[:-][ \t]+!vault(?:-encrypted)?[ \t]*[|>]?", re.MULTILINE),
        Sentence("give the values themselves in place of those with !vault"),
    ),
    Seal("git-crypt", re.compile(r"\A\0GITCRYPT\0"), Sentence("unlock the repository first (git-crypt unlock)")),
    Seal("PGP", re.compile(r"\A\s*-----BEGIN PGP MESSAGE-----"), Sentence("decrypt it first (gpg --decrypt)")),
    Seal(
        "sealed-secrets",
        re.compile(r"^[ \t]*[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?SealedSecret\b", re.MULTILINE),
        Sentence("only its cluster can open it; give the secret's own values"),
    ),
)

_TEMPLATE = re.compile(r"^[ \t]*\{\{|[:=-][ \t]+\{\{", re.MULTILINE)

_REFERENCES = (
    ("vals", re.compile(r"(?:secret)?ref\+[a-z][a-z0-9+.-]*://\S+")),
    ("argocd-vault-plugin", re.compile(r"<path:[^<>\n]+>")),
    ("bank-vaults", re.compile(r"(?:>>)?vault:[^\s#]+#\S+")),
    ("1Password", re.compile(r"op://[^\s/]+/[^\s/]+/\S+")),
    ("Jasypt", re.compile(r"ENC\([A-Za-z0-9+/=]+\)")),
    ("Spring Cloud Config", re.compile(r"\{cipher\}\S+")),
    (Sentence("a template"), re.compile(r"\{\{.*\}\}")),
)


def encrypted(content: str | bytes) -> Seal | None:
    """How the content of a file is encrypted; None where it is not."""
    # Latin-1 maps every byte to one character, whatever the encoding is.
    text = content.decode("latin-1") if isinstance(content, bytes) else content
    text = text.removeprefix("\ufeff").removeprefix("\xef\xbb\xbf")
    return next((seal for seal in _ENCRYPTED if seal.pattern.search(text)), None)


def refusal(seal: Seal, named: str) -> Sentence:
    """The sentence for a file that is encrypted."""
    return Sentence(
        "{file} is encrypted ({kind}), and is left as it is: {cure}.", file=named, kind=seal.name, cure=seal.cure
    )


def is_template(text: str) -> bool:
    """Whether a text that could not be read has the marks of a Go template where no quote stands before them."""
    return _TEMPLATE.search(text) is not None


def reference(value: str) -> str | None:
    """Whose reference to a secret a value is; None for any other. An encrypted value is one as well."""
    text = value.strip()
    seal = encrypted(text)
    if seal is not None:
        return seal.name
    return next((kind for kind, pattern in _REFERENCES if pattern.fullmatch(text)), None)
