#include <algorithm>

#include "engine/output/result_parts.hpp"

/// Recorded paths: tracks are declared in engine/simulation/tracks.cpp.
namespace unhedged::output {
namespace {

void write_record(const ResultParts& parts, const Dimensions& group, std::size_t s, std::size_t h) {
  const simulation::PathRecord& record = parts.report.worst[s][h];
  std::vector<double> pnl;
  for (const std::uint64_t path : record.path)
    pnl.push_back(parts.outcome.pnl(s, h)[parts.outcome.place_of(path)]);
  parts.file.write(group.in_group("path"), {s, h}, record.path.data());
  parts.file.write(group.in_group("pnl"), {s, h}, pnl.data());
  parts.file.write(group.in_group("regime"), {s, h}, record.regime.data());
  for (const simulation::Track& track : simulation::tracks())
    parts.file.write(group.in_group(track.name), {s, h},
                     record.track[simulation::track_index(track.name)].data());
}

void write_regime_names(const ResultParts& parts, Dimensions& group) {
  const auto& scenarios = parts.plan().scenarios;
  std::size_t most = 0;
  for (const auto& s : scenarios) most = std::max(most, s.regimes.size());
  const Dimension number = group.bare("regime_number", most);
  std::vector<std::string> names;
  for (const auto& s : scenarios)
    for (std::size_t r = 0; r < most; ++r) names.push_back(r < s.regimes.size() ? s.regimes[r].name : "");
  parts.file.create({group.in_group("regime_name"),
                     ElementType::text,
                     {group.scenario(), number},
                     "",
                     "names of the regimes"});
  parts.file.write_text(group.in_group("regime_name"), names);
}

}  // namespace

void write_worst_paths(const ResultParts& parts) {
  const simulation::Plan& plan = parts.plan();
  parts.file.group("/worst_paths");
  Dimensions group(parts, "/worst_paths");
  std::vector<double> time, rank;
  for (std::size_t t = 0; t <= plan.grid.steps; ++t) time.push_back(plan.grid.time(t));
  for (std::size_t r = 0; r < plan.worst_paths; ++r) rank.push_back(static_cast<double>(r + 1));
  const Dimension ranks = group.numbers("rank", rank, "1", "1 is the largest loss");
  const Dimension times = group.numbers("time", time, "years", "time since today");
  std::vector<Dimension> dimensions{group.scenario(), group.hedger(), ranks};
  const auto create = [&](const std::string& name, ElementType type, const std::string& units,
                          const std::string& meaning) {
    parts.file.create({group.in_group(name), type, dimensions, units, meaning});
  };
  create("path", ElementType::uint64, "1", "number of the path");
  create("pnl", ElementType::float64, plan.unit(), "P&L of the path");
  dimensions.push_back(times);
  create("regime", ElementType::uint8, "1", "regime by its number in the scenario, see regime_name");
  dimensions.push_back(group.asset());
  for (const simulation::Track& track : simulation::tracks())
    create(track.name, ElementType::float64, track.units, track.meaning);
  parts.file.create(
      {group.in_group("date"), ElementType::text, {times}, "", "the grid times by date and clock"});
  parts.file.write_text(group.in_group("date"), simulation::time_stamps(plan));
  for (std::size_t s = 0; s < parts.outcome.scenarios(); ++s)
    for (std::size_t h = 0; h < parts.outcome.hedgers(); ++h) write_record(parts, group, s, h);
  write_regime_names(parts, group);
}

}  // namespace unhedged::output
