#include "engine/app/replay_output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/app/csv_text.hpp"
#include "engine/app/json_numbers.hpp"
#include "engine/app/text_table.hpp"

namespace unhedged::app {
namespace {

using simulation::Track;
using simulation::tracks;

/// A column of the table of an asset.
struct StepColumn {
  const char* heading;
  std::string (*text)(const Replayed& path, std::size_t step, std::size_t asset);
};

std::string percent(double x) { return std::isnan(x) ? "n/a" : fixed(100 * x, 1) + " %"; }

const StepColumn kStepColumns[] = {
    {"date", [](const Replayed& p, std::size_t t, std::size_t) { return p.stamps[t]; }},
    {"regime", [](const Replayed& p, std::size_t t, std::size_t) { return p.regime(t); }},
    {"spot",
     [](const Replayed& p, std::size_t t, std::size_t a) { return short_number(p.at("spot", t, a), 6); }},
    {"volatility", [](const Replayed& p, std::size_t t,
                      std::size_t a) { return percent(std::sqrt(p.at("variance", t, a))); }},
    {"quoted", [](const Replayed& p, std::size_t t,
                  std::size_t a) { return percent(p.at("implied_volatility", t, a)); }},
    {"spread bp", [](const Replayed& p, std::size_t t,
                     std::size_t a) { return fixed(1e4 * p.at("half_spread", t, a), 1); }},
    {"a day",
     [](const Replayed& p, std::size_t t, std::size_t a) {
       const double volume = p.at("daily_volume", t, a);
       return volume == 0 ? std::string("-") : short_number(volume, 3);
     }},
    {"delta",
     [](const Replayed& p, std::size_t t, std::size_t a) { return short_number(p.at("delta", t, a)); }},
    {"order", [](const Replayed& p, std::size_t t, std::size_t a) { return short_number(p.order(t, a)); }},
    {"fill",
     [](const Replayed& p, std::size_t t, std::size_t a) { return short_number(p.at("fill", t, a)); }},
    {"pending",
     [](const Replayed& p, std::size_t t, std::size_t a) { return short_number(p.at("pending", t, a)); }},
    {"hedge",
     [](const Replayed& p, std::size_t t, std::size_t a) { return short_number(p.at("hedge", t, a)); }},
    {"cash",
     [](const Replayed& p, std::size_t t, std::size_t a) { return short_number(p.at("cash", t, a)); }},
    {"P&L",
     [](const Replayed& p, std::size_t t, std::size_t a) { return short_number(p.at("pnl_so_far", t, a)); }},
};

/// Of the account of the hedger, beside the first asset.
const StepColumn kAccountColumns[] = {
    {"equity", [](const Replayed& p, std::size_t t,
                  std::size_t) { return short_number(p.at("account_equity", t, 0)); }},
    {"margin", [](const Replayed& p, std::size_t t,
                  std::size_t) { return short_number(p.at("account_maintenance", t, 0)); }},
    {"account",
     [](const Replayed& p, std::size_t t, std::size_t) {
       constexpr const char* words[] = {"good", "called", "closing", "closed"};
       return std::string(words[static_cast<std::size_t>(p.at("account_standing", t, 0))]);
     }},
};

std::string asset_table(const Replayed& path, std::size_t asset, std::size_t width) {
  std::vector<StepColumn> columns(std::begin(kStepColumns), std::end(kStepColumns));
  if (asset == 0 && path.plan.hedgers[path.hedger].account != nullptr)
    columns.insert(columns.end(), std::begin(kAccountColumns), std::end(kAccountColumns));
  std::vector<std::string> header;
  for (const StepColumn& column : columns) header.emplace_back(column.heading);
  TextTable table(header);
  for (std::size_t t = 0; t < path.record.steps; ++t) {
    std::vector<std::string> row;
    for (const StepColumn& column : columns) row.push_back(column.text(path, t, asset));
    table.add(row);
  }
  return table.text(width, 1);
}

nlohmann::ordered_json json_step(const Replayed& path, std::size_t step) {
  nlohmann::ordered_json out{{"step", step},
                             {"time", path.plan.grid.time(step)},
                             {"date", path.stamps[step]},
                             {"regime", path.regime(step)}};
  for (std::size_t a = 0; a < path.record.assets; ++a) {
    nlohmann::ordered_json& asset = out["assets"][path.plan.assets[a].name];
    for (const Track& track : tracks()) asset[track.name] = json_number(path.at(track.name, step, a));
    asset["order"] = json_number(path.order(step, a));
    for (std::size_t b = 0; b < simulation::kBuckets && !path.causes.empty(); ++b)
      asset["attribution"][simulation::buckets()[b].name] = json_number(path.causes.at(step, a, b));
  }
  return out;
}

/// What the P&L is the sum of, what has cost most first. Rounding is not shown.
std::string causes_table(const Replayed& path) {
  const std::vector<double>& total = path.causes.total;
  double largest = 0;
  for (const double x : total) largest = std::max(largest, std::abs(x));
  std::vector<std::size_t> order;
  for (std::size_t b = 0; b < total.size(); ++b)
    if (std::abs(total[b]) > 1e-12 * largest) order.push_back(b);
  std::ranges::stable_sort(order, {}, [&](std::size_t b) { return total[b]; });
  TextTable table({"cause", "P&L, " + path.plan.unit()});
  for (const std::size_t b : order)
    table.add({simulation::buckets()[b].name, right_aligned(short_number(total[b], 6), 12)});
  table.add({"together", right_aligned(short_number(path.pnl(), 6), 12)});
  return "\nWhere the P&L comes from\n" + table.text();
}

/// What each asset has made by the end, where there are several.
std::string assets_table(const Replayed& path) {
  if (path.record.assets == 1 || path.record.steps == 0) return "";
  TextTable table({"asset", "P&L, " + path.plan.currency});
  for (std::size_t a = 0; a < path.record.assets; ++a)
    table.add({path.plan.assets[a].name,
               right_aligned(short_number(path.at("pnl_so_far", path.record.steps - 1, a), 6), 12)});
  table.add({"together", right_aligned(short_number(path.pnl_so_far(path.record.steps - 1), 6), 12)});
  return "\nBy asset\n" + table.text();
}

}  // namespace

double Replayed::order(std::size_t step, std::size_t asset) const {
  const double before = step == 0 ? 0 : at("pending", step - 1, asset);
  return at("fill", step, asset) + at("pending", step, asset) - before;
}

double Replayed::pnl_so_far(std::size_t step) const {
  double sum = 0;
  for (std::size_t a = 0; a < record.assets; ++a) sum += at("pnl_so_far", step, a);
  return sum;
}

const std::string& Replayed::regime(std::size_t step) const {
  return plan.scenarios[scenario].regimes[record.regime[step]].name;
}

std::string Replayed::title() const {
  const std::string place = rank ? fmt::format(", loss number {} of its hedger", *rank) : "";
  const std::string held = stored_pnl ? ", to the bit as in the file" : "";
  return fmt::format("path {} of {} in {}: P&L {} {}{}{}", path(), plan.hedgers[hedger].name,
                     plan.scenarios[scenario].name, short_number(pnl(), 6), plan.unit(), held, place);
}

std::string replay_table(const Replayed& path, std::size_t width) {
  std::string out = path.title() + "\n";
  if (path.plan.unit() != path.plan.currency)
    out += "cash and P&L of the steps are in " + path.plan.currency + "\n";
  for (std::size_t a = 0; a < path.record.assets; ++a)
    out += "\n" + path.plan.assets[a].name + "\n" + asset_table(path, a, width);
  out += assets_table(path);
  return path.causes.empty() ? out : out + causes_table(path);
}

std::string replay_csv(const Replayed& path) {
  std::string out = "step,time,date,regime,asset";
  for (const Track& track : tracks()) out += std::string(",") + track.name;
  out += ",order";
  const std::size_t causes = path.causes.empty() ? 0 : simulation::kBuckets;
  for (std::size_t b = 0; b < causes; ++b)
    out += std::string(",attribution_") + simulation::buckets()[b].name;
  out += "\n";
  for (std::size_t t = 0; t < path.record.steps; ++t)
    for (std::size_t a = 0; a < path.record.assets; ++a) {
      out += fmt::format("{},{},{},{},{}", t, path.plan.grid.time(t), csv_field(path.stamps[t]),
                         csv_field(path.regime(t)), csv_field(path.plan.assets[a].name));
      for (const Track& track : tracks()) out += fmt::format(",{}", path.at(track.name, t, a));
      out += fmt::format(",{}", path.order(t, a));
      for (std::size_t b = 0; b < causes; ++b) out += fmt::format(",{}", path.causes.at(t, a, b));
      out += "\n";
    }
  return out;
}

std::string replay_json(const Replayed& path) {
  nlohmann::ordered_json out{{"run", path.plan.name},
                             {"scenario", path.plan.scenarios[path.scenario].name},
                             {"hedger", path.plan.hedgers[path.hedger].name},
                             {"path", path.path()},
                             {"pnl", json_number(path.pnl())},
                             {"numeraire", path.plan.unit()},
                             {"currency", path.plan.currency}};
  if (path.stored_pnl) out["stored_pnl"] = *path.stored_pnl;
  if (path.rank) out["rank"] = *path.rank;
  for (std::size_t b = 0; b < path.causes.total.size(); ++b)
    out["attribution"][simulation::buckets()[b].name] = json_number(path.causes.total[b]);
  for (const Track& track : tracks()) out["units"][track.name] = track.units;
  out["units"]["order"] = "units";
  for (std::size_t t = 0; t < path.record.steps; ++t) out["steps"].push_back(json_step(path, t));
  return out.dump(2) + "\n";
}

}  // namespace unhedged::app
