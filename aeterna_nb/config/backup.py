"""Where PostgreSQL is backed up to."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aeterna_nb.config.ask import Ask, Section
from aeterna_nb.config.cron import Cron
from aeterna_nb.config.mappings import Annotations
from aeterna_nb.config.types import Line, Secret, SecretDocument, Url


class S3(Section):
    """Amazon S3 or a compatible store."""

    prefix: ClassVar[str] = "backup_s3"
    title: ClassVar[str] = "S3"
    note: ClassVar[str] = "Amazon S3 or a compatible store."
    provider: Literal["s3"]
    bucket: Annotated[Line, Ask(label="Bucket", help="It must exist.", example="aeterna-backups")]
    path: Annotated[Line, Ask(label="Folder in the bucket", help="Backups lie below it.", advanced=True)] = "aeterna"
    region: Annotated[Line, Ask(label="Region of the bucket", help="As AWS names it.")] = "us-east-1"
    endpoint: Annotated[
        Url | None, Ask(label="Endpoint", help="For stores other than AWS; leave it empty for AWS.", advanced=True)
    ] = None
    access_key_id: Annotated[
        Secret | None, Ask(label="Access key ID", help="Leave both keys empty to use the pod's AWS identity.")
    ] = None
    secret_access_key: Annotated[
        Secret | None, Ask(label="Secret access key", help="Kept in the secrets file only.")
    ] = None


class Gcs(Section):
    """Google Cloud Storage."""

    prefix: ClassVar[str] = "backup_gcs"
    title: ClassVar[str] = "Google Cloud Storage"
    note: ClassVar[str] = "A bucket in Google Cloud."
    provider: Literal["gcs"]
    bucket: Annotated[Line, Ask(label="Bucket", help="It must exist.", example="aeterna-backups")]
    path: Annotated[Line, Ask(label="Folder in the bucket", help="Backups lie below it.", advanced=True)] = "aeterna"
    credentials: Annotated[
        SecretDocument | None,
        Ask(label="Service account key (JSON)", help="Leave it empty to use workload identity.", document=True),
    ] = None


class Azure(Section):
    """Azure Blob Storage."""

    prefix: ClassVar[str] = "backup_azure"
    title: ClassVar[str] = "Azure Blob Storage"
    note: ClassVar[str] = "A container in a storage account."
    provider: Literal["azure"]
    account: Annotated[Line, Ask(label="Storage account", help="Its name.", example="aeternabackups")]
    container: Annotated[Line, Ask(label="Container", help="It must exist.")] = "aeterna"
    path: Annotated[Line, Ask(label="Folder in the container", help="Backups lie below it.", advanced=True)] = "aeterna"
    storage_key: Annotated[
        Secret | None, Ask(label="Storage key", help="Leave it empty to use the pod's Azure identity.")
    ] = None


class BackupOff(Section):
    """No backup."""

    enabled: Literal[False] = False


class BackupOn(Section):
    """PostgreSQL is backed up to object storage."""

    prefix: ClassVar[str] = "backup"
    enabled: Literal[True]
    destination: Annotated[
        S3 | Gcs | Azure,
        Field(discriminator="provider"),
        Ask(label="Where do backups go?", help="Object storage outside the cluster.", name="backup_target"),
    ]
    schedule: Annotated[Cron, Ask(label="When?", help="Minute, hour, day, month, weekday.", advanced=True)] = (
        "0 3 * * *"
    )
    verification: Annotated[
        bool,
        Ask(
            label="Prove that backups can be restored?",
            help="Once a week the newest is restored into a database that goes again.",
            advanced=True,
        ),
    ] = False
    retention_days: Annotated[
        int,
        Field(ge=1, le=3650),
        Ask(label="Days to keep a backup", help="Older ones are removed.", unit="days", advanced=True),
    ] = 30
    service_account_annotations: Annotated[
        Annotations | None,
        Ask(
            label="Identity of the backups",
            help="Annotations of their ServiceAccount, one a line: the role that may write to the bucket.",
            example="eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/aeterna-backup",
            advanced=True,
        ),
    ] = None
