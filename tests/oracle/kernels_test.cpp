#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "engine/hedging/desk.hpp"
#include "engine/math/triangular_product.hpp"
#include "engine/pricing/book_slice.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/random/draw.hpp"
#include "engine/random/noise.hpp"
#include "engine/random/philox.hpp"
#include "engine/world/kernels.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/orders.hpp"

using namespace unhedged;

namespace {

PathIds some_paths() {
  PathIds paths;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    paths.value[lane] = lane % 3 == 0 ? lane : 0x1'0000'0000ULL * lane + 977 * lane;
  return paths;
}

bool same_bits(const Lanes& a, const Lanes& b) { return std::memcmp(a.value, b.value, sizeof a.value) == 0; }

Lanes normals(std::uint32_t factor) {
  random::NoiseGroup group;
  random::noise_kernels().normals({3, random::Purpose::spot, factor}, some_paths(), 0, group);
  return group.step[0];
}

/// One QE step in plain scalar code, written from Andersen (2008), section 3.2.4 and proposition 9.
struct Qe {
  double k, theta, xi, rho, dt;

  void step(double z_v, double z_x, double& x, double& v) const {
    const double e = std::exp(-k * dt), m = theta + (v - theta) * e;
    const double s2 = v * xi * xi * e / k * (1 - e) + theta * xi * xi / (2 * k) * (1 - e) * (1 - e);
    const double psi = s2 / (m * m);
    const double k1 = .5 * dt * (k * rho / xi - .5) - rho / xi, k2 = .5 * dt * (k * rho / xi - .5) + rho / xi;
    const double k3 = .5 * dt * (1 - rho * rho), a_cap = k2 + .5 * k3;
    double next, log_m;
    if (psi <= 1.5) {
      const double b2 = 2 / psi - 1 + std::sqrt(2 / psi) * std::sqrt(2 / psi - 1), a = m / (1 + b2);
      next = a * std::pow(std::sqrt(b2) + z_v, 2);
      log_m = a_cap * b2 * a / (1 - 2 * a_cap * a) - .5 * std::log(1 - 2 * a_cap * a);
    } else {
      const double p = (psi - 1) / (psi + 1), beta = (1 - p) / m, u = .5 * std::erfc(-z_v / std::sqrt(2.0));
      next = u <= p ? 0 : std::log((1 - p) / (1 - u)) / beta;
      log_m = std::log(p + beta * (1 - p) / (beta - a_cap));
    }
    x += -log_m - (k1 + .5 * k3) * v + k1 * v + k2 * next + std::sqrt(k3 * (v + next)) * z_x;
    v = next;
  }

  world::HestonCoefficients coefficients() const {
    const double e = std::exp(-k * dt);
    world::HestonCoefficients c{};
    c.rho = rho, c.rho_bar = std::sqrt(1 - rho * rho), c.decay = e, c.long_run = theta;
    c.s2_v = xi * xi * e * (1 - e) / k, c.s2_constant = theta * xi * xi * (1 - e) * (1 - e) / (2 * k);
    c.k0 = -rho * k * theta / xi * dt;
    c.k1 = .5 * dt * (k * rho / xi - .5) - rho / xi, c.k2 = .5 * dt * (k * rho / xi - .5) + rho / xi;
    c.k3 = c.k4 = .5 * dt * (1 - rho * rho), c.a = c.k2 + .5 * c.k4, c.drift_dt = 0;
    return c;
  }
};

}  // namespace

TEST_CASE("The vector generator gives the words of the scalar Philox on every instruction set") {
  const PathIds paths = some_paths();
  const random::Stream stream{0x123456789abcdefULL, random::Purpose::jump_size, 5};
  for (const Isa isa : supported_isas()) {
    random::NoiseGroup uniforms, normal;
    random::noise_kernels(isa).uniforms(stream, paths, 6, uniforms);
    random::noise_kernels(isa).normals(stream, paths, 6, normal);
    INFO(name_of(isa));
    bool words = true, singles = true;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto path = paths.value[lane];
      const random::Word4 word = random::philox(
          {static_cast<std::uint32_t>(path), static_cast<std::uint32_t>(path >> 32), 6, (4u << 23) | 5u},
          {0x89abcdefu, 0x01234567u});
      for (std::uint32_t step = 0; step < 4; ++step) {
        words = words && uniforms.step[step][lane] == (word[step] + 0.5) * 0x1p-32;
        singles = singles && normal.step[step][lane] == random::normal_at(stream, path, 24 + step) &&
                  uniforms.step[step][lane] == random::uniform_at(stream, path, 24 + step);
      }
    }
    CHECK(words);
    CHECK(singles);
  }
}

TEST_CASE("Rows of a triangular product are their sums term by term, whatever rows are asked for together") {
  constexpr std::size_t most = 19;
  std::vector<Lanes> input;
  std::vector<double> weight;
  for (std::uint32_t k = 0; k < most; ++k) input.push_back(normals(k));
  for (std::size_t i = 0; i < most * most; ++i) weight.push_back(std::sin(static_cast<double>(3 * i + 1)));
  std::vector<const Lanes*> in;
  for (const Lanes& one : input) in.push_back(&one);
  for (const Isa isa : supported_isas())
    for (std::size_t first = 0; first < most; ++first)
      for (std::size_t count = 1; count <= std::min(math::kProductRows, most - first); ++count) {
        std::vector<Lanes> out(count);
        math::product_kernels(isa).multiply({weight.data(), most}, in.data(), first, count, out.data());
        bool same = true;
        for (std::size_t row = first; row < first + count; ++row)
          for (std::size_t lane = 0; lane < kLanes; ++lane) {
            double sum = weight[row * most] * input[0][lane];
            for (std::size_t k = 1; k <= row; ++k)
              sum = std::fma(weight[row * most + k], input[k][lane], sum);
            same = same && out[row - first][lane] == sum;
          }
        INFO(name_of(isa) << ", rows " << first << " to " << first + count - 1);
        CHECK(same);
      }
}

TEST_CASE("The normal of a word is the quantile of its uniform to a 200th of what a bit of it is worth") {
  double body = 0, tail = 0;
  bool antisymmetric = true;
  for (std::uint64_t k = 0; k < 200'000; ++k) {
    const auto word = static_cast<std::uint32_t>(k * 21474 + k % 977);  // all over the lower half
    if (random::rank_of(word) < random::kTailRank) continue;
    const double z = random::body_normal(random::normal_table(), word);
    body = std::max(body, std::abs(z - math::normal_quantile((word + 0.5) * 0x1p-32)));
    antisymmetric = antisymmetric && random::body_normal(random::normal_table(), ~word) == -z;
  }
  for (double p = 0x1p-65; p < random::kTailRank * 0x1p-32; p *= 1.001)
    tail = std::max(tail, std::abs(random::tail_quantile(p) / math::normal_quantile_tail(p) - 1));
  INFO("body " << body << ", tail " << tail);
  CHECK(body < 4e-12);
  CHECK(tail < 1e-13);
  CHECK(antisymmetric);
}

TEST_CASE("The Heston kernel is Andersen's scheme, in both of its branches, on every instruction set") {
  const Lanes w = normals(0), b = normals(1);
  for (const Qe& qe :
       {Qe{.5, .04, 1, -.9, 1.0 / 32}, Qe{4, .25, .5, -.5, 1.0 / 64}, Qe{2, .1, .8, .3, 1.0 / 365}}) {
    Lanes x0{}, v0{};
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      v0[lane] = lane % 5 == 0 ? 0 : 0.002 * static_cast<double>(lane);
    Lanes first_x{}, first_v{};
    for (const Isa isa : supported_isas()) {
      Lanes x = x0, v = v0;
      world::world_kernels(isa).heston(qe.coefficients(), w, b, x, v);
      if (isa == supported_isas().front()) first_x = x, first_v = v;
      CHECK(same_bits(x, first_x));
      CHECK(same_bits(v, first_v));
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const double bar = std::sqrt(1 - qe.rho * qe.rho);
        double exact_x = x0[lane], exact_v = v0[lane];
        qe.step(qe.rho * w[lane] + bar * b[lane], bar * w[lane] - qe.rho * b[lane], exact_x, exact_v);
        INFO("lane " << lane << " v0 " << v0[lane]);
        CHECK(std::abs(v[lane] - exact_v) < 1e-12 * std::max(1.0, exact_v));
        CHECK(std::abs(x[lane] - exact_x) < 1e-11);
      }
    }
  }
}

namespace {

double greek_of(const pricing::Greeks& greeks, pricing::Greek greek) {
  switch (greek) {
    case pricing::Greek::value: return greeks.value;
    case pricing::Greek::delta: return greeks.delta;
    case pricing::Greek::gamma: return greeks.gamma;
    case pricing::Greek::vega: return greeks.vega;
    case pricing::Greek::theta: return greeks.theta;
  }
  return 0;
}

/// Of a position at a spot, by the closed forms of single contracts.
pricing::Greeks one_by_one(const instruments::Position& p, double time, double spot, double level,
                           const market::ImpliedCurve& curve, const pricing::Carry& carry) {
  pricing::Greeks out{};
  const double tau = p.expiry_years - time, forward = spot * std::exp((carry.rate - carry.yield) * tau);
  if (p.kind == instruments::ContractKind::spot) {
    const double units = std::exp(carry.yield * time);
    out.value = units * spot, out.delta = units, out.theta = carry.yield * units * spot;
  } else if (p.kind == instruments::ContractKind::forward) {
    const double asset = spot * std::exp(-carry.yield * tau), cash = p.strike * std::exp(-carry.rate * tau);
    out.value = asset - cash, out.delta = std::exp(-carry.yield * tau);
    out.theta = carry.yield * asset - carry.rate * cash;
  } else {
    const double own = curve.own_marks == market::OwnMarks::kept ? p.volatility_ratio : 1;
    const double volatility = own * curve.volatility(tau, level, std::log(p.strike / forward));
    const auto right = p.kind == instruments::ContractKind::call ? pricing::Right::call : pricing::Right::put;
    out = pricing::black_scholes({right, p.strike, tau}, spot, volatility, carry);
  }
  return out;
}

/// Quotes of every kind: still, moving, with a smile, with a surface.
std::vector<market::ImpliedCurve> some_curves() {
  market::ImpliedCurve moving;
  moving.long_run = 0.06, moving.mean_reversion = 3, moving.jump_variance = 0.01,
  moving.moves_with_level = true;
  moving.premium = 0.1;
  market::ImpliedCurve smiling = moving;
  smiling.skew = -0.05, smiling.curvature = 0.02;
  market::ImpliedCurve surfaced = smiling;
  surfaced.reference = 0.24;
  surfaced.surface = std::make_shared<market::VolSurface>(std::vector{
      market::slice_at_the_money(0.1, 0.26, -0.08, 0.06), market::slice_at_the_money(0.5, 0.24, -0.1, 0.05)});
  return {market::flat(0.25), moving, smiling, surfaced};
}

}  // namespace

TEST_CASE("The Greeks of a book are those of its contracts one by one") {
  std::vector<instruments::Position> positions;
  for (int i = 0; i < 12; ++i)
    positions.push_back({i % 2 == 0 ? instruments::ContractKind::call : instruments::ContractKind::put,
                         0,
                         80.0 + 5 * (i % 7),
                         0.1 + 0.2 * (i % 3),
                         i % 4 == 0 ? -2.5 : 1.5,
                         {}});
  positions.push_back({instruments::ContractKind::forward, 0, 95, 0.3, 4, {}});
  positions.push_back({instruments::ContractKind::spot, 0, 0, 0, 3, {}});
  positions[1].volatility_ratio = 1.2, positions[6].volatility_ratio = 0.9;
  const pricing::Carry carry{0.03, 0.01};
  const double time = 0.05;
  const auto book = pricing::priced(instruments::net(positions, 0), carry, 100);
  const pricing::BlackScholesModel model;
  Lanes x, spot, level, sum;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    x[lane] = -0.5 + static_cast<double>(lane) / 256;
    spot[lane] = 100 * std::exp(x[lane]);
    level[lane] = 0.0005 * static_cast<double>(lane);
  }
  for (const market::ImpliedCurve& curve : some_curves())
    for (const pricing::Greek greek : pricing::kGreeks) {
      const pricing::BookSlice slice(model, book, time, curve);
      pricing::exact_greek(slice, greek, x.data(), spot.data(), level.data(), kLanes, sum.data());
      for (std::size_t lane = 0; lane < kLanes; lane += 15) {
        double expected = 0;
        for (const auto& p : positions)
          expected +=
              p.quantity * greek_of(one_by_one(p, time, spot[lane], level[lane], curve, carry), greek);
        INFO("Greek " << static_cast<int>(greek) << " lane " << lane);
        CHECK(std::abs(sum[lane] - expected) < 1e-12 * (100 + std::abs(expected)));
      }
    }
}

TEST_CASE("Columns of calls are the same bits on every instruction set") {
  std::vector<instruments::Position> positions;
  for (int i = 0; i < 7; ++i)
    positions.push_back({instruments::ContractKind::call, 0, 70.0 + 9 * i, 0.4, 1.0 - 0.3 * i, {}});
  const auto book = pricing::priced(instruments::net(positions, 0), {0.03, 0.01}, 100);
  Lanes x, level;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    x[lane] = -0.5 + static_cast<double>(lane) / 256, level[lane] = 0.001 * static_cast<double>(lane % 37);
  for (const market::ImpliedCurve& curve : some_curves()) {
    const pricing::SliceBucket bucket = pricing::bucket_of(book.expiries[0], 0.35, book.carry, curve);
    const auto columns = [&](Isa isa) {
      std::array<Lanes, 5> out{};
      const pricing::SliceKernels& kernels = pricing::slice_kernels(isa);
      kernels.add_shares(bucket, x.data(), level.data(), kLanes, out[0].data());
      kernels.add_cash(bucket, x.data(), level.data(), kLanes, out[1].data());
      const pricing::Bell bells[] = {pricing::Bell::over_sd, pricing::Bell::alone, pricing::Bell::times_sd};
      for (std::size_t k = 0; k < 3; ++k)
        kernels.add_bell(bucket, bells[k], 0.7, x.data(), level.data(), kLanes, out[2 + k].data());
      return out;
    };
    const auto baseline = columns(Isa::baseline);
    for (const Isa isa : supported_isas())
      for (std::size_t k = 0; k < 5; ++k) CHECK(same_bits(columns(isa)[k], baseline[k]));
  }
}

TEST_CASE("Decisions, costs and entries have the same bits on every instruction set") {
  testing::UnevenMarket market;
  market.tape.crowding = 2;
  std::vector<std::vector<Lanes>> seen;
  for (const Isa isa : supported_isas()) {
    Lanes wanted, order;
    for (std::size_t lane = 0; lane < kLanes; ++lane) wanted[lane] = std::sin(static_cast<double>(lane));
    hedging::Holding p{};
    p.units.fill(0.3);
    hedging::desk_kernels(isa).decide({&wanted, -1}, 0.1, p.units, order);
    Lanes impact;
    const hedging::ImpactLaw law{0.8, 0.6, 0.3};
    hedging::exchange_kernels(isa).impact(order, market.tape, law, 0.4, impact);
    hedging::ledger_kernels(isa).post({&order, &market.spot, &market.half_spread, &impact, 3e-4}, 1.1, p);
    hedging::ledger_kernels(isa).earn(market.spot, 0.01, p);
    hedging::ledger_kernels(isa).carry(market.spot, market.funding, {0.05, 0.01}, p);
    seen.push_back({order, impact, p.units, p.cash, p.turnover, p.spread_cost, p.impact_cost, p.fees});
    for (std::size_t k = 0; k < seen[0].size(); ++k) CHECK(same_bits(seen.back()[k], seen[0][k]));
  }
}
