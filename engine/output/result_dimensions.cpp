#include "engine/output/result_parts.hpp"

namespace unhedged::output {
namespace {

/// The names of things that have one.
template <class Things>
std::vector<std::string> names_of(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

void append(const risk::Estimate& e, std::vector<double>& out) {
  out.insert(out.end(), {e.value, e.lower, e.upper, e.standard_error});
}

}  // namespace

std::vector<double> flat(const std::vector<risk::Estimate>& estimates) {
  std::vector<double> out;
  for (const risk::Estimate& e : estimates) append(e, out);
  return out;
}

std::vector<double> flat(const std::vector<risk::NamedEstimate>& estimates) {
  std::vector<double> out;
  for (const risk::NamedEstimate& one : estimates) append(one.estimate, out);
  return out;
}

const Dimension& Dimensions::once(const std::string& name, const std::function<Dimension()>& make) {
  const auto found = made_.find(name);
  return found != made_.end() ? found->second : made_.emplace(name, make()).first->second;
}

const Dimension& Dimensions::scenario() {
  return once("scenario", [&] { return text("scenario", names_of(parts_.plan().scenarios), "scenario"); });
}

const Dimension& Dimensions::hedger() {
  return once("hedger",
              [&] { return text("hedger", names_of(parts_.plan().hedgers), "hedging model under test"); });
}

const Dimension& Dimensions::reference() {
  return once("reference", [&] {
    return text("reference", names_of(parts_.plan().hedgers), "hedging model compared with");
  });
}

const Dimension& Dimensions::estimate() {
  return once("estimate", [&] {
    return text("estimate", {"value", "lower", "upper", "standard_error"}, "an estimate and its uncertainty");
  });
}

const Dimension& Dimensions::path() {
  return once("path", [&] { return bare("path", parts_.outcome.paths()); });
}

const Dimension& Dimensions::asset() {
  return once("asset", [&] { return text("asset", names_of(parts_.plan().assets), "asset"); });
}

const Dimension& Dimensions::bucket() {
  return once("bucket", [&] { return text("bucket", names_of(simulation::buckets()), "cause of P&L"); });
}

const Dimension& Dimensions::group() {
  return once("group", [&] {
    return text("group", simulation::parts_by_group(parts_.plan()),
                "group of positions, and what hedging them makes");
  });
}

Dimension Dimensions::text(const std::string& name, const std::vector<std::string>& values,
                           const std::string& long_name) {
  return parts_.file.text_dimension(in_group(name), values, long_name);
}

Dimension Dimensions::numbers(const std::string& name, const std::vector<double>& values,
                              const std::string& units, const std::string& long_name) {
  return parts_.file.number_dimension(in_group(name), values, units, long_name);
}

Dimension Dimensions::bare(const std::string& name, std::uint64_t size) {
  return parts_.file.bare_dimension(in_group(name), size);
}

}  // namespace unhedged::output
