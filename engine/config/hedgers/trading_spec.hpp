#pragma once
#include "engine/config/choice.hpp"
#include "engine/hedging/hedger.hpp"

/// When and in what a hedger trades, of any model.
namespace unhedged::config {

struct StepWord {
  static constexpr const char* word = "step";
};

struct RebalanceSpec {
  WordOr<StepWord, Duration> every;
  double delta_band = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"every", "time between looks: `step` or a multiple of it", Unit::none, kPositive,
                Need::defaulted},
          s.every);
    visit(Field{"delta_band",
                "trade only if the hedge is off target by more than this share of the "
                "book's gross quantity",
                Unit::ratio,
                {0, 10},
                Need::defaulted,
                Usual{0, 1}},
          s.delta_band);
  }
};

struct CloseOutWords {
  using Value = hedging::CloseOut;
  static constexpr std::pair<const char*, Value> table[] = {
      {"mid", Value::mid}, {"market", Value::market}, {"none", Value::none}};
};

struct HedgeWithWords {
  enum class Value { spot, perpetual };
  static constexpr std::pair<const char*, Value> table[] = {{"spot", Value::spot},
                                                            {"perpetual", Value::perpetual}};
};

struct LatencyLawWords {
  using Value = hedging::Latency::Law;
  static constexpr std::pair<const char*, Value> table[] = {{"fixed", Value::fixed},
                                                            {"exponential", Value::exponential}};
};

}  // namespace unhedged::config
