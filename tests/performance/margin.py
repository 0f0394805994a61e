#!/usr/bin/env python3
"""What margin checks at every hourly step of a book of 1 000 options cost, over the run without an account.

Processor time of whole processes with one thread: a step of a path is the difference between two numbers of
paths, so that starting up and preparing do not count in it; whole processes, where they do, are told beside
it. By default for every desk, the hard ones too; the worst is told last.

    python3 tests/performance/margin.py PROGRAM [--isa avx2] [--desk NAME ...] [--attribution means]
"""
import costs
import listed

MANY, FEW, STEPS, TIMES = 64 * 1024, 1024, 240, 4
MODELS = {
    "none": None,
    "fraction": {"model": "fraction", "initial": 0.1, "maintenance": 0.05},
    "span_16": {"model": "span_16", "price_scan": 0.1, "vol_scan": 0.1},
    "paradex_pm_2025": {"model": "paradex_pm_2025"},
    "deribit_pm_2024_06": {"model": "deribit_pm_2024_06"},
}

# A call and a put of every strike.
LISTED = listed.listed([1, 3, 7, 14, 21, 28, 35, 63, 91, 182], 50)
DAILIES = listed.listed(list(range(1, 26)), 20)
MONTHLIES = listed.listed([14, 28, 63, 91, 182], 100)
# Books, worlds, delta bands of the hedgers.
DESKS = {
    "listed": (LISTED, "gbm, implied", [0]),
    "listed, fixed volatility": (LISTED, "gbm, fixed", [0]),
    "dailies": (DAILIES, "gbm, implied", [0]),
    "monthlies": (MONTHLIES, "gbm, implied", [0]),
    "a narrow band": (LISTED, "gbm, implied", [0.004]),
    "a wide band": (LISTED, "gbm, implied", [0.02]),
    "four hedgers": (LISTED, "gbm, implied", [0, 0.001, 0.002, 0.003]),
    "moving quotes": (LISTED, "heston, implied", [0]),
    "dailies, moving quotes": (DAILIES, "heston, implied", [0]),
}


def configuration(margin, attribution, desk):
    book, world, bands = DESKS[desk]
    out = listed.configuration(book, world, FEW)
    out["simulation"].update({"horizon": f"{STEPS} h", "steps": STEPS})
    out["output"]["attribution"] = attribution
    if margin is not None:
        out["hedgers"]["h"]["account"] = {"covers": "all", "collateral": {"cash": 1e9}, "margin": margin}
    hedger = out["hedgers"].pop("h")
    for k, band in enumerate(bands):
        out["hedgers"][f"h{k}"] = {**hedger, **({"rebalance": {"delta_band": band}} if band > 0 else {})}
    return out


def table(program, desk="listed", attribution="none"):
    """By model: nanoseconds of a step, over one without; whole processes of many and of few paths, over
    those without; and seconds of starting up and preparing. Models take turns, so that what else runs here
    slows all of them alike."""
    least, few_paths = {}, MANY // 4
    for _ in range(TIMES):
        for name in MODELS:
            run = configuration(MODELS[name], attribution, desk)
            for paths in (FEW, MANY):
                spent = program.seconds(run, paths)
                least[name, paths] = min(spent, least.get((name, paths), spent))
    out = {}
    for name in MODELS:
        few, many = least[name, FEW], least[name, MANY]
        step = (many - few) / (MANY - FEW) / STEPS * 1e9
        one = {"step": step, "whole": many, "few": few + (few_paths - FEW) * STEPS * step * 1e-9}
        without = out.get("none", one)
        out[name] = {
            **one, "preparing": few - FEW * STEPS * step * 1e-9,
            "over_none": step / without["step"],
            "whole_over_none": many / without["whole"],
            "few_over_none": one["few"] / without["few"]
        }
    return out


def main():
    parser = costs.parser(__doc__)
    parser.add_argument("--desk", nargs="+", default=list(DESKS), choices=list(DESKS))
    parser.add_argument("--attribution", default="none", choices=["none", "means"])
    arguments = parser.parse_args()
    program = costs.Program(arguments.program, arguments.isa)
    worst = (0, "")
    for desk in arguments.desk:
        print(f"{desk}\n  {'model':20s} ns a step   over none: a step   {MANY} paths   {MANY // 4} paths"
              "   preparing")
        for name, one in table(program, desk, arguments.attribution).items():
            print(f"  {name:20s}{one['step']:10.1f}{one['over_none']:20.2f}"
                  f"{one['whole_over_none']:14.2f}{one['few_over_none']:14.2f}"
                  f"{one['preparing']:10.2f} s", flush=True)
            worst = max(worst, (one["over_none"], f"{desk}, {name}"))
    print(f"the worst: a step of {worst[1]} costs {worst[0]:.2f} times one without")


if __name__ == "__main__":
    main()
