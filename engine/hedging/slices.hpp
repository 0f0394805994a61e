#pragma once
#include <cstddef>
#include <vector>

namespace unhedged::hedging {

/// What a schedule of trades is weighed by, in units of the asset, days and money.
///   risk_aversion  per unit of money
///   deviation      of the price over a day, money per unit
///   temporary      eta: a unit traded at v units a day costs eta v
///   permanent      gamma: a unit traded moves the price by gamma
///   interval       days between two trades
struct ScheduleTerms {
  double risk_aversion, deviation, temporary, permanent, interval;
};

/// Shares of an order in `count` trades, the first at once, that make expected cost + risk_aversion *
/// variance least: what is left of it after trade j is sinh(k (count - j) interval) / sinh(k count interval),
/// with cosh(k interval) = 1 + risk_aversion deviation^2 interval^2 / 2 / (temporary - permanent interval /
/// 2). Without risk aversion the shares are equal. expects  temporary > permanent interval / 2 where there is
/// risk aversion; count >= 1 source   Almgren and Chriss, "Optimal execution of portfolio transactions", J.
/// Risk 3 (2000)
std::vector<double> schedule(std::size_t count, const ScheduleTerms& terms);

}  // namespace unhedged::hedging
