#!/usr/bin/env python3
"""What margin checks at every hourly step of a book of 1 000 options cost, over the run without an account.

Processor time of whole processes with one thread: a step of a path is the difference between two numbers of
paths, so that starting up and preparing do not count in it; preparing is told beside it.

    python3 tests/performance/margin.py PROGRAM [--isa avx2] [--attribution means]
"""
import costs
import listed

MANY, FEW, STEPS = 16 * 1024, 1024, 240
MODELS = {
    "none": None,
    "fraction": {"model": "fraction", "initial": 0.1, "maintenance": 0.05},
    "span_16": {"model": "span_16", "price_scan": 0.1, "vol_scan": 0.1},
    "paradex_pm_2025": {"model": "paradex_pm_2025"},
    "deribit_pm_2024_06": {"model": "deribit_pm_2024_06"},
}


def configuration(margin, attribution):
    book = listed.listed([1, 3, 7, 14, 21, 28, 35, 63, 91, 182], 50)  # a call and a put each
    out = listed.configuration(book, "gbm, implied", FEW)
    out["simulation"].update({"horizon": f"{STEPS} h", "steps": STEPS})
    out["output"]["attribution"] = attribution
    if margin is not None:
        out["hedgers"]["h"]["account"] = {"covers": "all", "collateral": {"cash": 1e9}, "margin": margin}
    return out


def table(program, attribution="none"):
    """By model: nanoseconds of a step, over one without, and seconds of preparing."""
    out = {}
    for name, margin in MODELS.items():
        run = configuration(margin, attribution)
        step = program.nanoseconds(run, FEW, MANY)
        preparing = program.seconds(run, FEW) - FEW * STEPS * step * 1e-9
        without = out["none"]["step"] if out else step
        out[name] = {"step": step, "over_none": step / without, "preparing": preparing}
    return out


def main():
    parser = costs.parser(__doc__)
    parser.add_argument("--attribution", default="none", choices=["none", "means"])
    arguments = parser.parse_args()
    program = costs.Program(arguments.program, arguments.isa)
    for name, found in table(program, arguments.attribution).items():
        print(f"{name:20s} {found['step']:8.1f} ns a step, {found['over_none']:6.2f} x without; preparing "
              f"{found['preparing']:6.2f} s")


if __name__ == "__main__":
    main()
