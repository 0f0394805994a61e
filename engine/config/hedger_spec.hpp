#pragma once
#include "engine/config/hedgers/black_scholes_spec.hpp"

/// What a run says about its hedgers. A further model is a file in config/hedgers and an entry of HedgerSpec.
namespace unhedged::config {

struct UnhedgedSpec {
  static constexpr const char* name = "none";
  static constexpr const char* help = "does nothing: the book alone";
  static void describe(auto&, auto&) {}
};

struct BeliefKey {
  static constexpr const char* key = "model";
};

/// All hedgers there are, by the name of their model.
using HedgerSpec = Tagged<BeliefKey, UnhedgedSpec, BlackScholesSpec>;

}  // namespace unhedged::config
