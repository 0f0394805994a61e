#pragma once
#include "engine/config/choice.hpp"
#include "engine/instruments/book.hpp"

/// What a position of the book says.
namespace unhedged::config {

/// A kind of contract by its name. `row`: of those that are not netted; `multi_asset`: of those on several
/// assets.
struct Instrument {
  instruments::ContractKind kind = instruments::ContractKind::call;
  const instruments::ContractRow* row = nullptr;
  const instruments::MultiAssetRow* multi_asset = nullptr;
  bool in_coin = false;  ///< what it pays

  bool operator==(const Instrument&) const = default;
  /// Keys besides those of all positions that it takes.
  instruments::Asks asks() const;
  bool is_option() const;
};

struct InstrumentWords {
  using Value = Instrument;
  static const std::vector<std::pair<const char*, Value>>& table();
};

std::string name_of(const Instrument& instrument);
/// What it does, in a line.
std::string help_of(const Instrument& instrument);

/// What stands between the | of a text.
std::vector<std::string> entries_of(const std::string& text);

/// A list; in the cell of a CSV file its entries with | between them.
template <class T>
struct CellList {
  std::vector<T> values;

  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   CellList& out) {
    Reader reader(findings);
    if (!record.is_scalar()) return reader.read(record, field, path, out.values);
    out.values.clear();
    for (const std::string& entry : entries_of(record.text))
      reader.read(scalar_record(entry, record.mark), field, path, out.values.emplace_back());
  }
};

/// When a forward pays.
enum class Settled { at_expiry, on_margin };

struct SettledWords {
  using Value = Settled;
  static constexpr std::pair<const char*, Value> table[] = {{"at_expiry", Value::at_expiry},
                                                            {"on_margin", Value::on_margin}};
};

struct NeverWord {
  static constexpr const char* word = "never";
};

struct PositionSpec {
  Word<InstrumentWords> instrument;
  std::string asset;
  CellList<std::string> assets;
  std::optional<Strike> strike;
  std::optional<Expiry> expiry;
  double quantity = 0;
  std::optional<double> premium;
  std::string id, group;
  std::optional<double> implied_vol;
  std::optional<Strike> barrier;
  std::optional<double> rebate, payout;
  std::optional<Duration> observed, starts;
  std::optional<double> floor, cap, strike_vol, cap_vol;
  std::optional<WordOr<NeverWord, double>> exercise;
  CellList<double> weights;
  std::optional<double> correlation;
  std::optional<Word<SettledWords>> settled;

  static void describe(auto& visit, auto& s) {
    visit(Field{"instrument", "what is held: a call, a put, a barrier option..."}, s.instrument);
    visit(Field{"asset", "one of market.assets", Unit::none, kAny, Need::defaulted}, s.asset);
    visit(Field{"strike",
                "a price, or a percentage of today's spot (of several assets: of what stands against it)",
                Unit::price, kPositive, Need::defaulted},
          s.strike);
    visit(Field{"expiry", "time from today, or a date", Unit::none, kPositive, Need::defaulted, kUsualLife},
          s.expiry);
    visit(Field{"quantity",
                "units of the asset, of inverse futures and perpetuals account currency; negative is short",
                Unit::units,
                {-1e15, 1e15}},
          s.quantity);
    visit(Field{"premium",
                "paid per unit (default: the market's mark today)",
                Unit::price,
                {-1e15, 1e15},
                Need::defaulted},
          s.premium);
    visit(Field{"id", "your name of the position", Unit::none, kAny, Need::defaulted}, s.id);
    visit(Field{"group", "a desk, strategy or client it belongs to", Unit::none, kAny, Need::defaulted},
          s.group);
    visit(Field{"implied_vol",
                "of an option: volatility at which it is marked today; afterwards it keeps its ratio to the "
                "market's quote (default: the market's)",
                Unit::ratio,
                {0, 100, true, false},
                Need::defaulted,
                kUsualQuote},
          s.implied_vol);
    visit(
        Field{
            "settled",
            "of a forward: `at_expiry` (the default), or `on_margin`: what it was agreed below today's price "
            "is paid today, and every move as it comes",
            Unit::none, kAny, Need::defaulted},
        s.settled);
    describe_contract(visit, s);
    describe_multi_asset(visit, s);
  }

  /// Of options on several assets.
  static void describe_multi_asset(auto& visit, auto& s) {
    visit(Field{"assets", "of an option on several: names in market.assets; in a CSV file A|B", Unit::none,
                kAny, Need::defaulted},
          s.assets);
    visit(Field{"weights",
                "of an option on several assets: units of each that one unit of it has (default: 1 of each)",
                Unit::none, kPositive, Need::defaulted},
          s.weights);
    visit(Field{"correlation",
                "of an option on several assets: between any two of them, at which it is marked and hedged "
                "(default: market.correlation)",
                Unit::ratio,
                {-1, 1},
                Need::defaulted},
          s.correlation);
  }

  /// Of contracts that remember their paths.
  static void describe_contract(auto& visit, auto& s) {
    visit(Field{"barrier", "of a barrier option: a price, or a percentage of today's spot", Unit::price,
                kPositive, Need::defaulted},
          s.barrier);
    visit(
        Field{"rebate",
              "of a barrier option: paid per unit when it ends, or at expiry if it never began (default: 0)",
              Unit::price, kNotNegative, Need::defaulted},
        s.rebate);
    visit(Field{"payout", "of a digital option: paid per unit (default: 1)", Unit::price, kPositive,
                Need::defaulted},
          s.payout);
    visit(Field{"observed",
                "time between the dates at which a contract looks at the spot, counted back from its expiry "
                "(default: every step)",
                Unit::none, kPositive, Need::defaulted},
          s.observed);
    visit(Field{"starts", "of an option that starts later: time from today", Unit::none, kPositive,
                Need::defaulted},
          s.starts);
    visit(Field{"exercise",
                "of an American or Bermudan option: the holder exercises as soon as it pays so much of the "
                "strike, or `never` before the expiry (default: where that is best)",
                Unit::ratio,
                {0, 100},
                Need::defaulted},
          s.exercise);
    visit(Field{"floor",
                "of a cliquet: the least that each return counts (default: 0 %)",
                Unit::ratio,
                {-1, 10},
                Need::defaulted},
          s.floor);
    visit(Field{"cap",
                "of a cliquet: the most that each return counts (default: no cap)",
                Unit::ratio,
                {-1, 100, true, false},
                Need::defaulted},
          s.cap);
    visit(Field{"strike_vol",
                "of a variance swap: the volatility whose variance it pays the excess over",
                Unit::ratio,
                {0, 100, true, false},
                Need::defaulted,
                kUsualQuote},
          s.strike_vol);
    visit(Field{"cap_vol",
                "of a variance swap: realised variance counts up to that of this volatility (default: all)",
                Unit::ratio,
                {0, 1000, true, false},
                Need::defaulted},
          s.cap_vol);
  }
};

/// A key of a position that only some instruments take, and perhaps need.
struct PositionKey {
  const char* name;
  bool needed;
  bool (*taken)(const Instrument&);
  bool (*written)(const PositionSpec&);
};
std::span<const PositionKey> position_keys();

}  // namespace unhedged::config
