#include "engine/output/result_parts.hpp"

namespace unhedged::output {
namespace {

/// A column of the table of slices.
struct SliceColumn {
  const char *name, *units, *meaning;
  double (*of)(const market::SurfaceSlice&, const market::SliceError&);
};

using Slice = const market::SurfaceSlice&;
using Error = const market::SliceError&;

constexpr SliceColumn kSliceColumns[] = {
    {"surface_expiry", "years", "expiry of the slice", [](Slice s, Error) { return s.expiry_years; }},
    {"surface_theta", "1", "total variance at the money", [](Slice s, Error) { return s.theta; }},
    {"surface_rho", "1", "rho of the slice",
     [](Slice s, Error) { return s.psi > 0 ? s.rho_psi / s.psi : 0; }},
    {"surface_psi", "1", "psi of the slice", [](Slice s, Error) { return s.psi; }},
    {"surface_quotes", "1", "quotes it was fitted to",
     [](Slice, Error e) { return static_cast<double>(e.quotes); }},
    {"surface_rms_error", "1", "root mean square of surface less quote, in volatility",
     [](Slice, Error e) { return e.root_mean_square; }},
    {"surface_worst_error", "1", "the largest difference, surface less quote",
     [](Slice, Error e) { return e.worst; }}};

/// A row for each expiry of each surface of implied volatilities.
void write_surfaces(const ResultParts& parts, Dimensions& group) {
  std::vector<std::string> names;
  for (const simulation::AssetPlan& asset : parts.plan().assets)
    names.insert(names.end(), asset.surface_errors.size(), asset.name);
  if (names.empty()) return;
  const Dimension slice = group.text("surface", names, "asset of a slice of its surface");
  for (const SliceColumn& column : kSliceColumns) {
    std::vector<double> values;
    for (const simulation::AssetPlan& asset : parts.plan().assets)
      for (std::size_t i = 0; i < asset.surface_errors.size(); ++i)
        values.push_back(column.of(asset.surface->slices()[i], asset.surface_errors[i]));
    parts.file.create(
        {group.in_group(column.name), ElementType::float64, {slice}, column.units, column.meaning});
    parts.file.write(group.in_group(column.name), {}, values.data());
  }
}

}  // namespace

void write_diagnostics(const ResultParts& parts) {
  Hdf5Writer& file = parts.file;
  const pricing::SurfaceReport& surfaces = parts.prepared.surfaces();
  const auto& repairs = parts.origin.correlation_repairs;
  const std::string root = "/diagnostics";
  file.group(root);
  Dimensions group(parts, root);
  file.attribute(root, "seconds_preparing", parts.outcome.seconds_preparing);
  file.attribute(root, "seconds_simulating", parts.outcome.seconds_simulating);
  file.attribute(root, "threads", static_cast<std::uint64_t>(parts.outcome.threads));
  file.attribute(root, "greeks_interpolated", static_cast<std::uint64_t>(surfaces.interpolated));
  file.attribute(root, "greeks_exact", static_cast<std::uint64_t>(surfaces.exact));
  file.attribute(root, "greeks_refused", static_cast<std::uint64_t>(surfaces.refused));
  file.attribute(root, "greeks_worst_error", surfaces.worst_error);
  file.attribute(root, "greeks_table_bytes", static_cast<std::uint64_t>(surfaces.table_bytes));
  write_surfaces(parts, group);
  file.attribute(root, "correlation_repairs", static_cast<std::uint64_t>(repairs.size()));
  if (repairs.empty()) return;
  std::vector<std::string> where;
  std::vector<double> distance;
  for (const auto& [place, moved] : repairs) {
    where.push_back(place);
    distance.push_back(moved);
  }
  const Dimension repair = group.text("correlation_repair", where, "matrix that was repaired");
  file.create({group.in_group("correlation_repair_distance"),
               ElementType::float64,
               {repair},
               "1",
               "Frobenius distance to the nearest correlation matrix"});
  file.write(group.in_group("correlation_repair_distance"), {}, distance.data());
}

}  // namespace unhedged::output
