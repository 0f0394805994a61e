#include <tbb/parallel_for.h>

#include <algorithm>

#include "engine/hedging/account_terms.hpp"
#include "engine/simulation/parallel.hpp"
#include "engine/simulation/prepared_run.hpp"

/// Margin models of accounts made ready.
namespace unhedged::simulation {
namespace {

/// Whether an account that covers the book asks by a model.
bool covers_book(const hedging::Hedger& hedger, std::size_t model) {
  return hedger.account && hedger.account->model == model && hedger.account->covers_book();
}

bool covers_book(const Plan& plan, std::size_t model) {
  return std::ranges::any_of(plan.hedgers, [&](const auto& one) { return covers_book(one, model); });
}

/// Whether a desk goes back to the delta at every step and at once.
bool keeps_up(const hedging::Hedger& hedger) {
  const hedging::RebalanceRule& rule = hedger.rebalance;
  return rule.every_steps == 1 && rule.every_days == 0 && rule.delta_band == 0 && hedger.rules.empty() &&
         hedger.latency.is_none() && hedger.execution.empty();
}

}  // namespace

void PreparedRun::prepare_margin_models() {
  const std::vector<margin::Yardstick>& models = plan_->margin_models;
  for (const margin::Yardstick& one : models) {
    const auto* const matrix = std::get_if<margin::MarginModel>(&one.rule);
    move_groups_.push_back(matrix != nullptr ? simulation::move_groups(*matrix) : std::vector<MoveGroup>{});
  }
  shocked_.resize(engines_.size(), std::vector<std::vector<ShockedBook>>(models.size()));
  for (std::size_t s = 0; s < engines_.size() && !models.empty(); ++s) {
    const UsedBefore before(quotes_used(s));
    for (std::size_t m = 0; m < models.size(); ++m) {
      const auto* const matrix = std::get_if<margin::MarginModel>(&models[m].rule);
      for (std::size_t a = 0; a < books_.size() && matrix != nullptr && covers_book(*plan_, m); ++a)
        shocked_[s][m].emplace_back(
            *matrix, ShockedBook::Of{plan_, a, &books_[a], &engines_[s].curves(a), &before.then, drifts(m)});
    }
  }
}

/// Whether some hedge that a model asks about need not be worth what the market's delta says.
bool PreparedRun::drifts(std::size_t model) const {
  for (std::size_t h = 0; h < plan_->hedgers.size(); ++h)
    if (covers_book(plan_->hedgers[h], model) &&
        !(is_of_market(belief_of_[h]) && keeps_up(plan_->hedgers[h])))
      return true;
  return false;
}

/// Of each there is one: nobody else asks for the same.
void PreparedRun::share_shocked(AskedFor<pricing::Valuation>& asked) {
  for (std::size_t s = 0; s < shocked_.size(); ++s)
    for (const std::vector<ShockedBook>& of_model : shocked_[s])
      for (std::size_t a = 0; a < of_model.size(); ++a)
        for (const ShockedBook::Moved& one : of_model[a].moved()) {
          stop_.check();
          asked.all.push_back(one.book.get());
          if (plan_->greeks != GreekMethod::interpolated) continue;
          asked.fresh.push_back(one.book.get());
          one.book->share(one.reach(reach(s, a)));
        }
}

/// What is lost, from the tables of what it is worth.
void PreparedRun::scan_shocked(int threads) {
  Parallel parallel(threads);
  for (std::size_t s = 0; s < shocked_.size(); ++s)
    for (std::vector<ShockedBook>& of_model : shocked_[s])
      for (std::size_t a = 0; a < of_model.size(); ++a) {
        const std::vector<pricing::Reach>& market = reach(s, a);
        const pricing::Valuation& marks = *targets_[s][*market_belief_][a];
        parallel.execute([&] {
          const auto tabulate = [&](std::size_t step) {
            stop_.check();
            of_model[a].tabulate(step, market[step], marks, gross_units(a, step));
          };
          constexpr std::size_t alike = ShockedBook::kAlike;
          const std::size_t steps = plan_->grid.steps;
          tbb::parallel_for(std::size_t{0}, (steps + alike - 1) / alike,
                            [&](std::size_t k) { tabulate(k * alike); });
          tbb::parallel_for(std::size_t{0}, steps, [&](std::size_t step) {
            if (step % alike != 0) tabulate(step);
          });
        });
      }
}

}  // namespace unhedged::simulation
