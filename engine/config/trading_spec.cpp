#include "engine/config/hedgers/trading_spec.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::config {

std::vector<std::pair<const char*, market::TradableKind>> HedgeWithWords::table() {
  std::vector<std::pair<const char*, market::TradableKind>> words;
  for (const world::TradableRow* row : world::tradable_rows())
    words.emplace_back(row->name, static_cast<market::TradableKind>(words.size()));
  return words;
}

std::string HedgeWithWords::help() {
  std::string text;
  const auto rows = world::tradable_rows();
  for (const world::TradableRow* row : rows) {
    text += text.empty() ? "" : row == rows.back() ? ", or " : ", ";
    text += row->name + (row->help[0] == 0 ? "" : ": " + std::string(row->help));
  }
  return text + "; or a list of one of these and of options that are rolled";
}

}  // namespace unhedged::config
