#include <cmath>
#include <fstream>
#include <sstream>

#include "engine/math/elementary.hpp"
#include "engine/math/elementary_kernels.hpp"
#include "engine/math/exponentials.hpp"
#include "engine/math/scalar.hpp"
#include "tests/support/catch.hpp"

// tests/oracle/elementary.csv holds values from 50-digit arithmetic; tools/make_elementary_oracle.py
// made it.

using namespace unhedged;

namespace {

struct Row {
  std::string function;
  double x, exact;
};

std::vector<Row> rows() {
  std::ifstream file(std::string(UNHEDGED_SOURCE_DIR) + "/tests/oracle/elementary.csv");
  std::vector<Row> out;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string function, x, exact;
    std::getline(cells, function, ',');
    std::getline(cells, x, ',');
    std::getline(cells, exact, ',');
    out.push_back({function, std::stod(x), std::stod(exact)});
  }
  return out;
}

/// Number after the name of a function of two.
double second(const std::string& function) { return std::stod(function.substr(function.find(' '))); }

double evaluate(const std::string& function, double x) {
  if (function == "exp") return math::exp(x);
  if (function == "expm1") return math::expm1(x);
  if (function == "log1p") return math::log1p(x);
  if (function == "tanh") return math::tanh(x);
  if (function == "cosh_minus_one") return math::cosh_minus_one(x);
  if (function == "cos_of_turns") return math::cos_of_turns(x);
  if (function.starts_with("power ")) return math::power(x, second(function));
  if (function == "log") return math::log(x);
  if (function == "normal_cdf") return math::normal_cdf(x);
  return math::normal_quantile(x);
}

double allowed(const std::string& function) {
  if (function == "exp" || function == "log") return 5e-16;
  if (function == "normal_cdf") return 3e-15;
  return function == "normal_quantile" ? 3e-14 : 1e-15;
}

}  // namespace

TEST_CASE(
    "exp, log and what follows from them, Phi and its inverse keep their stated accuracy over the whole "
    "range") {
  const auto table = rows();
  REQUIRE(table.size() > 5000);
  for (const Row& row : table) {
    const double value = evaluate(row.function, row.x);
    INFO(row.function << "(" << row.x << ") = " << value << ", exact " << row.exact);
    const double error = row.exact == 0 ? std::abs(value) : std::abs(value / row.exact - 1);
    CHECK(error <= allowed(row.function));
  }
}

TEST_CASE("Functions of single numbers take any number, as those of the C library do") {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
  const std::vector<double> ends{0.0,   -0.0,   1.0,   -1.0,   2.0, -2.0, 1e-310, 5e-324,
                                 800.0, -800.0, 1e300, -1e300, inf, -inf, nan};
  const auto agree = [](double value, double expected) {
    if (std::isnan(expected)) return std::isnan(value);
    if (std::isinf(expected)) return value == expected;
    return std::abs(value - expected) <= 1e-15 * std::abs(expected) + 1e-307;
  };
  for (const double x : ends) {
    INFO(x);
    CHECK(agree(scalar::exp(x), std::exp(x)));
    CHECK(agree(scalar::log(x), std::log(x)));
    CHECK(agree(scalar::expm1(x), std::expm1(x)));
    CHECK(agree(scalar::log1p(x), std::log1p(x)));
    CHECK(agree(scalar::tanh(x), std::tanh(x)));
    CHECK(agree(scalar::cosh_minus_one(x), std::abs(x) < 1e-3 ? 0.5 * x * x : std::cosh(x) - 1));
    for (const double y : ends) {
      INFO(y);
      if (!std::signbit(x)) CHECK(agree(scalar::power(x, y), std::pow(x, y)));
    }
  }
  CHECK(std::isnan(scalar::power(-2.0, 0.5)));
}

TEST_CASE("Functions of single numbers have the same bits on every instruction set") {
  for (const Row& row : rows()) {
    const double usual = row.function.starts_with("power ")
                             ? math::scalar_kernels(Isa::baseline).power(row.x, second(row.function))
                             : 0;
    for (const Isa isa : supported_isas()) {
      const math::ScalarKernels &k = math::scalar_kernels(isa), &oldest = math::scalar_kernels(Isa::baseline);
      const auto same = [&](double (*of)(double), double (*oldest_of)(double)) {
        return std::bit_cast<std::uint64_t>(of(row.x)) == std::bit_cast<std::uint64_t>(oldest_of(row.x));
      };
      INFO(name_of(isa) << " " << row.function << " " << row.x);
      CHECK(same(k.exp, oldest.exp));
      CHECK(same(k.log, oldest.log));
      CHECK(same(k.expm1, oldest.expm1));
      CHECK(same(k.log1p, oldest.log1p));
      CHECK(same(k.tanh, oldest.tanh));
      CHECK(same(k.cosh_minus_one, oldest.cosh_minus_one));
      CHECK(same(k.cos_of_turns, oldest.cos_of_turns));
      if (usual != 0) CHECK(k.power(row.x, second(row.function)) == usual);
    }
  }
}

TEST_CASE("exp and Phi at the ends of their range") {
  CHECK(math::exp(-800) == 0);
  CHECK(math::exp(800) == std::numeric_limits<double>::infinity());
  CHECK(math::exp(-std::numeric_limits<double>::infinity()) == 0);
  CHECK(std::isnan(math::exp(std::nan(""))));
  CHECK(math::normal_cdf(-50) == 0);
  CHECK(math::normal_cdf(50) == 1);
  CHECK(math::normal_cdf(std::numeric_limits<double>::infinity()) == 1);
  CHECK(std::isnan(math::normal_cdf(std::nan(""))));
}

TEST_CASE("Every instruction set gives the same bits as the scalar functions") {
  std::vector<double> x, p;
  for (int i = 0; i < 10007; ++i) {
    x.push_back(-40 + 80.0 * i / 10007 + 1e-3 * std::sin(i));
    p.push_back((i + 0.5) / 10007);
  }
  p.front() = 1e-12;
  for (const Isa isa : supported_isas()) {
    const auto& kernels = math::elementary_kernels(isa);
    std::vector<double> out(x.size());
    INFO(name_of(isa));
    const auto same = [&](auto kernel, const std::vector<double>& in, auto scalar) {
      kernel(in.data(), out.data(), in.size());
      for (std::size_t i = 0; i < in.size(); ++i)
        if (std::bit_cast<std::uint64_t>(out[i]) != std::bit_cast<std::uint64_t>(scalar(in[i]))) return false;
      return true;
    };
    CHECK(same(kernels.exp, x, [](double v) { return math::exp(v); }));
    CHECK(same(kernels.normal_cdf, x, [](double v) { return math::normal_cdf(v); }));
    CHECK(same(kernels.log, p, [](double v) { return math::log(v); }));
    CHECK(same(kernels.normal_quantile, p, [](double v) { return math::normal_quantile(v); }));
  }
}
