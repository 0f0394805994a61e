#pragma once
#include <algorithm>
#include <list>
#include <map>
#include <memory>
#include <vector>

#include "engine/core/errors.hpp"
#include "engine/instruments/contract.hpp"
#include "engine/pricing/contract_valuation.hpp"
#include "engine/pricing/valuation.hpp"

/// Valuations by what they are made from: whoever asks for the same again, in another scenario or in another
/// run, gets the one that is there, with its tables.
namespace unhedged::simulation {

/// Valuations of one kind. Not for several threads at once.
/// Origin: what a valuation is made from; can be compared. Valuation: reports what its tables take.
template <class Origin, class Valuation>
class ValuationShelf {
 public:
  /// Owns what it refers to. Nothing of it is prepared. `make`: from the origin as it is kept
  template <class Make>
  std::shared_ptr<Valuation> make(Origin origin, const Make& make) {
    auto entry = std::make_shared<Entry>(std::move(origin));
    entry->valuation = make(entry->origin);
    made_.push_back(entry);
    return {entry, entry->valuation.get()};
  }

  /// The valuation to use in the place of one that was just made: one of the same, whose paths go the same
  /// way, or itself, which is to be prepared then and stands for others from now on.
  /// `reach`: what it is prepared for; empty: it does not matter
  std::shared_ptr<Valuation> settled(const std::shared_ptr<Valuation>& made,
                                     const std::vector<pricing::Reach>& reach) {
    const auto found = std::ranges::find_if(made_, [&](const std::weak_ptr<Entry>& one) {
      const auto entry = one.lock();
      return entry && entry->valuation.get() == made.get();
    });
    if (found == made_.end()) throw ContractViolation("a valuation that was not made here");
    const std::shared_ptr<Entry> entry = found->lock();
    made_.erase(found);
    entry->reach = reach;
    const auto like = std::ranges::find_if(entries_, [&](const auto& other) {
      return other->reach == entry->reach && other->origin == entry->origin;
    });
    if (like == entries_.end()) entries_.push_front(entry);
    else entries_.splice(entries_.begin(), entries_, like);
    return {entries_.front(), entries_.front()->valuation.get()};
  }

  /// Drops what nobody else holds, those unasked for longest first, until tables take no more than so much.
  void trim(std::size_t bytes) {
    std::erase_if(made_, [](const auto& one) { return one.expired(); });
    std::size_t taken = 0;
    for (auto at = entries_.begin(); at != entries_.end();) {
      pricing::SurfaceReport report;
      (*at)->valuation->report(report);
      const bool fits = taken + report.table_bytes <= bytes;
      if (fits) taken += report.table_bytes;
      if (fits || at->use_count() > 1) ++at;
      else at = entries_.erase(at);
    }
  }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    explicit Entry(Origin from) : origin(std::move(from)) {}
    Origin origin;
    std::vector<pricing::Reach> reach;
    std::shared_ptr<Valuation> valuation;
  };

  std::list<std::shared_ptr<Entry>> entries_;  // settled, the last asked for first
  std::vector<std::weak_ptr<Entry>> made_;     // not yet
};

/// What a run asks for while it is prepared: every valuation once, and of them those that are new.
template <class Valuation>
struct AskedFor {
  std::vector<Valuation*> all, fresh;
  std::map<const Valuation*, std::shared_ptr<Valuation>> known;  ///< what stands for it by now
};

/// Puts what is on the shelf in the place of a valuation. Several places may hold one valuation.
/// returns  whether it is new, and so is to be prepared
template <class Origin, class Valuation>
bool settle(std::shared_ptr<Valuation>& valuation, const std::vector<pricing::Reach>& reach,
            ValuationShelf<Origin, Valuation>& shelf, AskedFor<Valuation>& asked) {
  const auto known = asked.known.find(valuation.get());
  if (known != asked.known.end()) {
    valuation = known->second;
    return false;
  }
  const auto made = valuation;
  valuation = shelf.settled(made, reach);
  asked.known.emplace(made.get(), valuation);
  if (!asked.known.emplace(valuation.get(), valuation).second && valuation != made) return false;
  asked.all.push_back(valuation.get());
  if (valuation != made) return false;
  asked.fresh.push_back(valuation.get());
  return true;
}

/// A netted book under a belief.
struct BookOrigin {
  pricing::Believed believed;
  pricing::PricedBook book;
  std::vector<market::ImpliedCurve> quotes;
  std::vector<std::vector<bool>> used;
  std::vector<double> times_years;
  pricing::GreekSet greeks;
  pricing::SurfaceSettings settings;

  bool operator==(const BookOrigin& other) const;
};

/// A contract that is not netted. Contracts that are the same are one object (instruments::ContractShelf).
struct ContractOrigin {
  std::shared_ptr<const instruments::Contract> contract;
  std::vector<std::vector<bool>> used;
  pricing::ContractValuation::PricedContract priced;  ///< refers to the two above

  bool operator==(const ContractOrigin& other) const;
};

class ValuationCache {
 public:
  std::shared_ptr<pricing::Valuation> make(const pricing::Believed& believed, const pricing::Valued& what);
  /// `what`: of this contract
  std::shared_ptr<pricing::ContractValuation> make(
      const std::shared_ptr<const instruments::Contract>& contract,
      pricing::ContractValuation::PricedContract what);

  ValuationShelf<BookOrigin, pricing::Valuation>& books() { return books_; }
  ValuationShelf<ContractOrigin, pricing::ContractValuation>& contracts() { return contracts_; }

  /// Of each kind. Bytes of tables that nobody else holds.
  void trim(std::size_t bytes) {
    books_.trim(bytes);
    contracts_.trim(bytes);
  }

 private:
  ValuationShelf<BookOrigin, pricing::Valuation> books_;
  ValuationShelf<ContractOrigin, pricing::ContractValuation> contracts_;
};

}  // namespace unhedged::simulation
