#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/simulation/report.hpp"

/// What can stand in the result table.
namespace unhedged::app {

/// How much of an estimate is shown: 1.86 M; 1.86 M \u00b185 k; 1.86 M [1.79 M, 1.947 M].
enum class Form { value, error, ends };

/// Text of an estimate; value and uncertainty align apart.
struct TableCell {
  std::string value, uncertainty;
};

/// One column, declared once: what it is called, what it holds, how it is written.
struct TableColumn {
  std::string name;  ///< as in the result file
  std::string heading;
  std::string unit;  ///< "probability" is written in percent
  /// The estimate of a scenario and hedger, or the word that stands for it.
  std::function<std::optional<risk::Estimate>(std::size_t, std::size_t)> at;
  std::string absent = "-";

  TableCell cell(std::size_t scenario, std::size_t hedger, Form form) const;
  /// Characters that typical numbers take, whatever those of this run are.
  TableCell nominal(Form form) const;
};

/// All columns a run has, by the names of the result file, and what the table adds.
std::vector<std::string> column_names(const simulation::Plan& plan);

/// The column of a name. errors  ContractViolation if there is none
TableColumn column_of(const simulation::Plan& plan, const simulation::Report& report,
                      const std::string& name);

/// A column and how it is shown.
struct Shown {
  std::string name;
  Form form;
};

/// What the table shows, the most important first: the first kCore always, each further one as long as the
/// width allows, widening a column that is there or adding one.
inline constexpr std::size_t kCore = 5;
std::vector<Shown> ladder(const simulation::Plan& plan);

}  // namespace unhedged::app
