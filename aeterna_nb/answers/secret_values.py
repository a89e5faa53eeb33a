"""The secrets of a configuration: those that somebody typed, and those that the workbench makes because nobody did.

Names are those of the questions. In a Kubernetes Secret the key is the name with hyphens, in `.env` the variable is the
name in capitals.
"""

import base64
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.ask import Lookup
from aeterna_nb.config.postgresql import CloudNativePg
from aeterna_nb.config.secrets import REFERRING_PROVIDERS, LocalKey
from aeterna_nb.config.vector import MongoDb, Weaviate
from aeterna_nb.questions import questions, value_in

CLIENT_TOKEN_LIFE = timedelta(days=3650)
"""Ten years: a new token means new files, and nothing renews it by itself."""

WEAVIATE_KEYS = "AUTHENTICATION_APIKEY_ALLOWED_KEYS"
"""The key of a bundled Weaviate's API key in a Secret: its chart demands the variable's own name."""


@dataclass(frozen=True, slots=True)
class _Made:
    """Secrets that are made together: when they are wanted, and how they are made."""

    names: tuple[str, ...]
    wanted: Callable[[SetupConfig], bool]
    make: Callable[[], dict[str, str]]


def _password(name: str) -> Callable[[], dict[str, str]]:
    # Letters and digits alone survive every file and URL. It begins with a letter, so that no reader sees a number.
    return lambda: {name: "a" + secrets.token_hex(20)}


def _encryption_key() -> dict[str, str]:
    return {"kms_key": base64.b64encode(secrets.token_bytes(32)).decode()}


def _opal_keys() -> dict[str, str]:
    """A key pair, a master token and a client token that OPAL accepts (docs/facts/opal.md#keys-and-tokens)."""
    import jwt
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    now = datetime.now(UTC)
    claims = {
        "iat": now,
        "exp": now + CLIENT_TOKEN_LIFE,
        "aud": "https://api.opal.ac/v1/",
        "iss": "https://opal.ac/",
        "sub": str(uuid.uuid4()),
        "peer_type": "client",
    }
    return {
        # One line: the server reads underscores as line breaks, and every file keeps one line as it is.
        "opal_private_key": private.decode().strip().replace("\n", "_"),
        "opal_public_key": public.decode(),
        "opal_master_token": secrets.token_hex(32),
        "opal_client_token": jwt.encode(claims, private, algorithm="RS256"),
    }


def _own_kms_key(config: SetupConfig) -> bool:
    return config.runs_server and config.secrets is not None and isinstance(config.secrets.kms, LocalKey)


def _bundled_postgresql_container(config: SetupConfig) -> bool:
    # In a cluster CloudNativePG makes the password itself.
    return config.target == "docker-compose" and isinstance(config.postgresql, CloudNativePg)


def _bundled_mongodb(config: SetupConfig) -> bool:
    return isinstance(config.vector, MongoDb) and not config.vector.external


def _bundled_weaviate(config: SetupConfig) -> bool:
    return isinstance(config.vector, Weaviate) and config.vector.host is None


_MADE = (
    _Made(("kms_key",), _own_kms_key, _encryption_key),
    _Made(("postgresql_password",), _bundled_postgresql_container, _password("postgresql_password")),
    _Made(("mongodb_password",), _bundled_mongodb, _password("mongodb_password")),
    _Made(
        ("weaviate_api_key",),
        _bundled_weaviate,
        _password("weaviate_api_key"),
    ),
    _Made(
        ("opal_private_key", "opal_public_key", "opal_master_token", "opal_client_token"),
        lambda config: config.opal is not None,
        _opal_keys,
    ),
)


MADE_NAMES = frozenset(name for made in _MADE for name in made.names)
"""The names of all secrets that may be made."""


def make(name: str) -> str:
    """A new value for the secret of a question that has `makeable`: random, and taken by that question."""
    return _encryption_key()[name] if name == "kms_key" else _password(name)()[name]


def written_to(lookup: Lookup) -> str:
    """The file in which secrets will stand, by these answers; empty where they are only referred to."""
    if lookup("target") != "kubernetes":
        return ".env"
    provider = lookup("secret_provider")
    if provider in REFERRING_PROVIDERS:
        return ""
    return "values.secret.sops.yaml" if provider == "sops" else "values.secret.yaml"


def key_of(config: SetupConfig, name: str) -> str:
    """The key under which a Secret or a store of one's own holds the secret with this question's name."""
    if name == "weaviate_api_key" and _bundled_weaviate(config):
        return WEAVIATE_KEYS
    return name.replace("_", "-")


def typed(config: SetupConfig) -> dict[str, str]:
    """The secrets that somebody gave, by name."""
    found = {question.name: value_in(config, question) for question in questions() if question.secret}
    return {name: value.get_secret_value() for name, value in found.items() if value is not None}


def made_names(config: SetupConfig) -> tuple[str, ...]:
    """The names of the secrets that nobody is asked for, or that nobody gave, and that something needs."""
    given = typed(config)
    return tuple(name for made in _MADE if made.wanted(config) for name in made.names if name not in given)


def made_together(config: SetupConfig, name: str) -> tuple[str, ...]:
    """The secrets that are made at once with this one, itself among them; none where it is not made for this."""
    return next((made.names for made in _MADE if name in made.names and made.wanted(config)), ())


def refers(config: SetupConfig) -> bool:
    """Whether credentials stay where they are, in a Secret or a store, and are only referred to."""
    return (
        config.target == "kubernetes"
        and config.secrets is not None
        and config.secrets.storage.provider in REFERRING_PROVIDERS
    )


def complete(config: SetupConfig, kept: Mapping[str, str]) -> dict[str, str]:
    """Every secret value that is written, by name: typed, kept from before, or made now.

    Empty where credentials are only referred to.
    """
    if refers(config):
        return {}
    values = typed(config)
    for made in _MADE:
        missing = [name for name in made.names if name not in values]
        if not made.wanted(config) or not missing:
            continue
        # A key pair and its tokens belong together: all are kept, or all are made.
        source = kept if all(name in kept for name in missing) else made.make()
        values |= {name: source[name] for name in missing}
    return values
