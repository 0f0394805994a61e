#pragma once
#include <vector>

#include "engine/hedging/account_record.hpp"
#include "engine/simulation/scan_kernels.hpp"

namespace unhedged::simulation {

/// The book on a block of paths at a grid time: what every look of an account needs at once, what few ask for
/// when they do.
class BookLook final : public hedging::BookMoment {
 public:
  /// Another grid time, with no asset yet.
  void begin();
  /// What it refers to stays as it is until the next grid time.
  void add(const BookMoney& asset);

  const Lanes& earned() const override { return earned_; }
  const Lanes& earned_at_horizon() const override { return sums().earned_at_horizon; }
  const Lanes& marks() const override { return sums().marks; }
  const Lanes& gross() const override { return sums().gross; }

 private:
  const BookMoneySums& sums() const;

  std::vector<BookMoney> assets_;
  Lanes earned_{};
  mutable BookMoneySums sums_{};
  mutable bool summed_ = false;
};

}  // namespace unhedged::simulation
