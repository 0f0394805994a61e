#pragma once
#include "engine/config/reader.hpp"

/// What a run says of a yardstick.
namespace unhedged::config {

/// What a run sets of a model; which of these one takes depends on its kind.
struct YardstickKeysSpec {
  std::optional<double> price_scan, vol_scan, extreme_multiple, extreme_fraction;
  std::optional<Duration> look_ahead;
  std::optional<double> short_option_minimum, provision, wallet;
  std::optional<std::string> asset_class;
  std::optional<double> vol_of_vol, price_correlation;

  static void describe(auto& visit, auto& s) {
    describe_matrix(visit, s);
    visit(
        Field{"wallet",
              "of tiers and leverage: what stands behind each perpetual position, entered at today's price; "
              "says where it is lost (default: that is not said)",
              Unit::money, kPositive, Need::defaulted},
        s.wallet);
    visit(Field{"class", "of a shortfall with classes: that of the assets (needed there)", Unit::none, kAny,
                Need::defaulted},
          s.asset_class);
    visit(
        Field{"vol_of_vol",
              "of a shortfall: volatility a year of the quoted volatilities of an asset (default: they stay)",
              Unit::ratio,
              {0, 10, true, false},
              Need::defaulted,
              Usual{0, 3, " a year"}},
        s.vol_of_vol);
    visit(Field{"price_correlation", "of a shortfall: of their moves with those of the price (default: 0)",
                Unit::none, kCorrelation, Need::defaulted},
          s.price_correlation);
  }

  /// Those of a matrix alone.
  static void describe_matrix(auto& visit, auto& s) {
    visit(Field{"price_scan",
                "of a matrix: range of price moves (default: the model's; needed if it has none)",
                Unit::ratio,
                {0, 1, true, true},
                Need::defaulted},
          s.price_scan);
    visit(
        Field{"vol_scan",
              "of a matrix: how far volatilities rise and fall (default: the model's; needed if it has none)",
              Unit::ratio,
              {0, 1, true, false},
              Need::defaulted},
        s.vol_scan);
    visit(Field{"extreme_multiple",
                "of a matrix with extreme moves: of price_scan (default: the model's)",
                Unit::none,
                {0, 100, true, false},
                Need::defaulted},
          s.extreme_multiple);
    visit(Field{"extreme_fraction",
                "of a matrix with extreme moves: what counts of their P&L (default: the model's)",
                Unit::ratio,
                {0, 1, true, false},
                Need::defaulted},
          s.extreme_fraction);
    visit(Field{"look_ahead", "of a matrix: time by which options are older (default: the model's)",
                Unit::none, kPositive, Need::defaulted},
          s.look_ahead);
    visit(Field{"short_option_minimum",
                "of a matrix: least requirement per option sold and not bought back (default: none)",
                Unit::money, kPositive, Need::defaulted},
          s.short_option_minimum);
    visit(Field{"provision", "of a matrix: for fees and funding, added last in each asset (default: none)",
                Unit::money, kPositive, Need::defaulted},
          s.provision);
  }
};

/// The name or path of a model, alone or with what is set of it.
struct YardstickSpec {
  std::string model;
  std::optional<YardstickKeysSpec> keys;

  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   YardstickSpec& out);
};

}  // namespace unhedged::config
