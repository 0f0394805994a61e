#include "engine/hedging/strategy.hpp"
#include "engine/hedging/strategy_kernels.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::hedging {
namespace {

using pricing::Greek;

/// What a user sets.
struct Limits {
  double share;                     ///< largest position over the book's gross quantity
  double power;                     ///< how fast it is cut
  std::optional<double> reference;  ///< volatility it is cut above; absent: today's quote
  std::optional<double> half_life;  ///< of the realised variance, years; absent: goes by the quote
};

/// Delta-neutral within a limit that is cut as volatility rises. docs/methods/hedging.md
class VolatilityScaled final : public Strategy {
 public:
  explicit VolatilityScaled(const Limits& limits) : limits_(limits) {}

  pricing::GreekSet needs() const override { return {Greek::delta}; }

  /// Of a line its target, variance and last log spot; room for a volatility, and the time of the last look.
  std::size_t memory(std::size_t lines, std::size_t) const override { return 3 * lines + 2; }

  void start(std::span<Lanes> memory) const override {
    const std::size_t lines = of_line_.size();
    for (std::size_t k = 0; k < lines; ++k) memory[lines + k].fill(of_line_[k].today * of_line_[k].today);
  }

  std::shared_ptr<const Strategy> ready_for(const StrategyTerms& terms) const override {
    auto ready = std::make_shared<VolatilityScaled>(limits_);
    for (const market::Tradable& line : terms.lines) {
      OfLine& of = ready->of_line_.emplace_back();
      of.today = terms.volatility[line.asset];
      for (const double gross : terms.gross[line.asset]) of.most.push_back(limits_.share * gross);
    }
    ready->grid_ = terms.grid;
    return ready;
  }

  void target(const StrategyView& view, std::span<Target> out) const override {
    const std::size_t lines = out.size();
    Lanes &volatility = view.memory[3 * lines], &clock = view.memory[3 * lines + 1];
    const double now = grid_.time(view.step), passed = now - clock[0];
    for (std::size_t k = 0; k < lines; ++k) {
      const std::size_t asset = view.lines[k].asset;
      const market::AssetQuotes& quotes = view.quotes.assets[asset];
      if (limits_.half_life) measure(quotes, passed, view.memory[2 * lines + k], view.memory[lines + k]);
      if (limits_.half_life) strategy_kernels().root(view.memory[lines + k], volatility);
      else quoted_volatility(quotes, volatility);
      const PositionLimit limit{of_line_[k].most[view.step], limits_.reference.value_or(of_line_[k].today),
                                limits_.power};
      strategy_kernels().limit(limit, volatility, *view.greeks[asset][Greek::delta], view.memory[k]);
      out[k] = {&view.memory[k], 1.0};
    }
    clock[0] = now;
  }

 private:
  struct OfLine {
    double today = 0;          ///< quoted volatility
    std::vector<double> most;  ///< [step] units
  };

  /// Takes the move since the last look into the mean of the squares.
  void measure(const market::AssetQuotes& quotes, double passed, Lanes& last, Lanes& variance) const {
    if (passed <= 0) return;
    const double keep = scalar::exp(-scalar::log(2.0) * passed / *limits_.half_life);
    strategy_kernels().average(keep, (1 - keep) / passed, *quotes.log_spot, last, variance);
  }

  Limits limits_;
  TimeGrid grid_;
  std::vector<OfLine> of_line_;  ///< [line]
};

constexpr Parameter kParameters[] = {
    {.name = "limit",
     .help = "largest position while volatility is low, as a share of the book's gross quantity in the asset",
     .unit = Unit::ratio,
     .bounds = {0, 100, true, false},
     .usual = {0, 2}},
    {.name = "above",
     .help = "volatility above which the limit is cut; `today`: today's quote at the money for a month",
     .unit = Unit::ratio,
     .bounds = {0, 100, true, false},
     .need = Need::defaulted,
     .usual = kUsualQuote,
     .word = "today"},
    {.name = "power",
     .help = "p in limit * min(1, (above / volatility)^p)",
     .bounds = {0, 10, true, false},
     .need = Need::defaulted,
     .usual = {0, 3},
     .standard = 1},
    {.name = "volatility",
     .help = "`implied`: the quote at the money for a month; or the half-life of the mean of squared moves",
     .need = Need::defaulted,
     .word = "implied",
     .form = ParameterForm::span},
};

}  // namespace

extern constinit const StrategyKind kVolatilityScaled{
    {"volatility_scaled", "the negative of the book's delta, within a limit that is cut as volatility rises",
     kParameters},
    [](const ParameterValues& values) -> std::shared_ptr<const Strategy> {
      return std::make_shared<VolatilityScaled>(Limits{*values[0], *values[2], values[1], values[3]});
    }};

}  // namespace unhedged::hedging
