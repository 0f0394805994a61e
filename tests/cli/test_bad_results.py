"""Result files that are damaged, hostile, unfinished or of another version.

Every command that opens one says which and why, exits with 4 and writes nothing.
"""
import os
import shutil

import h5py
import numpy as np
import pytest

COMMANDS = [["replay", "{}", "--scenario", "s", "--hedger", "h", "--path", "1"], ["compare", "{}"],
            ["report", "{}", "-o", "page.html"], ["export", "{}", "--format", "csv", "-o", "tables"],
            ["export", "{}", "--format", "json", "-o", "all.json"]]


@pytest.fixture(scope="module")
def sound(unhedged, tmp_path_factory):
    from conftest import SMALL
    folder = tmp_path_factory.mktemp("sound")
    (folder / "small.yaml").write_text(SMALL)
    unhedged("run", "small.yaml", cwd=folder, check=0)
    return folder / "out.h5"


def truncated(path):
    data = path.read_bytes()
    path.write_bytes(data[:len(data) // 2])


def not_hdf5(path):
    path.write_text("name,value\n")


def empty(path):
    path.write_bytes(b"")


def directory(path):
    path.unlink()
    path.mkdir()


def fifo(path):
    path.unlink()
    os.mkfifo(path)


def absent(path):
    path.unlink()


def flipped_bit(path):
    with h5py.File(path) as file:
        offset = file["pnl"].id.get_chunk_info(0).byte_offset
    data = bytearray(path.read_bytes())
    data[offset + 9] ^= 4
    path.write_bytes(data)


def flipped_text(path):
    with h5py.File(path) as file:
        offset = file["scenario"].id.get_offset()
    data = bytearray(path.read_bytes())
    data[offset + 12] ^= 64  # which of the texts in its heap
    path.write_bytes(data)


def edit(change):
    """A damage done to an open file."""

    def damage(path):
        with h5py.File(path, "r+") as file:
            change(file)

    damage.__name__ = change.__name__
    return damage


def attribute(name, value):

    def change(file):
        file.attrs[name] = value

    change.__name__ = f"{name}={value}"
    return edit(change)


@edit
def other_hdf5(file):
    del file.attrs["format"]


@edit
def no_pnl(file):
    del file["pnl"]


@edit
def no_inputs(file):
    del file["inputs"]


@edit
def changed_input(file):
    text = file["inputs/text"][0].decode().replace("strike: 100", "strike: 101")
    file["inputs/text"][0] = text


@edit
def soft_link(file):
    file["more"] = h5py.SoftLink("/pnl")


@edit
def external_link(file):
    file["more"] = h5py.ExternalLink("/etc/passwd", "/pnl")


@edit
def circle(file):
    file["inputs/again"] = file["/"]


@edit
def view(file):
    layout = h5py.VirtualLayout(shape=(3, ), dtype="f8")
    layout[:] = h5py.VirtualSource("other.h5", "x", shape=(3, ))
    file.create_virtual_dataset("more", layout)


@edit
def stored_elsewhere(file):
    file.create_dataset("more", (3, ), "f8", external=[("/etc/passwd", 0, 24)])


@edit
def filtered(file):
    file.create_dataset("more", data=np.zeros(100), compression="gzip", chunks=(100, ))


@edit
def unchecked(file):
    file.create_dataset("more", data=np.zeros(100), chunks=(100, ))


@edit
def strange_type(file):
    file.create_dataset("more", data=np.zeros(100, dtype="f4"), fletcher32=True, chunks=(100, ))


@edit
def fewer_paths(file):
    pnl = file["pnl"][:, :, :100]
    del file["pnl"]
    file.create_dataset("pnl", data=pnl, fletcher32=True, chunks=pnl.shape)


@edit
def unwritten(file):
    shape = file["pnl"].shape
    del file["pnl"]
    file.create_dataset("pnl", shape, "f8", fletcher32=True, chunks=shape)


@edit
def bomb(file):
    """A petabyte that takes no room."""
    del file["pnl"]
    file.create_dataset("pnl", (1, 2, 500),
                        "f8",
                        fletcher32=True,
                        chunks=(1, 1, 500),
                        maxshape=(None, None, None))
    file["pnl"].resize((1, 2, 1 << 47))
    file.attrs["paths"] = np.uint64(1 << 47)
    file.attrs["path_numbers"] = f"0-{(1 << 47) - 1}"


@edit
def numbers_for_words(file):
    del file["metric"]
    file.create_dataset("metric", data=np.zeros(3), fletcher32=True, chunks=(3, ))


DAMAGES = [
    (truncated, "truncated or damaged"),
    (not_hdf5, "not HDF5"),
    (empty, "not HDF5"),
    (directory, "no regular file"),
    (fifo, "no regular file"),
    (absent, "No such file"),
    (flipped_bit, "/pnl: is damaged"),
    (flipped_text, "/scenario: is damaged: a text is not where it should be"),
    (other_hdf5, "not of unhedged"),
    (attribute("format_version", "2.0"), "is of format 2.0, and this program reads 1."),
    (attribute("format_version", "1.3"), "is of format 1.3"),
    (attribute("format_version", "new"), "format version"),
    (attribute("complete", np.uint64(0)), "not marked complete"),
    (attribute("paths", np.uint64(499)), "@path_numbers does not fit @paths"),
    (attribute("path_numbers", "0-99 400-"), "@path_numbers does not fit @paths"),
    (no_pnl, "has no /pnl"),
    (no_inputs, "has no /inputs"),
    (changed_input, "is not what was read"),
    (soft_link, "/more: is a link to elsewhere"),
    (external_link, "/more: is a link to elsewhere"),
    (circle, "deeper than results have"),
    (view, "is a view of other datasets"),
    (stored_elsewhere, "in another file"),
    (filtered, "goes through filter 1 of HDF5"),
    (unchecked, "/more: has no checksums"),
    (strange_type, "/more: is of a type"),
    (fewer_paths, "/pnl is not of the size"),
    (unwritten, "/pnl: is not filled"),
    (bomb, "is not filled"),
    (numbers_for_words, "/metric: is of another type"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("damage, said", DAMAGES, ids=lambda x: getattr(x, "__name__", None))
def test_it_says_which_and_why_and_writes_nothing(unhedged, sound, tmp_path, command, damage, said):
    result = tmp_path / "bad.h5"
    shutil.copy(sound, result)
    damage(result)
    if damage in (not_hdf5, empty, absent) and command[0] == "replay":
        return  # it takes configurations, too
    words = [word.replace("{}", "bad.h5") for word in command]
    if damage is changed_input and command[0] != "replay":
        return  # it does not look at them
    if damage in (unwritten, bomb) and command[0] == "export":
        said = "has a dimension that is not in the file"  # which it looks at before the numbers
    done = unhedged(*words, cwd=tmp_path, check=4)
    assert "bad.h5" in done.stderr and said in done.stderr, done.stderr
    assert done.stdout == "" and done.stderr.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ([] if damage is absent else ["bad.h5"])
