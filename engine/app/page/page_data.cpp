#include "engine/app/page/page_data.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "engine/app/page/facts.hpp"
#include "engine/app/page/headline.hpp"
#include "engine/app/page/ranking.hpp"
#include "engine/app/page/recorded_json.hpp"
#include "engine/app/page/thinning.hpp"
#include "engine/app/text_table.hpp"
#include "engine/config/scalar.hpp"
#include "engine/core/calendar.hpp"
#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

using nlohmann::json;
using output::ReportData;
using risk::Estimate;

constexpr std::size_t kManyCells = 60;  // from so many on each is shown with fewer points

json number(double x) { return std::isfinite(x) ? json(x) : json(); }

json estimate_json(const Estimate& e) {
  return {number(e.value), number(e.lower), number(e.upper), number(e.standard_error)};
}

/// 0.975 of es_97.5; 0 of other metrics.
double level_of(const std::string& metric) {
  if (!metric.starts_with("es_") || metric.starts_with("es_effectiveness")) return 0;
  return std::strtod(metric.c_str() + 3, nullptr) / 100;
}

/// es_LEVEL of the highest level.
std::string highest_shortfall(const ReportData& data, const std::string& file) {
  const auto found = std::ranges::max_element(data.metrics, {}, level_of);
  if (found == data.metrics.end() || level_of(*found) <= 0)
    throw IoError(file, "has no metric es_LEVEL: it is not whole");
  return *found;
}

std::vector<std::vector<Estimate>> by_cell(const ReportData& data, std::size_t metric) {
  std::vector<std::vector<Estimate>> out(data.scenarios.size());
  for (std::size_t s = 0; s < data.scenarios.size(); ++s)
    for (std::size_t h = 0; h < data.hedgers.size(); ++h) out[s].push_back(data.summary.at({s, h, metric}));
  return out;
}

std::vector<LimitLine> limits_of(const ReportData& data, const RunChoices& choices) {
  std::vector<LimitLine> out;
  for (const auto& [metric, amount] : choices.limits) {
    const auto found = std::ranges::find(data.metrics, metric);
    if (found == data.metrics.end()) continue;
    out.push_back({metric, amount, by_cell(data, static_cast<std::size_t>(found - data.metrics.begin()))});
  }
  return out;
}

/// As the configuration says it.
std::string horizon_text(const ReportData& data, const RunChoices& choices) {
  if (choices.horizon) return config::to_string(*choices.horizon);
  return short_number(data.horizon_years) + " y";
}

/// Days or sessions, for axes.
double horizon_days(const ReportData& data, const RunChoices& choices) {
  constexpr double day = 86400;
  if (choices.horizon) return config::wall_seconds(*choices.horizon) / day;
  return data.horizon_years *
         (data.attribute("calendar") == kTrading.name ? kTrading : kContinuous).days_per_year;
}

json run_json(const output::ReportSource& source, const RunChoices& choices, const TailNumbers& numbers) {
  const ReportData& data = source.data();
  json out = json::object();
  for (const auto& [name, value] : data.attributes) out[name] = value;
  out.update({{"paths", data.paths},
              {"paths_planned", data.paths_planned},
              {"paths_failed", data.paths_failed},
              {"seed", std::to_string(data.seed)},
              {"steps", data.steps},
              {"horizon", horizon_text(data, choices)},
              {"confidence", data.confidence},
              {"level", numbers.level},
              {"unit", numbers.unit},
              {"currency", source.data().attribute("currency")},
              {"file", source.path()},
              {"problem", choices.problem}});
  out["overrides"] = json::array();
  for (const auto& [key, value] : data.overrides) out["overrides"].push_back(key + "=" + value);
  out["limits"] = json::array();
  for (const LimitLine& limit : numbers.limits)
    out["limits"].push_back({{"metric", limit.metric}, {"amount", limit.amount}});
  out["texts"] = json::object();
  for (const auto& [name, text] : data.scenario_texts) out["texts"][name] = text;
  return out;
}

json summary_json(const ReportData& data) {
  json out = json::array();
  for (std::size_t s = 0; s < data.scenarios.size(); ++s) {
    json row = json::array();
    for (std::size_t h = 0; h < data.hedgers.size(); ++h) {
      json cell = json::array();
      for (std::size_t m = 0; m < data.metrics.size(); ++m)
        cell.push_back(estimate_json(data.summary.at({s, h, m})));
      row.push_back(std::move(cell));
    }
    out.push_back(std::move(row));
  }
  return out;
}

/// The best of each scenario, and how far the others are from it.
json rankings_json(const TailNumbers& numbers) {
  json out = json::array();
  for (std::size_t s = 0; s < numbers.scenarios.size(); ++s) {
    json one{{"rivals", json::array()}, {"verdicts", json::array()}};
    for (std::size_t h = 0; h < numbers.hedgers.size(); ++h)
      one["verdicts"].push_back(h == numbers.unhedged ? "" : verdict_text(verdict_of(numbers, s, h)));
    if (!numbers.under_test().empty()) {
      const ScenarioOrder ranking = ranking_of(numbers, s);
      one["best"] = ranking.best;
      for (const Rival& rival : ranking.rivals)
        one["rivals"].push_back({{"hedger", rival.hedger},
                                 {"above", estimate_json(rival.above_best)},
                                 {"p", number(rival.p_value)},
                                 {"apart", rival.told_apart}});
    }
    out.push_back(std::move(one));
  }
  return out;
}

/// The losses of one scenario by hedger, each sorted.
std::vector<std::vector<double>> sorted_losses(const output::ReportSource& source, std::size_t s, Stop stop) {
  std::vector<std::vector<double>> out;
  for (std::size_t h = 0; h < source.data().hedgers.size(); ++h) {
    stop.check();
    out.push_back(source.pnl(s, h));
    for (double& x : out.back()) x = -x;
    std::ranges::sort(out.back());
  }
  return out;
}

/// The axis that all hedgers of a scenario share: all but the outermost thousandths, and every shortfall.
std::pair<double, double> axis_of(const std::vector<std::vector<double>>& losses,
                                  const std::vector<Estimate>& es) {
  double low = losses[0].front(), high = losses[0].front();
  for (std::size_t h = 0; h < losses.size(); ++h) {
    const std::vector<double> ends = quantiles(losses[h], {0.001, 0.999});
    low = h == 0 ? ends[0] : std::min(low, ends[0]);
    high = h == 0 ? ends[1] : std::max(high, ends[1]);
    for (const double x : {es[h].value, es[h].upper})
      if (std::isfinite(x)) high = std::max(high, x);
  }
  const double margin = high > low ? 0.03 * (high - low) : std::max(1.0, 0.1 * std::abs(high));
  return {low - margin, high + margin};
}

json distributions_json(const output::ReportSource& source, const TailNumbers& numbers, Stop stop) {
  const bool many = numbers.scenarios.size() * numbers.hedgers.size() > kManyCells;
  const std::vector<double> probabilities = shown_probabilities(many ? 160 : 400, numbers.paths);
  json out{{"probabilities", probabilities}, {"scenarios", json::array()}};
  for (std::size_t s = 0; s < numbers.scenarios.size(); ++s) {
    const std::vector<std::vector<double>> losses = sorted_losses(source, s, stop);
    const auto [low, high] = axis_of(losses, numbers.shortfall[s]);
    json one{{"low", low}, {"high", high}, {"hedgers", json::array()}};
    for (const std::vector<double>& loss : losses) {
      const LossHistogram h = histogram(loss, low, high, many ? 80 : 160);
      json values = json::array();
      for (const double x : quantiles(loss, probabilities)) values.push_back(rounded(x, 6));
      one["hedgers"].push_back(
          {{"counts", h.counts}, {"below", h.below}, {"above", h.above}, {"quantiles", values}});
    }
    out["scenarios"].push_back(std::move(one));
  }
  return out;
}

json convergence_json(const ReportData& data) {
  if (!data.convergence) return {};
  json out{
      {"metric", data.convergence->metric}, {"paths", data.convergence->paths}, {"values", json::array()}};
  for (std::size_t s = 0; s < data.scenarios.size(); ++s) {
    json row = json::array();
    for (std::size_t h = 0; h < data.hedgers.size(); ++h) {
      json line = json::array();
      for (std::size_t p = 0; p < data.convergence->paths.size(); ++p)
        line.push_back(estimate_json(data.convergence->shortfall.at({s, h, p})));
      row.push_back(std::move(line));
    }
    out["values"].push_back(std::move(row));
  }
  return out;
}

json attribution_json(const ReportData& data) {
  if (!data.attribution) return {};
  const output::TailAttribution& a = *data.attribution;
  json out{{"buckets", a.buckets}, {"meanings", a.meanings}, {"units", a.units}, {"meaning", a.meaning}};
  out["values"] = json::array();
  for (std::size_t s = 0; s < data.scenarios.size(); ++s) {
    json row = json::array();
    for (std::size_t h = 0; h < data.hedgers.size(); ++h) {
      json bars = json::array();
      for (std::size_t b = 0; b < a.buckets.size(); ++b) bars.push_back(estimate_json(a.means.at({s, h, b})));
      row.push_back(std::move(bars));
    }
    out["values"].push_back(std::move(row));
  }
  return out;
}

json facts_json(const RunChoices& choices, std::uint64_t paths, Stop stop) {
  json out = json::array();
  for (const ScenarioTaken& scenario : choices.scenarios) {
    stop.check();
    out.push_back(facts_of(scenario, paths));
  }
  return out;
}

}  // namespace

TailNumbers tail_numbers(const output::ReportSource& source, const RunChoices& choices,
                         const risk::Scoreboard& board) {
  const ReportData& data = source.data();
  const std::string shortfall = highest_shortfall(data, source.path()), level = shortfall.substr(3);
  TailNumbers out;
  out.scenarios = data.scenarios;
  out.hedgers = data.hedgers;
  out.unhedged = data.unhedged;
  out.unit = data.attribute("numeraire");
  out.level = level_of(shortfall);
  out.confidence = data.confidence;
  out.paths = data.paths;
  out.shortfall = by_cell(data, data.metric(shortfall, source.path()));
  out.effectiveness = by_cell(data, data.metric("es_effectiveness_" + level, source.path()));
  for (const risk::ScenarioBoard& one : board.scenarios) out.pairs.push_back(one.ranking.pairs);
  out.limits = limits_of(data, choices);
  return out;
}

json page_data(const output::ReportSource& source, const RunChoices& choices, const TailNumbers& numbers,
               const PageOptions& options, Stop stop) {
  const ReportData& data = source.data();
  json out{{"run", run_json(source, choices, numbers)},
           {"scenarios", data.scenarios},
           {"hedgers", data.hedgers},
           {"metrics", data.metrics},
           {"metric_units", data.metric_units},
           {"metric_meanings", data.metric_meanings}};
  if (numbers.unhedged) out["unhedged"] = *numbers.unhedged;
  out["summary"] = summary_json(data);
  out["rankings"] = rankings_json(numbers);
  out["distributions"] = distributions_json(source, numbers, stop);
  out["attribution"] = attribution_json(data);
  out["recorded"] = recorded_json(source, numbers, horizon_days(data, choices), stop);
  out["convergence"] = convergence_json(data);
  out["facts"] = facts_json(choices, options.fact_paths, stop);
  return out;
}

}  // namespace unhedged::app
