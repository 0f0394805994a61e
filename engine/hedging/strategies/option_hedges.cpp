#include <algorithm>

#include "engine/hedging/strategy.hpp"
#include "engine/hedging/strategy_kernels.hpp"

namespace unhedged::hedging {
namespace {

using pricing::Greek;
using pricing::GreekSet;

/// The options of one asset among the lines.
struct OptionsOfAsset {
  std::size_t asset = 0;
  std::vector<std::size_t> lines;
};

/// Takes gamma, vega or both out of the book with options, and then the delta of book and options with what
/// the asset is hedged with. docs/methods/hedging.md
class OptionHedge final : public Strategy {
 public:
  OptionHedge(std::vector<Greek> greeks, double limit) : greeks_(std::move(greeks)), limit_(limit) {}

  GreekSet needs() const override { return needs_of_options(); }
  GreekSet needs_of_options() const override {
    GreekSet all{Greek::delta};
    for (const Greek greek : greeks_) all = all | GreekSet{greek};
    return all;
  }

  /// Of a line its target.
  std::size_t memory(std::size_t lines, std::size_t) const override { return lines; }

  std::string objection(const StrategyTerms& terms) const override {
    const std::vector<OptionsOfAsset> options = options_of(terms.lines);
    const std::string wanted = greeks_.size() == 1 ? "one option" : "two options";
    if (options.empty()) return "needs " + wanted + " in `hedge_with`, and there is none";
    for (const OptionsOfAsset& one : options)
      if (one.lines.size() != greeks_.size())
        return "needs " + wanted + " of an asset in `hedge_with`, and " + terms.names[one.asset] + " has " +
               std::to_string(one.lines.size());
    return "";
  }

  std::shared_ptr<const Strategy> ready_for(const StrategyTerms& terms) const override {
    auto ready = std::make_shared<OptionHedge>(greeks_, limit_);
    ready->options_ = options_of(terms.lines);
    for (const OptionsOfAsset& one : ready->options_) {
      auto& most = ready->most_.emplace_back();
      for (const double gross : terms.gross[one.asset]) most.push_back(limit_ * gross);
    }
    return ready;
  }

  void target(const StrategyView& view, std::span<Target> out) const override {
    for (std::size_t line = 0; line < out.size(); ++line)
      out[line] = {view.greeks[view.lines[line].asset][Greek::delta], -1.0};
    for (std::size_t k = 0; k < options_.size(); ++k) {
      const std::vector<std::size_t>& lines = options_[k].lines;
      const BookGreeks& book = view.greeks[options_[k].asset];
      const double most = most_[k][view.step];
      Lanes& first = view.memory[lines[0]];
      out[lines[0]] = {&first, 1.0};
      if (greeks_.size() == 1) {
        const Greek greek = greeks_[0];
        strategy_kernels().against(*book[greek], *view.options[lines[0]][greek], most, first);
        continue;
      }
      Lanes& second = view.memory[lines[1]];
      out[lines[1]] = {&second, 1.0};
      strategy_kernels().against_both(both(book), both(view.options[lines[0]]), both(view.options[lines[1]]),
                                      most, first, second);
    }
  }

  void complete(const StrategyView& view, std::span<const Lanes> held, std::span<Target> out) const override {
    const std::size_t others = out.size() - held.size();
    for (std::size_t line = 0; line < others; ++line)
      for (const OptionsOfAsset& one : options_) {
        if (one.asset != view.lines[line].asset) continue;
        Lanes& sum = view.memory[line];
        sum = *view.greeks[one.asset][Greek::delta];
        for (const std::size_t option : one.lines)
          strategy_kernels().add_product(held[option - others], *view.options[option][Greek::delta], sum);
        out[line] = {&sum, -1.0};
      }
  }

 private:
  static GammaVega both(const BookGreeks& of) { return {of[Greek::gamma], of[Greek::vega]}; }

  static std::vector<OptionsOfAsset> options_of(std::span<const market::Tradable> lines) {
    std::vector<OptionsOfAsset> out;
    for (std::size_t line = 0; line < lines.size(); ++line) {
      if (!lines[line].is_option) continue;
      auto found = std::ranges::find(out, lines[line].asset, &OptionsOfAsset::asset);
      if (found == out.end()) found = out.insert(out.end(), {lines[line].asset, {}});
      found->lines.push_back(line);
    }
    return out;
  }

  std::vector<Greek> greeks_;  ///< that are taken out, by as many options
  double limit_;               ///< largest position over the book's gross quantity
  std::vector<OptionsOfAsset> options_;
  std::vector<std::vector<double>> most_;  ///< [of options_][step] units
};

constexpr Parameter kParameters[] = {
    {.name = "limit",
     .help = "largest position in a hedge option, as a multiple of the book's gross quantity in the asset",
     .unit = Unit::ratio,
     .bounds = {0, 1e6, true, false},
     .need = Need::defaulted,
     .usual = {0, 100},
     .standard = 10},
};

template <Greek... Of>
std::shared_ptr<const Strategy> make(const ParameterValues& values) {
  return std::make_shared<OptionHedge>(std::vector<Greek>{Of...}, *values[0]);
}

}  // namespace

extern constinit const StrategyKind kDeltaGamma{
    {"delta_gamma", "no delta and no gamma, by one hedge option in each asset that has one", kParameters},
    make<Greek::gamma>};

extern constinit const StrategyKind kDeltaVega{
    {"delta_vega", "no delta and no vega, by one hedge option in each asset that has one", kParameters},
    make<Greek::vega>};

extern constinit const StrategyKind kDeltaGammaVega{
    {"delta_gamma_vega", "no delta, gamma and vega, by two hedge options in each asset that has some",
     kParameters},
    make<Greek::gamma, Greek::vega>};

}  // namespace unhedged::hedging
