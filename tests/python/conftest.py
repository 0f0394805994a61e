"""Tests of the package `unhedged` run it from the sources, on the program that was built."""
import os
import sys
from pathlib import Path

import matplotlib
import pytest

matplotlib.use("Agg")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))
os.environ.setdefault("UNHEDGED_PROGRAM", str(ROOT / "build/release/unhedged"))


@pytest.fixture
def settings():
    """A small run as a mapping."""
    return {
        "name":
        "small",
        "market": {
            "assets": {
                "A": {
                    "spot": 100,
                    "implied_vol": "20 %",
                    "half_spread": "5 bp"
                }
            }
        },
        "portfolio": [{
            "instrument": "call",
            "asset": "A",
            "strike": 100,
            "expiry": "30 d",
            "quantity": -1
        }],
        "scenarios": [{
            "name": "s",
            "regimes": {
                "r": {
                    "dynamics": {
                        "A": {
                            "model": "gbm",
                            "volatility": "1 x"
                        }
                    }
                }
            }
        }, {
            "name": "t",
            "regimes": {
                "r": {
                    "dynamics": {
                        "A": {
                            "model": "gbm",
                            "volatility": "2 x"
                        }
                    }
                }
            }
        }],
        "hedgers": {
            "unhedged": {
                "model": "none"
            },
            "h": {
                "model": "black_scholes"
            }
        },
        "simulation": {
            "horizon": "30 d",
            "step": "1 d",
            "paths": 2000,
            "seed": 1
        },
        "output": {
            "worst_paths": 3
        }
    }


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A working folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def quickstart(tmp_path_factory):
    """The result of the quickstart with few paths."""
    import unhedged
    target = tmp_path_factory.mktemp("results") / "quickstart.h5"
    return unhedged.run(ROOT / "configs/quickstart.yaml", output=target, paths=3000, simulation__seed=7)


@pytest.fixture
def attributed(quickstart, tmp_path):
    """The same with an attribution put into it: bucket b of hedger h in scenario s has mean -(100 s + 10 h +
    b)."""
    import shutil

    import h5py
    import numpy as np

    import unhedged
    path = tmp_path / "attributed.h5"
    shutil.copy(quickstart.path, path)
    buckets = ["delta_gap", "spread", "impact", "jumps"]
    s, h, b = np.ogrid[0:2, 0:4, 0:4]
    means = -(100.0 * s + 10 * h + b)
    with h5py.File(path, "a") as file:
        for name in ("bucket", "bucket_meaning", "attribution", "attribution_tail"):
            if name in file:
                del file[name]
        file["bucket"] = buckets
        file["bucket"].make_scale("bucket")
        file["bucket_meaning"] = [f"loss by {name}" for name in buckets]
        file["bucket_meaning"].dims[0].attach_scale(file["bucket"])
        for name, factor in (("attribution", 1.0), ("attribution_tail", 50.0)):
            file[name] = np.stack([factor * means, factor * means - 1, factor * means + 1, 0.5 + 0 * means],
                                  axis=-1)
            for d, scale in enumerate(("scenario", "hedger", "bucket", "estimate")):
                file[name].dims[d].attach_scale(file[scale])
    return unhedged.open(path)
