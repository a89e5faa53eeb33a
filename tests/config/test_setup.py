"""The whole configuration: what can't be built, and what never shows."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from aeterna_nb.config import SetupConfig
from tests.samples import HYBRID, LOCAL, OPENCODE_ONLY, REMOTE, configured

Tree = dict[str, Any]
Change = Callable[[Tree], Any]


def built(values: Mapping[str, Any]) -> Tree:
    """A configuration as plain data, which SetupConfig takes back."""
    return configured(values).model_dump(exclude_none=True)


def test_a_dumped_configuration_is_taken_back() -> None:
    assert SetupConfig.model_validate(built(HYBRID)) == configured(HYBRID)


@pytest.mark.parametrize(
    ("start", "change"),
    [
        (LOCAL, lambda tree: tree.pop("target")),
        (LOCAL, lambda tree: tree.pop("mode")),
        (LOCAL, lambda tree: tree.pop("vector")),
        (LOCAL, lambda tree: tree.pop("cache")),
        (LOCAL, lambda tree: tree.pop("postgresql")),
        (LOCAL, lambda tree: tree.pop("llm")),
        (LOCAL, lambda tree: tree.pop("authorization")),
        (LOCAL, lambda tree: tree.pop("cluster")),
        (LOCAL, lambda tree: tree.pop("secrets")),
        (LOCAL, lambda tree: tree.update(target="docker-compose")),
        (LOCAL, lambda tree: tree.update(target="nomad")),
        (LOCAL, lambda tree: tree.update(mode="remote")),
        (LOCAL, lambda tree: tree.update(mode="hybrid")),
        (LOCAL, lambda tree: tree.update(extra=1)),
        (LOCAL, lambda tree: tree["vector"].update(index_name="of Pinecone")),
        (LOCAL, lambda tree: tree["vector"].update(backend="pinecone")),
        (LOCAL, lambda tree: tree["vector"].update(replicas=0)),
        (LOCAL, lambda tree: tree["cache"].update(memory=255)),
        (LOCAL, lambda tree: tree["cache"].update(host="of Redis")),
        (LOCAL, lambda tree: tree.update(hybrid={"sync_interval": 60})),
        (LOCAL, lambda tree: tree.update(central={"url": "https://c.example.com", "auth": {"method": "api-key"}})),
        (HYBRID, lambda tree: tree.pop("central")),
        (HYBRID, lambda tree: tree.pop("hybrid")),
        (HYBRID, lambda tree: tree["hybrid"].update(sync_interval=9)),
        (HYBRID, lambda tree: tree["hybrid"].update(sync_layers=("company",))),
        (HYBRID, lambda tree: tree.update(authorization={"enabled": False})),
        (REMOTE, lambda tree: tree.update(llm={"provider": "none"})),
        (REMOTE, lambda tree: tree.update(operations={})),
        (REMOTE, lambda tree: tree["central"].update(url="central.example.com")),
        (OPENCODE_ONLY, lambda tree: tree.update(mode="local")),
        (OPENCODE_ONLY, lambda tree: tree.update(secrets={})),
        (OPENCODE_ONLY, lambda tree: tree.update(opencode={"enabled": False})),
    ],
)
def test_an_impossible_combination_can_not_be_built(start: Mapping[str, Any], change: Change) -> None:
    tree = built(start)
    change(tree)
    with pytest.raises(ValidationError):
        SetupConfig.model_validate(tree)


@pytest.mark.parametrize("start", [LOCAL, HYBRID, REMOTE, OPENCODE_ONLY])
def test_a_configuration_does_not_change(start: Mapping[str, Any]) -> None:
    config = configured(start)
    with pytest.raises(ValidationError):
        config.target = "docker-compose"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("start", "sections"),
    [
        (
            LOCAL,
            {"server", "cluster", "vector", "cache", "postgresql", "authorization", "llm", "operations", "secrets"},
        ),
        (
            HYBRID,
            {
                "server",
                "cluster",
                "central",
                "hybrid",
                "vector",
                "cache",
                "postgresql",
                "authorization",
                "llm",
                "operations",
                "secrets",
            },
        ),
        (REMOTE, {"cluster", "central", "secrets"}),
        (
            {**LOCAL, "target": "docker-compose"},
            {"server", "vector", "cache", "postgresql", "authorization", "llm", "operations", "secrets"},
        ),
        (OPENCODE_ONLY, {"central"}),
    ],
)
def test_only_the_groups_that_apply_are_there(start: Mapping[str, Any], sections: set[str]) -> None:
    config = configured(start)
    there = {name for name in SetupConfig.model_fields if getattr(config, name) is not None}
    assert there - {"target", "mode", "opencode"} == sections


def test_an_error_about_a_configuration_does_not_hold_what_was_given() -> None:
    tree = built({**LOCAL, "llm": "openai", "openai_api_key": "Canary-7f3a"})
    tree["llm"]["api_key"] = "Canary-7f3a\n"
    tree["llm"]["surprise"] = "Canary-7f3a"
    with pytest.raises(ValidationError) as caught:
        SetupConfig.model_validate(tree)
    assert "Canary" not in str(caught.value)
    assert "Canary" not in repr(caught.value)


def test_opal_is_there_only_where_it_is_installed() -> None:
    assert configured(LOCAL).opal is not None
    assert configured({**LOCAL, "opal": False}).opal is None
    assert configured(REMOTE).opal is None


def test_a_server_runs_here_in_local_and_hybrid_mode_only() -> None:
    assert configured(LOCAL).runs_server
    assert configured(HYBRID).runs_server
    assert not configured(REMOTE).runs_server
    assert not configured(OPENCODE_ONLY).runs_server
