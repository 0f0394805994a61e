#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/app/commands.hpp"

/// Where in the space of its parameters a configuration is run.
namespace unhedged::app {

/// Values of some keys at every point, as texts that a configuration could hold.
struct SweepPoints {
  std::vector<std::string> keys;
  std::vector<std::vector<std::string>> values;  ///< [point][key]

  std::size_t size() const { return values.size(); }
  /// What a point sets. shapes  (key, text)
  std::vector<std::pair<std::string, std::string>> of(std::size_t point) const;
  /// As CSV with a header, which comes back as the same points.
  std::string csv() const;
  /// "spread=2 bp, band=0.1", for messages.
  std::string words(std::size_t point) const;
};

/// The numbers among the values of points.
struct SweepNumbers {
  std::vector<std::string> units;  ///< [key] behind all numbers of the key; empty: none
  std::vector<double> values;      ///< [point][key]; NaN: the values of the key are no numbers of one unit
};
SweepNumbers numbers_of(const SweepPoints& points);

/// Most points of a sweep.
inline constexpr std::uint64_t kMostPoints = 1'000'000;

/// A key and what it is varied over: a list of texts, or all numbers of a range.
struct SweepAxis {
  std::string key;
  std::vector<std::string> values;  ///< empty: a range
  double low = 0, high = 0;
  std::string unit;  ///< behind the numbers of a range; empty: none

  bool is_range() const { return values.empty(); }
  /// The text at a share u in [0, 1) of the range, or of the list.
  std::string at(double u) const;
};

/// Of KEY=a,b,c or KEY=low..high. Commas within brackets, braces and quotes are part of a value.
/// errors  UsageError
SweepAxis parse_axis(const std::string& text);

/// The points that the arguments ask for. Grid: the product of all values, the last key changing fastest; of
/// ranges as many equally spaced values as there are points, ends included. Random: independent and uniform.
/// Sobol: the sequence of Joe and Kuo's direction numbers, shifted digit by digit at random by the seed
/// (Matousek 1998; L'Ecuyer and Lemieux 2002), which keeps its equidistribution. CSV: the rows of a file.
/// errors  UsageError; IoError and ConfigError of the file
SweepPoints sweep_points(const SweepArguments& arguments);

}  // namespace unhedged::app
