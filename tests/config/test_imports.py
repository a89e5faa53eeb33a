"""What importing loads: the model stands alone, and the command's help needs nothing heavy."""

import subprocess
import sys

import pytest


def modules_after(statement: str) -> set[str]:
    script = f"import sys\n{statement}\nprint('MODULES', *sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.rpartition("MODULES")[2].split())


@pytest.mark.parametrize("heavy", ["ipywidgets", "IPython", "helm_python", "httpx2", "yaml", "cryptography"])
def test_the_model_loads_neither_widgets_nor_helm_nor_a_network_client(heavy: str) -> None:
    assert heavy not in modules_after("import aeterna_nb.config")


def test_of_ours_the_model_imports_numbers_alone() -> None:
    ours = {name for name in modules_after("import aeterna_nb.config") if name.startswith("aeterna_nb")}
    assert {name for name in ours if not name.startswith("aeterna_nb.config")} == {"aeterna_nb", "aeterna_nb.ports"}


@pytest.mark.parametrize("heavy", ["ipywidgets", "helm_python", "httpx2"])
def test_answers_and_flags_load_no_front_end_and_no_helm(heavy: str) -> None:
    assert heavy not in modules_after("import aeterna_nb.answers.file, aeterna_nb.commands.options")


@pytest.mark.parametrize("heavy", ["pydantic", "argparse", "yaml", "ipywidgets"])
def test_help_loads_nothing_heavy(heavy: str) -> None:
    assert heavy not in modules_after("from aeterna_nb.commands.main import main\nassert main(['--help']) == 0")


def test_parameters_of_a_notebook_are_read_without_the_commands() -> None:
    assert "aeterna_nb.commands" not in modules_after("import aeterna_nb.notebook.parameters")
