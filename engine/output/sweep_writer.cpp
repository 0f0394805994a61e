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

void write_summary(Hdf5Writer& file, const SweepResult& result) {
  const Dimension point = file.bare_dimension("/point", result.texts.size());
  const Dimension scenario = file.text_dimension("/scenario", result.scenarios, "scenario");
  const Dimension hedger = file.text_dimension("/hedger", result.hedgers, "hedging model under test");
  const auto names = column_of(result.metrics, &risk::MetricInfo::name);
  const Dimension metric = file.text_dimension("/metric", names, "what is estimated");
  const Dimension estimate = file.text_dimension("/estimate", {"value", "lower", "upper", "standard_error"},
                                                 "an estimate and its uncertainty");
  std::vector<std::string> units = column_of(result.metrics, &risk::MetricInfo::unit);
  for (std::string& unit : units) unit = file.renamed(unit);
  write_texts(file, {"/metric_units", ElementType::text, {metric}, "", "units of each metric"}, units);
  write_texts(file, {"/metric_meaning", ElementType::text, {metric}, "", "meaning of each metric"},
              column_of(result.metrics, &risk::MetricInfo::help));
  file.create({"/paths", ElementType::uint64, {point}, "1", "paths that were simulated"});
  file.write("/paths", {}, result.paths.data());
  file.create({"/summary",
               ElementType::float64,
               {point, scenario, hedger, metric, estimate},
               "see metric_units",
               "risk numbers with their uncertainty"});
  for (std::size_t p = 0; p < result.summary.size(); ++p)
    file.write("/summary", {p}, result.summary[p].data());
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
