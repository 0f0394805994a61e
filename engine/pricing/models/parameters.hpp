#pragma once
#include "engine/pricing/models.hpp"

/// Parameters that several models have, described once.
namespace unhedged::pricing {

/// What becomes of an option's volatility as the spot moves.
enum class SmileRule { sticky_strike, sticky_delta };

inline constexpr const char* kSmileRules[] = {"sticky_strike", "sticky_delta"};

/// Of a model that goes by what is quoted for each option.
constexpr Parameter quoted_volatility(const char* help) {
  return {.name = "volatility",
          .help = help,
          .unit = Unit::ratio,
          .bounds = {0, 100, true, false},
          .need = Need::defaulted,
          .usual = kUsualQuote,
          .word = "implied",
          .form = ParameterForm::volatility};
}

inline constexpr Parameter kQuotedVolatility = quoted_volatility(
    "a number, `implied`: the quote of each option at that moment, "
    "`recalibrated`: that of the last calibration, or {realised: ...}");
inline constexpr Parameter kSmileRule{
    .name = "smile",
    .help =
        "what delta takes an option's volatility to do as the spot moves: `sticky_strike`: it stays; "
        "`sticky_delta`: it stays with the moneyness, so that delta adds what the smile then costs",
    .need = Need::defaulted,
    .standard = 0,
    .choices = kSmileRules,
};

/// What a call is hedged with.
enum class DeltaRule { model, min_variance };

inline constexpr const char* kDeltaRules[] = {"model", "min_variance"};

inline constexpr Parameter kBelievedVolatility{
    .name = "volatility",
    .help =
        "of the diffusion today: a number, `implied`: what makes the expected variance over an option's "
        "life, jumps included, that of the quote at the money, `recalibrated`: one at which the model "
        "meets a quote at the money, or {realised: ...}, in place of quotes",
    .unit = Unit::ratio,
    .bounds = {0.01, 10},
    .need = Need::defaulted,
    .usual = kUsualQuote,
    .word = "implied",
    .form = ParameterForm::volatility,
};
inline constexpr Parameter kLongRunVolatility{
    "long_run_volatility",
    "the variance returns to its square: a number, or `same`: that of today",
    Unit::ratio,
    {0, 10},
    Need::defaulted,
    kUsualVolatility,
    "same",
};
inline constexpr Parameter kMeanReversion{
    "mean_reversion", "rate at which the variance returns", Unit::per_year, {0, 1000}, Need::required,
    kUsualReversion,
};
inline constexpr Parameter kVolOfVariance{
    "vol_of_variance", "volatility of the variance", Unit::none, {0, 20}, Need::required, kAnything,
};
inline constexpr Parameter kSpotVariance{
    "correlation", "between spot and variance", Unit::none, kCorrelation, Need::required, kUsualCorrelation,
};
inline constexpr Parameter kJumpRate{
    "jump_rate", "jumps a year", Unit::per_year, {0, 1e5}, Need::required, kUsualJumpRate,
};
inline constexpr Parameter kJumpMean{
    "jump_mean", "mean of the log jump", Unit::ratio, {-3, 3}, Need::required, kUsualJump,
};
inline constexpr Parameter kJumpVol{
    "jump_vol", "standard deviation of the log jump", Unit::ratio, {0, 2}, Need::required, kUsualJumpSize,
};
inline constexpr Parameter kDeltaRule{
    .name = "delta",
    .help =
        "what is held against a call: `model`: the derivative of its price; `min_variance`: what leaves the "
        "least variance at once",
    .need = Need::defaulted,
    .standard = 0,
    .choices = kDeltaRules,
};

}  // namespace unhedged::pricing
