#pragma once
#include "engine/math/rows.hpp"
#include "engine/simulation/scan_kernels.hpp"

/// For kernels that read tables of losses: all scenarios at a point between nodes.
namespace unhedged::simulation::UNHEDGED_ISA {

using math::Octet;

static_assert(sizeof(Octet) == kScanWidth * sizeof(float));

UNHEDGED_INLINE double larger(double a, double b) { return a > b ? a : b; }
UNHEDGED_INLINE float larger(float a, float b) { return a > b ? a : b; }

/// Weights of six nodes: a cubic with the slopes of five points, as tables of cubics have it.
UNHEDGED_INLINE void weights_of(double t, double (&out)[6]) {
  const double s = 1.0 - t;
  const double left = s * s * (1.0 + 2.0 * t), right = t * t * (3.0 - 2.0 * t);
  constexpr double twelfth = 1.0 / 12.0;
  const double up = t * s * s * twelfth, down = -(t * t * s) * twelfth;  // of twelve times the slopes
  out[0] = up;
  out[1] = down - 8.0 * up;
  out[2] = left - 8.0 * down;
  out[3] = right + 8.0 * up;
  out[4] = 8.0 * down - up;
  out[5] = -down;
}

/// Of scenarios side by side.
UNHEDGED_INLINE Octet load_side(const float* from) {
  Octet out;
  __builtin_memcpy(&out, from, sizeof out);
  return out;
}

UNHEDGED_INLINE Octet filled_octet(float x) { return Octet{} + x; }

/// A point between two nodes in the log spot, of which four more are around it, at each of some levels of the
/// market.
template <int levels>
struct Between {
  const float* rows[levels];  ///< of the first of the six nodes
  float weight[levels][6];
};

/// The six rows follow each other.
template <class Table, int levels>
UNHEDGED_INLINE void fetch(const Table& table, const Between<levels>& point) {
  constexpr std::size_t line = 64 / sizeof(float);
  for (const float* rows : point.rows)
    for (std::size_t at = 0; at < 6 * table.scenarios; at += line) __builtin_prefetch(rows + at);
}

template <class Table, int levels>
UNHEDGED_INLINE float worst_at(const Table& table, const Between<levels>& point, const Scanned& held,
                               std::size_t lane) {
  const Octet value = filled_octet(static_cast<float>(held.value[lane])),
              hedge = filled_octet(static_cast<float>(held.hedge[lane])),
              share = filled_octet(static_cast<float>(held.share[lane]));
  Octet worst{};
  for (std::size_t first = 0; first < table.scenarios; first += kScanWidth) {
    Octet shocked{};
    for (int level = 0; level < levels; ++level) {
      const float* const at = point.rows[level] + first;
      const auto add = [&](std::size_t k, Octet sum) {
        return math::fma(filled_octet(point.weight[level][k]), load_side(at + k * table.scenarios), sum);
      };
      shocked += add(0, add(1, add(2, Octet{}))) + add(3, add(4, add(5, Octet{})));
    }
    const Octet booked = share * (load_side(table.weight + first) * (value - shocked));
    const Octet loss =
        math::fma(load_side(table.slope + first), hedge, booked) - load_side(table.dampener + first);
    worst = loss > worst ? loss : worst;
  }
  float out = 0.0F;
  for (std::size_t k = 0; k < kScanWidth; ++k) out = larger(worst[k], out);
  return out;
}

/// `find(lane)`: a point. Rows of the paths to come are on their way while one is looked at.
template <int levels, class Table, class Find>
UNHEDGED_INLINE void worst_of_points(const Table& table, const Scanned& held, const ScannedLanes& some,
                                     Find find, Lanes& lost) {
  constexpr std::size_t ahead = 4;
  Between<levels> points[2 * ahead];
  for (std::size_t k = 0; k < some.count + ahead; ++k) {
    if (k < some.count) {
      Between<levels>& next = points[k % (2 * ahead)];
      next = find(some.lane[k]);
      fetch(table, next);
    }
    if (k < ahead) continue;
    const std::size_t lane = some.lane[k - ahead];
    lost[lane] = static_cast<double>(worst_at(table, points[(k - ahead) % (2 * ahead)], held, lane));
  }
}

}  // namespace unhedged::simulation::UNHEDGED_ISA
