#include "engine/hedging/account_kernels.hpp"
#include "engine/math/rows.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

UNHEDGED_INLINE double larger(double a, double b) { return a > b ? a : b; }

/// Of what is there at all.
template <bool financed, bool booked, bool parted>
void begin_as(const AccountMoney& money, Lanes& equity) {
  const double *there = money.pledged.data(), per_growth = money.per_growth;
  const double *paid = financed ? money.financing->data() : nullptr,
               *open = booked ? money.earned->data() : nullptr,
               *left = parted ? money.share->data() : nullptr,
               *gone = parted ? money.closed->data() : nullptr;
  double* out = equity.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    double cash = there[lane];
    if constexpr (financed) cash -= paid[lane];
    if constexpr (parted) cash += gone[lane];
    double sum = cash * per_growth;
    if constexpr (booked) sum += parted ? left[lane] * open[lane] : open[lane];
    out[lane] = sum;
  }
}

template <bool financed>
void begin_with(const AccountMoney& money, Lanes& equity) {
  if (money.earned == nullptr) begin_as<financed, false, false>(money, equity);
  else if (money.share == nullptr) begin_as<financed, true, false>(money, equity);
  else begin_as<financed, true, true>(money, equity);
}

void begin(const AccountMoney& money, Lanes& equity) {
  if (money.financing == nullptr) begin_with<false>(money, equity);
  else begin_with<true>(money, equity);
}

void add_line(const HeldLine& line, Lanes& equity) {
  const double *units = line.held.units.data(), *cash = line.held.cash.data(), *price = line.price.data(),
               of_cash = line.of_cash;
  double* out = equity.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    out[lane] += cash[lane] * of_cash + units[lane] * price[lane];
}

void set_size(const HeldLine& line, bool adds, Lanes& notional) {
  const double *units = line.held.units.data(), *base = line.base.data();
  double* size = notional.data();
  if (!adds) {
    UNHEDGED_LANES_APART
    for (std::size_t lane = 0; lane < kLanes; ++lane) size[lane] = __builtin_fabs(units[lane] * base[lane]);
    return;
  }
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) size[lane] += __builtin_fabs(units[lane] * base[lane]);
}

void by_rate(double rate, const Lanes& notional, Lanes& out) {
  const double* size = notional.data();
  double* asked = out.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) asked[lane] = rate * size[lane];
}

bool keep_first(const Lanes& asked, Lanes& first) {
  const double* now = asked.data();
  double* at_first = first.data();
  math::Quad nothing{};  // 1 where nothing has been asked for
  for (std::size_t lane = 0; lane < kLanes; lane += 4) {
    const math::Quad before = math::load_quad(at_first + lane);
    const math::Quad kept = before == 0.0 ? math::load_quad(now + lane) : before;
    math::store_quad(kept, at_first + lane);
    nothing = kept == 0.0 ? math::Quad{} + 1.0 : nothing;
  }
  return nothing[0] + nothing[1] + nothing[2] + nothing[3] > 0.0;
}

bool look(const Lanes& equity, const Lanes& maintenance, const Lanes& asked, Lanes& peak) {
  const double *there = equity.data(), *least = maintenance.data(), *now = asked.data();
  double* most = peak.data();
  math::Quad lack{};
  for (std::size_t lane = 0; lane < kLanes; lane += 4) {
    math::store_quad(math::larger(math::load_quad(now + lane), math::load_quad(most + lane)), most + lane);
    lack = math::larger(math::load_quad(least + lane) - math::load_quad(there + lane), lack);
  }
  return (lack[0] > 0.0) | (lack[1] > 0.0) | (lack[2] > 0.0) | (lack[3] > 0.0);
}

void room_for(const Lanes& equity, const Lanes& notional, double rate, Lanes& room) {
  const double *there = equity.data(), *size = notional.data();
  double *out = room.data(), per_rate = 1.0 / rate;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = there[lane] * per_rate - size[lane];
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

const AccountKernels account_kernels{begin,      add_line, set_size, by_rate,
                                     keep_first, look,     room_for, restrain};

}  // namespace unhedged::hedging::UNHEDGED_ISA
