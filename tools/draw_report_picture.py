#!/usr/bin/env python3
"""Draws docs/pictures/report.png: the top of the page that `unhedged report` makes of the quickstart.

    build/venv/bin/python tools/draw_report_picture.py      # ./bootstrap test brings what it needs

The run is that of configs/quickstart.yaml; the picture is what headless Chromium shows of its page.
"""
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build/release/unhedged"
TARGET = ROOT / "docs/pictures/report.png"


def make_page(folder):
    result = folder / "quickstart.h5"
    subprocess.run([PROGRAM, "run", "configs/quickstart.yaml", "-o", result, "--quiet"], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([PROGRAM, "report", result, "--quiet"], check=True)
    return result.with_suffix(".html")


def draw(page_file):
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1080, "height": 900}, color_scheme="light")
        page.goto(page_file.as_uri())
        page.wait_for_selector("#losses svg")
        end = page.locator("#losses .chart").bounding_box()
        page.screenshot(path=str(TARGET), full_page=True,
                        clip={"x": 0, "y": 0, "width": 1080, "height": end["y"] + end["height"] + 12})
        chromium.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        draw(make_page(Path(temporary)))
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size} bytes")
