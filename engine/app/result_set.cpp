#include "engine/app/result_set.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "engine/config/said.hpp"
#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

using output::ResultFile;

std::size_t index_in(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

bool same_spans(const ResultFile& a, const ResultFile& b) {
  const auto equal = [](const simulation::PathSpan& x, const simulation::PathSpan& y) {
    return x.first == y.first && x.count == y.count;
  };
  return std::ranges::equal(a.path_spans(), b.path_spans(), equal);
}

std::string shown(const std::string& text) { return "\"" + text + "\""; }
std::string shown(double number) { return fmt::format("{}", number); }

/// The first position whose `what` is not the same; empty: there is none.
template <class Value>
std::string first_difference(const std::string& what, const std::vector<Value>& there,
                             const std::vector<Value>& here) {
  for (std::size_t i = 0; i < std::min(there.size(), here.size()); ++i)
    if (there[i] != here[i])
      return fmt::format("the {} of position {} is {} there and {} here", what, i + 1, shown(there[i]),
                         shown(here[i]));
  return "";
}

std::string difference_of_books(const ResultFile& there, const ResultFile& here) {
  const auto count = [](const ResultFile& f) { return f.file().sizes("/positions/quantity").front(); };
  if (count(there) != count(here))
    return fmt::format("the book has {} positions there and {} here", count(there), count(here));
  for (const char* what : {"instrument", "asset"}) {
    const std::string path = std::string("/positions/") + what;
    std::string found = first_difference(what, there.file().texts(path), here.file().texts(path));
    if (!found.empty()) return found;
  }
  for (const char* what : {"quantity", "strike", "expiry", "premium", "mark"}) {
    const std::string path = std::string("/positions/") + what;
    std::string found = first_difference(what, there.file().numbers(path), here.file().numbers(path));
    if (!found.empty()) return found;
  }
  return "";
}

/// What keeps two results from standing in one table; empty: nothing.
std::string difference_of_runs(const ResultFile& there, const ResultFile& here) {
  for (const char* what : {"currency", "numeraire", "calendar"})
    if (there.text(what) != here.text(what))
      return fmt::format("{} is {} there and {} here", what, there.text(what), here.text(what));
  for (const char* what : {"horizon_years", "confidence"})
    if (there.number(what) != here.number(what))
      return fmt::format("{} is {} there and {} here", what, there.number(what), here.number(what));
  if (there.whole("steps") != here.whole("steps"))
    return fmt::format("there are {} steps there and {} here", there.whole("steps"), here.whole("steps"));
  if (there.levels() != here.levels()) return "risk.levels are not the same";
  std::string books = difference_of_books(there, here);
  if (!books.empty() || there.number("gross_notional") == here.number("gross_notional")) return books;
  return fmt::format("gross_notional is {} there and {} here", there.number("gross_notional"),
                     here.number("gross_notional"));
}

config::Said said_by(const ResultFile& file) {
  const auto inputs = file.inputs();
  if (inputs.empty()) return {};
  return config::said_in(inputs.front().second, inputs.front().first, file.overrides());
}

std::string scenario_text(const ResultFile& file, const std::string& scenario) {
  return file.file().text_attribute("/scenario_texts", scenario).value_or("");
}

std::vector<std::string> common(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  std::vector<std::string> out;
  for (const std::string& name : one)
    if (std::ranges::find(other, name) != other.end()) out.push_back(name);
  return out;
}

void require_same(const ResultFile& there, const config::Said& a, const ResultFile& here,
                  const config::Said& b) {
  const auto require = [&](const std::string& key, const std::string& one, const std::string& other) {
    if (one != other)
      throw IoError(here.path(), "cannot be compared with " + there.path() + ": " + key +
                                     " is not written the same in their configurations");
  };
  require("market", a.market, b.market);
  for (const std::string& name : common(there.scenarios(), here.scenarios())) {
    require("scenario " + name, config::Said::of(a.scenarios, name), config::Said::of(b.scenarios, name));
    require("the file of scenario " + name, scenario_text(there, name), scenario_text(here, name));
  }
  for (const std::string& name : common(there.hedgers(), here.hedgers()))
    require("hedgers." + name, config::Said::of(a.hedgers, name), config::Said::of(b.hedgers, name));
}

std::size_t yardstick_of(const ResultFile& file) {
  for (std::size_t h = 0; h < file.hedgers().size(); ++h)
    if (!file.hedges(h)) return h;
  throw IoError(file.path(), "is damaged: no hedger in it has the model none");
}

}  // namespace

ResultSet::ResultSet(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) files_.emplace_back(path);
  for (std::size_t f = 0; f < files_.size(); ++f) {
    const std::string differs = f == 0 ? "" : difference_of_runs(files_[0], files_[f]);
    if (!differs.empty())
      throw IoError(files_[f].path(), "cannot be compared with " + files_[0].path() + ": " + differs);
    add(f);
  }
  require_all_cells();
  require_same_texts();
}

void ResultSet::add(std::size_t file) {
  for (std::size_t s = 0; s < files_[file].scenarios().size(); ++s) add_scenario(file, s);
}

void ResultSet::add_scenario(std::size_t file, std::size_t scenario) {
  const ResultFile& here = files_[file];
  const std::size_t s = index_in(scenarios_, here.scenarios()[scenario]);
  const auto before = std::ranges::find_if(cells_, [&](const auto& cell) { return cell.first.first == s; });
  if (before != cells_.end()) require_same_world(before->second, {file, scenario, yardstick_of(here)});
  for (std::size_t hedger = 0; hedger < here.hedgers().size(); ++hedger) {
    const std::size_t h = index_in(hedgers_, here.hedgers()[hedger]);
    const auto [known, added] = cells_.try_emplace({s, h}, CellSource{file, scenario, hedger});
    if (added || same_bits(pnl(s, h), here.pnl(scenario, hedger))) continue;
    throw IoError(here.path(),
                  fmt::format("has {} in {} with another result than {}: give one of them another name",
                              hedgers_[h], scenarios_[s], files_[known->second.file].path()));
  }
}

void ResultSet::require_same_world(const CellSource& there, const CellSource& here) const {
  const ResultFile &a = files_[there.file], &b = files_[here.file];
  const std::string world =
      fmt::format("cannot be compared with {} in {}: ", a.path(), b.scenarios()[here.scenario]);
  if (!same_spans(a, b))
    throw IoError(b.path(), world + fmt::format("it has the paths {} there and {} here",
                                                a.text("path_numbers"), b.text("path_numbers")));
  if (same_bits(a.pnl(there.scenario, yardstick_of(a)), b.pnl(here.scenario, here.hedger))) return;
  const std::uint64_t seed_a = a.whole("seed"), seed_b = b.whole("seed");
  const std::string why = seed_a != seed_b ? fmt::format("the seed is {} there and {} here", seed_a, seed_b)
                                           : "the scenario, or the market, is not the same";
  throw IoError(b.path(), world + "the unhedged book ends otherwise on the same paths: " + why);
}

void ResultSet::require_all_cells() const {
  for (std::size_t s = 0; s < scenarios_.size(); ++s)
    for (std::size_t h = 0; h < hedgers_.size(); ++h)
      if (!cells_.contains({s, h}))
        throw IoError(files_.back().path(),
                      fmt::format("cannot be compared: no file has {} in {}; every hedger must "
                                  "have gone through every scenario",
                                  hedgers_[h], scenarios_[s]));
}

/// P&L of the unhedged book does not show what spreads, fees or depths are, and files that share no scenario
/// show no path on which hedgers of one name could be told apart: their configurations do.
void ResultSet::require_same_texts() const {
  if (files_.size() == 1) return;
  std::vector<config::Said> said;
  for (const ResultFile& here : files_) {
    said.push_back(said_by(here));
    for (std::size_t before = 0; before + 1 < said.size(); ++before)
      require_same(files_[before], said[before], here, said.back());
  }
}

const ResultSet::CellSource& ResultSet::cell(std::size_t scenario, std::size_t hedger) const {
  return cells_.at({scenario, hedger});
}

bool ResultSet::hedges(std::size_t hedger) const {
  const CellSource& one = cell(0, hedger);
  return files_[one.file].hedges(one.hedger);
}

const ResultFile& ResultSet::file_of(std::size_t scenario, std::size_t hedger) const {
  return files_[cell(scenario, hedger).file];
}

std::vector<double> ResultSet::pnl(std::size_t scenario, std::size_t hedger) const {
  const CellSource& one = cell(scenario, hedger);
  return files_[one.file].pnl(one.scenario, one.hedger);
}

risk::Estimate ResultSet::summary(std::size_t scenario, std::size_t hedger, const std::string& metric) const {
  const CellSource& one = cell(scenario, hedger);
  return files_[one.file].summary(one.scenario, one.hedger, metric);
}

std::uint64_t ResultSet::paths(std::size_t scenario) const { return file_of(scenario, 0).paths(); }

std::vector<double> ResultSet::weights() const {
  std::vector<double> out;
  for (std::size_t s = 0; s < scenarios_.size(); ++s) {
    const CellSource& one = cell(s, 0);
    out.push_back(files_[one.file].scenario_weight(one.scenario));
  }
  return out;
}

bool ResultSet::states_weights() const {
  const bool first_does = first().states_weights();
  for (const ResultFile& file : files_)
    if (file.states_weights() != first_does)
      throw IoError(file.path(),
                    "cannot be compared with " + first().path() +
                        ": one of them states risk.scenario_weights, the other does not; --weight "
                        "NAME=NUMBER says them for all");
  return first_does;
}

bool ResultSet::aligned() const {
  for (const ResultFile& file : files_) {
    if (file.paths() != first().paths()) return false;
    if (file.whole("seed") == first().whole("seed") && !same_spans(file, first())) return false;
  }
  return true;
}

risk::Contest ResultSet::contest() const {
  risk::Contest out;
  out.scenarios = scenarios_.size();
  out.hedgers = hedgers_.size();
  out.pnl = [this](std::size_t s, std::size_t h) { return pnl(s, h); };
  for (std::size_t h = 0; h < out.hedgers; ++h) out.hedges.push_back(hedges(h));
  out.weights = weights();
  out.aligned = aligned();
  out.level = first().levels().back();
  out.confidence = first().number("confidence");
  return out;
}

}  // namespace unhedged::app
