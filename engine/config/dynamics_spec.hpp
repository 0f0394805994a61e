#pragma once
#include "engine/config/regime/jumps_spec.hpp"
#include "engine/models/dynamics.hpp"

/// The processes a regime may name, and their keys.
namespace unhedged::config {

struct DriftKey {
  std::optional<double> drift;

  static void describe(auto& visit, auto& s) {
    visit(Field{"drift", "growth rate of the expected price (default: rate - yield); jumps are compensated",
                Unit::ratio, kAny, Need::defaulted, kUsualDrift},
          s.drift);
  }
};

struct ExcitationKey {
  std::optional<ExcitationSpec> excitation;

  static void describe(auto& visit, auto& s) {
    visit(Field{"excitation",
                "each jump raises the rate of the next; jump_rate is then the rate of those that nothing "
                "caused",
                Unit::none, kAny, Need::defaulted},
          s.excitation);
  }
};

struct JumpKeys : ExcitationKey {
  double jump_rate = 0;
  double jump_mean = 0;
  double jump_vol = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"jump_rate", "jumps a year", Unit::per_year, {0, 1e6}, Need::required, kUsualJumpRate},
          s.jump_rate);
    visit(Field{"jump_mean", "mean of the log jump", Unit::ratio, {-10, 10}, Need::required, kUsualJump},
          s.jump_mean);
    visit(Field{"jump_vol",
                "standard deviation of the log jump",
                Unit::ratio,
                {0, 10},
                Need::required,
                kUsualJumpSize},
          s.jump_vol);
    ExcitationKey::describe(visit, s);
  }
};

inline constexpr Bounds kVolatility{0, 100, false, false};

struct GbmSpec : DriftKey {
  static constexpr const char* name = "gbm";
  static constexpr const char* help = "geometric Brownian motion";
  Level volatility;

  static void describe(auto& visit, auto& s) {
    visit(
        Field{"volatility", "volatility a year", Unit::ratio, kVolatility, Need::required, kUsualVolatility},
        s.volatility);
    DriftKey::describe(visit, s);
  }
};

/// A volatility of the price itself: in price units, in percent of today's price, or as a multiple of
/// today's implied volatility times that price.
struct PriceVolatility {
  enum class Of { price_units, spot, quote };
  double value = 0;
  Of of = Of::price_units;

  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   PriceVolatility& out);
};

struct BachelierSpec : DriftKey {
  static constexpr const char* name = "bachelier";
  static constexpr const char* help = "normal moves of the price, which may become negative";
  PriceVolatility volatility;

  static void describe(auto& visit, auto& s) {
    visit(Field{"volatility",
                "a year, in price units, in % of today's price, or as a multiple (3 x) of the implied "
                "volatility times that price",
                Unit::price,
                {0, 1e12}},
          s.volatility);
    DriftKey::describe(visit, s);
  }
};

struct MertonSpec : DriftKey, JumpKeys {
  static constexpr const char* name = "merton";
  static constexpr const char* help = "geometric Brownian motion with lognormal jumps";
  Level volatility;

  static void describe(auto& visit, auto& s) {
    visit(Field{"volatility", "volatility of the diffusion a year", Unit::ratio, kVolatility, Need::required,
                kUsualVolatility},
          s.volatility);
    JumpKeys::describe(visit, s);
    DriftKey::describe(visit, s);
  }
};

struct KouSpec : DriftKey, ExcitationKey {
  static constexpr const char* name = "kou";
  static constexpr const char* help = "geometric Brownian motion with double-exponential jumps";
  Level volatility;
  double jump_rate = 0, up_probability = 0, up_mean = 0, down_mean = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"volatility", "volatility of the diffusion a year", Unit::ratio, kVolatility, Need::required,
                kUsualVolatility},
          s.volatility);
    visit(Field{"jump_rate", "jumps a year", Unit::per_year, {0, 1e6}, Need::required, kUsualJumpRate},
          s.jump_rate);
    visit(Field{"up_probability", "chance that a jump goes up", Unit::ratio, kUnitInterval},
          s.up_probability);
    visit(Field{"up_mean",
                "mean log jump up (1/eta1); from 1 on the expected price is infinite",
                Unit::ratio,
                {0, 1, true, true},
                Need::required,
                kUsualJumpSize},
          s.up_mean);
    visit(Field{"down_mean",
                "mean log jump down (1/eta2), as a positive number",
                Unit::ratio,
                {0, 10, true, false},
                Need::required,
                kUsualJumpSize},
          s.down_mean);
    ExcitationKey::describe(visit, s);
    DriftKey::describe(visit, s);
  }
};

struct HestonSpec : DriftKey {
  static constexpr const char* name = "heston";
  static constexpr const char* help = "stochastic variance that returns to its mean";
  std::optional<Level> volatility;
  Level long_run_volatility;
  double mean_reversion = 0;
  double vol_of_variance = 0;
  double correlation = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"volatility",
                "initial volatility: the variance is set to its square when the regime is entered; "
                "without it the variance carries over",
                Unit::ratio, kVolatility, Need::defaulted, kUsualVolatility},
          s.volatility);
    visit(Field{"long_run_volatility", "root of the variance it returns to", Unit::ratio, kVolatility,
                Need::required, kUsualVolatility},
          s.long_run_volatility);
    visit(
        Field{"mean_reversion", "speed of return", Unit::per_year, {0, 1e6}, Need::required, kUsualReversion},
        s.mean_reversion);
    visit(Field{"vol_of_variance",
                "volatility of the variance",
                Unit::none,
                {0, 1e3},
                Need::required,
                Usual{0, 50}},
          s.vol_of_variance);
    visit(Field{"correlation", "between the shocks of price and variance", Unit::none, kCorrelation,
                Need::required, kUsualCorrelation},
          s.correlation);
    DriftKey::describe(visit, s);
  }
};

struct BatesSpec : HestonSpec, JumpKeys {
  static constexpr const char* name = "bates";
  static constexpr const char* help = "heston with lognormal jumps of the price";

  static void describe(auto& visit, auto& s) {
    HestonSpec::describe(visit, s);
    JumpKeys::describe(visit, s);
  }
};

struct SvcjSpec : HestonSpec, JumpKeys {
  static constexpr const char* name = "svcj";
  static constexpr const char* help = "heston with jumps of price and variance together";
  double variance_jump_mean = 0, jump_correlation = 0;

  static void describe(auto& visit, auto& s) {
    HestonSpec::describe(visit, s);
    JumpKeys::describe(visit, s);
    visit(Field{"variance_jump_mean",
                "mean jump of the variance (exponential)",
                Unit::none,
                {0, 1e3},
                Need::required,
                Usual{0, 10}},
          s.variance_jump_mean);
    visit(Field{"jump_correlation",
                "log jump ~ N(jump_mean + jump_correlation * variance jump, jump_vol)",
                Unit::none,
                {-100, 100}},
          s.jump_correlation);
  }
};

struct ModelKey {
  static constexpr const char* key = "model";
};

/// All processes there are, by name.
using DynamicsSpec =
    Tagged<ModelKey, GbmSpec, BachelierSpec, MertonSpec, KouSpec, HestonSpec, BatesSpec, SvcjSpec>;

/// What a spec needs to know of the asset to become parameters.
struct AssetContext {
  double spot;
  double implied_volatility;
  double default_drift;
  double carried_variance;  ///< initial variance where the spec leaves it to be carried over
};

/// Resolves multiples of today's market and defaults.
models::Dynamics resolve(const DynamicsSpec& spec, const AssetContext& asset);

/// What is wrong with parameters that are sound one by one; empty if nothing.
struct Objection {
  std::string key, message;
};
std::vector<Objection> objections(const models::Dynamics& dynamics);

/// The excitation a spec asks for, or null.
const ExcitationSpec* excitation_of(const DynamicsSpec& spec);

/// Whether the spec says what the variance starts from.
bool states_volatility(const DynamicsSpec& spec);

}  // namespace unhedged::config
