#pragma once
#include <memory>
#include <vector>

#include "engine/instruments/contract.hpp"
#include "engine/instruments/early_exercise.hpp"

namespace unhedged::instruments {

/// Contracts by their terms: the same terms give the same object, in one book or in several. Not for several
/// threads at once.
class ContractShelf {
 public:
  /// `terms`: `tables` is set here.
  std::shared_ptr<const Contract> of(const ContractRow& row, ContractTerms terms);

 private:
  struct Entry {
    const ContractRow* row;
    ContractTerms terms;
    std::shared_ptr<const Contract> contract;
  };

  EarlyExerciseTables tables_;
  std::vector<Entry> made_;
};

}  // namespace unhedged::instruments
