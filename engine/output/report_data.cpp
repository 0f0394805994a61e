#include "engine/output/report_data.hpp"

#include <algorithm>

#include "engine/core/errors.hpp"

namespace unhedged::output {
namespace {

void require_sizes(const Hdf5Reader& file, const std::string& dataset,
                   const std::vector<std::uint64_t>& wanted) {
  const auto text = [](const std::vector<std::uint64_t>& sizes) {
    std::string out;
    for (const std::uint64_t n : sizes) out += (out.empty() ? "" : " x ") + std::to_string(n);
    return out;
  };
  const std::vector<std::uint64_t>& found = file.sizes(dataset);
  if (found != wanted)
    throw IoError(file.path(),
                  "is damaged: " + dataset + " is " + text(found) + ", and " + text(wanted) + " is expected");
}

EstimateTable read_estimates(const Hdf5Reader& file, const std::string& dataset,
                             const std::vector<std::uint64_t>& sizes) {
  std::vector<std::uint64_t> all = sizes;
  all.push_back(4);
  require_sizes(file, dataset, all);
  return {file.numbers(dataset), sizes};
}

std::vector<std::string> read_names(const Hdf5Reader& file, const std::string& dataset, std::size_t wanted) {
  require_sizes(file, dataset, {wanted});
  return file.texts(dataset);
}

void read_root(const ResultFile& result, ReportData& out) {
  for (const char* name : {"title", "description", "engine_version", "engine_revision", "instruction_set",
                           "configuration", "configuration_path", "configuration_sha256", "path_numbers",
                           "calendar", "currency", "numeraire", "started", "finished", "format_version"})
    out.attributes.emplace_back(name, result.text(name));
  out.paths = result.paths();
  out.paths_planned = result.whole("paths_planned");
  out.paths_failed = result.file().whole_attribute("/", "paths_failed").value_or(0);
  out.seed = result.whole("seed");
  out.steps = result.whole("steps");
  out.horizon_years = result.number("horizon_years");
  out.confidence = result.number("confidence");
  out.overrides = result.overrides();
  result.file().sizes("/scenario_texts");  // there, or a message
  for (const std::string& name : result.scenarios())
    if (const auto text = result.file().text_attribute("/scenario_texts", name))
      out.scenario_texts.emplace_back(name, *text);
}

void read_tables(const ResultFile& result, ReportData& out) {
  const Hdf5Reader& file = result.file();
  out.scenarios = result.scenarios();
  out.hedgers = result.hedgers();
  out.metrics = result.metrics();
  out.metric_units = read_names(file, "/metric_units", out.metrics.size());
  out.metric_meanings = read_names(file, "/metric_meaning", out.metrics.size());
  const std::uint64_t s = out.scenarios.size(), h = out.hedgers.size();
  out.summary = read_estimates(file, "/summary", {s, h, out.metrics.size()});
  for (std::size_t k = 0; k < h && !out.unhedged; ++k)
    if (!result.hedges(k)) out.unhedged = k;
}

/// A group that comes with 256 paths.
void read_convergence(const Hdf5Reader& file, ReportData& out) {
  constexpr std::uint64_t fewest = 256;
  if (!file.has("/convergence")) {
    if (out.paths >= fewest)
      throw IoError(file.path(), "has no /convergence, which results of so many paths have");
    return;
  }
  RunningEstimates running;
  running.paths = file.numbers("/convergence/paths_used");
  for (const std::string& metric : out.metrics)
    if (metric.starts_with("es_") && file.has("/convergence/" + metric)) running.metric = metric;
  if (running.metric.empty()) throw IoError(file.path(), "its group /convergence has no es_LEVEL");
  running.shortfall = read_estimates(file, "/convergence/" + running.metric,
                                     {out.scenarios.size(), out.hedgers.size(), running.paths.size()});
  out.convergence = std::move(running);
}

void read_attribution(const Hdf5Reader& file, ReportData& out) {
  const std::string dataset = "/attribution_tail";
  if (!file.has(dataset)) return;
  TailAttribution attribution;
  attribution.buckets = file.texts("/bucket");
  attribution.meanings = read_names(file, "/bucket_meaning", attribution.buckets.size());
  attribution.units = file.text_attribute(dataset, "units").value_or("");
  attribution.meaning = file.text_attribute(dataset, "long_name").value_or("");
  attribution.means =
      read_estimates(file, dataset, {out.scenarios.size(), out.hedgers.size(), attribution.buckets.size()});
  out.attribution = std::move(attribution);
}

void read_recorded(const Hdf5Reader& file, ReportData& out) {
  const std::string group = "/worst_paths";
  if (!file.has(group)) return;
  RecordedPaths recorded;
  recorded.assets = file.texts(group + "/asset");
  recorded.years = file.numbers(group + "/time");
  recorded.dates = read_names(file, group + "/date", recorded.years.size());
  recorded.ranks = file.numbers(group + "/rank").size();
  const std::vector<std::string> names = file.texts(group + "/regime_name");
  const std::size_t each = names.size() / out.scenarios.size();
  require_sizes(file, group + "/regime_name", {out.scenarios.size(), each});
  for (std::size_t s = 0; s < out.scenarios.size(); ++s) {
    const auto first = names.begin() + static_cast<std::ptrdiff_t>(s * each);
    recorded.regime_names.emplace_back(first, first + static_cast<std::ptrdiff_t>(each));
  }
  require_sizes(file, group + "/pnl", {out.scenarios.size(), out.hedgers.size(), recorded.ranks});
  out.recorded = std::move(recorded);
}

}  // namespace

risk::Estimate EstimateTable::at(const std::vector<std::size_t>& index) const {
  UNHEDGED_EXPECT(index.size() == sizes_.size());
  std::size_t place = 0;
  for (std::size_t k = 0; k < index.size(); ++k) {
    UNHEDGED_EXPECT(index[k] < sizes_[k]);
    place = place * sizes_[k] + index[k];
  }
  const double* four = numbers_.data() + 4 * place;
  return {four[0], four[1], four[2], four[3]};
}

std::string ReportData::attribute(const std::string& name) const {
  const auto found = std::ranges::find(attributes, name, &std::pair<std::string, std::string>::first);
  return found == attributes.end() ? "" : found->second;
}

std::size_t ReportData::metric(const std::string& name, const std::string& file) const {
  const auto found = std::ranges::find(metrics, name);
  if (found == metrics.end()) throw IoError(file, "has no metric " + name + ": it is not whole");
  return static_cast<std::size_t>(found - metrics.begin());
}

ReportSource::ReportSource(const std::string& path) : file_(path) {
  read_root(file_, data_);
  read_tables(file_, data_);
  read_convergence(file_.file(), data_);
  read_attribution(file_.file(), data_);
  read_recorded(file_.file(), data_);
}

std::vector<double> ReportSource::pnl(std::size_t scenario, std::size_t hedger) const {
  return file_.pnl(scenario, hedger);
}

RecordedPath ReportSource::recorded(std::size_t scenario, std::size_t hedger, std::size_t rank,
                                    const std::vector<std::string>& tracks) const {
  const std::string group = "/worst_paths/";
  RecordedPath path;
  const Hdf5Reader& file = file_.file();
  const std::vector<std::uint64_t> place{scenario, hedger, rank};
  path.number = file.wholes(group + "path", place).front();
  path.pnl = file.numbers(group + "pnl", place).front();
  const std::vector<std::uint8_t> regime = file.bytes(group + "regime", place);
  path.regime.assign(regime.begin(), regime.end());
  const std::size_t times = data_.recorded->years.size(), assets = data_.recorded->assets.size();
  if (path.regime.size() != times)
    throw IoError(file_.path(), "its dataset /worst_paths/regime is too small");
  for (const std::string& name : tracks) {
    path.tracks.emplace_back(name, file.numbers(group + name, place));
    if (path.tracks.back().second.size() != times * assets)
      throw IoError(file_.path(), "its dataset " + group + name + " is too small");
  }
  return path;
}

}  // namespace unhedged::output
