"""All checks, in the order of the design (section 5), over one case: a configuration and all that was made from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from aeterna_nb.chart import ChartError, Rendered, archives_folder
from aeterna_nb.chart.crds import definitions, operator_archives
from aeterna_nb.chart.helm import HelmMissing
from aeterna_nb.checks.advice import check_advice
from aeterna_nb.checks.agreement import check_agreement
from aeterna_nb.checks.chart_policy import check_chart_policy
from aeterna_nb.checks.compose import check_compose
from aeterna_nb.checks.declared import declared, named
from aeterna_nb.checks.departures import check_departures
from aeterna_nb.checks.environment import check_environment
from aeterna_nb.checks.files import check_files, env_values
from aeterna_nb.checks.hosts import check_hosts
from aeterna_nb.checks.inventory import Inventory
from aeterna_nb.checks.kubernetes_rules import check_rules
from aeterna_nb.checks.kubernetes_schemas import check_kubernetes_version, check_manifests, check_unproven
from aeterna_nb.checks.pod_security import check_pod_security
from aeterna_nb.checks.references import check_references
from aeterna_nb.checks.schemas import EACH_VERSION, Schemas, load_schemas
from aeterna_nb.checks.secrets import check_secrets, check_unwritten, with_secrets
from aeterna_nb.checks.server_limits import check_server_limits
from aeterna_nb.checks.values_files import check_decided, check_values, texts_of_own
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import COMPOSE_FILE, ENV_FILE, SECRET_FILES, generate_files
from aeterna_nb.reading.go_yaml import go_scalar


def _not_rendered() -> None:
    return None


@dataclass(frozen=True)
class Case:
    """What is judged.

    `rendering` gives what the chart renders to, None where nothing is rendered, or raises ChartError or HelmMissing;
    it is called by the first check that looks at the outcome, so that it can go on meanwhile. `files` are texts by
    name, `decided` the nested answers and `secrets` the values by question's name from which they were generated. Where
    files are judged as they lie on disk, `generated` are those that the answers give, empty otherwise. `shared` are the
    answers of the fleet that it is part of, by question's name.
    """

    config: SetupConfig
    rendering: Callable[[], Rendered | None] = _not_rendered
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    decided: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    generated: Mapping[str, str] = field(default_factory=dict, repr=False)
    shared: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rendered(self) -> Rendered | None:
        """What the chart renders to; None where nothing is rendered, or where it refuses."""
        return self._attempt[0]

    @property
    def refusals(self) -> Sequence[Finding]:
        """Why the chart could not be rendered."""
        return self._attempt[1]

    @cached_property
    def _attempt(self) -> tuple[Rendered | None, Sequence[Finding]]:
        try:
            return self.rendering(), ()
        except ChartError as error:
            return None, [
                Finding("error", Sentence("The chart refuses: {problem}", problem=problem), check="render")
                for problem in error.problems
            ]
        except HelmMissing as error:
            return None, [Finding("error", str(error), check="render")]

    @property
    def manifests(self) -> Sequence[dict[str, Any]]:
        """The objects that the chart renders to."""
        return self.rendered.manifests if self.rendered else ()

    @cached_property
    def external(self) -> Inventory:
        """What the manifests may name although it is not among them."""
        said = declared(self.config, self.rendered.missing if self.rendered else ())
        return said.merged(named(texts_of_own(self.files)))

    @cached_property
    def schemas(self) -> Schemas:
        """The schemas of the chosen Kubernetes version, and those of the operators at hand."""
        return _schemas(self._kubernetes_version, operator_archives(archives_folder()))

    @property
    def namespace(self) -> str:
        """The namespace of the release; empty where there is none."""
        return self.config.cluster.namespace if self.config.cluster else ""

    @property
    def _kubernetes_version(self) -> str:
        assert self.config.cluster is not None, "only what is for a cluster is rendered"
        return self.config.cluster.kubernetes_version

    def regenerated(self, secrets: Mapping[str, str]) -> dict[str, str]:
        """The files as they would be with other secrets."""
        return generate_files(with_secrets(self.config, secrets), self.decided, secrets, {})


def check_readable(files: Mapping[str, str]) -> list[Finding]:
    """What can be said of files while there is no configuration that they could be compared with."""
    return [*check_files(files), *check_values(files)]


def check_all(case: Case) -> list[Finding]:
    """Everything that is wrong, or good to know, in the order of the checks."""
    return [finding for check in CHECKS.values() for finding in check.run(case)]


@lru_cache(maxsize=EACH_VERSION)
def _schemas(version: str, archives: tuple[Path, ...]) -> Schemas:
    # Compiling the operators' schemas takes longer than everything else here; they are the same at the next change.
    return load_schemas(version, definitions(archives))


def _compose(case: Case) -> list[Finding]:
    if COMPOSE_FILE not in case.files:
        return []
    environment = env_values(case.files.get(ENV_FILE, ""))
    return check_compose(case.files[COMPOSE_FILE], environment, case.external.hosts)


def _manifests(case: Case) -> list[Finding]:
    """What the schemas refuse: one sentence where it comes from a namespace that YAML takes for something else."""
    found = check_manifests(case.manifests, case.schemas)
    if isinstance(go_scalar(case.namespace), str):
        return found
    odd = [finding for finding in found if "namespace must be text" in finding.message]
    return [
        *([_unquoted(case.namespace)] if odd else []),
        *(finding for finding in found if finding not in odd),
    ]


def _unquoted(namespace: str) -> Finding:
    return Finding(
        "error",
        Sentence(
            "A subchart writes the namespace {namespace} without quotes, so that YAML takes it for something else than "
            "a text.",
            namespace=namespace,
        ),
        "namespace",
        Sentence("Take a namespace whose name begins with a letter, such as a{namespace}.", namespace=namespace),
        "kubernetes-schemas",
    )


def _subcharts(case: Case) -> list[Finding]:
    if case.rendered is None or not case.rendered.missing:
        return []
    names = ", ".join(f"{dependency.name} {dependency.version}" for dependency in case.rendered.missing)
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


def _kubernetes_version(case: Case) -> list[Finding]:
    return check_kubernetes_version(case.config.cluster.kubernetes_version) if case.config.cluster else []


def _kubernetes_schemas(case: Case) -> list[Finding]:
    judged = _manifests(case) if case.manifests else []
    if case.rendered is not None and case.rendered.missing:
        # Its warning that nothing judged a custom resource has the same cause and cure as that of the subcharts.
        return [finding for finding in judged if finding.severity == "error"]
    return judged


@dataclass(frozen=True, slots=True)
class Check:
    """A check: what it judges, what mends what it finds where a finding does not say it, and the function."""

    judges: str
    cure: str
    run: Callable[[Case], Iterable[Finding]]


BY_HAND = "Take back what was changed by hand. If nothing was, it is a fault of the workbench: please report it."
OURS = "What the chart or the workbench wrote is wrong: please report it, with `aeterna debug`."

CHECKS: Mapping[str, Check] = {
    "server-limits": Check(
        "What the chosen server version can't do with what was chosen.",
        "",
        lambda case: check_server_limits(case.config),
    ),
    "advice": Check("What is possible and probably not meant.", "", lambda case: check_advice(case.config)),
    "extra-environment": Check(
        "Variables that the server gets besides.", "", lambda case: check_environment(case.config)
    ),
    "unwritten-secrets": Check(
        "Secrets that were given and go into no file, since they live elsewhere.",
        "",
        lambda case: check_unwritten(case.config),
    ),
    "files": Check(
        "Whether each file can be read in its own format.", BY_HAND, lambda case: check_files(case.files, case.shared)
    ),
    "values": Check(
        "Whether the chart knows every value, and its schema takes it.", BY_HAND, lambda case: check_values(case.files)
    ),
    # What is on disk may say something else, as long as it is right.
    "decided": Check(
        "Whether Helm reads from the file what was decided.",
        OURS,
        lambda case: () if case.generated else check_decided(case.config, case.files),
    ),
    "departures": Check(
        "Where files on disk say something else than the answers give.",
        "Write them again with `aeterna setup --reconfigure`, or leave on purpose what is there.",
        lambda case: check_departures(case.files, case.generated, case.secrets),
    ),
    "compose": Check("Whether Docker Compose takes the file, its variables and what it names.", BY_HAND, _compose),
    "secrets": Check(
        "Whether a secret stands anywhere but in the one file that is meant for it.",
        "",
        lambda case: check_secrets(case.files, case.secrets, SECRET_FILES, case.regenerated),
    ),
    # From here on the outcome of the render is looked at.
    "render": Check(
        "Whether the chart takes the values: its own rules, in its own words, each with what to set.",
        "Answer or set what the sentence names.",
        lambda case: case.refusals,
    ),
    "subcharts": Check("Whether the subcharts are at hand.", "", _subcharts),
    "kubernetes-version": Check("Whether the schemas of the chosen version are at hand.", "", _kubernetes_version),
    "kubernetes-schemas": Check("Every object against the schema of its kind.", OURS, _kubernetes_schemas),
    "unproven": Check(
        "Kinds of which no schema is at hand.",
        "",
        lambda case: check_unproven(case.manifests, case.schemas) if case.manifests else (),
    ),
    "kubernetes-rules": Check(
        "What the API server refuses although the schema takes it.", OURS, lambda case: check_rules(case.manifests)
    ),
    "references": Check(
        "Whether every Secret, ConfigMap, Service, account and claim that is named is there, with that key.",
        OURS,
        lambda case: check_references(case.manifests, case.external),
    ),
    "hosts": Check(
        "Whether every address inside the cluster leads to a Service, and to a port of it.",
        OURS,
        lambda case: check_hosts(case.manifests, case.external, case.namespace),
    ),
    "pod-security": Check(
        'Whether a namespace that enforces "restricted" takes every pod.',
        OURS,
        lambda case: check_pod_security(case.manifests),
    ),
    "chart-policy": Check(
        "The chart's own promises about each container.",
        OURS,
        lambda case: check_chart_policy(case.manifests, "aeterna"),
    ),
    "agreement": Check(
        "Whether all files say the same of addresses, names and ports.",
        BY_HAND,
        lambda case: check_agreement(case.config, case.files, case.manifests, answers=not case.generated),
    ),
}
"""Every check by its name, which its findings carry; `tests/checks/test_suite.py` makes each of them speak."""
