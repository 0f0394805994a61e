#include <cmath>
#include <vector>

#include "engine/math/band_table.hpp"
#include "engine/math/dyadic.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;

namespace {

/// A quintic times a cubic.
double product_at(double x, double z) {
  return (1 + x - 0.5 * x * x * x + 0.3 * x * x * x * x * x) * (2 - z + z * z * z / 3);
}

math::BandTable product_table() {
  math::BandTable table;
  table.origin_z = -1, table.inverse_step_z = 5;
  table.intervals = 10, table.of_band = 4;
  for (std::size_t first = 0; first < table.intervals; first += table.of_band) {
    const int nodes = 9 + static_cast<int>(first);
    const double step = 2.0 / (nodes - 1);
    table.bands.push_back({-1, 1 / step, nodes - 1.0, static_cast<double>(table.values.size())});
    for (int i = 0; i < nodes; ++i)
      for (std::size_t row = 0; row < table.rows_of_band(); ++row)
        table.values.push_back(product_at(-1 + i * step, -1 + (static_cast<double>(first + row) - 1) / 5));
  }
  return table;
}

}  // namespace

TEST_CASE("Band tables reproduce quintics times cubics, across bands, on every instruction set") {
  const math::BandTable table = product_table();
  double x[64], z[64];
  for (std::size_t i = 0; i < 64; ++i) {
    x[i] = -1 + 2 * std::fmod(0.11 + 0.7548 * static_cast<double>(i), 1.0);
    z[i] =
        i < 11 ? -1 + 0.2 * static_cast<double>(i) : -1 + 2 * std::fmod(0.5698 * static_cast<double>(i), 1.0);
  }
  for (const Isa isa : supported_isas()) {
    double out[64] = {}, reference[64] = {};
    math::band_kernels(isa).add(table, x, z, 64, out);
    math::band_kernels(Isa::baseline).add(table, x, z, 64, reference);
    for (std::size_t i = 0; i < 64; ++i) {
      INFO("x " << x[i] << " z " << z[i]);
      CHECK(out[i] == reference[i]);
      CHECK(std::abs(out[i] - product_at(x[i], z[i])) < 1e-12);
    }
  }
}

TEST_CASE("A band table that is cut is what it was, at every place and beyond its ends") {
  const math::BandTable table = product_table();
  for (const double z : {-1.5, -1.0, -0.83, -0.2, 0.0, 0.37, 0.99, 1.0, 1.4}) {
    double x[64], at[64], whole[64] = {};
    for (std::size_t i = 0; i < 64; ++i) {
      x[i] = -1.2 + 2.4 * std::fmod(0.11 + 0.7548 * static_cast<double>(i), 1.0);
      at[i] = z;
    }
    math::band_kernels(Isa::baseline).add(table, x, at, 64, whole);
    const math::BandTable::Band& band = table.band_of(z);
    std::vector<double> first;
    for (const Isa isa : supported_isas()) {
      std::vector<double> row(static_cast<std::size_t>(band.last_node) + 1), out(64, 0.0);
      math::band_kernels(isa).cut(table, z, row.data());
      math::band_kernels(isa).add_cut(band, row.data(), x, 64, out.data());
      if (isa == supported_isas().front()) first = out;
      CHECK(out == first);
      for (std::size_t i = 0; i < 64; ++i) CHECK(std::abs(out[i] - whole[i]) < 1e-13);
    }
  }
}

TEST_CASE("Dyadic grids are refined exactly for polynomials of degree seven, wherever they begin") {
  const auto f = [](double x) { return 1 + x * (2 + x * x * (1 - 0.5 * x * x * (1 + x * x))); };
  for (const std::int64_t first : {-7, -6, 0, 1, 5})
    for (const std::size_t count : {std::size_t{6}, std::size_t{7}}) {
      const math::DyadicGrid fine{3, first, count}, coarse = fine.coarser();
      std::vector<double> values;
      for (std::size_t i = 0; i < coarse.count; ++i) values.push_back(f(coarse.node(i)));
      for (const Isa isa : supported_isas()) {
        const std::size_t pairs = coarse.count - (math::kStencil - 1);
        std::vector<double> out(2 * pairs);
        math::dyadic_kernels(isa).refine(values.data(), pairs, out.data());
        const std::size_t skip = first % 2 == 0 ? 0 : 1;
        REQUIRE(out.size() >= skip + count);
        for (std::size_t i = 0; i < count; ++i) CHECK(std::abs(out[i + skip] - f(fine.node(i))) < 1e-12);
      }
      const math::DyadicGrid finer = fine.finer(2);
      CHECK(finer.node(0) == fine.node(0));
      CHECK(finer.node(finer.count - 1) == fine.node(count - 1));
    }
}
