#!/usr/bin/env python3
"""What margin checks at every hourly step of a book of 1 000 options cost, over the run without an account.

Processor time of whole processes with one thread: a step of a path is the difference between two numbers of
paths, so that starting up and preparing do not count in it; whole processes, where they do, are told beside
it.

    python3 tests/performance/margin.py PROGRAM [--isa avx2] [--attribution means] [--hedgers 4]
"""
import costs
import listed

MANY, FEW, STEPS, TIMES = 64 * 1024, 1024, 240, 8
MODELS = {
    "none": None,
    "fraction": {"model": "fraction", "initial": 0.1, "maintenance": 0.05},
    "span_16": {"model": "span_16", "price_scan": 0.1, "vol_scan": 0.1},
    "paradex_pm_2025": {"model": "paradex_pm_2025"},
    "deribit_pm_2024_06": {"model": "deribit_pm_2024_06"},
}


def configuration(margin, attribution, hedgers=1):
    """Of several hedgers each but the first has a band of its own."""
    book = listed.listed([1, 3, 7, 14, 21, 28, 35, 63, 91, 182], 50)  # a call and a put each
    out = listed.configuration(book, "gbm, implied", FEW)
    out["simulation"].update({"horizon": f"{STEPS} h", "steps": STEPS})
    out["output"]["attribution"] = attribution
    if margin is not None:
        out["hedgers"]["h"]["account"] = {"covers": "all", "collateral": {"cash": 1e9}, "margin": margin}
    for k in range(1, hedgers):
        out["hedgers"][f"h{k}"] = {**out["hedgers"]["h"], "rebalance": {"delta_band": 0.001 * k}}
    return out


def table(program, attribution="none", hedgers=1):
    """By model: nanoseconds of a step, over one without; whole processes, over those without; and seconds of
    starting up and preparing. Models take turns, so that what else runs here slows all of them alike."""
    least = {}
    for _ in range(TIMES):
        for name, margin in MODELS.items():
            run = configuration(margin, attribution, hedgers)
            for paths in (FEW, MANY):
                spent = program.seconds(run, paths)
                least[name, paths] = min(spent, least.get((name, paths), spent))
    out = {}
    for name in MODELS:
        few, many = least[name, FEW], least[name, MANY]
        step = (many - few) / (MANY - FEW) / STEPS * 1e9
        without = out.get("none", {"step": step, "whole": many})
        out[name] = {
            "step": step,
            "over_none": step / without["step"],
            "whole": many,
            "whole_over_none": many / without["whole"],
            "preparing": few - FEW * STEPS * step * 1e-9
        }
    return out


def main():
    parser = costs.parser(__doc__)
    parser.add_argument("--attribution", default="none", choices=["none", "means"])
    parser.add_argument("--hedgers", type=int, default=1)
    arguments = parser.parse_args()
    program = costs.Program(arguments.program, arguments.isa)
    for name, found in table(program, arguments.attribution, arguments.hedgers).items():
        print(f"{name:20s} {found['step']:8.1f} ns a step, {found['over_none']:6.2f} x without; with all "
              f"preparing {found['whole_over_none']:6.2f} x, of which it takes {found['preparing']:6.2f} s")


if __name__ == "__main__":
    main()
