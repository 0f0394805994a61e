#include "engine/simulation/floor.hpp"

/// What the market marks the book at.
namespace unhedged::simulation {

/// What a crowd does to the price is taken apart by the P&L without it.
bool Floor::marks_book() const {
  return accounts_cover_book_ || (run_->plan().explained != Explained::nothing && !crowd_ && marks_);
}

/// What an account asks for by a model; null: by rates.
std::unique_ptr<hedging::MarginRule> Floor::margin_rule(const hedging::AccountTerms& account) {
  if (!account.model) return nullptr;
  const margin::Yardstick& model = run_->plan().margin_models[*account.model];
  if (!std::holds_alternative<margin::MarginModel>(model.rule))
    return std::make_unique<PerpetualMargin>(model, account.leverage);
  std::vector<BookMoves*> moves(run_->plan().assets.size(), nullptr);
  for (std::size_t a = 0; a < moves.size() && account.covers_book(); ++a)
    moves[a] = &book_moves_[*account.model][a];
  return std::make_unique<MatrixMargin>(model, std::move(moves), [this](std::size_t asset) {
    BookQuotes now{world_.quotes(asset)};
    if (!run_->market_belief()) return now;
    now.value = mark(asset)[pricing::Greek::value];
    now.delta = mark(asset)[pricing::Greek::delta];
    return now;
  });
}

void Floor::mark_book(bool marks) {
  if (marks == marks_ || !run_->market_belief()) return;
  marks_ = marks;
  for (Asked& asked : asked_[*run_->market_belief()]) asked.always = marks_book();
  for (Asked& asked : asked_of_options_[*run_->market_belief()]) asked.always = marks_book();
}

/// Whether a desk that prices as the market marks has been shown the same quotes: its delta is the market's.
const Lanes* Floor::delta_of_twin(std::size_t asset, std::uint32_t step) const {
  const std::size_t twin = run_->market_twin();
  if (twin == run_->market_belief() || !is_asked(twin, asset, step)) return nullptr;
  const market::AssetQuotes &one = quotes_of(twin, asset), &other = world_.quotes(asset);
  const bool same = one.spot == other.spot && one.log_spot == other.log_spot && one.curve == other.curve &&
                    one.quote_level == other.quote_level && one.curves_present == other.curves_present;
  return same ? greeks_[twin][asset][pricing::Greek::delta] : nullptr;
}

/// A Greek of calls, puts, forwards and spot at the market's quotes.
void Floor::mark_netted(std::size_t asset, std::uint32_t step, pricing::Greek greek, Lanes& out) const {
  const pricing::Valuation& target = run_->target(scenario_, *run_->market_belief(), asset);
  const bool alone = contracts().empty() && !book_.has_margin() && book_.multi_assets().empty();
  if (alone && greek == pricing::Greek::value)
    return target.evaluate_value(step, world_.quotes(asset), *mark(asset)[pricing::Greek::delta], out);
  const Lanes* const known = alone && greek == pricing::Greek::delta ? delta_of_twin(asset, step) : nullptr;
  if (known != nullptr) out = *known;
  else target.evaluate(step, world_.quotes(asset), greek, out);
}

void Floor::begin_marks() {
  if (run_->plan().explained != Explained::nothing && marks_book()) world_.note_jumps();
  if (book_.has_margin()) margin_flow_.resize(run_->plan().assets.size());
  for (const MultiAssetPlan& held : run_->plan().multi_assets) {
    MultiAssetMark& mark = multi_asset_marks_.emplace_back();
    mark.delta.resize(held.option->legs());
    mark.gamma.resize(held.option->legs());
  }
}

/// Of the option that was valued last, at the market's quotes.
void Floor::mark_multi_asset(std::size_t option, std::uint32_t step) {
  const std::size_t belief = *run_->market_belief();
  const std::vector<std::size_t>& assets = book_.multi_assets().option(option).assets;
  MultiAssetMark& mark = multi_asset_marks_[option];
  const auto greek = [&](pricing::Greek of, std::size_t leg, Lanes& out) {
    out.fill(0.0);
    book_.multi_assets().add(belief, option, step, seen_[assets[leg]], of, leg, out);
  };
  for (std::size_t leg = 0; leg < assets.size(); ++leg) {
    greek(pricing::Greek::delta, leg, mark.delta[leg]);
    greek(pricing::Greek::gamma, leg, mark.gamma[leg]);
  }
  greek(pricing::Greek::theta, 0, mark.theta);
}

void Floor::add_contract_greeks(std::size_t asset, std::uint32_t step, pricing::Greek greek,
                                Lanes& out) const {
  if (!contracts().empty())
    contracts().add(*run_->market_belief(), asset, step, world_.quotes(asset), greek, out);
}

void Floor::add_contract_values(std::size_t asset, std::uint32_t step, const market::AssetQuotes& quotes,
                                Lanes& out) const {
  if (contracts().empty()) return;
  if (at_horizon_) contracts().mark(asset, quotes, out);
  else contracts().add(*run_->market_belief(), asset, step, quotes, pricing::Greek::value, out);
}

}  // namespace unhedged::simulation
