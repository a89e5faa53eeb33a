"""Releases in a cluster, through the embedded Helm: installed, upgraded, tested, taken back, removed.

What Helm can do and its Python wrapper hides (waiting for Jobs, taking over fields) goes through the options of
`_native`, as in `helm`. How each call behaves was tried (docs/facts/tools.md#helm-in-python).
"""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from aeterna_nb.chart.apart import Canceller, changed
from aeterna_nb.chart.helm import HelmError, embedded, native_call, native_status, private_file

WAIT = "watcher"
"""Helm's way to wait that judges every kind by its own conditions, Jobs and custom resources too."""

MOST_REVISIONS = 10
"""How many revisions are kept of a release: as many as the helm program keeps."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a release, and how it is, in Helm's word."""

    number: int
    status: str


Doing = Literal["install", "upgrade", "rollback", "test", "uninstall"]


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to a release, with Helm's options. `chart`, a folder, and `values` are for the first two actions."""

    action: Doing
    name: str
    options: Mapping[str, Any]
    chart: str = ""
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Releases:
    """The releases of a namespace. Methods raise HelmError, whose text Helm made, and HelmMissing."""

    def __init__(self, namespace: str, context: str, kubeconfig: str) -> None:
        """`kubeconfig` is the text of one; empty, Helm finds the cluster itself."""
        self._namespace = namespace
        with ExitStack() as held:
            self._where = {
                "kubeconfig_path": held.enter_context(private_file(kubeconfig)),
                "kube_context": context or None,
                "namespace": namespace,
            }
            try:
                self._config = held.enter_context(embedded().Config(**self._where))
            except embedded().HelmError as error:
                raise HelmError(str(error)) from None
            self._held = held.pop_all()

    def __enter__(self) -> "Releases":
        return self

    def __exit__(self, *error: object) -> None:
        self._held.close()

    def deploy(
        self,
        action: Literal["install", "upgrade"],
        chart: Path,
        name: str,
        values: Mapping[str, Any],
        seconds: int,
        canceller: Canceller,
    ) -> None:
        """Install or upgrade a release and wait until everything is ready. Raises Cancelled, also when time is over."""
        # An install that failed left objects and a record, which the next one takes over.
        install = {"create_namespace": True, "replace": True}
        more = install if action == "install" else {"max_history": MOST_REVISIONS}
        options = {"wait": WAIT, "wait_for_jobs": True, "timeout_seconds": seconds, **more}
        self._change(self._applying(action, chart, name, values, **options), canceller)

    def planned(self, action: Literal["install", "upgrade"], chart: Path, name: str, values: Mapping[str, Any]) -> str:
        """The manifests that `deploy` would send, as the API server takes them; nothing is changed."""
        done = performed(self._config, self._applying(action, chart, name, values, dry_run="server"))
        return str(done.get("manifest", ""))

    def mark(self, chart: Path, name: str, values: Mapping[str, Any], canceller: Canceller) -> None:
        """Upgrade a release without running hooks and without waiting."""
        options = {"disable_hooks": True, "max_history": MOST_REVISIONS}
        self._change(self._applying("upgrade", chart, name, values, **options), canceller)

    def rollback(self, name: str, revision: int, seconds: int, canceller: Canceller) -> None:
        """Bring a revision back, as a new one, and wait until everything is ready. Raises as `deploy`."""
        options = {"version": revision, "wait": WAIT, "wait_for_jobs": True, "timeout_seconds": seconds}
        self._change(Change("rollback", name, {**options, **_applied("rollback")}), canceller)

    def test(self, name: str, seconds: int, canceller: Canceller) -> None:
        """Run the tests of a release. Raises HelmError where one of them fails."""
        self._change(Change("test", name, {"timeout_seconds": seconds}), canceller)

    def uninstall(self, name: str, seconds: int, canceller: Canceller) -> None:
        """Remove a release and wait until its objects are gone."""
        self._change(Change("uninstall", name, {"timeout_seconds": seconds, "wait": WAIT}), canceller)

    def _applying(self, action: Doing, chart: Path, name: str, values: Mapping[str, Any], **options: Any) -> Change:
        return Change(
            action, name, {"namespace": self._namespace, **_applied(action), **options}, str(chart), dict(values)
        )

    def _change(self, change: Change, canceller: Canceller) -> None:
        changed({"config": self._where, **asdict(change)}, canceller)

    def manifest(self, name: str) -> str:
        """The manifests that the newest revision sent, without hooks; empty where there is no such release."""
        try:
            return str(self._asked("status", name).get("manifest", ""))
        except embedded().HelmNotFoundError:
            return ""

    def values(self, name: str) -> dict[str, Any]:
        """The values that the newest revision was given, secrets among them."""
        given: dict[str, Any] = self._asked("get_values", name)
        return given

    def history(self, name: str) -> list[Revision]:
        """The revisions of a release, the oldest first; none where there is no such release."""
        try:
            found = self._asked("history", name)
        except embedded().HelmNotFoundError:
            return []
        return [Revision(int(item["revision"]), str(item["status"])) for item in found]

    def _asked(self, method: str, name: str, **options: Any) -> Any:
        try:
            return getattr(self._config, method)(name, **options)
        except embedded().HelmNotFoundError:
            raise
        except embedded().HelmError as error:
            raise HelmError(str(error)) from None


def performed(config: Any, change: Change, token: Any = 0) -> dict[str, Any]:
    """Do it in this process, and return what Helm returns. `token` is Helm's of one call, by which it is cancelled."""
    options = json.dumps(change.options)
    if change.action == "rollback":
        native_status("helm_rollback", config._raw(), change.name, options)
        return {}
    if change.action in ("uninstall", "test"):
        function = "helm_uninstall" if change.action == "uninstall" else "helm_test_run"
        done: dict[str, Any] = native_call(function, config._raw(), change.name, options)
        return done
    with embedded().Chart.load(Path(change.chart)) as loaded:
        values = json.dumps(change.values)
        applied: dict[str, Any] = native_call(
            f"helm_{change.action}", config._raw(), token, loaded._raw(), None, change.name, values, options
        )
    return applied


def _applied(action: Doing) -> dict[str, Any]:
    """How objects are sent: by the API server's own merge, in which the release's values win over others'.

    Helm calls the owner of fields by the name of its process, so a page's kernel, a script and the helm program would
    be strangers to each other, and none could change what another wrote. Nor is it left to how the release was made:
    Helm 3 knows no such merge, and what it installed would be refused.
    """
    # Helm's types of the first option differ.
    return {"server_side_apply": True if action == "install" else "true", "force_conflicts": True}
