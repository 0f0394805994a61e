#pragma once
#include <array>
#include <functional>

#include "engine/hedging/margin_rule.hpp"
#include "engine/market/tape.hpp"
#include "engine/simulation/shocked_book.hpp"

/// What margin models ask of an account, path by path. docs/methods/account.md
namespace unhedged::simulation {

/// What the market shows of an asset, and what the book in it is worth and reacts by, at a grid time.
struct BookQuotes {
  const market::AssetQuotes& quotes;
  const Lanes *value = nullptr, *delta = nullptr;  ///< the market's mark; null where nobody asks
};

/// Gains of the book in one asset in the groups of a matrix, on some paths of a block, and what tables say of
/// all: worked out when they are first asked for at a grid time, for all who ask.
class BookMoves {
 public:
  explicit BookMoves(const ShockedBook& book, const std::vector<MoveGroup>& groups)
      : book_(&book), groups_(&groups), gains_(groups.size()), seen_(book.curves()) {}

  void start();
  /// What the table under a curve says of the paths. expects  there is one
  const ScanSides& sides(std::size_t step, std::size_t curve, const ScanPlaces& at);
  /// The least gain of each group, where `wanted` is not 0. expects  all want the same paths at a grid time.
  /// shapes  [group][lanes]
  const std::vector<Lanes>& gains(std::size_t step, const BookQuotes& now, const LaneIndex& wanted);
  const ShockedBook& book() const { return *book_; }
  std::size_t lanes() const { return gains_.size() + kLanesBeside + kLanesSeen * seen_.size(); }

 private:
  static constexpr std::size_t kNever = static_cast<std::size_t>(-1), kLanesBeside = 6;
  static constexpr std::size_t kLanesSeen = sizeof(ScanSides) / sizeof(Lanes);

  struct Seen {
    std::size_t step = kNever;
    ScanSides sides;
  };

  struct Place {
    std::size_t group, lane;
  };
  void pack(const market::AssetQuotes& quotes, std::size_t group, std::size_t lane, double factor,
            double shift);
  void pack_again(std::size_t place);
  void value_packed(std::size_t way, const BookQuotes& now);

  const ShockedBook* book_;
  const std::vector<MoveGroup>* groups_;
  std::size_t step_ = kNever;
  std::vector<Lanes> gains_;
  std::vector<Seen> seen_;                         // [curve]
  Lanes spot_{}, log_spot_{}, level_{}, value_{};  // of what is packed: paths in the groups of a way
  LaneIndex curve_{};
  std::array<Place, kLanes> places_{};
  std::size_t packed_ = 0;
};

/// A matrix: the scenarios of the book, where the account covers it, and of what is held of assets and
/// perpetuals.
class MatrixMargin final : public hedging::MarginRule {
 public:
  /// `moves`: [asset] of the book; null: the account covers the hedge alone. `book`: what it is worth now
  MatrixMargin(const margin::Yardstick& model, std::vector<BookMoves*> moves,
               std::function<BookQuotes(std::size_t asset)> book);

  void ask(const hedging::MarginedPositions& held, Lanes& initial, Lanes& maintenance) override;
  bool limits_orders() const override { return !covers_book(); }
  std::size_t lanes_held() const override { return kLanesHeld; }

 private:
  static constexpr std::size_t kLanesHeld = 4;

  bool covers_book() const { return moves_.front() != nullptr; }
  void ask_of_asset(const hedging::MarginedPositions& held, std::size_t asset, Lanes& initial,
                    Lanes& maintenance);
  void scan_hedge();
  void scan_book(const hedging::MarginedPositions& held, std::size_t asset);
  struct CurveScan {
    std::size_t step, asset, curve;
  };
  bool scan_curve(const CurveScan& of, const Scanned& scanned, Lanes& lost, LaneIndex& left);
  bool scan_curves(std::size_t step, std::size_t asset, const market::AssetQuotes& quotes,
                   const Scanned& scanned, LaneIndex& left);
  double lost_on(std::size_t lane, double share, const std::vector<Lanes>& gains) const;
  void add_required(const hedging::MarginedPositions& held, std::size_t asset, Lanes& initial,
                    Lanes& maintenance) const;

  const margin::MarginModel* model_;
  double provision_;
  std::vector<MoveGroup> groups_;
  std::vector<BookMoves*> moves_;  // [asset]
  std::function<BookQuotes(std::size_t)> book_;
  Lanes hedge_{}, lost_{};  // value of the hedge in an asset; the largest loss that counts
  Lanes of_curve_{};        // the same, if all paths were under one of the quotes
};

/// Perpetuals by tiers or leverage, each line alone.
class PerpetualMargin final : public hedging::MarginRule {
 public:
  /// `leverage`: of tiers, by which initial margin is asked for
  PerpetualMargin(const margin::Yardstick& model, double leverage) : model_(&model), leverage_(leverage) {}

  void ask(const hedging::MarginedPositions& held, Lanes& initial, Lanes& maintenance) override;
  bool limits_orders() const override { return true; }
  std::size_t lanes_held() const override { return 0; }

 private:
  const margin::Yardstick* model_;
  double leverage_;
};

}  // namespace unhedged::simulation
