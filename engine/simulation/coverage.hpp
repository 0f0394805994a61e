#pragma once
#include "engine/simulation/coverage_terms.hpp"

namespace unhedged::simulation {

class Floor;

/// Whether what yardsticks require today covers what is lost by the end of their horizons, on one block of
/// paths in one world. docs/methods/margin.md
class Coverage {
 public:
  Coverage(const CoverageTerms& terms, const Plan& plan);

  void start();
  /// A grid time, after the orders of then are filled.
  void look(const Floor& floor, std::uint32_t step);

  /// Of today's position, held until then, or of the desk's as it goes on trading.
  enum class LossOf { held, traded };
  /// 1 where the loss of a hedger who trades on the floor is larger than what the yardstick requires.
  const Lanes& uncovered(std::size_t yardstick, std::size_t hedger, LossOf position) const {
    return (position == LossOf::held ? held_ : traded_)[yardstick * hedgers_ + hedger];
  }
  std::size_t lanes() const {
    return base_.size() + units_.size() * kLanesOfUnit + held_.size() + traded_.size();
  }

 private:
  static constexpr std::size_t kLanesOfUnit = 3;

  /// One unit of what some hedger holds today, bought today.
  struct UnitGain {
    const hedging::Line* line;
    bool is_closed = false;    ///< an option, at its roll
    Lanes gain{};              ///< so far, in money of the horizon
    Lanes price{}, funding{};  ///< at the last grid time
  };

  void begin(const Floor& floor);
  void move(const Floor& floor, std::uint32_t step, UnitGain& unit) const;
  void judge(const Floor& floor, std::uint32_t step, std::size_t yardstick);
  void add_held(const Floor& floor, std::uint32_t step, const YardstickPlan& yardstick, std::size_t hedger,
                Lanes& gain) const;
  void add_traded(const Floor& floor, std::uint32_t step, const YardstickPlan& yardstick, std::size_t hedger,
                  Lanes& gain) const;

  const CoverageTerms* terms_;
  const Plan* plan_;
  std::size_t hedgers_;
  std::vector<Lanes> base_;           // [asset] what the book is worth today, in money of the horizon
  std::vector<UnitGain> units_;       // of each line that somebody holds today
  std::vector<Lanes> held_, traded_;  // [yardstick][hedger]
};

}  // namespace unhedged::simulation
