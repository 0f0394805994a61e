#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/app/compare_output.hpp"
#include "engine/app/csv_text.hpp"
#include "engine/app/json_numbers.hpp"

/// The comparison for programs.
namespace unhedged::app {
namespace {

using app::json_of;
using Json = nlohmann::ordered_json;

Json json_of(const Compared& c, const risk::Largest& of) {
  Json out = json_of(of.estimate);
  out["scenario"] = c.scenario(of.which);
  return out;
}

Json json_of(const risk::RankRange& place) {
  return {{"first", place.first}, {"last", place.last}, {"groups", place.groups}};
}

Json pairs_json(const Compared& c, const risk::Ranking& ranking) {
  Json out = Json::array();
  for (const risk::PairTest& pair : ranking.pairs)
    out.push_back({{"hedger", c.hedger(pair.hedger)},
                   {"reference", c.hedger(pair.reference)},
                   {"difference", json_of(pair.difference)},
                   {"p", pair.p},
                   {"adjusted_p", pair.adjusted},
                   {"significant", pair.significant}});
  return out;
}

Json scenario_json(const Compared& c, std::size_t s) {
  const risk::ScenarioBoard& board = c.board.scenarios[s];
  Json out{{"scenario", c.scenario(s)}, {"paths", c.results.paths(s)}, {"weight", c.contest.weights[s]}};
  for (const std::size_t h : board.ranking.order) {
    Json one{{"hedger", c.hedger(h)}, {"rank", json_of(board.ranking.places[h])}};
    one[c.es()] = json_of(board.shortfall[h]);
    for (const std::string& metric : compared_metrics(c))
      one[metric] = json_of(c.results.summary(s, h, metric));
    one["regret"] = json_of(board.regret[h]);
    if (!board.over_calm.empty()) one["over_calm"] = json_of(board.over_calm[h]);
    out["hedgers"].push_back(one);
  }
  out["pairs"] = pairs_json(c, board.ranking);
  out["model_risk_spread"] = board.spread ? json_of(board.spread->estimate) : Json();
  return out;
}

Json overall_json(const Compared& c) {
  const risk::OverallBoard& board = c.board.overall;
  Json out;
  for (const std::size_t h : board.ranking.order) {
    Json one{{"hedger", c.hedger(h)}, {"rank", json_of(board.ranking.places[h])}};
    one["weighted_" + c.es()] = json_of(board.score[h]);
    one["worst_case"] = json_of(c, board.worst_case[h]);
    one["largest_regret"] = json_of(c, board.most_regret[h]);
    if (!board.over_calm.empty()) one["most_over_calm"] = json_of(c, board.over_calm[h]);
    out["hedgers"].push_back(one);
  }
  out["pairs"] = pairs_json(c, board.ranking);
  return out;
}

/// What identifies a row of the CSV.
struct RowName {
  std::string scenario, hedger, reference, metric;
};

class CsvRows {
 public:
  void add(const RowName& name, const risk::Estimate& e) { add(name, e, ","); }

  void add(const RowName& name, const risk::PairTest& pair) {
    add(name, pair.difference, fmt::format("{},{}", pair.p, pair.adjusted));
  }

  void add_ranking(const Compared& c, const std::string& scenario, const std::string& metric,
                   const risk::Ranking& ranking) {
    for (std::size_t h = 0; h < c.contest.hedgers; ++h) {
      const risk::RankRange& place = ranking.places[h];
      const double first = static_cast<double>(place.first), last = static_cast<double>(place.last);
      add({scenario, c.hedger(h), "", "rank"}, risk::Estimate{first, first, last, NAN});
    }
    for (const risk::PairTest& pair : ranking.pairs)
      add({scenario, c.hedger(pair.hedger), c.hedger(pair.reference), metric + "_difference"}, pair);
  }

  const std::string& text() const { return text_; }

 private:
  void add(const RowName& name, const risk::Estimate& e, const std::string& p) {
    text_ += csv_field(name.scenario) + "," + csv_field(name.hedger) + "," + csv_field(name.reference) + "," +
             name.metric;
    for (const double x : {e.value, e.lower, e.upper, e.standard_error})
      text_ += std::isfinite(x) ? fmt::format(",{}", x) : ",";
    text_ += "," + p + "\n";
  }

  std::string text_ = "scenario,hedger,reference,metric,value,lower,upper,standard_error,p,adjusted_p\n";
};

}  // namespace

std::string Compared::es() const { return risk::metric_at_level("es", contest.level); }

std::vector<std::string> compared_metrics(const Compared& c) {
  return {risk::metric_at_level("var", c.contest.level), "effectiveness",
          risk::metric_at_level("es_effectiveness", c.contest.level), "p_worse_than_unhedged", "cost"};
}

std::string comparison_json(const Compared& c) {
  Json out{{"run", c.results.first().text("title")},
           {"currency", c.results.first().text("currency")},
           {"numeraire", c.unit()},
           {"level", c.contest.level},
           {"confidence", c.contest.confidence},
           {"weights", c.weights_said_by.empty() ? "equal" : c.weights_said_by},
           {"calm", c.contest.calm ? Json(c.scenario(*c.contest.calm)) : Json()},
           {"tests", c.board.tests}};
  for (const output::ResultFile& file : c.results.files()) out["results"].push_back(file.path());
  for (std::size_t s = 0; s < c.contest.scenarios; ++s) out["scenarios"].push_back(scenario_json(c, s));
  out["overall"] = overall_json(c);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string comparison_csv(const Compared& c) {
  CsvRows rows;
  for (std::size_t s = 0; s < c.contest.scenarios; ++s) {
    const risk::ScenarioBoard& board = c.board.scenarios[s];
    for (std::size_t h = 0; h < c.contest.hedgers; ++h) {
      rows.add({c.scenario(s), c.hedger(h), "", c.es()}, board.shortfall[h]);
      for (const std::string& metric : compared_metrics(c))
        rows.add({c.scenario(s), c.hedger(h), "", metric}, c.results.summary(s, h, metric));
      rows.add({c.scenario(s), c.hedger(h), "", "regret"}, board.regret[h]);
      if (!board.over_calm.empty())
        rows.add({c.scenario(s), c.hedger(h), "", "over_calm"}, board.over_calm[h]);
    }
    rows.add_ranking(c, c.scenario(s), c.es(), board.ranking);
    if (board.spread) rows.add({c.scenario(s), "", "", "model_risk_spread"}, board.spread->estimate);
  }
  const risk::OverallBoard& all = c.board.overall;
  for (std::size_t h = 0; h < c.contest.hedgers; ++h) {
    rows.add({"*", c.hedger(h), "", "weighted_" + c.es()}, all.score[h]);
    const auto add = [&](const char* metric, const risk::Largest& of) {
      rows.add({"*", c.hedger(h), c.scenario(of.which), metric}, of.estimate);
    };
    add("worst_case", all.worst_case[h]);
    add("largest_regret", all.most_regret[h]);
    if (!all.over_calm.empty()) add("most_over_calm", all.over_calm[h]);
  }
  rows.add_ranking(c, "*", "weighted_" + c.es(), all.ranking);
  return rows.text();
}

}  // namespace unhedged::app
