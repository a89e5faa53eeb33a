"""All checks, in the order of the design: the configuration itself, then what was generated from it."""

from functools import lru_cache
from pathlib import Path

from aeterna_nb.chart import Rendered, archives_folder
from aeterna_nb.chart.crds import definitions, operator_archives
from aeterna_nb.checks.advice import check_advice
from aeterna_nb.checks.chart_policy import check_chart_policy
from aeterna_nb.checks.declared import declared
from aeterna_nb.checks.hosts import check_hosts
from aeterna_nb.checks.kubernetes_rules import check_rules
from aeterna_nb.checks.kubernetes_schemas import check_kubernetes_version, check_manifests, check_unproven
from aeterna_nb.checks.pod_security import check_pod_security
from aeterna_nb.checks.references import check_references
from aeterna_nb.checks.schemas import Schemas, load_schemas
from aeterna_nb.checks.server_limits import check_server_limits
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.findings import Finding


def check_configuration(config: SetupConfig) -> list[Finding]:
    """What the chosen server version can't do, and answers that are probably not meant."""
    return [*check_server_limits(config), *check_advice(config)]


def check_rendered(config: SetupConfig, rendered: Rendered) -> list[Finding]:
    """Everything that is wrong with the manifests, and which subcharts were not there to be checked."""
    assert config.cluster is not None
    manifests, version = rendered.manifests, config.cluster.kubernetes_version
    external = declared(config, rendered.missing)
    schemas = _schemas(version, operator_archives(archives_folder()))
    judged = check_manifests(manifests, schemas)
    if rendered.missing:
        # Its warning that nothing judged a custom resource has the same cause and cure as ours.
        judged = [finding for finding in judged if finding.severity == "error"]
    return [
        *_missing(rendered),
        *check_kubernetes_version(version),
        *judged,
        *check_unproven(manifests, schemas),
        *check_rules(manifests),
        *check_references(manifests, external),
        *check_hosts(manifests, external, config.cluster.namespace),
        *check_pod_security(manifests),
        *check_chart_policy(manifests, "aeterna"),
    ]


@lru_cache(maxsize=4)
def _schemas(version: str, archives: tuple[Path, ...]) -> Schemas:
    # Compiling the operators' schemas takes longer than everything else here; they are the same at the next change.
    return load_schemas(version, definitions(archives))


def _missing(rendered: Rendered) -> list[Finding]:
    if not rendered.missing:
        return []
    names = ", ".join(f"{dependency.name} {dependency.version}" for dependency in rendered.missing)
    return [
        Finding(
            "warning",
            Sentence(
                "These subcharts have not been fetched, so what they install is neither shown nor checked: {names}.",
                names=names,
            ),
            cure=Sentence("Run `aeterna chart deps` on a machine with a network."),
            check="subcharts",
        )
    ]
