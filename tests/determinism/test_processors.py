"""The P&L of every path has the same bits whatever the processor, so also whatever the C library makes of it.

The C library picks variants of exp, log and their like by what the processor can do, and their last bits
differ. Here its choice is masked, which the same machine can do, while the kernels of the engine stay those
of the processor; other runs take the kernels of the oldest one. Both at once is an old processor, where every
fma is worked out by the library: right and thirty times as slow, so only the smallest run does it.
docs/decisions/0001-lanes-and-kernels.md.
"""
import os
import subprocess
import sys

import h5py
import numpy as np
import pytest

MASKED = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX_Usable,-AVX2_Usable,-FMA,-FMA4,-FMA_Usable,"
        "-FMA4_Usable,"
    "-AVX512F,-AVX512F_Usable,-SSE4_1"
}
BASELINE = {"UNHEDGED_ISA": "baseline"}
PROCESSORS = {"masked": MASKED, "baseline": BASELINE, "avx2": {"UNHEDGED_ISA": "avx2"}}

DESK = """\
name: desk
market:
  assets:
    A: {spot: 100, implied_vol: 40 %, half_spread: 5 bp, daily_volume: 1e6, rate: 4 %, yield: 1 %,
        perpetual: {funding: 10 %, basis: 0.2 %, basis_vol: 1 %},
        surface: [{expiry: 7 d, volatility: 45 %, skew: -6 %, curvature: 5 %}, {expiry: 60 d,
            volatility: 40 %, skew: -7 %, curvature: 3 %}]}
    B:
      spot: 20
      implied_vol: 60 %
      half_spread: 5 bp
      daily_volume: 1e6
      venues: {x: {share: 60 %, latency: 12 h, outage_rate: 30, outage_length: 1 d, in_outage: stale},
          y: {share: 40 %, fee: 2 bp}}
    C: {spot: 30, implied_vol: 50 %, half_spread: 5 bp, daily_volume: 1e6}
  correlation: [{between: [A, B], value: 0.6}, {between: [B, C], value: 0.3}]
portfolio:
  - {instrument: call, asset: A, strike: 100, expiry: 20 d, quantity: -40}
  - {instrument: put, asset: B, strike: 20, expiry: 60 d, quantity: -50, implied_vol: 65 %}
  - {instrument: put, asset: C, strike: 29, expiry: 15 d, quantity: -50}
"""

EVERYTHING = DESK + """\
scenarios:
  - name: all
    start: calm
    regimes:
      calm:
        dynamics:
          default: {model: merton, volatility: 1 x, jump_rate: 15, jump_mean: -5 %, jump_vol: 5 %,
              excitation: {branching: 0.6, half_life: 1 d}}
          C: {model: bates, volatility: 1 x, long_run_volatility: 1 x, mean_reversion: 4,
              vol_of_variance: 0.7, correlation: -0.6, jump_rate: 20, jump_mean: -2 %, jump_vol: 3 %}
        common_jumps: {c: {jump_rate: 10, jump_mean: -3 %, jump_vol: 3 %, loadings: {A: 1, B: 2},
            excitation: {branching: 0.5, half_life: 6 h}}}
        liquidity: {default: {withdrawn_by_jump: 30 %, noise: 20 %, resilience: 1 d, spread_elasticity: 1,
            volume_elasticity: -0.5, participation: 20 %}}
        sentiment: {A: {half_life: 2 d, initial: 1, drift: 50 %, volatility: 20 %, correlation: 0.5}}
        implied_vol: {C: {half_life: 1 d}}
      crash:
        dynamics:
          A: {model: bachelier, volatility: 3 x}
          B: {model: svcj, volatility: 2 x, long_run_volatility: 2 x, mean_reversion: 10, vol_of_variance: 2,
              correlation: -0.5,
              jump_rate: 20, jump_mean: -5 %, jump_vol: 5 %, variance_jump_mean: 0.1, jump_correlation: -0.1}
          C: {model: kou, volatility: 2 x, jump_rate: 30, up_probability: 40 %, up_mean: 3 %, down_mean: 5 %}
        correlation: {spike: 0.5, blend: 2 d, variance: 0.5}
        bubble: {B: {hazard: 5, growth: 3, crash_mean: -10 %, crash_vol: 3 %}}
        order_flow: {A: {rate: 1000, same: 0.5, half_life: 1 d, impact: 5 bp, drain: 1 %}}
        liquidity: {default: {resilience: 1 d, outages: 3}}
        perpetual: {A: {funding: -40 %, basis: -1 %, basis_vol: 2 %, basis_half_life: 6 h}}
        on_entry: {B: {jump_mean: -2 %, jump_vol: 3 %}}
    transitions:
      - {from: calm, to: crash, when: {drawdown: {asset: A, above: 8 %}}}
      - {from: calm, to: crash, when: {realised_volatility: {asset: B, above: 120 %, half_life: 3 d}}}
      - {from: crash, to: calm, rate: 60}
    feedback: {crowding: 5, permanent: 0.05, transient: 0.3, half_life: 1 d}
hedgers:
  h: {model: black_scholes, volatility: implied, hedge_with: perpetual}
  b: {model: black_scholes, volatility: 40 %, rebalance: {delta_band: 5 %}}
simulation: {horizon: 20 d, step: 12 h, seed: 3, paths: 1_024}
output: {file: x.h5}
"""

SESSIONS = EVERYTHING.replace(
    "market:\n", "market:\n  date: 2025-09-02\n  calendar: trading\n"
    "  sessions: {overnight_variance: 25 %, weekend: 1.3}\n").replace("12 h", "30 min").replace(
        "horizon: 20 d", "horizon: 8 d").replace("half_life: 6 h", "half_life: 3 h")

MANY_JUMPS = DESK + """\
scenarios:
  - name: many
    regimes:
      r:
        dynamics:
          A: {model: merton, volatility: 1 x, jump_rate: 60000, jump_mean: 0, jump_vol: 0.1 %}
          B: {model: kou, volatility: 1 x, jump_rate: 60000, up_probability: 60 %, up_mean: 0.1 %,
              down_mean: 0.1 %}
          C: {model: svcj, volatility: 1 x, long_run_volatility: 1 x, mean_reversion: 10, vol_of_variance: 1,
              correlation: -0.5,
              jump_rate: 60000, jump_mean: 0, jump_vol: 0.1 %, variance_jump_mean: 1e-5, jump_correlation: -1}
hedgers:
  h: {model: black_scholes}
simulation: {horizon: 10 d, step: 12 h, seed: 3, paths: 512}
output: {file: x.h5}
"""

OWN = {"everything": EVERYTHING, "sessions": SESSIONS, "many_jumps": MANY_JUMPS}
SHIPPED = {
    "crypto_crowd": 512,
    "discrete_hedging": 512,
    "equity_crashes": 256,
    "listed_options": 256,
    "quickstart": 256
}


def pnl_of(unhedged, configuration, target, paths, environment):
    unhedged("run",
             configuration,
             "--paths",
             paths,
             "--quiet",
             "--force",
             "-o",
             target,
             check=0,
             env=environment)
    with h5py.File(target) as file:
        return file["pnl"][()]


def differing(unhedged, configuration, folder, paths, environment):
    """How many P&Ls have other bits than those of this processor."""
    usual = pnl_of(unhedged, configuration, folder / "usual.h5", paths, {})
    assert np.isfinite(usual).all() and usual.std() > 0
    other = pnl_of(unhedged, configuration, folder / "other.h5", paths, environment)
    return int((other.view(np.uint64) != usual.view(np.uint64)).sum())


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_configurations_have_the_same_bits(unhedged, root, tmp_path, name):
    assert differing(unhedged, root / f"configs/{name}.yaml", tmp_path, SHIPPED[name], MASKED) == 0


@pytest.mark.parametrize("processor", PROCESSORS)
@pytest.mark.parametrize("name", OWN)
def test_every_part_of_the_world_has_the_same_bits(unhedged, tmp_path, name, processor):
    (tmp_path / "own.yaml").write_text(OWN[name])
    assert differing(unhedged, tmp_path / "own.yaml", tmp_path, 512, PROCESSORS[processor]) == 0


def test_an_old_processor_gives_the_same_bits(unhedged, root, tmp_path):
    assert differing(unhedged, root / "configs/discrete_hedging.yaml", tmp_path, 512, {
        **MASKED,
        **BASELINE
    }) == 0


@pytest.mark.skipif(" fma " not in open("/proc/cpuinfo").read(), reason="nothing to mask on this processor")
def test_the_mask_does_reach_the_c_library():
    """Were the names of the mask wrong, the tests above would compare a run with itself."""
    code = "import math; print(hash(tuple(math.exp(k / 977) for k in range(200000))))"
    runs = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                           env={**os.environ, **environment}).stdout for environment in ({}, MASKED)}
    assert len(runs) == 2
