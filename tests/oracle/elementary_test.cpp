#include <cmath>
#include <fstream>
#include <sstream>

#include "engine/math/elementary.hpp"
#include "engine/math/elementary_kernels.hpp"
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

double evaluate(const std::string& function, double x) {
  if (function == "exp") return math::exp(x);
  if (function == "log") return math::log(x);
  if (function == "normal_cdf") return math::normal_cdf(x);
  return math::normal_quantile(x);
}

double allowed(const std::string& function) {
  if (function == "exp" || function == "log") return 5e-16;
  return function == "normal_cdf" ? 3e-15 : 3e-14;
}

}  // namespace

TEST_CASE("exp, log, Phi and its inverse keep their stated accuracy over the whole range") {
  const auto table = rows();
  REQUIRE(table.size() > 2000);
  for (const Row& row : table) {
    const double value = evaluate(row.function, row.x);
    INFO(row.function << "(" << row.x << ") = " << value << ", exact " << row.exact);
    const double error = row.exact == 0 ? std::abs(value) : std::abs(value / row.exact - 1);
    CHECK(error <= allowed(row.function));
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
