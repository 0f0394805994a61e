#include <algorithm>
#include <cmath>

#include "engine/hedging/strategy.hpp"
#include "engine/hedging/strategy_kernels.hpp"
#include "engine/math/correlation.hpp"

namespace unhedged::hedging {
namespace {

using pricing::Greek;

/// Assets are as good as one where this share of the deviation of one is all that the others leave of it.
constexpr double kLeastLeft = 1e-4;

/// Rows of a correlation matrix, of some assets against others.
struct Regression {
  std::vector<std::size_t> traded, others;  ///< assets; of the others those that the book holds
  math::SquareMatrix factor;                ///< L of the correlation of those traded, L L' = R
  math::SquareMatrix correlation;           ///< of all
};

/// x with L L' x = b.
std::vector<double> solved(const math::SquareMatrix& factor, std::vector<double> x) {
  const std::size_t size = factor.size();
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < i; ++k) x[i] -= factor(i, k) * x[k];
    x[i] /= factor(i, i);
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t k = i + 1; k < size; ++k) x[i] -= factor(k, i) * x[k];
    x[i] /= factor(i, i);
  }
  return x;
}

/// Holds what makes the variance of book and hedge least: of the deltas of assets that are not traded the
/// regression on those that are. docs/methods/hedging.md
class Proxy final : public Strategy {
 public:
  explicit Proxy(std::optional<double> correlation) : correlation_(correlation) {}

  pricing::GreekSet needs() const override { return {Greek::delta}; }
  bool looks_at_all() const override { return true; }

  /// Of a line its target, of an asset its exposure, and room for two quotes.
  std::size_t memory(std::size_t lines, std::size_t assets) const override { return lines + assets + 2; }

  std::string objection(const StrategyTerms& terms) const override {
    const Regression r = regression(terms);
    if (r.others.empty())
      return "every asset of the book is traded itself: nothing is left for a proxy, and `delta_neutral` "
             "does the same; `hedge` names the assets that are traded";
    const auto assets = static_cast<double>(r.traded.size() + r.others.size());
    if (correlation_ && *correlation_ * (assets - 1) < -1)
      return "a correlation below -1 / (n - 1) of every pair of n assets is impossible, and the book and "
             "`hedge` have " +
             std::to_string(r.traded.size() + r.others.size());
    for (std::size_t i = 0; i < r.factor.size(); ++i)
      if (r.factor(i, i) < kLeastLeft)
        return terms.names[r.traded[i]] +
               " moves with the other assets that are traded: what to hold of each is not determined";
    for (const std::size_t other : r.others)
      if (std::ranges::all_of(r.traded, [&](std::size_t t) { return r.correlation(t, other) == 0; }))
        return terms.names[other] + " is not correlated with any asset that is traded";
    return "";
  }

  std::shared_ptr<const Strategy> ready_for(const StrategyTerms& terms) const override {
    const Regression r = regression(terms);
    auto ready = std::make_shared<Proxy>(correlation_);
    ready->others_ = r.others;
    for (const std::size_t other : r.others) {
      std::vector<double> row;
      for (const std::size_t t : r.traded) row.push_back(r.correlation(t, other));
      ready->weights_.push_back(solved(r.factor, std::move(row)));
    }
    return ready;
  }

  void target(const StrategyView& view, std::span<Target> out) const override {
    const std::size_t lines = out.size();
    const std::span<Lanes> exposure = view.memory.subspan(lines, others_.size());
    Lanes &volatility = view.memory[view.memory.size() - 2], &sum = view.memory[view.memory.size() - 1];
    const StrategyKernels& kernels = strategy_kernels();
    for (std::size_t k = 0; k < others_.size(); ++k) {
      const market::AssetQuotes& quotes = view.quotes.assets[others_[k]];
      quoted_volatility(quotes, volatility);
      kernels.exposure(*view.greeks[others_[k]][Greek::delta], *quotes.spot, volatility, exposure[k]);
    }
    for (std::size_t line = 0; line < lines; ++line) {
      const std::size_t asset = view.lines[line].asset;
      const market::AssetQuotes& quotes = view.quotes.assets[asset];
      sum.fill(0.0);
      for (std::size_t k = 0; k < others_.size(); ++k) kernels.add(weights_[k][line], exposure[k], sum);
      quoted_volatility(quotes, volatility);
      kernels.in_units(*view.greeks[asset][Greek::delta], sum, *quotes.spot, volatility, view.memory[line]);
      out[line] = {&view.memory[line], -1.0};
    }
  }

 private:
  Regression regression(const StrategyTerms& terms) const {
    Regression out;
    const std::size_t assets = terms.names.size();
    out.correlation = terms.correlation;
    for (std::size_t i = 0; correlation_ && i < assets; ++i)
      for (std::size_t k = 0; k < i; ++k) out.correlation.set_both(i, k, *correlation_);
    for (const market::Tradable& line : terms.lines) out.traded.push_back(line.asset);
    for (std::size_t a = 0; a < assets; ++a)
      if (std::ranges::find(out.traded, a) == out.traded.end() && terms.gross[a][0] > 0)
        out.others.push_back(a);
    math::SquareMatrix among(out.traded.size());
    for (std::size_t i = 0; i < among.size(); ++i)
      for (std::size_t k = 0; k < among.size(); ++k)
        among(i, k) = out.correlation(out.traded[i], out.traded[k]);
    out.factor = math::cholesky_factor(among);
    return out;
  }

  std::optional<double> correlation_;  ///< of every pair; absent: the market's
  std::vector<std::size_t> others_;
  std::vector<std::vector<double>> weights_;  ///< [other][line]
};

constexpr Parameter kParameters[] = {
    {.name = "correlation",
     .help = "of every pair of assets; `market`: as market.correlation states them",
     .bounds = {-1, 1, true, true},
     .need = Need::defaulted,
     .usual = kUsualCorrelation,
     .word = "market"},
};

}  // namespace

extern constinit const StrategyKind kProxy{
    {"proxy", "in the assets that are traded what makes the variance of the whole book least, by regression",
     kParameters},
    [](const ParameterValues& values) -> std::shared_ptr<const Strategy> {
      return std::make_shared<Proxy>(values[0]);
    }};

}  // namespace unhedged::hedging
