"""The kinds of text and number that answers are made of. Each refuses with a sentence that says what to write."""

import base64
import ipaddress
import re
import unicodedata
from enum import Enum
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from aeterna_nb.config.sentence import Sentence

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
HOST_LABEL = re.compile(r"[A-Za-z0-9_]([-A-Za-z0-9_]{0,61}[A-Za-z0-9_])?")
QUANTITY = re.compile(r"[1-9][0-9]{0,9}(\.[0-9]{1,3})?(Mi|Gi|Ti|M|G|T)")
IMAGE_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
LONGEST_LINE = 1000
LONGEST_DOCUMENT = 65_536

QUOTES = Sentence("Write this text in quotes, so that it is not read as a number or as yes/no.")
NO_PAIRS = Sentence("Write one entry a line, as key: value.")
NOT_PLAIN_TEXT = Sentence("Use plain text: control characters are not allowed.")


class Address(Enum):
    """Marks a type whose text says where something is that a part of Aeterna connects to, by how it is written."""

    HOST = "host"
    URL = "url"
    GIT = "git"
    PORT = "port"


def wrong(sentence: str) -> PydanticCustomError:
    """The error that carries a sentence for a person, without what was typed."""
    return PydanticCustomError("answer", "{sentence}", {"sentence": sentence})


def _trimmed(text: str) -> str:
    # Spaces that no keyboard has come along when a value is pasted; nobody sees them.
    return text.strip()


def _one_line(text: str) -> str:
    if not text:
        raise wrong("Write something, or leave the answer out.")
    if len(text) > LONGEST_LINE:
        raise wrong(Sentence("Write at most {most} characters.", most=LONGEST_LINE))
    for character in text:
        # Cc: control characters, newlines included; Cs: half an emoji; Zl and Zp: Unicode's own line breaks.
        # None of them survives every file that is generated.
        if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
            raise wrong("Write one line without line breaks or control characters.")
    return text


def is_plain_text(text: str) -> bool:
    """Whether a text of several lines holds no control characters but tabs and line breaks."""
    return not any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text.replace("\r\n", "\n"))


def _document(text: str) -> str:
    if len(text) > LONGEST_DOCUMENT:
        raise wrong(Sentence("Write at most {most} characters.", most=LONGEST_DOCUMENT))
    if not is_plain_text(text):
        raise wrong(NOT_PLAIN_TEXT)
    if not text.strip():
        raise wrong("Write something, or leave the answer out.")
    return text.replace("\r\n", "\n").strip("\n") + "\n"


def is_host(text: str) -> bool:
    """Whether `text` is a host name or an IP address (IPv6 without brackets)."""
    labels = text.removesuffix(".").split(".")
    # A name that ends in digits alone is read as an address by every resolver, 0123 as an octal one.
    if ":" in text or labels[-1].isdigit():
        return is_address(text)
    return len(text) <= 253 and all(HOST_LABEL.fullmatch(label) for label in labels)


def is_address(text: str) -> bool:
    """Whether `text` is an IP address, without the zone that counts on one machine only."""
    try:
        return not getattr(ipaddress.ip_address(text), "scope_id", None)
    except ValueError:
        return False


def _host(text: str) -> str:
    if "://" in text or "/" in text:
        raise wrong("Write the host alone, such as db.example.com, without http:// and without a path.")
    # In brackets, as URLs have it, an IPv6 address is the same one.
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") and ":" in text else text
    if not is_host(bare):
        raise wrong("Write a host name such as db.example.com, or an IP address.")
    return bare


def _ingress_host(text: str) -> str:
    if (
        len(text) > 253
        or is_address(text)
        or not all(DNS_LABEL.fullmatch(p) for p in text.removeprefix("*.").split("."))
    ):
        raise wrong("Write a host name in lower-case letters, such as aeterna.example.com; an address will not do.")
    return text


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or not is_host(host) or " " in text:
        raise wrong("Write the whole address, such as https://aeterna.example.com.")
    if parts.username or parts.password:
        raise wrong("Leave user name and password out of the address.")
    if parts.query or parts.fragment:
        raise wrong("Leave everything from ? or # on out of the address.")
    return text


def _git_url(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:[^\s]+", text):
        return text
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    # A user in an https address is a token more often than a name; over ssh it is `git`.
    named = parts.password is not None or (parts.username is not None and parts.scheme != "ssh")
    if parts.scheme not in {"http", "https", "ssh", "git"} or not host or not is_host(host) or " " in text or named:
        raise wrong(
            "Write the address of a git repository, such as https://git.example.com/policies.git, "
            "without user name and password."
        )
    return text


def _dns_label(text: str) -> str:
    if not DNS_LABEL.fullmatch(text):
        raise wrong(
            "Use lower-case letters, digits and hyphens, at most 63, beginning and ending with a letter or digit."
        )
    return text


def _release(text: str) -> str:
    if len(text) > 53 or not re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", text):
        raise wrong("Use lower-case letters, digits and hyphens, at most 53, beginning with a letter.")
    return text


def _object_name(text: str) -> str:
    if len(text) > 253 or not all(DNS_LABEL.fullmatch(part) for part in text.split(".")):
        raise wrong("Use the name of a Kubernetes object: lower-case letters, digits, hyphens and dots.")
    return text


def _quantity(text: str) -> str:
    if not QUANTITY.fullmatch(text):
        raise wrong("Write a size with its unit, such as 10Gi or 512Mi.")
    return text


def _database_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_$-]{0,62}", text):
        raise wrong("Use letters, digits, _ and -, at most 63, beginning with a letter.")
    return text


def _image_tag(text: str) -> str:
    if not IMAGE_TAG.fullmatch(text) or text == "latest":
        raise wrong("Write the tag of one release, such as v0.8.0-rc.9; 'latest' is not accepted.")
    return text


def _image(text: str) -> str:
    component = r"[a-z0-9]+([._-]+[a-z0-9]+)*"
    name = rf"([A-Za-z0-9.-]+(:[0-9]+)?/)?{component}(/{component})*"
    if not re.fullmatch(rf"{name}(:{IMAGE_TAG.pattern}|@sha256:[0-9a-f]{{64}})", text) or text.endswith(":latest"):
        raise wrong("Write the image with its tag, such as registry.example.com/opal-fetcher:1.0.")
    return text


def _secret_line(secret: SecretStr) -> SecretStr:
    _one_line(secret.get_secret_value())
    return secret


def _secret_document(secret: SecretStr) -> SecretStr:
    # As a key file is kept: ssh refuses one without a line break at its end.
    return SecretStr(_document(secret.get_secret_value()))


def _key_of_32_bytes(secret: SecretStr) -> SecretStr:
    try:
        size = len(base64.b64decode(secret.get_secret_value(), validate=True))
    except ValueError:
        size = 0
    if size != 32:
        raise wrong("Give 32 random bytes in base64, as `openssl rand -base64 32` prints them.")
    return secret


def _not_a_number(value: Any) -> Any:
    # YAML reads 0123, 1e3 and yes as numbers or booleans; guessing the text back would change it.
    if isinstance(value, bool | int | float):
        raise wrong(QUOTES)
    return value


Line = Annotated[str, BeforeValidator(_not_a_number), AfterValidator(_trimmed), AfterValidator(_one_line)]
Document = Annotated[str, AfterValidator(_document)]
Host = Annotated[Line, AfterValidator(_host), Address.HOST]
IngressHost = Annotated[Line, AfterValidator(_ingress_host)]
Url = Annotated[Line, AfterValidator(_url), Address.URL]
GitUrl = Annotated[Line, AfterValidator(_git_url), Address.GIT]
DnsLabel = Annotated[Line, AfterValidator(_dns_label)]
ReleaseName = Annotated[Line, AfterValidator(_release)]
ObjectName = Annotated[Line, AfterValidator(_object_name)]
Quantity = Annotated[Line, AfterValidator(_quantity)]
DatabaseName = Annotated[Line, AfterValidator(_database_name)]
ImageTag = Annotated[Line, AfterValidator(_image_tag)]
Image = Annotated[Line, AfterValidator(_image)]
Port = Annotated[int, Field(ge=1, le=65535), Address.PORT]
Percent = Annotated[int, Field(ge=1, le=100)]
Secret = Annotated[SecretStr, AfterValidator(_secret_line)]
SecretDocument = Annotated[SecretStr, AfterValidator(_secret_document)]
SecretKey32 = Annotated[SecretStr, AfterValidator(_key_of_32_bytes)]
