"""The list of objects: grouped, searched, opened."""

import re
from typing import Any

import pytest

from aeterna_nb.notebook.panels.manifests import ManifestsPanel
from aeterna_nb.notebook.seen import Seen


def thing(kind: str, name: str, component: str | None, **more: Any) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": "aeterna"} | ({"app.kubernetes.io/component": component} if component else {})
    return {"kind": kind, "metadata": {"name": name, "labels": labels}, **more}


SEEN = Seen(
    manifests=[
        thing("Service", "web", "server"),
        thing("Deployment", "web", "server", spec={"image": "Needle", "other": "needle"}),
        thing("Dragonfly", "store", "cache"),
        thing("Pod", "<b>", None),
    ],
    current=True,
)


def headings(html: str) -> list[str]:
    return re.findall(r'<h2 class="group">(.*?)</h2>', html)


def names(html: str) -> list[str]:
    return re.findall(r'data-act="object" data-on="([^"]*)"', html)


def test_objects_are_grouped_by_component_or_by_kind() -> None:
    panel = ManifestsPanel()
    assert headings(panel.html(SEEN)) == ["aeterna (1)", "cache (1)", "server (2)"]
    panel.act("order", "", "kind")
    assert headings(panel.html(SEEN)) == ["Deployment (1)", "Dragonfly (1)", "Pod (1)", "Service (1)"]
    panel.act("order", "", "colour")
    assert headings(panel.html(SEEN))[0] == "Deployment (1)"


@pytest.mark.parametrize(
    ("words", "found"),
    [("NEEDLE", ["Deployment/web"]), ("service/", ["Service/web"]), (" store ", ["Dragonfly/store"]), ("nowhere", [])],
)
def test_the_search_looks_through_names_and_texts(words: str, found: list[str]) -> None:
    panel = ManifestsPanel()
    panel.act("search", "", words)
    html = panel.html(SEEN)
    assert names(html) == found
    assert f"{len(found)} object{'' if len(found) == 1 else 's'} of 4." in html


def test_it_says_on_how_many_lines_the_words_stand() -> None:
    panel = ManifestsPanel()
    panel.act("search", "", "needle")
    assert "Deployment, 2 lines" in panel.html(SEEN)


def test_an_object_opens_and_closes_and_is_text() -> None:
    panel = ManifestsPanel()
    panel.act("object", "Pod/<b>", "")
    assert panel.html(SEEN).count('role="listbox"') == 1
    assert "<b>" not in panel.html(SEEN)
    panel.act("object", "Pod/<b>", "")
    assert "listbox" not in panel.html(SEEN)


def test_an_object_that_is_shown_from_elsewhere_is_not_hidden_by_a_search() -> None:
    panel = ManifestsPanel()
    panel.act("search", "", "store")
    panel.open("Service/web")
    assert 'data-on="0 Service/web"' in panel.html(SEEN)
