#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/margin/matrix.hpp"
#include "engine/margin/tiers.hpp"

/// What a book is measured with: a margin model or a regulatory measure, and where it comes from.
namespace unhedged::margin {

struct ModelSource {
  std::string what, where;
};

/// Published at some time: years, perhaps with a month and a day.
struct PublicationDate {
  std::string text;               ///< as it is written: 2024, 2024-06 or 2024-06-01
  std::chrono::sys_days first{};  ///< the first day that it may mean
};

struct ModelAbout {
  std::string name, title, path;
  PublicationDate date;
  std::vector<ModelSource> sources;
  std::vector<std::string> assets;  ///< for which it is meant; empty: for any
  std::string calendar;             ///< of the markets for which it is meant; empty: any
};

/// Maintenance of perpetuals by tiers.
struct TierRule {
  TierTable table;
};

/// Expected shortfall of the book, frozen, its factors driven by the volatilities quoted today.
struct ShortfallRule {
  double level = 0.99;
  double horizon_years = 0;
  bool ages = true;  ///< whether the book is older by the horizon then; else prices move at once
  /// Horizons over which prices and volatilities are taken to move (MAR33.5); 0: `horizon_years` for all.
  double price_horizon_years = 0, volatility_horizon_years = 0;
  double volatility_of_volatility = 0;  ///< a year, of all quotes of an asset together; 0: they stay
  double price_correlation = 0;         ///< of their moves with those of the price
};

/// Horizons of MAR33.12, as multiples of the first.
inline constexpr double kLiquidityHorizons[] = {1, 2, 4, 6, 12};

struct Yardstick {
  ModelAbout about;
  std::string shown;  ///< its name, with what the run has set of it
  std::variant<MarginModel, TierRule, LeverageRule, ShortfallRule> rule;
  double provision = 0;          ///< account currency, of matrix models: for fees and funding
  std::optional<double> wallet;  ///< account currency behind perpetuals: says where they are lost
};

}  // namespace unhedged::margin
