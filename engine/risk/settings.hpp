#pragma once
#include <vector>

namespace unhedged::risk {

/// A limit on expected shortfall at a level; breaching it makes the run exit with 6.
struct Limit {
  enum class Measure { es, var };
  Measure measure = Measure::es;
  double level = 0.99;
  double amount = 0;
};

/// Half the width that the interval of a number at a level may have, as a share of the number.
struct Precision {
  Limit::Measure measure = Limit::Measure::es;
  double level = 0.99;
  double error = 0.01;
};

struct Settings {
  std::vector<double> levels{0.95, 0.99};
  double confidence = 0.95;
  std::vector<Limit> limits;
};

}  // namespace unhedged::risk
