#pragma once
#include <functional>
#include <span>
#include <vector>

#include "engine/core/lanes.hpp"
#include "engine/risk/metric.hpp"

/// Quantities kept of the paths. Each is declared once, in columns.cpp, and flows from there to storage,
/// estimates, tables and the result file.
namespace unhedged::simulation {

class Attribution;
class Floor;
class PathBlock;
struct Plan;

/// A block of paths that has ended, as one hedger of one scenario sees it.
struct FinishedBlock {
  FinishedBlock(const PathBlock& block, std::size_t scenario, std::size_t hedger);

  std::size_t scenario, hedger;
  const Floor& floor;              ///< the one the hedger is judged by
  const Floor& calm;               ///< the one on which nobody moves the price; the same without feedback
  const Attribution* attribution;  ///< of what is made on the calm one; null: nobody asked
};

/// How much is kept: the number of every path, or sums that give its mean and error.
enum class Keep { every_path, mean };

/// What there is one number of on each path. The hedger of a FinishedBlock means nothing to the latter two.
enum class Shape { scenario_hedger, scenario, scenario_regime };

/// Of numbers kept of every path, as stored and written: float64, or uint8 for what is 0 or 1.
enum class Element { number, flag };

struct Column {
  /// As a dataset: of [scenario, hedger, path] or [scenario, path]; where the mean is kept of [scenario,
  /// estimate], or /regimes/NAME of [regime, estimate]. Not used for means by hedger: they stand in the
  /// summary alone.
  risk::MetricInfo data;
  /// Its mean, or probability, in the summary; by scenario and regime in the JSON. No name: it is not
  /// reported.
  risk::MetricInfo mean;
  risk::Concern concern = risk::Concern::everybody;  ///< of both
  Keep keep = Keep::mean;
  Shape shape = Shape::scenario_hedger;
  Element element = Element::number;
  std::size_t parts = 1;  ///< numbers of each hedger; where they are several and means, they are no metrics
  bool is_tailed =
      false;  ///< of every path, larger is worse: its ES at the levels of the run are in the summary
  /// Of every path: the name of another such column, and what the mean over that of the other is called in
  /// the summary. No name: there is none.
  std::string over = {};
  risk::MetricInfo ratio = {};
  /// Fills the numbers of all lanes. Asked only where the column concerns the hedger; elsewhere the numbers
  /// are 0. shapes  out: [part], for scenario_regime [regime]
  std::function<void(const FinishedBlock&, std::span<Lanes> out)> compute;

  bool is_money() const { return (data.name.empty() ? mean : data).unit == risk::kMoney; }
  std::size_t element_bytes() const {
    return element == Element::flag ? sizeof(std::uint8_t) : sizeof(double);
  }
};

/// The first column of every plan: all risk numbers are of it.
inline constexpr const char* kPnl = "pnl";

/// What is kept of the paths of a plan; columns that concern nobody in it are left out.
std::vector<Column> standard_columns(const Plan& plan);

/// Whether a number says something of a hedger in a scenario.
bool concerns(risk::Concern whom, const Plan& plan, std::size_t scenario, std::size_t hedger);

/// How many numbers a column has on each path of a scenario: those of all hedgers, 1 or regimes.
std::size_t width(const Column& column, const Plan& plan, std::size_t scenario);

/// errors  ContractViolation for a list without P&L at its head, of equal names, or of a shape that is not
/// kept so:
///         of regimes means alone are kept, and only hedgers have means of what is kept of every path
void check_columns(const std::vector<Column>& columns);

/// Bytes of all that is kept of every path, column by column, in memory or in the result.
std::vector<double> path_bytes(const Plan& plan);

}  // namespace unhedged::simulation
