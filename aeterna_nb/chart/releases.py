"""Releases in a cluster, through the embedded Helm: installed, upgraded, tested, taken back, removed.

What Helm can do and its Python wrapper hides (waiting for Jobs, taking over fields) goes through the options of
`_native`, as in `helm`. How each call behaves was tried (docs/facts/tools.md#helm-in-python).
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from aeterna_nb.chart.helm import Cancelled, HelmError, embedded, native_call

WAIT = "watcher"
"""Helm's way to wait that judges every kind by its own conditions, Jobs and custom resources too."""

MOST_REVISIONS = 10
"""How many revisions are kept of a release: as many as the helm program keeps."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a release, and how it is, in Helm's word."""

    number: int
    status: str


@dataclass
class Canceller:
    """Ends an install or upgrade that is under way, from any thread; also one that has not begun."""

    wanted: bool = False
    _running: Any = field(default=None, repr=False)

    def cancel(self) -> None:
        """End what runs now, and whatever would begin later."""
        self.wanted = True
        if self._running is not None:
            self._running.cancel()

    @contextmanager
    def token(self) -> Iterator[Any]:
        """Helm's token of one call. Raises Cancelled where there is nothing more to begin."""
        with embedded().HelmContext() as running:
            self._running = running
            try:
                if self.wanted:
                    raise Cancelled("cancelled")
                yield running._raw()
            finally:
                self._running = None


class Releases:
    """The releases of a namespace. Methods raise HelmError, whose text Helm made, and HelmMissing."""

    def __init__(self, namespace: str, context: str, kubeconfig: str) -> None:
        """`kubeconfig` is the text of one; empty, Helm finds the cluster itself."""
        self._namespace = namespace
        try:
            self._config = embedded().Config(
                kubeconfig_content=kubeconfig or None, kube_context=context or None, namespace=namespace
            )
        except embedded().HelmError as error:
            raise HelmError(str(error)) from None

    def __enter__(self) -> "Releases":
        return self

    def __exit__(self, *error: object) -> None:
        self._config.close()

    def deploy(
        self,
        action: Literal["install", "upgrade"],
        chart: Path,
        name: str,
        values: Mapping[str, Any],
        seconds: int,
        canceller: Canceller,
    ) -> None:
        """Install or upgrade a release and wait until everything is ready. Raises Cancelled, also when time is over.

        A cancelled call returns at once, while Helm may still send what it had begun to send.
        """
        # An install that failed left objects and a record, which the next one takes over.
        install = {"create_namespace": True, "replace": True}
        more = install if action == "install" else {"max_history": MOST_REVISIONS}
        with canceller.token() as token:
            self._apply(
                action, chart, name, values, token, wait=WAIT, wait_for_jobs=True, timeout_seconds=seconds, **more
            )

    def planned(self, action: Literal["install", "upgrade"], chart: Path, name: str, values: Mapping[str, Any]) -> str:
        """The manifests that `deploy` would send, as the API server takes them; nothing is changed."""
        done = self._apply(action, chart, name, values, None, dry_run="server")
        return str(done.get("manifest", ""))

    def mark(self, chart: Path, name: str, values: Mapping[str, Any]) -> None:
        """Upgrade a release without running hooks and without waiting."""
        self._apply("upgrade", chart, name, values, None, disable_hooks=True, max_history=MOST_REVISIONS)

    def _apply(
        self, action: str, chart: Path, name: str, values: Mapping[str, Any], token: Any, **options: Any
    ) -> dict[str, Any]:
        with embedded().Chart.load(chart) as loaded:
            done: dict[str, Any] = native_call(
                f"helm_{action}",
                self._config._raw(),
                token or 0,
                loaded._raw(),
                None,
                name,
                json.dumps(values),
                json.dumps({"namespace": self._namespace, "server_side_apply": _applied(action), **options}),
            )
        return done

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

    def rollback(self, name: str, revision: int, seconds: int) -> None:
        """Bring a revision back, as a new one, and wait until everything is ready."""
        self._asked("rollback", name, version=revision, timeout=seconds, wait=WAIT)

    def test(self, name: str, seconds: int) -> None:
        """Run the tests of a release. Raises HelmError where one of them fails."""
        self._asked("test", name, timeout=seconds)

    def uninstall(self, name: str, seconds: int) -> None:
        """Remove a release and wait until its objects are gone."""
        self._asked("uninstall", name, timeout=seconds, wait=WAIT)

    def _asked(self, method: str, name: str, **options: Any) -> Any:
        try:
            return getattr(self._config, method)(name, **options)
        except embedded().HelmNotFoundError:
            raise
        except embedded().HelmError as error:
            raise HelmError(str(error)) from None


def _applied(action: str) -> bool | str:
    # Helm's types of this option differ between the two.
    return True if action == "install" else "auto"
