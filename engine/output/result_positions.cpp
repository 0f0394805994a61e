#include "engine/core/utf8.hpp"
#include "engine/output/result_parts.hpp"

namespace unhedged::output {
namespace {

std::string underlying(const simulation::Plan& plan, const instruments::Position& position) {
  if (!position.multi_asset) return plan.assets[position.asset].name;
  std::string out;
  for (const std::size_t asset : position.multi_asset->assets)
    out += (out.empty() ? "" : "|") + plan.assets[asset].name;
  return out;
}

}  // namespace

/// The book as it was read, a row for each position, and the text of its file.
void write_positions(const ResultParts& parts) {
  Hdf5Writer& file = parts.file;
  const simulation::Plan& plan = parts.plan();
  const std::string root = "/positions";
  file.group(root);
  Dimensions group(parts, root);
  const Dimension position = group.bare("position", plan.positions.size());
  const auto text = [&](const std::string& name, const std::string& meaning, auto of) {
    std::vector<std::string> values;
    for (const simulation::PositionPlan& p : plan.positions) values.emplace_back(of(p));
    file.create({root + "/" + name, ElementType::text, {position}, "", meaning});
    file.write_text(root + "/" + name, values);
  };
  const auto number = [&](const std::string& name, const std::string& units, const std::string& meaning,
                          auto of) {
    std::vector<double> values;
    for (const simulation::PositionPlan& p : plan.positions) values.push_back(of(p));
    file.create({root + "/" + name, ElementType::float64, {position}, units, meaning});
    file.write(root + "/" + name, {}, values.data());
  };
  using Row = const simulation::PositionPlan&;
  text("id", "the user's name of the position", [](Row p) { return p.id; });
  text("group", "the user's group of the position", [](Row p) { return p.group; });
  text("instrument", "what is held", [](Row p) { return p.contract.name(); });
  text("asset", "underlying; several with | between them",
       [&](Row p) { return underlying(plan, p.contract); });
  number("strike", "account currency per unit", "strike (0: none)", [](Row p) { return p.contract.strike; });
  number("expiry", "years", "time from today to the expiry (0: none)",
         [](Row p) { return p.contract.expiry_years; });
  number("quantity", "units", "units held, short if negative", [](Row p) { return p.contract.quantity; });
  number("implied_volatility", "1", "volatility of the mark (0: none)", [](Row p) { return p.volatility; });
  number("mark", "account currency per unit", "value of one unit at today's market",
         [](Row p) { return p.mark; });
  number("premium", "account currency per unit",
         "what V(0) counts for one unit: the premium stated, else the mark",
         [](Row p) { return p.contract.premium.value_or(p.mark); });
  if (parts.origin.book_path.empty()) return;
  file.attribute(root, "file", shown_as_utf8(parts.origin.book_path));
  const Dimension one = group.bare("one", 1);
  file.create({root + "/text", ElementType::text, {one}, "", "the file the book was read from, as it was"});
  file.write_text(root + "/text", {parts.origin.book_text});
}

}  // namespace unhedged::output
