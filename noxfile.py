"""The core's tests on every Python that the package supports and this machine has: `make test-pythons`."""

import nox

CORE = ("answers", "bridge", "chart_values", "checks", "commands", "config", "editing", "generate", "output")

nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = False


@nox.session(python=["3.11", "3.12", "3.13"])
def core(session: nox.Session) -> None:
    """What needs neither a browser nor a cluster, with the pinned dependencies."""
    session.install("--require-hashes", "--requirement", "requirements-dev.lock")
    session.install("--no-deps", "--no-build-isolation", ".")
    session.run("python", "-m", "pytest", "-q", "-m", "not whole_product", *(f"tests/{room}" for room in CORE))
