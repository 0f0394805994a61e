#include <algorithm>
#include <map>

#include "engine/config/resolve_regime.hpp"

/// Keys of the state that have no effect: docs/methods/regimes.md has the rule they go by.
namespace unhedged::config {
namespace {

/// What one regime says of how a part of the world starts and carries over.
struct StateKeys {
  bool states = false;  // the part is there
  bool resets = false, states_entry = false;
  bool states_start = false;  // how its state begins
  std::string path, start_key;
};

class StateCheck {
 public:
  StateCheck(const ScenarioSpec& spec, const world::Scenario& scenario, const std::string& path,
             Findings& findings)
      : spec_(spec), scenario_(scenario), path_(join(path, "regimes")), findings_(findings) {}

  const RegimeSpec& regime(std::size_t r) const { return spec_.regimes[r].second; }
  std::string path(std::size_t r) const { return join(path_, spec_.regimes[r].first); }
  bool entered(std::size_t r) const {
    return std::ranges::any_of(scenario_.transitions, [r](const world::Transition& t) { return t.to == r; });
  }

  /// One part of one asset, or one stream: [regime].
  void look_at(const std::vector<StateKeys>& keys) {
    const std::vector<bool> begins = may_begin(keys);
    for (std::size_t r = 0; r < keys.size(); ++r) {
      if (!keys[r].states) continue;
      if (keys[r].states_entry)
        note(join(keys[r].path, "on_entry"), entered(r), "has no effect: no transition enters this regime");
      if (keys[r].states_start)
        note(join(keys[r].path, keys[r].start_key), begins[r],
             "has no effect: the state is carried in from the regimes before; on_entry: reset begins anew");
    }
  }

  void note(const std::string& key, bool useful, const std::string& why) {
    bool& some_use = noted_[{key, why}];
    some_use = some_use || useful;
  }

  void report() {
    for (const auto& [problem, some_use] : noted_)
      if (!some_use) findings_.add_at(problem.first, problem.second);
  }

 private:
  /// Where a state may begin: today, on a reset, or after regimes that say nothing of the part.
  std::vector<bool> may_begin(const std::vector<StateKeys>& keys) const {
    std::vector<bool> unstated(keys.size()), begins(keys.size());
    (keys[scenario_.start].states ? begins : unstated)[scenario_.start] = true;
    for (std::size_t round = 0; round < keys.size(); ++round)
      for (const world::Transition& t : scenario_.transitions)
        if (unstated[t.from]) (keys[t.to].states ? begins : unstated)[t.to] = true;
    for (std::size_t r = 0; r < keys.size(); ++r)
      if (keys[r].resets && entered(r)) begins[r] = true;
    return begins;
  }

  const ScenarioSpec& spec_;
  const world::Scenario& scenario_;
  std::string path_;
  Findings& findings_;
  std::map<std::pair<std::string, std::string>, bool>
      noted_;  // by key and reason: whether it holds for no asset
};

template <class T>
StateKeys keys_of(const T* part, const std::string& path) {
  StateKeys out;
  if (part == nullptr) return out;
  out = {true, part->restarts(), part->states_entry(), false, path, "start"};
  if constexpr (requires { part->start; })
    out.states_start = part->start.value != StartWords::Value::automatic;
  if constexpr (requires { part->initial; }) {
    out.states_start = part->initial.has_value();
    out.start_key = "initial";
  }
  return out;
}

/// The parts a regime states under a key of its own.
template <class Spec>
void look_at_entries(StateCheck& check, std::size_t regimes, const std::string& asset,
                     Named<Spec> RegimeSpec::*entries, const std::string& key) {
  std::vector<StateKeys> keys;
  for (std::size_t r = 0; r < regimes; ++r) {
    const Named<Spec>& all = check.regime(r).*entries;
    keys.push_back(keys_of(pick(all, asset), path_of(all, asset, join(check.path(r), key))));
  }
  check.look_at(keys);
}

void look_at_excitations(StateCheck& check, std::size_t regimes, const std::string& asset) {
  std::vector<StateKeys> keys;
  for (std::size_t r = 0; r < regimes; ++r) {
    const auto& dynamics = check.regime(r).dynamics;
    const DynamicsSpec* spec = pick(dynamics, asset);
    keys.push_back(keys_of(spec != nullptr ? excitation_of(*spec) : nullptr,
                           join(path_of(dynamics, asset, join(check.path(r), "dynamics")), "excitation")));
  }
  check.look_at(keys);
}

void look_at_streams(StateCheck& check, std::size_t regimes) {
  std::map<std::string, std::vector<StateKeys>> streams;
  for (std::size_t r = 0; r < regimes; ++r)
    for (const auto& [name, jumps] : check.regime(r).common_jumps) {
      auto& keys = streams[name];
      keys.resize(regimes);
      keys[r] = keys_of(jumps.excitation ? &*jumps.excitation : nullptr,
                        join(join(join(check.path(r), "common_jumps"), name), "excitation"));
    }
  for (const auto& [name, keys] : streams) check.look_at(keys);
}

/// Resets of what never moves.
void look_at_levels(StateCheck& check, const world::Scenario& scenario, std::size_t asset,
                    const std::string& name) {
  const bool depth_moves = std::ranges::any_of(scenario.regimes, [asset](const world::Regime& regime) {
    const world::AssetRegime& r = regime.assets[asset];
    return r.liquidity.withdrawn_by_jump > 0 || r.liquidity.noise > 0 ||
           (r.order_flow && r.order_flow->drain > 0);
  });
  for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
    const RegimeSpec& regime = check.regime(r);
    const LiquiditySpec* depth = pick(regime.liquidity, name);
    if (depth != nullptr && depth->states_entry())
      check.note(join(path_of(regime.liquidity, name, join(check.path(r), "liquidity")), "on_entry"),
                 depth_moves, "has no effect: nothing moves the depth away from its level");
    const ImpliedSpec* quotes = pick(regime.implied_vol, name);
    if (quotes != nullptr && quotes->states_entry())
      check.note(join(path_of(regime.implied_vol, name, join(check.path(r), "implied_vol")), "on_entry"),
                 scenario.regimes[r].assets[asset].quote_decay > 0,
                 "has no effect without half_life: the quotes are always at the variance");
  }
}

void look_at_variance(StateCheck& check, const world::Scenario& scenario, std::size_t r) {
  if (check.regime(r).variance.value == CarryWords::Value::automatic) return;
  const std::string key = join(check.path(r), "variance");
  const bool any = std::ranges::any_of(scenario.regimes[r].assets, [](const world::AssetRegime& asset) {
    return models::has_stochastic_variance(asset.dynamics);
  });
  check.note(key, any && check.entered(r),
             any ? "has no effect: no transition enters this regime"
                 : "has no effect: these dynamics have a constant variance, which entering sets");
}

}  // namespace

void refuse_inert_state_keys(const ScenarioSpec& spec, const MarketContext& market,
                             const world::Scenario& scenario, const std::string& path, Findings& findings) {
  StateCheck check(spec, scenario, path, findings);
  const std::size_t regimes = spec.regimes.size();
  for (std::size_t a = 0; a < market.names.size(); ++a) {
    const std::string& name = market.names[a];
    look_at_excitations(check, regimes, name);
    look_at_entries(check, regimes, name, &RegimeSpec::sentiment, "sentiment");
    look_at_entries(check, regimes, name, &RegimeSpec::order_flow, "order_flow");
    look_at_entries(check, regimes, name, &RegimeSpec::bubble, "bubble");
    look_at_entries(check, regimes, name, &RegimeSpec::liquidity, "liquidity");
    look_at_entries(check, regimes, name, &RegimeSpec::perpetual, "perpetual");
    look_at_entries(check, regimes, name, &RegimeSpec::implied_vol, "implied_vol");
    look_at_levels(check, scenario, a, name);
  }
  look_at_streams(check, regimes);
  for (std::size_t r = 0; r < regimes; ++r) look_at_variance(check, scenario, r);
  check.report();
}

}  // namespace unhedged::config
