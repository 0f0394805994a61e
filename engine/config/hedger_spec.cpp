#include "engine/config/hedger_spec.hpp"

namespace unhedged::config {

std::vector<std::string> HedgerSpec::names() {
  std::vector<std::string> names = names_of(pricing::model_kinds());
  names.insert(names.begin(), UnhedgedSpec::name);
  return names;
}

void HedgerSpec::read(const Record& record, const Field&, const std::string& path, Findings& findings,
                      HedgerSpec& out) {
  const Record* model = find_tag(record, key, names(), path, findings);
  if (model == nullptr) return;
  if (model->text == UnhedgedSpec::name && record.find("account") != nullptr)
    return findings.add_at(join(path, "account"),
                           "stands before a desk, and here is none: a desk that holds its book, its margin "
                           "and its collateral and "
                           "never trades is `model: black_scholes, rebalance: {delta_band: 10}`");
  Reader reader(findings);
  UnhedgedSpec none;
  if (model->text == UnhedgedSpec::name) reader.read_struct(record, path, none, {key});
  else
    reader.read_struct(record, path, out.active.emplace(kind_named(model->text, pricing::model_kinds())),
                       {key});
}

}  // namespace unhedged::config
