#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/app/export_rows.hpp"
#include "engine/app/export_tables.hpp"

namespace unhedged::app {
namespace {

using output::Hdf5Reader;
using output::ResultFile;

std::string in_json(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string attributes_json(const Hdf5Reader& file, const std::string& object) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  for (const std::string& name : file.attributes_of(object)) {
    if (const auto text = file.text_attribute(object, name)) out[name] = *text;
    else if (const auto whole = file.whole_attribute(object, name)) out[name] = *whole;
    else if (const auto number = file.number_attribute(object, name)) out[name] = *number;
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Elements with the brackets of the dimensions that begin before them and end after them.
class NestedArrays {
 public:
  explicit NestedArrays(const std::vector<std::uint64_t>& sizes) : sizes_(sizes) {}

  void add(const std::string& element, std::string& out) {
    std::uint64_t block = 1;
    std::size_t begins = 0, ends = 0;
    for (std::size_t k = sizes_.size(); k-- > 0;) {
      block *= sizes_[k];
      if (done_ % block == 0) ++begins;
      if ((done_ + 1) % block == 0) ++ends;
    }
    if (done_ > 0) out += ",";
    out += std::string(begins, '[') + element + std::string(ends, ']');
    ++done_;
  }

 private:
  const std::vector<std::uint64_t>& sizes_;
  std::uint64_t done_ = 0;
};

void write_values(const ResultFile& result, const std::string& name, const TextSink& out, Stop stop) {
  NestedArrays nested(result.file().sizes(name));
  ExportRows rows(result, name);
  for_each_part(result, {name}, [&](const std::vector<std::uint64_t>& leading) {
    stop.check();
    rows.read(leading);
    std::string text;
    for (std::size_t i = 0; i < rows.count(); ++i) {
      const std::string element = rows.text(i);
      nested.add(rows.is_text() ? in_json(element) : element.empty() ? "null" : element, text);
      if ((i + 1) % kElementsBetweenLooks != 0) continue;
      stop.check();
      out(text);
      text.clear();
    }
    out(text);
  });
}

void write_dataset(const ResultFile& result, const std::string& name, const TextSink& out, Stop stop) {
  const Hdf5Reader& file = result.file();
  nlohmann::ordered_json about{{"dimensions", nlohmann::json::array()},
                               {"units", file.text_attribute(name, "units").value_or("")},
                               {"long_name", file.text_attribute(name, "long_name").value_or("")}};
  const bool is_data = file.role_of(name) == Hdf5Reader::Role::data;
  for (const std::string& dimension : is_data ? file.dimensions_of(name) : std::vector{name})
    about["dimensions"].push_back(dimension);
  std::string head = about.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  head.back() = ',';
  out(in_json(name) + ":" + head + "\"values\":");
  if (std::ranges::find(file.sizes(name), 0U) != file.sizes(name).end()) out("[]");
  write_values(result, name, out, stop);
  out("}");
}

}  // namespace

void write_json(const ResultFile& result, const TextSink& out, Stop stop) {
  const Hdf5Reader& file = result.file();
  out("{\"attributes\":{");
  std::string between;
  for (const std::string& group : file.groups()) {
    out(between + in_json(group) + ":" + attributes_json(file, group));
    between = ",\n";
  }
  out("},\n\"datasets\":{\n");
  between.clear();
  for (const std::string& name : file.datasets()) {
    if (file.role_of(name) == Hdf5Reader::Role::dimension_without_values) continue;
    out(between);
    write_dataset(result, name, out, stop);
    between = ",\n";
  }
  out("\n}}\n");
}

}  // namespace unhedged::app
