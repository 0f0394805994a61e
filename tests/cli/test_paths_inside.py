"""What a configuration names by a path is in its folder or below, unless --allow-paths."""
import pytest
from conftest import SMALL

BOOK = "instrument,asset,strike,expiry,quantity\ncall,A,100,30 d,-1\n"
SURFACE = "expiry,strike,volatility\n40 d,90,23 %\n40 d,100,20 %\n40 d,110,19 %\n"
SCENARIO = ("name: s\nsources: [{what: nothing, where: nowhere}]\n"
            "regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}}}\n")


def with_book(name):
    begin, end = SMALL.index("portfolio:"), SMALL.index("scenarios:")
    return SMALL[:begin] + f"portfolio: {name}\n" + SMALL[end:]


def with_scenario(name):
    begin, end = SMALL.index("scenarios:"), SMALL.index("hedgers:")
    return SMALL[:begin] + f"scenarios: [{name}]\n" + SMALL[end:]


def with_surface(name):
    return SMALL.replace("half_spread: 5 bp", f"half_spread: 5 bp, surface: {name}")


KINDS = {
    "book": (with_book, "book.csv", BOOK),
    "scenario": (with_scenario, "s.yaml", SCENARIO),
    "surface": (with_surface, "surface.csv", SURFACE)
}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "desk/below").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "desk"


def test_below_the_folder_is_read(unhedged, desk, kind):
    text, name, content = kind
    (desk / "below" / name).write_text(content)
    (desk / "run.yaml").write_text(text(f"below/{name}"))
    unhedged("validate", "desk/run.yaml", cwd=desk.parent, check=0)
    (desk / "run.yaml").write_text(text(f"below/../below/{name}"))
    unhedged("validate", "run.yaml", cwd=desk, check=0)
    (desk / "run.yaml").write_text(text(str(desk / "below" / name)))
    unhedged("validate", "run.yaml", cwd=desk, check=0)


@pytest.mark.parametrize("way", ["steps back", "absolute", "from where it was started", "a link"])
def test_elsewhere_is_not(unhedged, desk, kind, way):
    text, name, content = kind
    (desk.parent / "elsewhere" / name).write_text(content)
    path = {
        "steps back": f"../elsewhere/{name}",
        "absolute": str(desk.parent / "elsewhere" / name),
        "from where it was started": f"elsewhere/{name}",
        "a link": f"below/{name}"
    }[way]
    (desk / "below" / name).symlink_to(desk.parent / "elsewhere" / name)
    (desk / "run.yaml").write_text(text(path))
    done = unhedged("run", "desk/run.yaml", cwd=desk.parent, check=3)
    assert "is neither in the folder of desk/run.yaml nor below it" in done.stderr, done.stderr
    assert "--allow-paths" in done.stderr and content.split("\n")[1] not in done.stderr
    unhedged("run", "desk/run.yaml", "--allow-paths", "-o", "out.h5", cwd=desk.parent, check=0)
    unhedged("replay", "out.h5", "--hedger", "h", "--path", "1", cwd=desk.parent, check=0)  # needs no file


def test_a_shard_is_merged_without_its_files(unhedged, desk):
    (desk.parent / "elsewhere/book.csv").write_text(BOOK)
    (desk / "run.yaml").write_text(with_book("../elsewhere/book.csv"))
    unhedged("run", "run.yaml", "--allow-paths", "--shard", "1/1", "-o", "a.shard", cwd=desk, check=0)
    (desk.parent / "elsewhere/book.csv").unlink()
    unhedged("merge", "a.shard", "-o", "out.h5", cwd=desk, check=0)


def test_scenarios_by_name_come_from_folders_that_are_searched(unhedged, desk):
    text = with_scenario("crash_1987").replace("A: {spot: 100", "SPX: {daily_volume: 1e6, spot: 100")
    (desk / "run.yaml").write_text(text.replace("asset: A", "asset: SPX"))
    unhedged("validate", "run.yaml", cwd=desk, check=0)


def test_a_failure_names_the_flag_that_its_replay_needs(unhedged, desk):
    (desk.parent / "elsewhere/s.yaml").write_text(
        SCENARIO.replace("volatility: 1 x", "volatility: 0, drift: 1e7"))
    (desk / "run.yaml").write_text(with_scenario("../elsewhere/s.yaml"))
    done = unhedged("run", "run.yaml", "--allow-paths", cwd=desk, check=5)
    assert "unhedged replay run.yaml --allow-paths" in done.stderr
