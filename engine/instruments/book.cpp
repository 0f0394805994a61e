#include "engine/instruments/book.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace unhedged::instruments {
namespace {

constexpr double kSameExpiryYears = 1e-9;

/// Of positions sorted by expiry only the last bucket can take the next one.
ExpiryBucket& bucket_for(std::vector<ExpiryBucket>& buckets, double expiry_years) {
  if (!buckets.empty() && expiry_years - buckets.back().expiry_years < kSameExpiryYears)
    return buckets.back();
  buckets.emplace_back().expiry_years = expiry_years;
  return buckets.back();
}

/// Quantities by strike and ratio of volatilities.
using Calls = std::map<std::pair<double, double>, double>;

void add(ExpiryBucket& bucket, const Position& position, Calls& calls) {
  bucket.gross_units += std::abs(position.quantity);
  if (position.kind != ContractKind::forward)
    calls[{position.strike, position.volatility_ratio}] += position.quantity;
  if (position.kind == ContractKind::call) return;
  const double forwards = position.kind == ContractKind::forward ? position.quantity : -position.quantity;
  bucket.units += forwards;
  bucket.cash -= forwards * position.strike;
}

}  // namespace

std::string_view Position::name() const {
  constexpr std::string_view names[] = {"call", "put", "forward", "spot", "future", "perpetual"};
  constexpr std::string_view inverse[] = {"inverse_call",   "inverse_put",      "", "",
                                          "inverse_future", "inverse_perpetual"};
  if (multi_asset) return multi_asset->row->name;
  if (kind == ContractKind::other) return row->name;
  if (kind == ContractKind::future && strike > 0) return "forward";  // on margin
  return (in_coin ? inverse : names)[static_cast<int>(kind)];
}

std::size_t AssetBook::option_count() const {
  std::size_t count = 0;
  for (const ExpiryBucket& bucket : buckets) count += bucket.calls.size();
  return count;
}

double AssetBook::gross_units(double time_years) const {
  double gross = std::abs(spot_units);
  for (const ExpiryBucket& bucket : buckets)
    if (outlives(bucket.expiry_years, time_years)) gross += bucket.gross_units;
  return gross;
}

AssetBook net(std::span<const Position> positions, std::size_t asset) {
  std::vector<const Position*> all;
  for (const Position& position : positions) all.push_back(&position);
  return net(all, asset);
}

AssetBook net(std::span<const Position* const> positions, std::size_t asset, Netting which) {
  AssetBook book;
  std::vector<const Position*> dated;
  for (const Position* const one : positions) {
    const Position& position = *one;
    if (position.asset != asset) continue;
    if (position.kind == ContractKind::other || position.is_margined()) continue;
    if (which == Netting::in_coin && !position.in_coin) continue;
    if (position.kind == ContractKind::spot) book.spot_units += position.quantity;
    else dated.push_back(one);
  }
  std::ranges::stable_sort(dated, {}, [](const Position* one) { return one->expiry_years; });
  Calls calls;  // of the bucket being filled
  const auto close_bucket = [&] {
    for (const auto& [contract, quantity] : calls)
      if (quantity != 0) book.buckets.back().calls.push_back({contract.first, quantity, contract.second});
    calls.clear();
  };
  for (const Position* const one : dated) {
    const Position& position = *one;
    const std::size_t before = book.buckets.size();
    if (before > 0 && position.expiry_years - book.buckets.back().expiry_years >= kSameExpiryYears)
      close_bucket();
    add(bucket_for(book.buckets, position.expiry_years), position, calls);
  }
  if (!book.buckets.empty()) close_bucket();
  return book;
}

Payoff::Payoff(const ExpiryBucket& bucket) : slope_{bucket.units}, intercept_{bucket.cash} {
  for (const NettedCall& call : bucket.calls) {
    strike_.push_back(call.strike);
    quantity_.push_back(call.quantity);
    slope_.push_back(slope_.back() + call.quantity);
    intercept_.push_back(intercept_.back() - call.quantity * call.strike);
  }
}

void Payoff::add(const double* spot, std::size_t count, double factor, double* out) const {
  constexpr std::size_t few = 16;  // strikes: then adding the calls up beats searching the piece
  if (strike_.size() > few) {
    std::size_t piece = 0;  // neighbours are often on the same one
    for (std::size_t i = 0; i < count; ++i) {
      if (!covers(piece, spot[i])) piece = covers(piece + 1, spot[i]) ? piece + 1 : piece_of(spot[i]);
      out[i] += factor * (slope_[piece] * spot[i] + intercept_[piece]);
    }
    return;
  }
  for (std::size_t i = 0; i < count; ++i) out[i] += factor * (slope_[0] * spot[i] + intercept_[0]);
  for (std::size_t k = 0; k < strike_.size(); ++k) {
    const double strike = strike_[k], quantity = factor * quantity_[k];
    for (std::size_t i = 0; i < count; ++i) {
      const double gain = spot[i] - strike;
      out[i] += quantity * (gain > 0 ? gain : 0);
    }
  }
}

std::size_t Payoff::piece_of(double spot) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(strike_, spot) - strike_.begin());
}

bool Payoff::covers(std::size_t piece, double spot) const {
  return piece <= strike_.size() && (piece == 0 || strike_[piece - 1] <= spot) &&
         (piece == strike_.size() || spot < strike_[piece]);
}

double Payoff::operator()(double spot) const {
  const std::size_t piece = piece_of(spot);
  return slope_[piece] * spot + intercept_[piece];
}

}  // namespace unhedged::instruments
