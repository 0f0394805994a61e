#include "engine/simulation/book_look.hpp"

namespace unhedged::simulation {

void BookLook::begin() {
  assets_.clear();
  summed_ = false;
  earned_.fill(0.0);
}

void BookLook::add(const BookMoney& asset) {
  assets_.push_back(asset);
  summed_ = false;
  scan_kernels().add_earned(asset, earned_);
}

const BookMoneySums& BookLook::sums() const {
  if (summed_) return sums_;
  sums_ = {};
  for (const BookMoney& asset : assets_) scan_kernels().add_book(asset, sums_);
  summed_ = true;
  return sums_;
}

}  // namespace unhedged::simulation
