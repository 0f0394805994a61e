#include "engine/market/quotes.hpp"
#include "engine/math/elementary.hpp"
#include "engine/world/gather.hpp"
#include "engine/world/part_kernels.hpp"

namespace unhedged::world::UNHEDGED_ISA {
namespace {

using market::kLogOfNothing;

void gather(const RegimeTable& table, const LaneIndex& which, Lanes& out) { look_up(table, which, out); }

void add_line(const RegimeTable& offset, const RegimeTable& factor, const LaneIndex& regime, const Lanes& x,
              Lanes& y) {
  const Looked a(offset, regime), b(factor, regime);
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) y[lane] += a[lane] + b[lane] * x[lane];
}

void add_in(double x, std::uint8_t in, const LaneIndex& regime, Lanes& sum) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) sum[lane] += regime.value[lane] == in ? x : 0.0;
}

void revert(const ReversionLaw& law, const LaneIndex& regime, const Lanes& shock, Lanes& x) {
  const Looked level(law.level, regime), decay(law.decay, regime), spread(law.spread, regime);
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    x[lane] = level[lane] + (x[lane] - level[lane]) * decay[lane] + spread[lane] * shock[lane];
}

void price(const Lanes& anchor, const Lanes& log_spot, Lanes& out) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = anchor[lane] * math::exp(log_spot[lane]);
}

void decay(const RegimeTable& kept, const LaneIndex& which, Lanes& x) {
  const Looked share(kept, which);
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) x[lane] *= share[lane];
}

void follow(const QuoteLagLaw& law, const LaneIndex& regime, const Lanes& before, const Lanes& variance,
            Lanes& level) {
  const Looked kept(law.kept, regime), slope(law.slope, regime);
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    level[lane] = variance[lane] + (level[lane] - before[lane]) * kept[lane] -
                  (variance[lane] - before[lane]) * slope[lane];
}

/// Moves the mood and leaves the integral of it over the step, over the drift.
void move_mood(const MoodLaw& l, const LaneIndex& law, const MoodLanes& m, Lanes& before, Lanes& integral) {
  const Looked decay(l.decay, law), spread(l.spread, law), on_price(l.on_price, law), own(l.own, law);
  const Looked ends(l.ends, law), bridge(l.bridge, law);
  const Looked bridge_on_price(l.bridge_on_price, law), bridge_on_own(l.bridge_on_own, law),
      bridge_own(l.bridge_own, law);
  const double *w = m.price_shock->data(), *z = m.own_shock->data(), *path = m.path_shock->data();
  double* const mood = m.mood->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double from = mood[lane];
    const double to = from * decay[lane] + spread[lane] * (on_price[lane] * w[lane] + own[lane] * z[lane]);
    const double between =
        bridge_on_price[lane] * w[lane] + bridge_on_own[lane] * z[lane] + bridge_own[lane] * path[lane];
    before[lane] = from;
    mood[lane] = to;
    integral[lane] = (from + to) * ends[lane] + bridge[lane] * between;
  }
}

void mood(const MoodLaw& l, const LaneIndex& law, const LaneIndex& regime, const MoodLanes& m) {
  Lanes before, integral;
  move_mood(l, law, m, before, integral);
  const Looked drift(l.drift, regime), exponent(l.exponent, regime), constant(l.constant, regime),
      pull(l.pull, regime);
  const double* const mood = m.mood->data();
  double *const log_spot = m.log_spot->data(), *const variance = m.variance->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    log_spot[lane] += drift[lane] * integral[lane];
    const double at_start = math::exp(exponent[lane] * before[lane]),
                 at_end = math::exp(exponent[lane] * mood[lane]);
    const double v = variance[lane], pulled = v + pull[lane] * (0.5 * (at_start + at_end) - 1.0);
    const double living = pull[lane] != 0.0 ? (pulled > 0.0 ? pulled : 0.0) : v;
    variance[lane] = constant[lane] != 0.0 ? constant[lane] * at_end : living;
  }
}

void recover(const RecoveryLaw& law, const RecoveryIndex& index, const Lanes& shock, Lanes& gone,
             Lanes& depth_noise) {
  const Looked decay(law.decay, *index.recovery), spread(law.spread, *index.recovery),
      noise(law.noise, *index.regime);
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    gone[lane] *= decay[lane];
    depth_noise[lane] = depth_noise[lane] * decay[lane] + noise[lane] * spread[lane] * shock[lane];
  }
}

/// What has no elasticity or noise is multiplied by exp(0).
template <bool Elastic, bool Noisy>
void show_depth_with(const DepthLaw& law, const LaneIndex& regime, const DepthLanes& d) {
  const Looked stated(law.half_spread, regime), volume(law.daily_volume, regime);
  Lanes on_spread, on_volume;
  if constexpr (Elastic) {
    const Looked wider(law.spread_elasticity, regime), more(law.volume_elasticity, regime),
        usual(law.usual_variance, regime);
    const double *variance = d.variance->data(), *jumps = d.jump_variance->data();
    UNHEDGED_LANES_APART
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double ratio = (variance[lane] + jumps[lane]) / usual[lane];
      const double heat = 0.5 * math::log(ratio > 1e-12 ? ratio : 1e-12);
      on_spread[lane] = math::exp(wider[lane] * heat);
      on_volume[lane] = math::exp(more[lane] * heat);
    }
  }
  const double *gone = d.gone->data(), *noise = d.noise->data();
  double *const half_spread = d.half_spread->data(), *const inverse_volume = d.inverse_volume->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double there = 1.0 - gone[lane], left = Noisy ? there * math::exp(noise[lane]) : there;
    const double spread = (Elastic ? stated[lane] * on_spread[lane] : stated[lane]) / left;
    const double daily = (Elastic ? volume[lane] * on_volume[lane] : volume[lane]) * left;
    half_spread[lane] = spread < 1.0 ? spread : 1.0;
    inverse_volume[lane] = daily > 0.0 ? 1.0 / daily : 0.0;
  }
}

void show_depth(const DepthLaw& law, const LaneIndex& regime, const DepthLanes& d) {
  if (law.elastic)
    return law.noisy ? show_depth_with<true, true>(law, regime, d)
                     : show_depth_with<true, false>(law, regime, d);
  law.noisy ? show_depth_with<false, true>(law, regime, d) : show_depth_with<false, false>(law, regime, d);
}

void outage(const OutageLaw& law, const LaneIndex& regime, const Lanes& uniform, const Lanes& last, Lanes& up,
            Lanes& frozen) {
  const Looked fails(law.fails, regime), mends(law.mends, regime);
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double was = up[lane], u = uniform[lane];
    const double stays = u < fails[lane] ? 0.0 : 1.0, returns = u < mends[lane] ? 1.0 : 0.0;
    const double now = was != 0.0 ? stays : returns;
    up[lane] = now;
    frozen[lane] = was > now ? last[lane] : frozen[lane];
  }
}

void show_venue(double share, bool stale, const Lanes& spot, const Lanes& up, const Lanes& frozen,
                Showing& sum) {
  const double when_down = stale ? share : 0.0;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double weight = up[lane] != 0.0 ? share : when_down;
    sum.sum[lane] += weight * (up[lane] != 0.0 ? spot[lane] : frozen[lane]);
    sum.shares[lane] += weight;
  }
}

void seen(const Showing& sum, double today, const Lanes& spot, Lanes& seen, Lanes& log_seen) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double mean = sum.shares[lane] > 0.0 ? sum.sum[lane] / sum.shares[lane] : spot[lane];
    const double ratio = mean / today;
    const double log_ratio = math::log(ratio > 1e-300 ? ratio : 1e-300);
    seen[lane] = mean;
    log_seen[lane] = log_ratio > kLogOfNothing ? log_ratio : kLogOfNothing;
  }
}

}  // namespace

const PartKernels part_kernels{gather,     add_line, add_in,     revert, follow, mood, recover,
                               show_depth, outage,   show_venue, seen,   decay,  price};

}  // namespace unhedged::world::UNHEDGED_ISA
