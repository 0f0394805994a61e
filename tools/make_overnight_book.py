#!/usr/bin/env python3
"""Makes configs/books/overnight.csv: 2 000 listed options of a desk on five underlyings, from a fixed seed.

The desk makes markets and is short what clients want: index puts, calls on the shares and on crypto. Strikes
stand on
the steps and expiries on the Fridays of the exchanges; what is sold away from the money is in part bought
back further out. `group` is the desk a position belongs to. Usage: make_overnight_book.py >
configs/books/overnight.csv
"""
import math
import random
from datetime import date, timedelta

TODAY = date(2025, 9, 2)
SEED = 20250902

# name: spot, volatility a year, step of strikes, positions, contracts at the money, desk, share of puts
UNDERLYINGS = {
    "SPX": (6500.0, 0.17, 25, 700, 4000, "index_flow", 0.65),
    "NDX": (23400.0, 0.21, 100, 450, 700, "index_flow", 0.6),
    "TECH": (230.0, 0.34, 5, 350, 60000, "single_stocks", 0.4),
    "BTC": (110000.0, 0.42, 1000, 300, 60, "crypto", 0.45),
    "ETH": (4350.0, 0.65, 50, 200, 1200, "crypto", 0.45),
}
HEDGES = {"index_flow": "index_wings", "single_stocks": "single_stocks", "crypto": "crypto_wings"}
MONTHS_WITH_ALL = 3  # Fridays of every week up to here, of the third week after


def third_friday(year, month):
    first = date(year, month, 1)
    return first + timedelta(days=(4 - first.weekday()) % 7 + 14)


def expiries():
    """Fridays of the next weeks, then the third ones of the months; no Friday of them is a holiday."""
    weekly = [TODAY + timedelta(days=3 + 7 * week) for week in range(1, 13)]
    monthly = [third_friday(2025 + (8 + m) // 12, (8 + m) % 12 + 1) for m in range(MONTHS_WITH_ALL, 10)]
    return sorted({*weekly, *monthly})


def position(draw, name, number):
    spot, volatility, step, _, size, desk, puts = UNDERLYINGS[name]
    expiry = draw.choices(expiries(), weights=[1 / (1 + 0.08 * i) for i in range(len(expiries()))])[0]
    years = (expiry - TODAY).days / 365
    put = draw.random() < puts
    distance = max(-2.0, min(draw.gauss(-0.6 if put else 0.6, 0.8),
                             2.5))  # in standard deviations of the log spot
    strike = step * round(spot * math.exp(distance * volatility * years**0.5) / step)
    wing = abs(distance) > 1.6
    units = size * draw.lognormvariate(0, 0.7) * (0.6 + 0.4 * abs(distance))
    bought = draw.random() < (0.85 if wing else 0.25)
    quantity = round(units / (1 if size < 100 else 10)) * (1 if size < 100 else 10) or 1
    return [
        f"{name}-{number:04d}", HEDGES[desk] if wing else desk, "put" if put else "call", name, f"{strike:g}",
        expiry.isoformat(),
        str(quantity if bought else -quantity)
    ]


def main():
    draw = random.Random(SEED)
    print("# Made by tools/make_overnight_book.py: 2 000 listed options on five underlyings, seed", SEED)
    print("id,group,instrument,asset,strike,expiry,quantity")
    for name, (_, _, _, count, _, _, _) in UNDERLYINGS.items():
        for number in range(1, count + 1):
            print(",".join(position(draw, name, number)))


if __name__ == "__main__":
    main()
