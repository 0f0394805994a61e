#include "engine/hedging/account_kernels.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

UNHEDGED_INLINE double larger(double a, double b) { return a > b ? a : b; }

void begin(const Lanes& pledged, const Lanes& financing, double per_growth, Lanes& equity, Lanes& notional) {
  const double *there = pledged.data(), *paid = financing.data();
  double *out = equity.data(), *none = notional.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    out[lane] = (there[lane] - paid[lane]) * per_growth;
    none[lane] = 0.0;
  }
}

void add_book(const Lanes& share, const Lanes& earned, const Lanes& closed, double per_growth,
              Lanes& equity) {
  const double *left = share.data(), *open = earned.data(), *gone = closed.data();
  double* out = equity.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    out[lane] += left[lane] * open[lane] + gone[lane] * per_growth;
}

void add_line(const HeldLine& line, Lanes& equity, Lanes& notional) {
  const double *units = line.held.units.data(), *cash = line.held.cash.data(), *price = line.price.data(),
               *base = line.base.data(), of_cash = line.of_cash;
  double *out = equity.data(), *size = notional.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    out[lane] += cash[lane] * of_cash + units[lane] * price[lane];
    size[lane] += __builtin_fabs(units[lane] * base[lane]);
  }
}

void by_rate(double rate, const Lanes& notional, Lanes& out) {
  const double* size = notional.data();
  double* asked = out.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) asked[lane] = rate * size[lane];
}

/// Whether some of the flags are 1, in columns.
template <class Flag>
UNHEDGED_INLINE bool any_lane(const Flag& flag) {
  constexpr std::size_t columns = 8;
  double found[columns] = {};
  for (std::size_t lane = 0; lane < kLanes; lane += columns)
    for (std::size_t k = 0; k < columns; ++k) found[k] = flag(lane + k) ? 1.0 : found[k];
  bool some = false;
  for (std::size_t k = 0; k < columns; ++k) some = some || found[k] != 0.0;
  return some;
}

bool keep_first(const Lanes& asked, Lanes& first) {
  const double* now = asked.data();
  double* at_first = first.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    at_first[lane] = at_first[lane] == 0.0 ? now[lane] : at_first[lane];
  return any_lane([at_first](std::size_t lane) { return at_first[lane] == 0.0; });
}

bool look(const Lanes& equity, const Lanes& maintenance, const Lanes& asked, Lanes& peak) {
  const double *there = equity.data(), *least = maintenance.data(), *now = asked.data();
  double* most = peak.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) most[lane] = larger(now[lane], most[lane]);
  return any_lane([there, least](std::size_t lane) { return there[lane] < least[lane]; });
}

void room_for(const Lanes& equity, const Lanes& notional, double rate, Lanes& room) {
  const double *there = equity.data(), *size = notional.data();
  double* out = room.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = there[lane] / rate - size[lane];
}

UNHEDGED_INLINE void restrain_one(double counted, double price, double& order, double& room) {
  const double wanted = counted + order, unit = __builtin_fabs(price), most = larger(0.0, room);
  const double grows = (__builtin_fabs(wanted) - __builtin_fabs(counted)) * unit;
  const double cut = __builtin_copysign(__builtin_fabs(counted) + most / unit, wanted) - counted;
  order = grows > most ? cut : order;
  room -= grows > most ? most : grows;
}

void restrain(const Restrained& position, Lanes& order, Lanes& room) {
  const double *held = position.held.data(), *price = position.price.data();
  double *ordered = order.data(), *left = room.data();
  if (position.committed == nullptr) {
    UNHEDGED_LANES_APART
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      restrain_one(held[lane] + 0.0, price[lane], ordered[lane], left[lane]);
    return;
  }
  const double* committed = position.committed->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    restrain_one(held[lane] + committed[lane], price[lane], ordered[lane], left[lane]);
}

}  // namespace

const AccountKernels account_kernels{begin,      add_book, add_line, by_rate,
                                     keep_first, look,     room_for, restrain};

}  // namespace unhedged::hedging::UNHEDGED_ISA
