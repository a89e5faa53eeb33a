"""Backups of PostgreSQL: CloudNativePG's own, or a CronJob for a server elsewhere."""

from typing import Annotated, Literal

from pydantic import Field

from aeterna_nb.chart_values.base import Credential, Image, Positive, Resources, Section, resources

Schedule = Annotated[str, Field(pattern=r"^(\S+\s+){4}\S+$")]


class S3(Section):
    """S3, or what speaks its API."""

    bucket: str = ""
    """Bucket."""
    path: str = "aeterna"
    """Path in the bucket."""
    region: str = ""
    """Region."""
    endpoint: str = ""
    """Address of a compatible server; empty means AWS."""
    access_key_id: Credential = Credential()
    """Access key id; without one the pods' own role is used."""
    secret_access_key: Credential = Credential()
    """Secret access key."""


class Gcs(Section):
    """Google Cloud Storage."""

    bucket: str = ""
    """Bucket."""
    path: str = "aeterna"
    """Path in the bucket."""
    credentials: Credential = Credential()
    """Service account key (JSON); without one workload identity is used."""


class Azure(Section):
    """Azure Blob Storage."""

    storage_account: str = ""
    """Storage account."""
    container: str = ""
    """Container."""
    path: str = "aeterna"
    """Path in the container."""
    storage_key: Credential = Credential()
    """Key of the account; without one workload identity is used."""


class Verification(Section):
    """A Job that restores the newest backup and looks into it."""

    enabled: bool = False
    """Run it."""
    schedule: Schedule = "0 5 * * 0"
    """When, as a cron expression of five fields."""


class Backup(Section):
    """Backups of PostgreSQL."""

    enabled: bool = False
    """Make backups."""
    schedule: Schedule = "0 3 * * *"
    """When, as a cron expression of five fields."""
    retention_days: Positive = 30
    """Days that a backup is kept."""
    destination: Literal["s3", "gcs", "azure"] = "s3"
    """Where backups go."""
    s3: S3 = S3()
    """S3."""
    gcs: Gcs = Gcs()
    """Google Cloud Storage."""
    azure: Azure = Azure()
    """Azure."""
    service_account_annotations: dict[str, str] = Field(default_factory=dict)
    """Annotations of the backup's ServiceAccount, for workload identity."""
    image: Image = Image(repository="cloudnative-pg/postgresql", tag="17.11-system-bookworm")
    """Image with `pg_dump` and the Barman Cloud programs, for a server elsewhere; `psql` waits for the migration."""
    resources: Resources = resources("100m", "128Mi", "512Mi")
    """Requests and limits of the Jobs."""
    verification: Verification = Verification()
    """Proof that a backup can be restored."""
