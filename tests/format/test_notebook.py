"""The notebooks run from top to bottom with few paths, draw, and are kept without outputs."""
import os
import shutil

import nbformat
import pytest
from conftest import PROGRAM, ROOT
from nbclient import NotebookClient

FEW = {
    "overnight_results": "paths = 300\nchanges = {'simulation.horizon': '11 d'}\n"
                         "file = '../results/overnight.h5'",
    "which_hedge_survives_march_2020": "paths = 1_500",
    "better_model_hedges_worse": "paths = 3_000",
    "liquidity_and_crowding": "paths = 600",
    "twenty_percent_worse": "paths = 300\nseverities = [0.8, 1.2]\ntrajectories = 2",
}
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def cells_of(path):
    return nbformat.read(path, as_version=4)


def test_every_notebook_is_run_with_few_paths():
    assert {p.stem for p in NOTEBOOKS} == {*FEW, "loss_distributions"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_are_stripped(path):
    notebook = cells_of(path)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        stripped = not cell.get("outputs") and cell.get("execution_count") is None
        assert stripped, f"{path.name}: strip the outputs"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


@pytest.fixture
def desk(tmp_path):
    """A place that looks like the sources, with results of its own."""
    for folder in ("configs", "scenarios"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    for folder in ("notebooks", "results"):
        (tmp_path / folder).mkdir()
    return tmp_path


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_run(quickstart, path, desk, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "python"))
    monkeypatch.setenv("UNHEDGED_PROGRAM", str(PROGRAM))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(desk))
    shutil.copy(quickstart, desk / "results/quickstart.h5")
    notebook = cells_of(path)
    changed = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(changed) == (path.stem in FEW)
    for cell in changed:
        cell.source = FEW[path.stem]
    NotebookClient(notebook,
                   timeout=240,
                   kernel_name="python3",
                   resources={
                       "metadata": {
                           "path": str(desk / "notebooks")
                       }
                   }).execute()
    outputs = [o for c in notebook.cells for o in c.get("outputs", [])]
    assert [o for o in outputs if "image/png" in o.get("data", {})], f"{path.name} draws nothing"
    assert not [o for o in outputs if o.get("output_type") == "error"]
    keep = os.environ.get("UNHEDGED_KEEP_NOTEBOOKS")
    if keep:
        nbformat.write(notebook, os.path.join(keep, path.name))
