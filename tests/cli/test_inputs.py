"""What is read: any file, of any size and kind, is read or refused in a few lines and a few seconds."""
import os

import pytest
from conftest import SMALL, limited_memory

HEADER = "instrument,asset,strike,expiry,quantity\n"


@pytest.fixture
def with_book(small):
    """Writes a book beside the small configuration."""
    text = small.read_text()
    start, end = text.index("portfolio:"), text.index("scenarios:")
    small.write_text(text[:start] + "portfolio: book.csv\n" + text[end:])

    def write(content):
        (small.parent / "book.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
        return small

    return write


@pytest.mark.parametrize("what", ["configuration", "book", "scenario"])
def test_a_fifo_is_refused_and_not_waited_for(unhedged, small, what):
    fifo = small.parent / "pipe.yaml"
    os.mkfifo(fifo)
    text = small.read_text()
    if what == "book":
        start, end = text.index("portfolio:"), text.index("scenarios:")
        small.write_text(text[:start] + f"portfolio: {fifo}\n" + text[end:])
    if what == "scenario":
        start, end = text.index("scenarios:"), text.index("hedgers:")
        small.write_text(text[:start] + f"scenarios: [{fifo}]\n" + text[end:])
    done = unhedged("validate",
                    fifo if what == "configuration" else small,
                    check=4 if what == "configuration" else 3)
    assert "pipe.yaml: is a FIFO, a regular file is expected" in done.stderr
    place = {
        "configuration": "",
        "book": "small.yaml:3:12: portfolio: ",
        "scenario": "small.yaml:4:13: scenarios[0]: "
    }[what]
    assert place in done.stderr


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "."])
def test_devices_and_folders_are_refused(unhedged, path):
    assert "a regular file is expected" in unhedged("validate", path, check=4).stderr


def test_a_book_saved_by_a_spreadsheet(unhedged, with_book):
    rows = HEADER + "call,A,100,30 d,-1\n"
    for content in (b"\xef\xbb\xbf" + rows.encode(), rows.replace("\n", "\r\n").encode(),
                    rows.replace("\n", "\r").encode()):
        unhedged("validate", with_book(content), check=0)
    assert "book.csv: " in unhedged("validate", with_book(rows.encode("utf-16")), check=3).stderr
    assert "UTF-16" in unhedged("validate", with_book(rows.encode("utf-16")), check=3).stderr


def test_a_configuration_with_a_byte_order_mark(unhedged, small):
    small.write_bytes(b"\xef\xbb\xbf" + small.read_bytes())
    unhedged("validate", small, check=0)


def test_a_wrong_header_is_one_message(unhedged, with_book):
    done = unhedged("validate",
                    with_book(HEADER.replace("instrument", "instrment") + "call,A,100,30 d,-1\n" * 1350),
                    check=3)
    assert len(done.stderr.splitlines()) == 1
    assert 'book.csv:1:1: portfolio: unknown column "instrment"; did you mean "instrument"?' in done.stderr


def test_the_same_slip_in_every_row_is_counted(unhedged, with_book):
    done = unhedged("validate", with_book(HEADER + "call,B,100,30 d,-1\n" * 64_000), check=3)
    assert len(done.stderr.splitlines()) == 3
    assert 'unknown asset "B"' in done.stderr and "(and 63997 more like this)" in done.stderr


def test_tens_of_thousands_of_unknown_keys(unhedged, small):
    small.write_text(SMALL + "".join(f"key_{i}: 1\n" for i in range(64_000)))
    lines = unhedged("validate", small, check=3).stderr.splitlines()
    assert len(lines) == 51
    assert lines[-1].endswith("... and 63950 more")


def test_an_extra_column_of_tens_of_thousands_of_rows(unhedged, with_book):
    done = unhedged("validate",
                    with_book(HEADER.replace("\n", ",note\n") + "call,A,100,30 d,-1,x\n" * 64_000),
                    check=3)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("slip", ["spot: {}", "name: {}x", "calendar: {}"])
def test_huge_values_are_not_echoed(unhedged, small, slip):
    key = slip.split(":")[0]
    text = small.read_text().replace("{assets:", "{calendar: continuous, assets:")
    old = {"spot": "spot: 100", "name": "name: small", "calendar": "calendar: continuous"}[key]
    small.write_text(text.replace(old, slip.format("7" * 3_000_000)))
    done = unhedged("validate", small)
    assert len(done.stderr) < 1000
    assert done.returncode == (0 if key == "name" else 3)


def test_a_huge_cell_and_a_huge_key(unhedged, with_book, small):
    done = unhedged("validate", with_book(HEADER + "call,A," + "9" * 5_000_000 + "x,30 d,-1\n"), check=3)
    assert len(done.stderr) < 500
    small.write_text(SMALL + "k" * 1000 + ": 1\n")
    assert len(unhedged("validate", small, check=3).stderr) < 800


@limited_memory
def test_a_million_rows_are_netted(unhedged, with_book):
    """A gibibyte of address space stands for the promised bound on memory."""
    import subprocess

    from conftest import PROGRAM

    rows = "".join(
        f"{'call' if i % 2 else 'put'},A,{50 + i % 999},{31 + i % 97} d,{i % 7 - 3}\n" for i in range(1000))
    config = with_book(HEADER + rows * 1000)
    done = subprocess.run(["bash", "-c", f"ulimit -v {1 << 20}; exec {PROGRAM} validate {config}"],
                          capture_output=True,
                          text=True,
                          timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_shipped_configurations_warn_of_nothing(unhedged, root):
    for config in sorted((root / "configs").glob("*.yaml")):
        assert unhedged("validate", config, "--strict", check=0).stderr == ""


def test_no_figure_of_the_library_passes_for_a_slip(unhedged, small, root):
    """Read, not resolved: which stays fit depends on the grid of a run."""
    names = [p.stem for p in sorted((root / "scenarios").glob("*.yaml"))]
    text = small.read_text().replace("implied_vol: 20 %", "implied_vol: 20 %, daily_volume: 1e6").replace(
        "step: 1 d", "step: 5 min")
    start, end = text.index("scenarios:"), text.index("hedgers:")
    small.write_text(text[:start] + f"scenarios: {names}\n" + text[end:])
    assert "usually" not in unhedged("validate", small, check=0).stderr


def test_strict_turns_a_warning_into_an_error(unhedged, small):
    small.write_text(SMALL.replace("implied_vol: 20 %", "implied_vol: 42"))
    warned = unhedged("validate", small, check=0).stderr
    assert "warning: market.assets.A.implied_vol: is 4 200 % a year" in warned
    assert "did you mean 42 %?" in warned
    refused = unhedged("validate", small, "--strict", check=3).stderr
    assert "is 4 200 % a year" in refused and "--strict" in refused
    unhedged("run", small, "--strict", cwd=small.parent, check=3)
    assert not (small.parent / "out.h5").exists()
