"""The notebooks run from top to bottom on a fresh result and are kept without outputs."""
import shutil

import nbformat
from nbclient import NotebookClient


def test_notebooks_run(quickstart, root, tmp_path):
    notebooks = sorted((root / "notebooks").glob("*.ipynb"))
    assert notebooks
    (tmp_path / "results").mkdir()
    shutil.copy(quickstart, tmp_path / "results/quickstart.h5")
    (tmp_path / "notebooks").mkdir()
    for path in notebooks:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            assert not cell.get("outputs") and cell.get(
                "execution_count") is None, f"{path.name}: strip the outputs"
        NotebookClient(notebook,
                       timeout=120,
                       kernel_name="python3",
                       resources={
                           "metadata": {
                               "path": str(tmp_path / "notebooks")
                           }
                       }).execute()
        pictures = [
            o for c in notebook.cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})
        ]
        assert pictures, f"{path.name} draws nothing"
