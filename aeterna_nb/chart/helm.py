"""Helm: the embedded one (helm-python-sdk, through its `_native` table) and the program.

Nothing but this and `releases` touches either; what is marked `beside` is done by a service where there is one.

Facts behind the shape of this module: a chart handle is changed by a render, so each call loads its own from bytes;
Kubernetes and API versions reach the renderer only through the options that the Python wrapper hides; output goes by
Helm's own YAML reader, since others read `y`, `1e3` and `0o17` differently.
"""

import json
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from aeterna_nb.chart.remote import beside

_DOCUMENT = re.compile(r"^---[^\S\n]*(?:#.*)?$", re.MULTILINE)
_SOURCE = re.compile(r"^# Source: (.+)$", re.MULTILINE)
_LONGEST_MESSAGE = 4000
"""Characters of an error that are kept: a template that includes itself makes megabytes."""

PROGRAM_SECONDS = 30
"""How long the helm program may take to ask a cluster."""


class HelmError(Exception):
    """Helm refused. The text is Helm's own, cut to a readable length."""

    def __init__(self, text: str) -> None:
        super().__init__(text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + " ...")


class Cancelled(HelmError):
    """Somebody ended the call before its time, or the time was over."""


class HelmMissing(HelmError):
    """There is no Helm of the kind that was asked for on this machine."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a render pretends to install into. `kube_version` is like `1.34`; `api_versions` like `apps/v1`."""

    release: str = "aeterna"
    namespace: str = "aeterna"
    kube_version: str = "1.34"
    api_versions: tuple[str, ...] = ()
    upgrade: bool = False

    @property
    def full_kube_version(self) -> str:
        """The version as Helm wants it, such as `v1.34.0`."""
        return "v" + ".".join([*self.kube_version.removeprefix("v").split("."), "0", "0"][:3])


def embedded() -> Any:
    """Return helm-python-sdk, loaded late: it costs 50 ms and starts threads."""
    try:
        import helm_python
    except (ImportError, OSError) as error:
        raise HelmMissing(
            "The embedded Helm does not run on this platform. Install the `helm` program and choose it as the engine."
        ) from error
    return helm_python


def native_call(name: str, *arguments: Any) -> Any:
    """Return what a function of the wrapper's table returns. Raises HelmError."""
    with _errors():
        from helm_python import _native

        return json.loads(_native.call_string(name, *arguments))


def native_status(name: str, *arguments: Any) -> None:
    """Call a function of the wrapper's table that returns nothing. Raises HelmError."""
    with _errors():
        from helm_python import _native

        _native.call_status(name, *arguments)


@contextmanager
def _errors() -> Iterator[None]:
    sdk = embedded()
    try:
        yield
    except sdk.HelmCancelledError as error:
        raise Cancelled(str(error)) from None
    except sdk.HelmError as error:
        raise HelmError(str(error)) from None


def _options(target: Target, **more: Any) -> str:
    return json.dumps(
        {
            "namespace": target.namespace,
            "kube_version": target.full_kube_version,
            "api_versions": list(target.api_versions),
            **more,
        }
    )


@beside(HelmError)
def render(archive: bytes, values: dict[str, Any], target: Target) -> dict[str, str]:
    """Return path to text for every template of the packed chart, hooks and NOTES.txt included."""
    options = _options(target, name=target.release, is_install=not target.upgrade, is_upgrade=target.upgrade)
    with _errors(), embedded().Chart.load_archive(archive) as chart:
        files: dict[str, str] = native_call("helm_render", chart._raw(), json.dumps(values), options)
    return files


@beside(HelmError)
def gate(archive: bytes, values: dict[str, Any], target: Target) -> None:
    """Install the packed chart as a client-side dry run, which asks no cluster.

    Raises HelmError where an install would: output that is no YAML, a dependency that is missing, a Kubernetes version
    that the chart does not take.
    """
    sdk = embedded()
    with sdk.Chart.load_archive(archive) as chart, sdk.Config(namespace=target.namespace) as config:
        native_call(
            "helm_install",
            config._raw(),
            0,
            chart._raw(),
            None,
            target.release,
            json.dumps(values),
            _options(target, dry_run="client"),
        )


def lint(folder: Path, values: dict[str, Any], target: Target) -> list[str]:
    """Return what strict linting finds in the chart folder, warnings included; empty when it is clean."""
    sdk = embedded()
    try:
        report = sdk.lint(
            folder, values, strict=True, namespace=target.namespace, kube_version=target.full_kube_version
        )
    except sdk.HelmError as error:
        raise HelmError(str(error)) from None
    warning = 2
    return [message["error"] for message in report["messages"] if message["severity"] >= warning]


def pull(name: str, version: str, repository: str, folder: Path) -> None:
    """Download a chart's archive into a folder, from an `http(s)://` repository or an `oci://` registry."""
    sdk = embedded()
    try:
        if repository.startswith("oci://"):
            host = urlsplit(repository).hostname or ""
            # As container tools do it: a registry on this machine is spoken to without TLS.
            local = host == "localhost" or host.startswith("127.")
            sdk.pull(f"{repository}/{name}", version=version, destination=folder, plain_http=local)
        else:
            sdk.pull(name, repo_url=repository, version=version, destination=folder)
    except sdk.HelmError as error:
        raise HelmError(str(error)) from None


@beside(HelmError)
def bundled_definitions(archive: bytes) -> dict[str, str]:
    """The texts in the `crds` folder of a packed chart, by file name."""
    sdk = embedded()
    with sdk.Chart.load_archive(archive) as chart:
        return {entry["name"]: entry["data"] for entry in chart.crds}


@beside(HelmError)
def read_manifests(text: str) -> list[dict[str, Any]]:
    """Return the objects of a text of several YAML documents, as Helm and Kubernetes read them.

    Where the embedded Helm does not run, PyYAML reads them; it takes a plain `y` or `1e3` for text, which the chart's
    own templates do not write.
    """
    documents = [document for document in _DOCUMENT.split(text) if _has_content(document)]
    try:
        read = embedded().values_from_yaml
        refused: type[Exception] = embedded().HelmError
    except HelmMissing:
        read, refused = yaml.safe_load, yaml.YAMLError
    try:
        return [item for document in documents if (item := read(document))]
    except refused as error:
        raise HelmError(str(error)) from None


def _has_content(document: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in document.splitlines())


@dataclass(frozen=True, slots=True)
class Release:
    """A release as Helm keeps it in the cluster. `updated` is the time of its last change as Helm writes it."""

    name: str
    namespace: str
    revision: int
    status: str
    chart: str
    app_version: str
    updated: str


@contextmanager
def private_file(kubeconfig: str) -> Iterator[str | None]:
    """The path of a file that only its user may read, with a kubeconfig's text; None where that is empty.

    Helm would write one by itself, which stays where its process ends at once, and in a folder that Go looks up in the
    environment with which the process began.
    """
    if not kubeconfig:
        yield None
        return
    with tempfile.NamedTemporaryFile("w", suffix=".kubeconfig") as file:
        file.write(kubeconfig)
        file.flush()
        yield file.name


def find_release(name: str, namespace: str, context: str, kubeconfig: str) -> Release | None:
    """Return the newest revision of a release in the cluster; None where there is none.

    `kubeconfig` is the text of one; empty, Helm finds the cluster itself. Asked for is a summary, without values and
    manifests. Raises HelmError, whose text Helm made, and HelmMissing.
    """
    sdk = embedded()
    only = f"^{re.escape(name)}$"
    try:
        with (
            private_file(kubeconfig) as file,
            sdk.Config(kubeconfig_path=file, kube_context=context or None, namespace=namespace) as config,
        ):
            found = config.list(all_states=True, name_filter=only)
    except sdk.HelmError as error:
        raise HelmError(str(error)) from None
    newest = max(found, key=lambda item: int(item["revision"]), default=None)
    if newest is None:
        return None
    chart = f"{newest['chart_name']}-{newest['chart_version']}"
    return Release(
        name, namespace, int(newest["revision"]), newest["status"], chart, newest["app_version"], newest["deployed_at"]
    )


def find_release_with_program(
    program: Path, name: str, namespace: str, context: str, kubeconfig: str
) -> Release | None:
    """Return what `find_release` returns, from the helm program."""
    command = [str(program), "list", "--all", "--namespace", namespace, "--filter", f"^{re.escape(name)}$"]
    with private_file(kubeconfig) as file:
        if file:
            command += ["--kubeconfig", file, "--kube-context", context]
        done = subprocess.run(
            [*command, "--output", "json"], capture_output=True, text=True, check=False, timeout=PROGRAM_SECONDS
        )
    if done.returncode != 0:
        raise HelmError(done.stderr.strip())
    newest = max(json.loads(done.stdout), key=lambda item: int(item["revision"]), default=None)
    if newest is None:
        return None
    return Release(
        name,
        namespace,
        int(newest["revision"]),
        newest["status"],
        newest["chart"],
        newest["app_version"],
        newest["updated"],
    )


def version() -> str:
    """Return the version of the embedded Helm, such as `v4.2.3`."""
    embedded()
    from helm_python import _native

    return _native.helm_sdk_version()


def find_program(name: str = "helm") -> Path:
    """Return the path of the helm program: on the PATH, or in this environment, where a wheel may have brought it.

    Raises HelmMissing where there is none.
    """
    found = shutil.which(name) or shutil.which(name, path=sysconfig.get_path("scripts"))
    if found is None:
        raise HelmMissing(f"There is no program {name!r} on the PATH. Install Helm, or use the embedded engine.")
    return Path(found)


def template_arguments(chart: str, target: Target, values_files: tuple[str, ...]) -> list[str]:
    """Return the arguments of `helm` that render the same as `render`."""
    arguments = ["template", target.release, chart, "--namespace", target.namespace]
    arguments += ["--kube-version", target.full_kube_version]
    for item in target.api_versions:
        arguments += ["--api-versions", item]
    if target.upgrade:
        arguments.append("--is-upgrade")
    for file in values_files:
        arguments += ["--values", file]
    return arguments


def render_with_program(program: Path, folder: Path, values: dict[str, Any], target: Target) -> dict[str, str]:
    """Return what `render` returns but NOTES.txt, made by the helm program. Values go through standard input."""
    command = [str(program), *template_arguments(str(folder), target, ("-",))]
    done = subprocess.run(command, input=json.dumps(values), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise HelmError(done.stderr.strip())
    files: dict[str, str] = {}
    for document in _DOCUMENT.split(done.stdout):
        source = _SOURCE.search(document)
        if source is None:
            continue
        text = _SOURCE.sub("", document, count=1).strip("\n") + "\n"
        files[source[1]] = files[source[1]] + "---\n" + text if source[1] in files else text
    return files
