"""One changed answer: everything that follows from it, and all that the page shows of it, against one render."""

from collections.abc import Callable
from itertools import cycle

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.chart.rendering import rendered, values_without_secrets
from aeterna_nb.evaluate import evaluate
from aeterna_nb.notebook.page import Page
from aeterna_nb.presets import PRODUCTION
from benchmarks.harness import Comparison, timed

CHANGES = ("valkey", "dragonfly")


def changed_answers() -> Callable[[], Answers]:
    """Return a callable that gives the production preset with its cache changed each time."""
    preset = Answers().with_values(Origin.PRESET, PRODUCTION)
    caches = cycle(CHANGES)
    return lambda: preset.with_values(Origin.TYPED, {"cache": next(caches)})


def rendering_alone() -> Callable[[], object]:
    """Return a callable that renders what the next change leads to, and does nothing else."""
    change = changed_answers()
    evaluations = cycle([evaluate(change()) for _ in CHANGES])

    def render() -> object:
        evaluation = next(evaluations)
        assert evaluation.config is not None
        return rendered(evaluation.config, values_without_secrets(evaluation.config, evaluation.secrets))

    return render


def change_against_rendering() -> Comparison:
    """The product's side keeps the secrets it has made, as a front end does between two changes."""
    kept = evaluate(changed_answers()()).secrets
    change = changed_answers()
    return Comparison(
        "one change (generate, render, check) / rendering alone",
        product=timed(lambda: evaluate(change(), kept=kept)),
        plain=timed(rendering_alone()),
        target=2.0,
        rounds=30,
    )


def page_against_rendering() -> Comparison:
    """The page draws its stages, the summary and the panel in sight before and after it has evaluated."""
    page = Page(changed_answers()(), None)
    # The page begins with the first of them.
    caches = cycle(CHANGES[::-1])

    def change() -> None:
        cache = next(caches)
        page.change(lambda: page.session.choose("cache", cache))

    return Comparison(
        "one change on the page, all consequences / rendering alone",
        product=timed(change),
        plain=timed(rendering_alone()),
        target=1.3,
        rounds=30,
    )
