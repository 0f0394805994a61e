#include "engine/hedging/routing_kernels.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

using market::Trading;

/// 1 where trading is in a state.
UNHEDGED_INLINE void mark(const market::TradingMask& trading, Trading state, Lanes& out) {
  const auto code = static_cast<std::uint8_t>(state);
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = trading.state.value[lane] == code ? 1.0 : 0.0;
}

template <bool Capped>
void admit_some(const Admission& a, Lanes& waiting_lanes, Lanes& sent_lanes) {
  Lanes open, ended;
  mark(*a.trading, Trading::open, open);
  mark(*a.trading, Trading::ended, ended);
  const double *participation = a.tape->participation->data(), *price = a.tape->price->data(),
               *inverse_volume = a.tape->inverse_volume->data(), day_share = a.day_share;
  double *waiting = waiting_lanes.data(), *sent = sent_lanes.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double all = waiting[lane];
    double admitted = all;
    if constexpr (Capped) {
      const double share = participation[lane], inverse = inverse_volume[lane];
      const double wanted = __builtin_fabs(all * price[lane]), room = share * day_share / inverse;
      const double bounded = inverse == 0.0 ? __builtin_inf() : room;
      const double most = share == 0.0 ? __builtin_inf() : bounded;
      admitted = wanted <= most ? all : all * (most / wanted);
    }
    const double now = open[lane] != 0.0 ? admitted : 0.0, any = all != 0.0 ? now : 0.0;
    const double left = ended[lane] != 0.0 ? 0.0 : all - any;
    sent[lane] = any;
    waiting[lane] = left;
  }
}

void admit(const Admission& a, Lanes& waiting, Lanes& sent) {
  if (a.tape->capped) return admit_some<true>(a, waiting, sent);
  if (!a.trading->all_open) return admit_some<false>(a, waiting, sent);
  sent = waiting;
  waiting.fill(0.0);
}

/// A lot counts as whole from this share of a lot below it on, so that rounding never holds one back.
constexpr double kOfALot = 1e-6;

/// The whole number below x >= 0; expects  x < 2^51
UNHEDGED_INLINE double whole_below(double x) {
  constexpr double shift = 0x1.8p52;
  const double nearest = (x + shift) - shift;
  return nearest > x ? nearest - 1.0 : nearest;
}

void pace(const Pace& law, Lanes& waiting_lanes, Lanes& sent_lanes) {
  double *waiting = waiting_lanes.data(), *sent = sent_lanes.data();
  const double inverse = law.lot > 0.0 ? 1.0 / law.lot : 0.0;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double admitted = __builtin_fabs(sent[lane]), all = waiting[lane] + sent[lane];
    const double paced = admitted < law.most ? admitted : law.most;
    const double lots = whole_below(paced * inverse + kOfALot) * law.lot;
    const double large = law.lot > 0.0 ? lots : paced;
    const double units = __builtin_fabs(all) < law.minimum ? 0.0 : large;
    const double goes = __builtin_copysign(units, sent[lane]), left = all - goes;
    sent[lane] = goes;
    waiting[lane] = __builtin_fabs(left) < kOfALot * law.lot ? 0.0 : left;
  }
}

void take_at_venue(const market::TradingMask& trading, const Lanes& up_lanes, Lanes& due_lanes,
                   Lanes& next_lanes, Lanes& way, Lanes& taken_lanes) {
  Lanes halted;
  mark(trading, Trading::halted, halted);
  const double* up = up_lanes.data();
  double *due = due_lanes.data(), *next = next_lanes.data(), *on_the_way = way.data(),
         *taken = taken_lanes.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double units = due[lane], waits = halted[lane] != 0.0 ? units : 0.0;
    const double arrives = halted[lane] != 0.0 ? 0.0 : units;
    next[lane] += waits;
    on_the_way[lane] -= arrives;
    taken[lane] = up[lane] != 0.0 ? arrives : 0.0;
    due[lane] = 0.0;
  }
}

void take_at_desk(Lanes& due, Lanes& waiting, Lanes& on_the_way) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    waiting[lane] += due[lane];
    on_the_way[lane] -= due[lane];
    due[lane] = 0.0;
  }
}

void put_off(const Lanes& units, const market::TradingMask& trading, Lanes* due, Lanes& on_the_way) {
  Lanes sets_out, ended;
  mark(trading, Trading::ended, ended);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double order = ended[lane] != 0.0 ? 0.0 : units[lane];
    sets_out[lane] = order;
    on_the_way[lane] += order;
  }
  for (std::size_t lane = 0; due != nullptr && lane < kLanes; ++lane) (*due)[lane] += sets_out[lane];
}

void keep_where_up(const Lanes& up, Lanes& parts) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) parts[lane] = up[lane] != 0.0 ? parts[lane] : 0.0;
}

bool add(const Lanes& units, Lanes& sum) {
  int any = 0;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    any += units[lane] != 0.0 ? 1 : 0;
    sum[lane] += units[lane];
  }
  return any > 0;
}

}  // namespace

const QueueKernels queue_kernels{admit, pace, take_at_venue, take_at_desk, put_off, keep_where_up, add};

}  // namespace unhedged::hedging::UNHEDGED_ISA
