#pragma once
#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/lanes.hpp"
#include "engine/math/jet.hpp"

/// Contracts that are no sum of European calls on one asset: what they remember of a path, what they pay, and
/// what they are worth where prices are lognormal. A kind is one file in instruments/contracts, and one row
/// in contracts.cpp.
namespace unhedged::instruments {

/// Contracts with less life than this have expired.
inline constexpr double kExpiredYears = 1e-9;

/// Whether a contract is alive after a time. One that outlives the horizon is marked there, any other has
/// been settled: all who ask, ask this.
inline bool outlives(double expiry_years, double time_years) {
  return expiry_years - time_years > kExpiredYears;
}

class EarlyExerciseTables;

/// What a user says of a position, resolved: prices in account currency, times in years from today.
struct ContractTerms {
  double spot_today = 0;
  double strike = 0;
  double expiry_years = 0;
  double barrier = 0;
  double rebate = 0;       ///< account currency per unit
  double payout = 1;       ///< account currency per unit
  double start_years = 0;  ///< of what starts later
  double floor = 0;        ///< of returns
  double cap = std::numeric_limits<double>::infinity();
  double strike_volatility = 0;  ///< a year
  double cap_volatility = std::numeric_limits<double>::infinity();
  /// Share of the strike from which on the holder exercises; infinity: never before expiry; none: where that
  /// is best.
  std::optional<double> exercised_from;
  double rate = 0, yield = 0;             ///< a year
  EarlyExerciseTables* tables = nullptr;  ///< of the book; null: each contract has its own
  std::vector<double> dates;  ///< at which it looks at the spot, ascending; the last is the expiry

  bool operator==(const ContractTerms&) const = default;
};

/// A market in which a contract is priced: the spot is lognormal with one volatility.
struct LognormalMarket {
  math::Jet x;           ///< log(spot / reference): the variable x of the jets
  math::Jet volatility;  ///< a year: their variable s
  double skew = 0;       ///< slope of the quoted volatility in the log strike, at the strike
  double time_years = 0;
  double rate = 0, yield = 0;
};

/// What contracts remember of each path: as many numbers as they ask for.
using Memory = std::span<Lanes>;
using ConstMemory = std::span<const Lanes>;

/// ContractPart of what a contract is worth on a block: weight * reference * f(log(spot / reference)), f one
/// of the contract's shapes. It points into the memory.
struct ContractPart {
  std::size_t shape = 0;
  const Lanes* weight = nullptr;     ///< null: 1
  const Lanes* reference = nullptr;  ///< account currency; null: `fixed_reference`
  double fixed_reference = 0;

  double reference_of(std::size_t lane) const {
    return reference != nullptr ? (*reference)[lane] : fixed_reference;
  }
};

struct Parts {
  static constexpr std::size_t kMost = 3;
  std::array<ContractPart, kMost> part{};
  std::size_t count = 0;

  void add(const ContractPart& one) { part[count++] = one; }
  const ContractPart* begin() const { return part.data(); }
  const ContractPart* end() const { return part.data() + count; }
};

/// Where a shape lives and bends, in x = log(spot / reference).
struct ShapeOutline {
  double low = -1e3, high = 1e3;       ///< beyond, Contract::beyond takes the place of its formula
  double bend_low = 0, bend_high = 0;  ///< where it bends most: at strikes and barriers
  double log_strike = 0;               ///< whose quote it is priced with, relative to the reference
  double narrowing = 1;                ///< the deviation of what it pays, over that of the spot at expiry
  bool settles = true;                 ///< whether delta and cash become constant far from the bends
  int jumps = 0;                       ///< 1 if its payoff jumps, 0 if it only bends
};

/// The right of the holder to end a contract before its expiry. The first number that such a contract
/// remembers is 1 while it is alive, else 0.
class EarlyEnd {
 public:
  virtual ~EarlyEnd() = default;

  virtual double strike() const = 0;
  /// For one unit.
  virtual double pays(double spot) const = 0;
  /// Whether the holder ends it then; `volatility`: quoted for the strike.
  virtual bool is_ended(double time_years, double spot, double volatility) const = 0;
};

class Contract {
 public:
  explicit Contract(double expiry_years) : expiry_years_(expiry_years) {}
  virtual ~Contract() = default;

  /// When nothing is left of it.
  double expiry_years() const { return expiry_years_; }

  /// What is wrong with its terms, for the user; empty if nothing is.
  virtual std::string problem(double /*spot_today*/) const { return ""; }

  /// Numbers it remembers of each path.
  virtual std::size_t memory() const = 0;
  /// Before today's spot is seen.
  virtual void begin(Memory memory) const = 0;
  /// Sees the spot of a grid time, every one from today to its expiry, and adds what one unit pays then.
  /// shapes  memory: [memory()], paid: account currency. returns  whether it may have paid
  virtual bool observe(double time_years, const Lanes& spot, Memory memory, Lanes& paid) const = 0;

  /// Null: it ends as `observe` says.
  virtual const EarlyEnd* early_end() const { return nullptr; }

  /// Whether its prices are looked up already: tables of them would cost more.
  virtual bool is_tabulated() const { return false; }

  /// Functions that prices are made of.
  virtual std::size_t shapes() const = 0;
  virtual ShapeOutline outline(std::size_t shape, double time_years) const = 0;
  /// f of a shape before its expiry; smooth somewhat beyond the ends of its outline too.
  virtual math::Jet price(std::size_t shape, const LognormalMarket& market) const = 0;
  /// f beyond the ends of its outline.
  virtual math::Jet beyond(std::size_t shape, const LognormalMarket& market) const {
    return price(shape, market);
  }
  /// What it is worth at a grid time that it has seen.
  virtual Parts parts(ConstMemory memory, double time_years) const = 0;

 private:
  double expiry_years_;
};

/// What a kind wants to be told besides its expiry.
struct Asks {
  bool strike = false;
  bool barrier = false;
  bool rebate = false;
  bool payout = false;
  bool observed = false;  ///< an interval; by default every step
  bool starts = false;
  bool floor = false, cap = false;
  bool strike_volatility = false, cap_volatility = false;
  bool exercise = false;  ///< when the holder ends it
  bool assets = false;    ///< several, where others have one
  bool weights = false;
  bool correlation = false;
};

/// A kind of contract.
struct ContractRow {
  const char* name;
  const char* help;
  Asks asks;
  std::shared_ptr<const Contract> (*make)(const ContractTerms&);
};

std::span<const ContractRow* const> contract_rows();

}  // namespace unhedged::instruments
