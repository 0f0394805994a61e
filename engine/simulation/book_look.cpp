#include "engine/simulation/book_look.hpp"

namespace unhedged::simulation {

void BookLook::look(const std::vector<BookMoney>& assets) {
  assets_ = assets;
  summed_ = false;
  earned_.fill(0.0);
  for (const BookMoney& asset : assets_) scan_kernels().add_earned(asset, earned_);
}

const BookMoneySums& BookLook::sums() const {
  if (summed_) return sums_;
  sums_ = {};
  for (const BookMoney& asset : assets_) scan_kernels().add_book(asset, sums_);
  summed_ = true;
  return sums_;
}

}  // namespace unhedged::simulation
