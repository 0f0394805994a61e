"""`compare` against an independent computation with NumPy and SciPy, from /pnl alone."""
import csv
import io
import itertools
import json
import shutil

import h5py
import numpy as np
import pytest
from scipy import stats

LEVEL, CONFIDENCE = 0.95, 0.9
RUN = """
name: compared
market: {assets: {A: {spot: 100, implied_vol: 40 %, half_spread: 10 bp, daily_volume: 1e5}}}
portfolio:
  - {instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -40}
  - {instrument: put, asset: A, strike: 90, expiry: 20 d, quantity: 10}
scenarios:
  - {name: calm, regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}}}}
  - name: crash
    regimes: {r: {dynamics: {A: {model: merton, volatility: 1 x, jump_rate: 20, jump_mean: -8 %,
        jump_vol: 6 %}}}}
  - {name: rally, regimes: {r: {dynamics: {A: {model: gbm, volatility: 70 %, drift: 200 %}}}}}
hedgers:
  daily: {model: black_scholes, rebalance: {every: 1 d}}
  twin: {model: black_scholes, rebalance: {every: 1 d}, volatility: 40.2 %}
  weekly: {model: black_scholes, rebalance: {every: 5 d}}
  wrong: {model: black_scholes, volatility: 90 %, rebalance: {every: 1 d}}
simulation: {horizon: 30 d, step: 1 d, paths: 1500, seed: 5}
risk: {levels: [90 %, 95 %], confidence: 90 %, scenario_weights: {calm: 60 %, crash: 10 %, rally: 30 %}}
output: {file: out.h5, worst_paths: 0}
"""


@pytest.fixture(scope="module")
def folder(unhedged, tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    (folder / "run.yaml").write_text(RUN)
    unhedged("run", "run.yaml", "--quiet", cwd=folder, check=0)
    return folder


@pytest.fixture(scope="module")
def data(folder):
    with h5py.File(folder / "out.h5") as file:
        names = [x.decode() for x in file["scenario"][:]], [x.decode() for x in file["hedger"][:]]
        return (*names, -file["pnl"][:], file["scenario_weight"][:])


def tail(loss, share):
    """VaR and ES of losses that count `share` each."""
    order = np.argsort(-loss, kind="stable")
    sorted_loss, above = loss[order], np.cumsum(share[order]) - share[order]
    edge = np.flatnonzero(above <= 1 - LEVEL + 1e-12)[-1]
    q = sorted_loss[edge]
    es = (np.sum(sorted_loss[:edge] * share[order][:edge]) + (1 - LEVEL - above[edge]) * q) / (1 - LEVEL)
    return q, es


def influence(loss, q):
    return q + np.maximum(0, loss - q) / (1 - LEVEL)


class Number:
    """Value, error, skewness and degrees of freedom of a mean of influences."""

    def __init__(self, value, points, degrees, shape):
        n, d = len(points), points - value
        self.value, self.k, self.shape = value, degrees, shape
        self.e = np.sqrt(np.sum(d**2) / (n * (n - 1)))
        self.s = np.mean(d**3) / np.mean(d**2)**1.5 / np.sqrt(n) if self.e > 0 else 0.0

    def interval(self, confidence):
        t = stats.t.ppf((1 + confidence) / 2, self.k)

        def hall(y):
            return 3 * (np.cbrt(1 + self.s * (y - self.s / 6)) - 1) / self.s if self.s else y

        ends = [self.value - self.e * hall(t), self.value - self.e * hall(-t)]
        if self.shape == "widest":
            ends = [min(ends[0], self.value - t * self.e), max(ends[1], self.value + t * self.e)]
        return ends

    def p(self):
        if self.value == 0:
            return 1.0
        y, sign = self.value / self.e, np.sign(self.value)
        h = sign * (y + self.s / 6 + self.s * y**2 / 3 + self.s**2 * y**3 / 27)
        return max(2 * stats.t.sf(abs(y), self.k), 2 * stats.t.sf(h, self.k) if h > 0 else 1.0)


def largest(numbers):
    strict = 1 - (1 - CONFIDENCE) / len(numbers)
    return (max(x.value for x in numbers), max(x.interval(strict)[0] for x in numbers),
            max(x.interval(CONFIDENCE)[1] for x in numbers))


def agree(found, expected, at_least=-np.inf):
    wanted = [max(at_least, x) for x in expected]
    assert [found["value"], found["lower"], found["upper"]] == pytest.approx(wanted, rel=1e-6, abs=1e-8)


@pytest.fixture(scope="module")
def reference(data):
    """ES, differences and mixture of the losses."""
    scenarios, hedgers, loss, weights = data
    n, H = loss.shape[2], len(hedgers)
    equal = np.full(n, 1 / n)
    tails = [[tail(loss[s, h], equal) for h in range(H)] for s in range(len(scenarios))]
    points = [[influence(loss[s, h], tails[s][h][0]) for h in range(H)] for s in range(len(scenarios))]
    degrees = n * (1 - LEVEL)
    es = [[Number(tails[s][h][1], points[s][h], 2 * degrees, "hall") for h in range(H)]
          for s in range(len(scenarios))]
    difference = [{
        (h, r):
        Number(tails[s][h][1] - tails[s][r][1], points[s][h] - points[s][r], degrees, "widest")
        for h, r in itertools.permutations(range(H), 2)
    } for s in range(len(scenarios))]
    p = weights / weights.sum()
    share = np.repeat(p / n, n)
    mixed, mixed_points, k = [], [], []
    for h in range(H):
        q, value = tail(loss[:, h].ravel(), share)
        mixed.append(value)
        mixed_points.append(np.sum(p[:, None] * influence(loss[:, h], q), axis=0))
        c = np.sum(p[:, None] * (loss[:, h] > q), axis=0)
        k.append(c.sum()**2 / np.sum(c**2))
    score = [Number(mixed[h], mixed_points[h], 2 * k[h], "hall") for h in range(H)]
    mixed_difference = {
        (h, r): Number(mixed[h] - mixed[r], mixed_points[h] - mixed_points[r], min(k[h], k[r]), "widest")
        for h, r in itertools.permutations(range(H), 2)
    }
    return es, difference, score, mixed_difference


@pytest.fixture(scope="module")
def shown(unhedged, folder):
    return json.loads(unhedged("compare", "out.h5", "--json", cwd=folder, check=0).stdout)


def rows(part):
    return {row["hedger"]: row for row in part["hedgers"]}


def test_shortfall_regret_and_spread_of_each_scenario(data, reference, shown):
    scenarios, hedgers, _, _ = data
    es, difference, _, _ = reference
    for s, name in enumerate(scenarios):
        part = shown["scenarios"][s]
        assert part["scenario"] == name
        assert [r["hedger"] for r in part["hedgers"]
                ] == [hedgers[h] for h in np.argsort([x.value for x in es[s]], kind="stable")]
        for h, hedger in enumerate(hedgers):
            row = rows(part)[hedger]
            agree(row["es_95"], (es[s][h].value, *es[s][h].interval(CONFIDENCE)))
            agree(row["regret"],
                  largest([difference[s][h, r] for r in range(len(hedgers)) if r != h]),
                  at_least=0)
        hedging = [h for h, name in enumerate(hedgers) if name != "unhedged"]
        agree(part["model_risk_spread"],
              largest([difference[s][pair] for pair in itertools.permutations(hedging, 2)]))


def test_what_the_file_has_is_taken_from_it(folder, data, shown):
    scenarios, hedgers, _, _ = data
    with h5py.File(folder / "out.h5") as file:
        metrics = [m.decode() for m in file["metric"][:]]
        for s, part in enumerate(shown["scenarios"]):
            for h, hedger in enumerate(hedgers):
                for name in ("var_95", "effectiveness", "es_effectiveness_95", "p_worse_than_unhedged",
                             "cost"):
                    there, here = file["summary"][s, h, metrics.index(name)], rows(part)[hedger][name]
                    assert [here["value"], here["lower"],
                            here["upper"]] == [None if np.isnan(x) else x for x in there[:3]]


def test_over_all_scenarios(data, reference, shown):
    scenarios, hedgers, loss, _ = data
    es, difference, score, _ = reference
    everyone, stressed = range(len(scenarios)), [1, 2]
    for h, hedger in enumerate(hedgers):
        row = rows(shown["overall"])[hedger]
        agree(row["weighted_es_95"], (score[h].value, *score[h].interval(CONFIDENCE)))
        agree(row["worst_case"], largest([es[s][h] for s in everyone]))
        assert row["worst_case"]["scenario"] == scenarios[np.argmax([es[s][h].value for s in everyone])]
        regrets = [difference[s][h, r] for s in everyone for r in range(len(hedgers)) if r != h]
        agree(row["largest_regret"], largest(regrets), at_least=0)
        ratios = [es[s][h].value / es[0][h].value for s in stressed]
        assert row["most_over_calm"]["value"] == pytest.approx(max(ratios), rel=1e-9)
        for s in stressed:
            found = rows(shown["scenarios"][s])[hedger]["over_calm"]
            assert found["value"] == pytest.approx(ratios[s - 1], rel=1e-9)
            q = [tail(loss[x, h], np.full(loss.shape[2], 1 / loss.shape[2]))[0] for x in (s, 0)]
            at = [influence(loss[x, h], y) for x, y in zip((s, 0), q)]
            for end, touches in ((found["lower"], 0), (found["upper"],
                                                       1)):  # Fieller: there the interval ends at 0
                number = Number(es[s][h].value - end * es[0][h].value, at[0] - end * at[1], 75, "widest")
                assert number.interval(CONFIDENCE)[touches] == pytest.approx(0,
                                                                             abs=1e-5 * abs(es[s][h].value))


def test_all_tests_are_one_family_and_ranks_and_letters_follow(data, reference, shown):
    scenarios, hedgers, _, _ = data
    _, difference, _, mixed_difference = reference
    parts = [*zip(shown["scenarios"], difference), (shown["overall"], mixed_difference)]
    pairs, p = [], []
    for part, numbers in parts:
        for pair in part["pairs"]:
            number = numbers[hedgers.index(pair["hedger"]), hedgers.index(pair["reference"])]
            agree(pair["difference"], (number.value, *number.interval(CONFIDENCE)))
            assert pair["p"] == pytest.approx(number.p(), rel=1e-5, abs=1e-12)
            pairs.append(pair)
            p.append(number.p())
    order, m = np.argsort(p, kind="stable"), len(p)
    adjusted = np.maximum.accumulate(np.minimum(1, (m - np.arange(m)) * np.array(p)[order]))
    assert shown["tests"] == m == 4 * 10
    assert [pairs[i]["adjusted_p"] for i in order] == pytest.approx(adjusted, rel=1e-5, abs=1e-12)
    assert 0 < sum(pair["significant"] for pair in pairs) < m
    for part, _ in parts:
        assert all(x["significant"] == (x["adjusted_p"] <= 1 - CONFIDENCE) for x in part["pairs"])
        differ = {frozenset((x["hedger"], x["reference"])) for x in part["pairs"] if x["significant"]}
        ranked = [row["hedger"] for row in part["hedgers"]]
        letters = {row["hedger"]: set(row["rank"]["groups"]) for row in part["hedgers"]}
        for i, hedger in enumerate(ranked):
            place = rows(part)[hedger]["rank"]
            assert place["first"] == 1 + sum(frozenset((hedger, x)) in differ for x in ranked[:i])
            assert place["last"] == len(ranked) - sum(
                frozenset((hedger, x)) in differ for x in ranked[i + 1:])
            for other in ranked[:i]:
                assert bool(letters[hedger] & letters[other]) == (frozenset((hedger, other)) not in differ)
        for letter in set.union(*letters.values()):  # no group could take in one more
            members = {x for x in ranked if letter in letters[x]}
            for other in set(ranked) - members:
                assert any(frozenset((other, x)) in differ for x in members)


def test_csv_has_the_numbers_of_the_json(unhedged, folder, shown):
    done = unhedged("compare", "out.h5", "--csv", cwd=folder, check=0)
    table = {
        (r["scenario"], r["hedger"], r["reference"], r["metric"]): r
        for r in csv.DictReader(io.StringIO(done.stdout))
    }
    for part in shown["scenarios"]:
        for row in part["hedgers"]:
            for name in ("es_95", "var_95", "cost", "regret", "over_calm"):
                assert float(table[part["scenario"], row["hedger"], "", name]["value"]) == row[name]["value"]
            found = table[part["scenario"], row["hedger"], "", "rank"]
            assert [int(found["value"]), int(found["upper"])] == [row["rank"]["first"], row["rank"]["last"]]
        for pair in part["pairs"]:
            found = table[part["scenario"], pair["hedger"], pair["reference"], "es_95_difference"]
            assert float(found["adjusted_p"]) == pair["adjusted_p"]
    for row in shown["overall"]["hedgers"]:
        worst = row["worst_case"]
        assert float(table["*", row["hedger"], worst["scenario"], "worst_case"]["upper"]) == worst["upper"]


@pytest.mark.parametrize("width", [60, 90, 300])
def test_lines_are_no_longer_than_asked(unhedged, folder, width):
    text = unhedged("compare", "out.h5", "--width", width, cwd=folder, check=0).stdout
    assert max(map(len, text.splitlines())) <= width
    wide = unhedged("compare", "out.h5", "--width", 1000, cwd=folder, check=0).stdout
    assert set(text.split()) == set(wide.split())  # nothing is left out


def test_tables_state_what_they_rest_on(unhedged, folder):
    text = unhedged("compare", "out.h5", "--width", "400", cwd=folder, check=0).stdout
    assert "weights of the configuration: calm 60.0 %, crash 10.0 %, rally 30.0 %" in text
    assert "All 40 tests of paired differences of ES hold together with 90 % (Holm)." in text
    assert "Model-risk spread" in text and "differences are significant" in text
    marked = unhedged("compare", "out.h5", "--markdown", cwd=folder, check=0).stdout
    tables = [block.splitlines() for block in marked.split("\n\n") if block.startswith("|")]
    assert len(tables) == 4 and all(len({line.count("|") for line in table}) == 1 for table in tables)
    changed = unhedged("compare",
                       "out.h5",
                       "--calm",
                       "rally",
                       *[x for pair in ("calm=1", "crash=0", "rally=1") for x in ("--weight", pair)],
                       cwd=folder,
                       check=0)
    assert "weights of the command line: calm 50.0 %, crash 0.0 %, rally 50.0 %" in changed.stdout


@pytest.mark.parametrize("more, said", [
    (["--calm", "clam"], 'did you mean "calm"'),
    (["--weight", "calm=1"], "crash has none"),
    (["--weight", "calm=1", "--weight", "crash=-1", "--weight", "rally=1"], "no weight"),
    (["--weight", "calm=0", "--weight", "crash=0", "--weight", "rally=0"], "must be positive"),
    (["--csv", "--json"], "excludes"),
    (["--weight", "calm"], "SCENARIO=NUMBER, as in --weight calm=0.9"),
    (["--weight", "calm=1", "--weight", "calm=2"], "has one already"),
])
def test_usage(unhedged, folder, more, said):
    done = unhedged("compare", "out.h5", *more, cwd=folder, check=2)
    assert said in done.stderr and done.stdout == ""


def run(unhedged, folder, name, *more, text=RUN):
    (folder / "other.yaml").write_text(text)
    unhedged("run", "other.yaml", "--quiet", "-o", name, "--force", *more, cwd=folder, check=0)
    return name


def test_several_files_of_one_book_are_one_table(unhedged, folder, shown):
    lines = RUN.splitlines(keepends=True)
    some = "".join(x for x in lines if not x.startswith(("  weekly", "  wrong")))
    others = "".join(x for x in lines if not x.startswith(("  daily", "  twin")))
    names = [run(unhedged, folder, "some.h5", text=some), run(unhedged, folder, "others.h5", text=others)]
    both = json.loads(unhedged("compare", *names, "--json", cwd=folder, check=0).stdout)
    for here, there in zip([*both["scenarios"], both["overall"]], [*shown["scenarios"], shown["overall"]]):
        assert rows(here) == rows(there)
    assert both["results"] == names
    alone = run(unhedged, folder, "alone.h5", text=RUN.replace("calm: 60 %, ", "").replace(lines[7], ""))
    done = unhedged("compare", "some.h5", alone, cwd=folder, check=4)
    assert "no file has weekly in calm" in done.stderr


@pytest.mark.parametrize("change, said", [
    (("quantity: -40", "quantity: -41"), "the quantity of position 1 is -40 there and -41 here"),
    (("strike: 100", "strike: 101"), "the strike of position 1 is 100 there and 101 here"),
    (("implied_vol: 40 %", "implied_vol: 41 %"), "the premium of position 1"),
    (("seed: 5", "seed: 6"), "the seed is 5 there and 6 here"),
    (("paths: 1500", "paths: 1501"), "has the paths 0-1499 there and 0-1500 here"),
    (("drift: 200 %", "drift: 201 %"),
     "in rally: the unhedged book ends otherwise on the same paths: the scenario"),
    (("every: 5 d", "every: 6 d"), "has weekly in calm with another result than out.h5"),
    (("confidence: 90 %", "confidence: 95 %"), "confidence is 0.9 there and 0.95 here"),
    (("levels: [90 %, 95 %]", "levels: [95 %]"), "risk.levels"),
    (("step: 1 d", "step: 12 h"), "there are 30 steps there and 60 here"),
    (("horizon: 30 d", "horizon: 31 d"), "horizon_years"),
    (("market: {", "market: {currency: EUR, "), "currency is"),
])
def test_what_differs_is_named(unhedged, folder, change, said):
    other = run(unhedged, folder, "other.h5", text=RUN.replace(*change, 1))
    done = unhedged("compare", "out.h5", other, cwd=folder, check=4)
    assert "other.h5" in done.stderr and said in done.stderr, done.stderr
    assert done.stdout == ""


def test_weights_that_only_one_file_states_are_refused(unhedged, folder):
    other = run(unhedged,
                folder,
                "other.h5",
                text=RUN.replace("scenario_weights: {calm: 60 %, crash: 10 %, rally: 30 %}", "limits: {}"))
    done = unhedged("compare", "out.h5", other, cwd=folder, check=4)
    assert "one of them states risk.scenario_weights" in done.stderr
    alone = unhedged("compare", other, cwd=folder, check=0).stdout
    assert "all scenarios weigh the same, because no weights are stated" in alone


def test_another_program_made_it(unhedged, folder):
    shutil.copy(folder / "out.h5", folder / "older.h5")
    with h5py.File(folder / "older.h5", "r+") as file:
        file.attrs["engine_revision"] = "0123456789ab"
    done = unhedged("compare", "out.h5", "older.h5", cwd=folder, check=0)
    assert "warning: older.h5 was made by" in done.stderr


def test_too_few_paths_tell_nothing_apart(unhedged, folder):
    few = run(unhedged, folder, "few.h5", "--paths", "150")
    shown = json.loads(unhedged("compare", few, "--json", cwd=folder, check=0).stdout)
    for part in shown["scenarios"]:
        for row in part["hedgers"]:
            assert row["rank"]["first"] == 1 and row["rank"]["last"] == 5 and row["rank"]["groups"] == ["a"]
    assert shown["scenarios"][0]["hedgers"][0]["es_95"]["lower"] is None
    text = unhedged("compare", few, cwd=folder, check=0).stdout
    assert "0 of 10 differences are significant" in text and "[n/a]" in text
    assert "none could be tested" in text


def test_weights_whose_sum_is_no_number_are_shares_all_the_same(unhedged, folder):
    def scores(weight):
        words = [word for name in ("calm", "crash", "rally") for word in ("--weight", f"{name}={weight}")]
        told = json.loads(unhedged("compare", "out.h5", *words, "--json", cwd=folder, check=0).stdout)
        return [row["weighted_es_95"]["value"] for row in told["overall"]["hedgers"]]

    assert scores("1e308") == pytest.approx(scores("1"), rel=1e-14)


def test_files_without_a_common_scenario_have_the_same_market_and_hedgers(unhedged, folder):
    lines = RUN.splitlines(keepends=True)
    one = "".join(line for i, line in enumerate(lines) if i not in range(8, 12)).replace(
        "calm: 60 %, crash: 10 %, rally: 30 %", "calm: 1")
    two = one.replace("name: calm, ", "name: quiet, ").replace("{calm: 1}", "{quiet: 1}")
    names = [run(unhedged, folder, "one.h5", text=one), run(unhedged, folder, "two.h5", text=two)]
    told = json.loads(unhedged("compare", *names, "--json", cwd=folder, check=0).stdout)
    assert [part["scenario"] for part in told["scenarios"]] == ["calm", "quiet"]
    sorted_otherwise = two.replace("{model: black_scholes, rebalance: {every: 5 d}}",
                                   "{rebalance: {every: 5 d}, model: black_scholes}")
    assert sorted_otherwise != two
    unhedged("compare", "one.h5", run(unhedged, folder, "two.h5", text=sorted_otherwise), cwd=folder, check=0)
    three = run(unhedged, folder, "three.h5", "--set", "hedgers.weekly.rebalance={every: 4 d}",
                text=two.replace("quiet", "still"))
    for files in (["one.h5", "two.h5", three], [three, "one.h5", "two.h5"]):
        assert "hedgers.weekly" in unhedged("compare", *files, cwd=folder, check=4).stderr
    for words, said in ((["--set", "hedgers.weekly.rebalance={every: 4 d}"], "hedgers.weekly"),
                        (["--set", "market.assets.A.half_spread=11 bp"], "market is not written")):
        done = unhedged("compare",
                        "one.h5",
                        run(unhedged, folder, "three.h5", *words, text=two),
                        cwd=folder,
                        check=4)
        assert said in done.stderr


def test_a_spread_that_the_book_does_not_show_is_seen(unhedged, folder):
    renamed = "".join(line for line in RUN.splitlines(keepends=True)
                      if not line.startswith(("  daily", "  twin", "  weekly"))).replace("wrong", "wide")
    for words, said in ((["--set", "market.assets.A.half_spread=20 bp"], "market"),
                        (["--set", "scenarios.calm.regimes.r.liquidity={A: {half_spread: 2 x}}"],
                         "scenario calm")):
        other = run(unhedged, folder, "spread.h5", *words, text=renamed)
        done = unhedged("compare", "out.h5", other, cwd=folder, check=4)
        assert f"{said} is not written the same" in done.stderr
    other = run(unhedged, folder, "spread.h5", text=renamed)
    told = unhedged("compare", "out.h5", other, "--json", cwd=folder, check=0).stdout
    assert "wide" in [row["hedger"] for row in json.loads(told)["overall"]["hedgers"]]
