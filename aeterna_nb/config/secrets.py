"""Where secrets live. One choice for the whole configuration."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aeterna_nb.config.ask import Ask, Section, when
from aeterna_nb.config.types import Line, ObjectName, SecretKey32

REFERRING_PROVIDERS = ("existing", "external-secrets")
"""Providers with which credentials stay where they are and are only referred to."""

REFERRED = when(secret_provider=REFERRING_PROVIDERS)
"""Nobody has to give a secret here."""


OptionalKey = Literal[
    "central-api-key",
    "redis-password",
    "qdrant-api-key",
    "weaviate-api-key",
    "anthropic-api-key",
    "opal-policy-ssh-key",
    "backup-s3-access-key-id",
    "backup-s3-secret-access-key",
    "backup-gcs-credentials",
    "backup-azure-storage-key",
]
"""Credentials that a configuration works without, so that only a person knows whether they exist."""


class HelmSecrets(Section):
    """A second values file."""

    title: ClassVar[str] = "Helm values"
    note: ClassVar[str] = "values.secret.yaml, readable by you alone, passed to helm beside values.yaml."
    provider: Literal["helm"] = "helm"


class ExistingSecret(Section):
    """A Secret that exists in the cluster."""

    prefix: ClassVar[str] = "existing_secret"
    title: ClassVar[str] = "A Secret that exists"
    note: ClassVar[str] = "Only its name and keys are written; the next steps show how to make it."
    provider: Literal["existing"]
    secret_name: Annotated[
        ObjectName,
        Ask(
            label="Name of the Secret",
            help="It holds every credential under the keys that the next steps list.",
            name="existing_secret_name",
            names="secret",
        ),
    ] = "aeterna-credentials"
    keys: Annotated[
        tuple[OptionalKey, ...],
        Ask(label="Optional credentials in it", help="Those it must hold are known; name what it holds besides."),
    ] = ()


class Sops(Section):
    """A values file encrypted with SOPS."""

    prefix: ClassVar[str] = "sops"
    title: ClassVar[str] = "SOPS"
    note: ClassVar[str] = "values.secret.sops.yaml, encrypted with the sops program; fit for git."
    provider: Literal["sops"]
    age_recipient: Annotated[
        Line | None,
        Ask(
            label="age recipient",
            help="The public key to encrypt for. Leave it empty to use the rules in .sops.yaml.",
            example="age1...",
        ),
    ] = None


class ExternalSecrets(Section):
    """The External Secrets Operator."""

    prefix: ClassVar[str] = "external_secrets"
    title: ClassVar[str] = "External Secrets"
    note: ClassVar[str] = "The chart makes ExternalSecrets; the operator fetches the values from your store."
    provider: Literal["external-secrets"]
    store: Annotated[
        ObjectName,
        Ask(
            label="Secret store",
            help="The name of the SecretStore in the cluster.",
            link="https://external-secrets.io/latest/introduction/overview/",
            names="secretstore",
        ),
    ] = "aeterna"
    store_kind: Annotated[
        Literal["SecretStore", "ClusterSecretStore"],
        Ask(label="Kind of store", help="A SecretStore belongs to one namespace.", notes={}),
    ] = "SecretStore"
    remote_key: Annotated[Line, Ask(label="Entry in the store", help="Holds every credential as a property.")] = (
        "aeterna"
    )
    keys: Annotated[
        tuple[OptionalKey, ...],
        Ask(label="Optional credentials in it", help="Those it must hold are known; name what it holds besides."),
    ] = ()


class LocalKey(Section):
    """A key that the server is given."""

    prefix: ClassVar[str] = "kms"
    title: ClassVar[str] = "A key of its own"
    note: ClassVar[str] = "32 random bytes, made once and kept with the other secrets."
    provider: Literal["local"] = "local"
    key: Annotated[
        SecretKey32 | None,
        Ask(
            label="Encryption key",
            help="Leave it empty to have one made. It must not change later.",
            name="kms_key",
            makeable="Keep a copy: what it encrypted can't be read without it.",
        ),
    ] = None


class AwsKey(Section):
    """A key in AWS KMS."""

    prefix: ClassVar[str] = "kms"
    title: ClassVar[str] = "AWS KMS"
    note: ClassVar[str] = "A key that never leaves AWS; the pod's AWS identity may use it."
    provider: Literal["aws"]
    key_arn: Annotated[
        Line,
        Ask(
            label="ARN of the key",
            help="The customer-managed key.",
            example="arn:aws:kms:eu-central-1:111122223333:key/...",
        ),
    ]


class Secrets(Section):
    """Where credentials live and what encrypts what the server stores."""

    storage: Annotated[
        HelmSecrets | ExistingSecret | Sops | ExternalSecrets,
        Field(discriminator="provider"),
        Ask(
            label="Where do secrets live?",
            help="A secret stands in this one place and nowhere else.",
            name="secret_provider",
            when=when(target=("kubernetes",)),
        ),
    ] = HelmSecrets()
    kms: Annotated[
        LocalKey | AwsKey,
        Field(discriminator="provider"),
        Ask(
            label="What encrypts stored credentials?",
            help="The server does not start without a key.",
            name="kms",
            when=when(mode=("local", "hybrid")),
            advanced=True,
        ),
    ] = LocalKey()
