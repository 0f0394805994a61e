#pragma once
#include "engine/config/hedgers/trading_spec.hpp"
#include "engine/config/kind_spec.hpp"
#include "engine/pricing/models.hpp"

/// What a run says about its hedgers.
namespace unhedged::config {

struct UnhedgedSpec {
  static constexpr const char* name = "none";
  static constexpr const char* help = "does nothing: the book alone";
  static void describe(auto&, auto&) {}
};

/// A hedger with a model: the parameters of that, and what all that hedge have.
struct ActiveSpec {
  KindSpec<pricing::Belief> belief;
  std::optional<RecalibrateSpec> recalibrate;
  TradingSpec trading;

  explicit ActiveSpec(const pricing::ModelKind& model) : belief(model) {}

  static void describe(auto& visit, auto& s) {
    KindSpec<pricing::Belief>::describe(visit, s.belief);
    visit(Field{"recalibrate", "when and to what, where the volatility is `recalibrated`", Unit::none, kAny,
                Need::defaulted},
          s.recalibrate);
    TradingSpec::describe(visit, s.trading);
  }
};

/// Any hedger, by the name of its model.
struct HedgerSpec {
  static constexpr const char* key = "model";
  std::optional<ActiveSpec> active;  ///< absent: it does nothing

  static std::vector<std::string> names();
  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   HedgerSpec& out);
};

}  // namespace unhedged::config
