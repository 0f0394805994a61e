"""No key is inert: changing any of them changes the results, or is refused.

The test walks the schema together with configurations that use every key; for each value it runs the
program once with another value. A key of the schema that no configuration here uses fails the test.
"""
import copy
import hashlib
import json
import re

import h5py
import jsonschema
import pytest
import yaml

BASE = """
name: walk
description: all keys
market:
  date: 2020-03-11
  currency: EUR
  calendar: continuous
  assets:
    A: {spot: 100, implied_vol: 40 %, rate: 4 %, yield: 2 %, half_spread: 5 bp, daily_volume: 1e5,
        perpetual: {funding: 11 %, basis: 0.5 %, basis_vol: 1 %, basis_half_life: 6 h, on_entry: reset}}
    B:
      spot: 20
      rate: 1 %
      yield: 1 %
      half_spread: 10 bp
      daily_volume: 2e4
      surface:
        - {expiry: 10 d, strike: 18, volatility: 66 %}
        - {expiry: 10 d, strike: 100 %, volatility: 60 %}
        - {expiry: 10 d, delta: 20 %, volatility: 58 %}
        - {expiry: 60 d, strike: 15, volatility: 65 %}
        - {expiry: 60 d, strike: 20, volatility: 59 %}
        - {expiry: 60 d, strike: 26, volatility: 57 %}
    C:
      spot: 10
      implied_vol: 50 %
      surface: [{expiry: 8 d, volatility: 52 %, skew: -6 %, curvature: 3 %}, {expiry: 40 d, volatility: 49 %,
          skew: -7 %, curvature: 2 %}]
      half_spread: 5 bp
      daily_volume: 1e4
      venues:
        x: {share: 60 %, fee: 3 bp, latency: 12 h, outage_rate: 20, outage_length: 1 d, in_outage: stale}
        y: {share: 40 %, fee: 1 bp, outage_rate: 30, outage_length: 12 h, in_outage: halted}
  correlation: [{between: [A, B], value: 0.6}]
portfolio:
  - {instrument: call, asset: A, strike: 100, expiry: 10 d, quantity: -40, id: first, group: income}
  - {instrument: put, asset: A, strike: 95 %, expiry: 2020-06-19, quantity: 25, premium: 1.5}
  - {instrument: forward, asset: B, strike: 21, expiry: 5 d, quantity: 30}
  - {instrument: put, asset: B, strike: 20, expiry: 60 d, quantity: -50, implied_vol: 70 %}
  - {instrument: call, asset: C, strike: 10, expiry: 10 d, quantity: -50}
scenarios:
  - name: storm
    severity: 1.1
    title: a storm
    description: with every key
    sources: [{what: nothing, where: nowhere}]
    start: calm
    regimes:
      calm:
        dynamics:
          A: {model: merton, volatility: 40 %, jump_rate: 50, jump_mean: -5 %, jump_vol: 5 %, drift: 5 %}
          default: {model: gbm, volatility: 30 %, drift: 1 %}
      crash:
        dynamics:
          A: {model: bates, volatility: 3 x, long_run_volatility: 2 x, mean_reversion: 10,
              vol_of_variance: 2, correlation: -0.5, drift: 0, jump_rate: 150, jump_mean: -5 %, jump_vol: 5 %}
          default: {model: heston, volatility: 50 %, long_run_volatility: 2 x, mean_reversion: 10,
              vol_of_variance: 2, correlation: -0.5, drift: 0}
        correlation: {spike: 0.5, pairs: [{between: [A, B], value: 0.2}]}
        liquidity: {A: {half_spread: 20 x, daily_volume: 0.1 x}, C: {outages: 3}}
        implied_vol: {A: {premium: 10 %, skew: -5 %, curvature: 2 %, half_life: 2 d, on_entry: reset}}
        on_entry: {A: {jump_mean: -5 %, jump_vol: 3 %}}
      later:
        variance: reset
        trading: halted
        dynamics:
          default: {model: heston, volatility: 80 %, long_run_volatility: 60 %, mean_reversion: 4,
              vol_of_variance: 1, correlation: 0.1}
    transitions:
      - {from: calm, to: crash, at: 2 d}
      - {from: crash, to: later, after: 3 d}
      - {from: later, to: crash, rate: 40}
  - name: jumps
    start: r
    transitions: [{from: r, to: pause, rate: 80}, {from: pause, to: r, after: 12 h}]
    regimes:
      pause: {dynamics: {default: {model: gbm, volatility: 40 %}}}
      r:
        dynamics:
          A: {model: kou, volatility: 30 %, jump_rate: 60, up_probability: 40 %, up_mean: 3 %,
              down_mean: 5 %, drift: 1 %,
              excitation: {branching: 0.4, half_life: 5 h, start: stationary, on_entry: reset}}
          C: {model: gbm, volatility: 40 %}
          B: {model: svcj, volatility: 50 %, long_run_volatility: 2 x, mean_reversion: 10,
              vol_of_variance: 2, correlation: -0.5, drift: 0, jump_rate: 80,
              jump_mean: -5 %, jump_vol: 5 %, variance_jump_mean: 0.2, jump_correlation: -0.3,
                  excitation: {branching: 0.3, half_life: 1 d, start: quiet, on_entry: carry}}
        correlation: {blocks: [{assets: [A, C], within: 0.5}, {assets: [B]}], between_blocks: 0.1,
            variance: 0.5}
        common_jumps:
          contagion: {jump_rate: 90, jump_mean: -4 %, jump_vol: 3 %, loadings: {A: 1, B: 0.5},
              excitation: {branching: 0.5, half_life: 3 h, start: stationary, on_entry: reset}}
        liquidity:
          A: {spread_elasticity: 0.8, volume_elasticity: -0.5, withdrawn_by_jump: 30 %, noise: 20 %,
              resilience: 6 h, participation: 10 %, on_entry: reset}
        perpetual: {A: {funding: -30 %, basis: -1 %, basis_vol: 2 %, basis_half_life: 10 h, on_entry: carry}}
  - name: exotic
    start: first
    regimes:
      first:
        dynamics:
          A: {model: bachelier, volatility: 60 %, drift: 1 %}
          C: {model: gbm, volatility: 40 %}
          B: {model: merton, volatility: 40 %, jump_rate: 50, jump_mean: -5 %, jump_vol: 5 %,
              excitation: {branching: 0.6, half_life: 9 h, start: quiet, on_entry: carry}}
        on_entry: {A: {shift: -5 %, shift_vol: 2 %}}
        bubble: {A: {hazard: 40, growth: 3, crash_mean: -10 %, crash_vol: 2 %, ceiling: 42, on_entry: reset}}
        sentiment: {B: {half_life: 2 d, initial: 1, drift: 50 %, volatility: 20 %, correlation: 0.5,
            on_entry: reset}}
        liquidity: {default: {half_spread: 30 bp, withdrawn_by_jump: 30 %, resilience: 6 h}}
      second:
        dynamics: {default: {model: bates, volatility: 3 x, long_run_volatility: 2 x, mean_reversion: 10,
            vol_of_variance: 2, correlation: -0.5,
                             jump_rate: 150, jump_mean: -5 %, jump_vol: 5 %, excitation: {branching: 0.5,
                                 half_life: 9 h, start: stationary, on_entry: reset}}}
        correlation: {spike: 0.8, blend: 3 d}
        order_flow: {A: {rate: 4000, same: 0.5, opposite: 0.1, half_life: 3 h, impact: 20 bp, drain: 2 %,
            start: stationary, on_entry: carry}}
        liquidity: {default: {resilience: 6 h}}
    transitions:
      - {from: first, to: second, when: {drawdown: {asset: A, above: 6 %}}}
      - {from: first, to: second, when: {run_up: {asset: first, above: 12 %}}}
      - {from: second, to: first, when: {realised_volatility: {asset: A, below: 2 x, half_life: 2 d}}}
      - {from: first, to: second, when: {half_spread: {asset: B, above: 45 bp}}}
      - {from: second, to: first, when: {daily_volume: {asset: A, below: 0.8 x}}}
      - {from: "*", to: second, when: {hedger_flow: {asset: B, above: 5 %, half_life: 1 d}}}
    feedback: {crowding: 3, permanent: 0.3, transient: 0.5, half_life: 12 h}
hedgers:
  implied: {model: black_scholes, volatility: implied, rebalance: {every: 1 d, delta_band: 1 %},
      close_out: market,
            costs: {half_spread: 7 bp, fee: 2 bp, impact: {coefficient: 0.8, exponent: 0.6, permanent: 0.3}},
                hedge_with: perpetual, latency: 12 h, latency_law: exponential}
  fixed: {model: black_scholes, volatility: 45 %, hedge: [A, C],
      objective: {strategy: delta_neutral, hedge_ratio: 80 %}}
  ruled: {model: black_scholes, volatility: 45 %, hedge: [A], lot: 0.5, minimum: {A: 1},
      rebalance: {any: [{every: 3 d}, {move: 0.8 sd}], unless: {half_spread: 15 bp}},
      rate_limit: {units: 0.1}}
  banded: {model: black_scholes, volatility: 45 %, hedge: [A], slices: {number: 3, risk_aversion: 1e-3},
      rebalance: {whalley_wilmott: {risk_aversion: 0.1, cost: 5 bp, stop_at: 50 %}, not: {daily_volume: 3e4}},
      rate_limit: {share: 1 %}}
  moved: {model: black_scholes, volatility: 45 %, hedge: [A], slices: 2, minimum: 0.5, lot: {A: 0.25},
      rebalance: {move: {sd: 0.5, over: 1 d}, half_spread: 3 bp}, settlement_delay: 2 d,
      rate_limit: {units: {A: 0.2}}}
  timed: {model: black_scholes, volatility: 45 %, hedge: [A], rebalance: {at: [1 d, 60 h],
      all: [{delta_band: 1 %}]}}
  rare: {model: black_scholes, volatility: 45 %, hedge: [A],
      rebalance: {whalley_wilmott: 0.1, daily_volume: 9e4}}
  paced: {model: black_scholes, volatility: 45 %, hedge: [A], rebalance: {move: 1 sd, every: 1 d}}
  proxy: {model: black_scholes, hedge: [B], objective: {strategy: proxy, correlation: 0.4}}
  scaled: {model: black_scholes, volatility: 45 %,
      objective: {strategy: volatility_scaled, limit: 10 %, above: 30 %, power: 1.5, volatility: 3 d}}
simulation: {horizon: 10 d, step: 12 h, paths: 250, seed: 3, greeks: interpolated}
risk: {levels: [90 %, 95 %], confidence: 90 %, limits: {es_95: 60},
    scenario_weights: {storm: 1, jumps: 2, exotic: 0.5}}
output: {file: walk.h5, worst_paths: 2, attribution: paths}
"""

# What desks may believe, with a smile.
BELIEFS = """
name: beliefs
market:
  date: 2020-03-11
  assets: {A: {spot: 100, surface: [{expiry: 10 d, volatility: 45 %, skew: -6 %, curvature: 3 %}]}}
portfolio: [{instrument: call, asset: A, strike: 104, expiry: 10 d, quantity: -40}]
scenarios: [{name: calm, regimes: {r: {dynamics: {A: {model: gbm, volatility: 40 %}}}}}]
hedgers:
  sticky: {model: black_scholes, volatility: implied, smile: sticky_delta}
  leland: {model: leland, volatility: implied, cost: 10 bp, revisions: 365}
  normal: {model: bachelier, volatility: 45 %}
  merton: {model: merton, volatility: 40 %, jump_rate: 5, jump_mean: -5 %, jump_vol: 10 %,
      delta: min_variance}
  kou: {model: kou, volatility: 40 %, jump_rate: 5, up_probability: 40 %, up_mean: 4 %, down_mean: 6 %,
      delta: model}
  heston: {model: heston, volatility: 40 %, long_run_volatility: 45 %, mean_reversion: 4, vol_of_variance: 1,
      correlation: -0.5, delta: min_variance}
  bates: {model: bates, volatility: implied, long_run_volatility: same, mean_reversion: 4, vol_of_variance: 1,
      correlation: -0.5, jump_rate: 5, jump_mean: -5 %, jump_vol: 10 %, delta: model}
simulation: {horizon: 8 d, step: 12 h, paths: 50, seed: 3}
output: {file: walk.h5}
"""

# What needs a market that closes.
SESSIONS = """
name: sessions
market:
  date: 2020-03-11
  calendar: trading
  sessions: {overnight_variance: 30 %, weekend: 1.5}
  assets: {A: {spot: 100, implied_vol: 40 %}}
portfolio: [{instrument: call, asset: A, strike: 100, expiry: 10 d, quantity: -40}]
scenarios: [{name: gap, regimes: {r: {dynamics: {A: {model: gbm, volatility: 40 %}}}}}]
hedgers: {fixed: {model: black_scholes, volatility: 45 %}}
simulation: {horizon: 10 d, step: 195 min, paths: 250, seed: 3}
output: {file: walk.h5}
"""

# Volatilities that desks work out themselves.
OWN = """
name: own
market: {assets: {A: {spot: 100, implied_vol: 40 %}}}
portfolio: [{instrument: call, asset: A, strike: 104, expiry: 10 d, quantity: -40}]
scenarios: [{name: calm, regimes: {r: {dynamics: {A: {model: heston, volatility: 40 %,
    long_run_volatility: 60 %, mean_reversion: 20, vol_of_variance: 2, correlation: -0.5}}}}}]
hedgers:
  window: {model: black_scholes, volatility: {realised: {window: 2 d, every: 1 d, prior: 30 %}}}
  halved: {model: leland, volatility: {realised: {half_life: 12 h}}, cost: 10 bp, revisions: 365}
  metrics: {model: bachelier, volatility: {realised: {lambda: 0.7}}}
  merton: {model: merton, volatility: {realised: {lambda: 0.7}}, jump_rate: 5, jump_mean: -5 %,
      jump_vol: 10 %}
  held: {model: black_scholes, volatility: recalibrated, recalibrate: {every: 1 d, expiry: 20 d}}
  fitted: {model: heston, volatility: recalibrated, recalibrate: {every: 3 d, expiry: 60 d},
      mean_reversion: 4, vol_of_variance: 1, correlation: -0.5}
  kou: {model: kou, volatility: {realised: {window: 3 d, prior: 20 %}}, jump_rate: 5, up_probability: 40 %,
      up_mean: 4 %, down_mean: 6 %}
  heston: {model: heston, volatility: {realised: {half_life: 1 d}}, mean_reversion: 4,
      vol_of_variance: 1, correlation: -0.5}
  bates: {model: bates, volatility: {realised: {lambda: 0.7, every: 1 d}}, mean_reversion: 4,
      vol_of_variance: 1, correlation: -0.5, jump_rate: 5, jump_mean: -5 %, jump_vol: 10 %}
simulation: {horizon: 4 d, step: 1 d, paths: 30, seed: 3}
output: {file: walk.h5}
"""

# Options that desks hedge with.
OPTIONS = """
name: options
market:
  assets:
    A: {spot: 100, implied_vol: 40 %, half_spread: 5 bp,
        perpetual: {funding: 5 %, basis: 0.5 %, basis_vol: 1 %, basis_half_life: 6 h}}
    B: {spot: 100, implied_vol: 40 %, half_spread: 5 bp}
portfolio:
  - {instrument: call, asset: A, strike: 104, expiry: 10 d, quantity: -40}
  - {instrument: call, asset: B, strike: 104, expiry: 10 d, quantity: -40}
scenarios: [{name: calm, regimes: {r: {dynamics: {default: {model: gbm, volatility: 60 %}}}}}]
hedgers:
  gamma: {model: black_scholes, objective: {strategy: delta_gamma, limit: 80 %}, hedge_with: [
      {instrument: call, asset: A, strike: 100 %, expiry: 9 d, roll_at: 5 d, half_spread: 1 %}]}
  vega: {model: black_scholes, objective: {strategy: delta_vega, limit: 30 %}, hedge_with: [perpetual,
      {instrument: put, asset: A, strike: 95 %, expiry: 20 d, roll_at: 15 d}]}
  both: {model: black_scholes, objective: {strategy: delta_gamma_vega, limit: 50 %}, hedge_with: [
      {instrument: call, asset: B, strike: 100 %, expiry: 20 d, roll_at: 15 d},
      {instrument: put, asset: B, strike: 100 %, expiry: 9 d, roll_at: 5 d}]}
simulation: {horizon: 8 d, step: 12 h, paths: 50, seed: 3}
output: {file: walk.h5}
"""

# Accounts of hedgers.
ACCOUNTS = """
name: accounts
market:
  assets:
    A: {spot: 100, implied_vol: 60 %, rate: 3 %, half_spread: 10 bp, daily_volume: 1e5,
        perpetual: {funding: 5 %}}
    B: {spot: 20, implied_vol: 60 %, rate: 3 %, half_spread: 10 bp, daily_volume: 1e5}
portfolio:
  - {instrument: put, asset: A, strike: 100, expiry: 30 d, quantity: -40}
  - {instrument: call, asset: B, strike: 20, expiry: 30 d, quantity: -200}
scenarios: [{name: falls, regimes: {r: {dynamics: {default: {model: merton, volatility: 100 %, jump_rate: 60,
    jump_mean: -8 %, jump_vol: 6 %}}}}}]
hedgers:
  parts: {model: black_scholes, account: {collateral: {cash: 200}, check: 1 d,
      margin: {model: fraction, initial: 12 %, maintenance: 8 %},
      on_breach: {grace: 1 d, top_up: 30, part: 40 %, pause: 1 d, backstop_below: 60 %}}}
  pledged: {model: black_scholes, account: {covers: all, book_cost: 1 %,
      collateral: {assets: {A: {units: 14, haircut: 15 %, elasticity: 0.5}}},
      margin: {model: fraction, initial: 12 %, maintenance: 8 %}}}
  funded: {model: black_scholes, account: {lending_spread: 1 %, borrowing_spread: 2 %, borrow_cost: {A: 3 %}}}
  borrowed: {model: black_scholes, account: {borrow_cost: 2 %}}
  taken: {model: black_scholes, hedge_with: perpetual, hedge: [A], account: {collateral: {cash: 250},
      margin: {model: fraction, initial: 4 %, maintenance: 2 %}, on_breach: {top_up: unlimited},
      adl: {rule: bitmex, closed_at: bankruptcy, fund: 2e3, open_interest: 1e6, maintenance: 40 %,
        out_for: 1 d, leverage: {median: 12, spread: 3}}}}
simulation: {horizon: 10 d, step: 12 h, paths: 250, seed: 3}
output: {file: walk.h5}
"""

# Contracts that remember their paths.
CONTRACTS = """
name: contracts
market: {assets: {A: {spot: 100, implied_vol: 40 %, rate: 3 %}}}
portfolio:
  - {instrument: digital_call, asset: A, strike: 100, expiry: 10 d, quantity: -40, payout: 3}
  - {instrument: down_and_out_put, asset: A, strike: 105, barrier: 90, rebate: 2, expiry: 10 d, observed: 1 d,
     quantity: -20, implied_vol: 42 %}
  - {instrument: forward_start_call, asset: A, strike: 100 %, starts: 3 d, expiry: 10 d, quantity: -10}
  - {instrument: cliquet, asset: A, floor: -1 %, cap: 4 %, observed: 2 d, expiry: 10 d, quantity: -10}
  - {instrument: american_put, asset: A, strike: 110, expiry: 10 d, quantity: -10}
  - {instrument: bermudan_put, asset: A, strike: 108, expiry: 10 d, observed: 2 d, quantity: -10,
     implied_vol: 42 %, exercise: 4 %}
  - {instrument: variance_swap, asset: A, strike_vol: 38 %, cap_vol: 41 %, expiry: 10 d, quantity: -1000}
scenarios: [{name: calm, regimes: {r: {dynamics: {A: {model: gbm, volatility: 40 %}}}}}]
hedgers: {implied: {model: black_scholes}}
simulation: {horizon: 10 d, step: 12 h, paths: 250, seed: 3}
output: {file: walk.h5}
"""

# What is settled on margin, and what is paid in coin.
COINS = """
name: coins
market: {assets: {A: {spot: 100, implied_vol: 40 %, perpetual: {funding: 10 %}},
    B: {spot: 20, implied_vol: 40 %, perpetual: {funding: 5 %}}}}
portfolio:
  - {instrument: inverse_call, asset: A, strike: 100, expiry: 10 d, quantity: -40, premium: 3}
  - {instrument: inverse_future, asset: A, expiry: 10 d, quantity: -400}
  - {instrument: inverse_perpetual, asset: A, quantity: -300}
  - {instrument: future, asset: B, expiry: 10 d, quantity: 7}
  - {instrument: perpetual, asset: B, quantity: 9}
  - {instrument: forward, asset: A, strike: 95, expiry: 10 d, quantity: 4, premium: 5,
     settled: on_margin}
scenarios: [{name: calm, regimes: {r: {dynamics: {default: {model: gbm, volatility: 40 %}}}}}]
hedgers: {implied: {model: black_scholes, coin_delta: premium_adjusted}}
simulation: {horizon: 10 d, step: 12 h, paths: 250, seed: 3}
risk: {numeraire: A}
output: {file: walk.h5}
"""

# Options on several assets.
SEVERAL = """
name: several
market: {assets: {A: {spot: 100, implied_vol: 40 %}, B: {spot: 50, implied_vol: 60 %}}}
portfolio:
  - {instrument: exchange, assets: [A, B], weights: [1, 2], expiry: 10 d, quantity: -40}
  - {instrument: basket_call, assets: [A, B], weights: [1, 2], strike: 200, correlation: 0.5, expiry: 10 d,
     quantity: -20}
scenarios: [{name: calm, regimes: {r: {dynamics: {default: {model: gbm, volatility: 40 %}}}}}]
hedgers: {implied: {model: black_scholes}}
simulation: {horizon: 10 d, step: 12 h, paths: 250, seed: 3}
output: {file: walk.h5}
"""

# What `unhedged margin` measures with: no run depends on it.
MARGIN = """
name: margin
market: {assets: {A: {spot: 100, implied_vol: 40 %, perpetual: {funding: 10 %}}}}
portfolio: [{instrument: call, asset: A, strike: 100, expiry: 10 d, quantity: -40}]
scenarios: [{name: calm, regimes: {r: {dynamics: {A: {model: gbm, volatility: 40 %}}}}}]
hedgers: {implied: {model: black_scholes, hedge_with: perpetual}}
yardsticks:
  - deribit_pm_2024_06
  - span_16: {price_scan: 10 %, vol_scan: 10 %, look_ahead: 1 d, provision: 7}
  - span_16: {price_scan: 10 %, vol_scan: 10 %, extreme_multiple: 5, extreme_fraction: 60 %}
  - span_16: {price_scan: 10 %, vol_scan: 10 %, short_option_minimum: 50}
  - hyperliquid: {wallet: 50}
  - frtb_es: {class: equity_large_cap, vol_of_vol: 80 %, price_correlation: -0.5}
simulation: {horizon: 10 d, step: 12 h, paths: 250, seed: 3}
output: {file: walk.h5}
"""

# Accounts that ask by a margin model.
MATRICES = """
name: matrices
market:
  assets:
    A: {spot: 100, implied_vol: 60 %, half_spread: 10 bp, daily_volume: 1e5, perpetual: {funding: 5 %}}
portfolio:
  - {instrument: put, asset: A, strike: 100, expiry: 30 d, quantity: -40}
  - {instrument: call, asset: A, strike: 160, expiry: 8 d, quantity: -200}
scenarios: [{name: falls, regimes: {r: {dynamics: {default: {model: merton, volatility: 80 %, jump_rate: 30,
    jump_mean: -8 %, jump_vol: 6 %}}}}}]
hedgers:
  scan: {model: black_scholes, account: {covers: all, collateral: {cash: 700},
      margin: {model: span_16, price_scan: 10 %, vol_scan: 10 %, look_ahead: 1 d, provision: 7}}}
  far: {model: black_scholes, account: {covers: all, collateral: {cash: 2000},
      margin: {model: span_16, price_scan: 10 %, vol_scan: 10 %, extreme_multiple: 5,
        extreme_fraction: 60 %}}}
  sold: {model: black_scholes, account: {covers: all, collateral: {cash: 5000},
      margin: {model: span_16, price_scan: 10 %, vol_scan: 10 %, short_option_minimum: 20}}}
  tiers: {model: black_scholes, hedge_with: perpetual, account: {collateral: {cash: 300},
      margin: {model: binance_btcusdt_2021, leverage: 5}}}
simulation: {horizon: 10 d, step: 12 h, paths: 250, seed: 3}
output: {file: walk.h5}
"""

# What stands in files of its own.
FILES = """
name: files
market: {assets: {A: {spot: 100, implied_vol: 40 %, surface: {file: quotes.csv,
    ignore_columns: [open_interest]}}}}
portfolio: {file: book.csv, ignore_columns: [trader]}
scenarios: [{from: storm.yaml, name: gale, severity: 1.5}]
hedgers: {fixed: {model: black_scholes, volatility: 45 %}}
simulation: {horizon: 10 d, step: 12 h, paths: 250, seed: 3}
output: {file: walk.h5}
"""
BOOK = "instrument,asset,strike,expiry,quantity,trader\ncall,A,100,10 d,-40,ann\n"
QUOTES = "expiry,strike,volatility,open_interest\n10 d,90,44 %,17\n10 d,100,41 %,20\n10 d,110,40 %,5\n"
STORM = """
name: storm
sources: [{what: nothing, where: nowhere}]
regimes: {r: {dynamics: {A: {model: gbm, volatility: 3 x}}}}
"""

# Keys that only document: they must reach the result file, where the configuration is kept in full.
DOCUMENTATION = re.compile(r"(^|\.)(title|description|what|where)$|\.history\.")

# Another value for what cannot simply be scaled.
OTHER = {
    "market.date": "2020-03-12",
    "market.calendar": {
        "continuous": "trading",
        "trading": "continuous"
    },
    "simulation.step": {"12 h": "1 d", "1 d": "12 h", "195 min": "1 d"},
    "simulation.horizon": "12 d",
    "instrument": {
        "call": "put",
        "put": "call",
        "forward": "call",
        "digital_call": "digital_put",
        "down_and_out_put": "up_and_out_put",
        "forward_start_call": "forward_start_put",
        "cliquet": "asian_call",
        "variance_swap": "call",
        "inverse_call": "call",
        "inverse_future": "future",
        "inverse_perpetual": "perpetual",
        "future": "inverse_future",
        "perpetual": "inverse_perpetual",
        "exchange": "spread_call",
        "american_put": "put",
        "bermudan_put": "american_put",
        "basket_call": "basket_put"
    },
    "observed": {
        "1 d": "2 d",
        "2 d": "1 d"
    },
    "starts": "4 d",
    "asset": {
        "A": "B",
        "B": "A",
        "first": "B"
    },
    "expiry": {
        "10 d": "9 d",
        "5 d": "6 d",
        "60 d": "70 d",
        "8 d": "7 d",
        "9 d": "12 d",
        "20 d": "25 d",
        "40 d": "45 d",
        "2020-06-19": "2020-07-01"
    },
    "on_entry": {
        "carry": "reset",
        "reset": "carry"
    },
    "start": {
        "r": "pause",
        "calm": "later",
        "first": "second",
        "stationary": "quiet",
        "quiet": "stationary"
    },
    "participation": "1 %",
    "latency": "1 d",
    "slices": "3",
    "hedgers.ruled.minimum.A": "20",
    "over": "2 d",
    "latency_law": "fixed",
    "outage_length": "2 d",
    "in_outage": {
        "stale": "halted",
        "halted": "stale"
    },
    "share": "50 %",
    "from": {
        "calm": "later",
        "crash": "calm",
        "later": "calm",
        "first": "second",
        "second": "first",
        "*": "second"
    },
    "to": {
        "crash": "later",
        "later": "calm",
        "first": "second",
        "second": "first"
    },
    "at": "3 d",
    "after": "2 d",
    "every": "2 d",
    "close_out": "mid",
    "variance": "carry",
    "trading": "open",
    "greeks": "exact",
    "file": "other.h5",
    "volatility": {
        "implied": "50 %",
        "recalibrated": "50 %"
    },
    "half_life": "13 h",
    "resilience": "10 h",
    "basis_half_life": "20 h",
    "blend": "1 d",
    "hedge_with": "spot",
    "settled": "at_expiry",
    "settlement_delay": "3 d",
    "coin_delta": "money",
    "numeraire": "B",
    "smile": "sticky_strike",
    "covers": "hedge",
    "top_up": {"unlimited": "5"},
    "rule": "binance",
    "closed_at": "mark",
    "delta": {
        "model": "min_variance",
        "min_variance": "model"
    },
    "long_run_volatility": {
        "same": "45 %"
    },
    "hedge": {
        "A": "B",
        "C": "B"
    },
    "branching": "0.2",
    "between": ["B", "A", "B"],
    "yardsticks[0]": "deribit_pm_2019",
    "class": "equity_small_cap",
    "look_ahead": "2 d",
    "simulation.seed": 4,
    "currency": "USD",
}


def leaves(node, path=""):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, f"{path}[{index}]")
    else:
        yield path, node


def other_value(path, value):
    last = re.sub(r"\[\d+\]", "", path).split(".")[-1]
    chosen = OTHER.get(path, OTHER.get(last))
    if isinstance(chosen, dict):
        chosen = chosen.get(value)
    if isinstance(chosen, list):
        chosen = chosen[(chosen.index(value) + 1) % 3]
    if chosen is not None:
        return chosen
    match = re.fullmatch(r"(-?\d[\d.e_]*)( *[a-z%]*)", str(value))
    if match is None:
        return f"{value}_changed"
    number = float(match.group(1))
    changed = number * 1.25 if number else 0.125
    return (f"{changed:.10g}" if changed != int(changed) else str(int(changed))) + match.group(2)


def run(unhedged, folder, config):
    (folder / "book.csv").write_text(BOOK)
    (folder / "storm.yaml").write_text(STORM)
    (folder / "quotes.csv").write_text(QUOTES)
    path = folder / "walk.yaml"
    path.write_text(yaml.safe_dump(config))
    for old in folder.glob("*.h5"):
        old.unlink()
    done = unhedged("run", path, cwd=folder)
    if done.returncode == 3:
        return "refused: " + done.stderr
    assert done.returncode in (0, 6), done.stderr
    (result,) = folder.glob("*.h5")
    return digest(result)


def digest(path):
    """Everything in the file but times and the text of the configuration."""
    hasher = hashlib.sha256(path.name.encode())
    skipped = {
        "configuration", "configuration_sha256", "configuration_path", "overrides", "started", "finished",
        "seconds_preparing", "seconds_simulating", "threads", "DIMENSION_LIST", "REFERENCE_LIST"
    }

    def visit(name, item):
        # The book as it was written would change with every key of a position; only what says who it is of
        # counts.
        if name.startswith("positions/") and name not in ("positions/id", "positions/group"):
            return
        hasher.update(name.encode())
        for key, value in sorted(item.attrs.items()):
            if key not in skipped:
                hasher.update(f"{key}={value}".encode())
        if isinstance(item, h5py.Dataset):
            data = item[()]
            hasher.update(b"".join(x if isinstance(x, bytes) else str(x).encode()
                                   for x in data.flat) if data.dtype == object else data.tobytes())

    with h5py.File(path) as file:
        visit("/", file)
        file.visititems(visit)
    return hasher.hexdigest()


def load(text):
    loader = type("Loader", (yaml.BaseLoader,), {})  # every scalar stays text
    return yaml.load(text, loader)


@pytest.fixture(scope="module")
def base():
    return load(BASE)


def put(config, path, value):
    node = config
    parts = re.findall(r"[^.\[\]]+", path)
    for part in parts[:-1]:
        node = node[int(part)] if isinstance(node, list) else node[part]
    last = parts[-1]
    node[int(last) if isinstance(node, list) else last] = value


WALKS = {"all": BASE, "beliefs": BELIEFS, "own": OWN, "sessions": SESSIONS, "options": OPTIONS,
         "contracts": CONTRACTS, "coins": COINS, "several": SEVERAL, "files": FILES,
         "accounts": ACCOUNTS, "matrices": MATRICES}


@pytest.mark.parametrize("text", WALKS.values(), ids=WALKS.keys())
def test_changing_any_key_changes_the_result_or_is_refused(unhedged, text, tmp_path):
    base = load(text)
    reference = run(unhedged, tmp_path, base)
    assert not reference.startswith("refused"), reference
    assert run(unhedged, tmp_path, base) == reference, "two equal runs differ"
    inert = []
    for path, value in leaves(base):
        if DOCUMENTATION.search(path):
            continue
        changed = copy.deepcopy(base)
        put(changed, path, other_value(path, value))
        if run(unhedged, tmp_path, changed) == reference:
            inert.append(f"{path}: {value} -> {other_value(path, value)}")
    assert not inert, "inert keys:\n" + "\n".join(inert)


def required(unhedged, folder, config):
    path = folder / "walk.yaml"
    path.write_text(yaml.safe_dump(config))
    done = unhedged("margin", path, "--json")
    if done.returncode == 3:
        return "refused: " + done.stderr
    return [one["books"] for one in json.loads(done.stdout)["yardsticks"]]


def test_changing_any_key_of_a_yardstick_changes_what_is_required(unhedged, tmp_path):
    base = load(MARGIN)
    reference = required(unhedged, tmp_path, base)
    assert isinstance(reference, list), reference
    inert = []
    decided = "yardsticks[2].span_16.vol_scan"  # by the extreme move, which leaves volatilities as they are
    for path, value in leaves(base):
        changed = copy.deepcopy(base)
        if not path.startswith("yardsticks") or path == decided:
            continue
        put(changed, path, other_value(path, value))
        if required(unhedged, tmp_path, changed) == reference:
            inert.append(f"{path}: {value} -> {other_value(path, value)}")
    assert not inert, "inert keys:\n" + "\n".join(inert)


def test_documentation_reaches_the_result(unhedged, base, tmp_path):
    run(unhedged, tmp_path, base)
    with h5py.File(tmp_path / "walk.h5") as file:
        text = file.attrs["configuration"]
    for word in ("a storm", "with every key", "nowhere", "all keys"):
        assert word in text


DEFINITIONS = {}  # of the schema, which its parts refer to


def used_keys(schema, data, pointer, found):
    """Marks the properties of the schema that the data uses."""
    for alternative in range(len(schema.get("anyOf", []))):
        part = schema["anyOf"][alternative]
        whole = jsonschema.Draft7Validator({**part, "definitions": DEFINITIONS})
        if whole.is_valid(data) or (isinstance(data, dict) and "properties" in part and tag_fits(part, data)):
            used_keys(part, data, f"{pointer}/anyOf/{alternative}", found)
    if isinstance(data, dict):
        for key, value in data.items():
            if key in schema.get("properties", {}):
                found.add(f"{pointer}/{key}")
                used_keys(schema["properties"][key], value, f"{pointer}/{key}", found)
            elif isinstance(schema.get("additionalProperties"), dict):
                used_keys(schema["additionalProperties"], value, f"{pointer}/*", found)
    elif isinstance(data, list):
        for value in data:
            used_keys(schema.get("items", {}), value, f"{pointer}/items", found)


def tag_fits(part, data):
    return all(data.get(k) == p["const"] for k, p in part["properties"].items() if "const" in p)


def all_keys(schema, pointer, found):
    for alternative, part in enumerate(schema.get("anyOf", [])):
        all_keys(part, f"{pointer}/anyOf/{alternative}", found)
    for key, part in schema.get("properties", {}).items():
        found.add(f"{pointer}/{key}")
        all_keys(part, f"{pointer}/{key}", found)
    if isinstance(schema.get("additionalProperties"), dict):
        all_keys(schema["additionalProperties"], f"{pointer}/*", found)
    if "items" in schema:
        all_keys(schema["items"], f"{pointer}/items", found)


def test_every_key_of_the_schema_is_walked(unhedged):
    schema = json.loads(unhedged("schema", "run", check=0).stdout)
    every, used = set(), set()
    DEFINITIONS.update(schema["definitions"])
    all_keys(schema, "", every)
    for text in [*WALKS.values(), MARGIN]:
        used_keys(schema, load(text), "", used)
    # A threshold is above or below; history is what `describe` compares with (test_scenarios.py).
    other = {"above": "below", "below": "above"}
    used |= {re.sub(r"(above|below)$", lambda m: other[m[1]], key) for key in used if "/when/" in key}
    every = {key for key in every if "/history" not in key}
    # `steps` excludes `step`; the hedger `none` has no keys of its own; `checkpoint` must not change a
    # result; `precision` needs more paths, `failed_paths` some that fail. They run in other tests.
    elsewhere = {"/simulation/steps", "/hedgers/*/anyOf/0/model", "/output/checkpoint",
                 "/simulation/precision", "/simulation/failed_paths"}
    # What hedgers of all models have is walked with one of them.
    of_model = r"^/hedgers/\*/anyOf/\d+/"
    shared = {re.sub(of_model, "", key) for key in used if re.search(of_model, key)} - {"model"}
    parameters = {parameter for key in every if (parameter := own_parameter(key, every))}
    every = {
        key for key in every
        if key in parameters or not re.search(of_model, key) or re.sub(of_model, "", key) not in shared
    }
    assert every - used - elsewhere == set()


def own_parameter(key, every):
    """The key, if it is one of some models of hedgers alone."""
    match = re.match(r"^/hedgers/\*/anyOf/(\d+)/(\w+)", key)
    if match is None or match[1] == "0":
        return None
    models = {other.split("/")[4] for other in every if other.startswith("/hedgers/*/anyOf/")} - {"0"}
    everywhere = all(f"/hedgers/*/anyOf/{model}/{match[2]}" in every for model in models)
    return None if everywhere and match[2] != "model" else key
