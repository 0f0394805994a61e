#include "engine/instruments/contract_shelf.hpp"

#include <algorithm>

namespace unhedged::instruments {

std::shared_ptr<const Contract> ContractShelf::of(const ContractRow& row, ContractTerms terms) {
  terms.tables = &tables_;
  const auto is_it = [&](const Entry& one) { return one.row == &row && one.terms == terms; };
  const auto found = std::ranges::find_if(made_, is_it);
  if (found != made_.end()) return found->contract;
  return made_.emplace_back(Entry{&row, terms, row.make(terms)}).contract;
}

}  // namespace unhedged::instruments
