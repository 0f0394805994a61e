#include "engine/output/sweep_writer.hpp"

#include "engine/output/result_parts.hpp"

namespace unhedged::output {
namespace {

void write_attributes(Hdf5Writer& file, const SweepResult& result, const Provenance& origin) {
  const auto attribute = [&](const std::string& name, const auto& value) {
    file.attribute("/", name, value);
  };
  attribute("format", std::string("unhedged sweep"));
  attribute("format_version", std::string(kSweepFormatVersion));
  attribute("title", result.name);
  write_origin(file, origin);
  attribute("currency", result.currency);
  attribute("numeraire", result.unit);
  attribute("confidence", result.confidence);
  attribute("reference_point", std::uint64_t{result.reference});
}

std::vector<std::string> column_of(const std::vector<risk::MetricInfo>& metrics,
                                   std::string risk::MetricInfo::*member) {
  std::vector<std::string> out;
  for (const risk::MetricInfo& one : metrics) out.push_back(one.*member);
  return out;
}

void write_texts(Hdf5Writer& file, const VariableInfo& info, const std::vector<std::string>& values) {
  file.create(info);
  file.write_text(info.path, values);
}

void write_points(Hdf5Writer& file, const SweepResult& result) {
  file.group("/points");
  const Dimension point = file.bare_dimension("/points/point", result.texts.size());
  const Dimension key = file.text_dimension("/points/key", result.keys, "key of the configuration");
  std::vector<std::string> texts;
  for (const auto& row : result.texts) texts.insert(texts.end(), row.begin(), row.end());
  write_texts(file, {"/points/text", ElementType::text, {point, key}, "", "value that was set"}, texts);
  file.create({"/points/value",
               ElementType::float64,
               {point, key},
               "see unit",
               "the number of the value; NaN where the values of a key are no numbers of one unit"});
  file.write("/points/value", {}, result.numbers.data());
  write_texts(file, {"/points/unit", ElementType::text, {key}, "", "unit behind the numbers of each key"},
              result.key_units);
}

/// A dimension of metrics, with the units of each.
Dimension metric_dimension(Hdf5Writer& file, const std::string& path,
                           const std::vector<risk::MetricInfo>& metrics, const std::string& meaning) {
  Dimension out = file.text_dimension(path, column_of(metrics, &risk::MetricInfo::name), meaning);
  std::vector<std::string> units = column_of(metrics, &risk::MetricInfo::unit);
  for (std::string& unit : units) unit = file.renamed(unit);
  write_texts(file, {path + "_units", ElementType::text, {out}, "", "units of each metric"}, units);
  write_texts(file, {path + "_meaning", ElementType::text, {out}, "", "meaning of each metric"},
              column_of(metrics, &risk::MetricInfo::help));
  return out;
}

void write_summary(Hdf5Writer& file, const SweepResult& result) {
  const Dimension point = file.bare_dimension("/point", result.texts.size());
  const Dimension scenario = file.text_dimension("/scenario", result.scenarios, "scenario");
  const Dimension hedger = file.text_dimension("/hedger", result.hedgers, "hedging model under test");
  const Dimension metric = metric_dimension(file, "/metric", result.metrics, "what is estimated");
  const Dimension paired =
      metric_dimension(file, "/paired_metric", result.paired_metrics, "what is compared");
  const Dimension estimate = file.text_dimension("/estimate", {"value", "lower", "upper", "standard_error"},
                                                 "an estimate and its uncertainty");
  file.create({"/paths", ElementType::uint64, {point}, "1", "paths that were simulated"});
  file.write("/paths", {}, result.paths.data());
  file.create({"/summary",
               ElementType::float64,
               {point, scenario, hedger, metric, estimate},
               "see metric_units",
               "risk numbers with their uncertainty"});
  file.create({"/difference",
               ElementType::float64,
               {point, scenario, hedger, paired, estimate},
               "see paired_metric_units",
               "what the point has more than the reference point, on the same paths"});
  for (std::size_t p = 0; p < result.summary.size(); ++p) {
    file.write("/summary", {p}, result.summary[p].data());
    file.write("/difference", {p}, result.difference[p].data());
  }
}

}  // namespace

void write_sweep(const Destination& destination, const SweepResult& result, const Provenance& provenance) {
  Hdf5Writer file(destination.path, destination.shown, destination.stop);
  file.rename_unit(risk::kMoney, result.unit);
  write_attributes(file, result, provenance);
  write_summary(file, result);
  write_points(file, result);
  write_inputs(file, provenance);
  file.attribute("/", "complete", std::uint64_t{1});
  file.close();
  verify(destination.path, destination.shown, destination.stop);
}

}  // namespace unhedged::output
