#pragma once
#include "engine/world/component.hpp"
#include "engine/world/scenario_engine.hpp"

namespace unhedged::world {

/// The Brownian drivers of a block over one step: independent normals, correlated as the regime says.
class Drivers {
 public:
  explicit Drivers(const ScenarioEngine& engine);

  /// Draws the numbers of a step.
  void draw(const Move& move, NoiseCache& noise);

  /// Standard normals that drive the price of an asset where `regime` lasts, of the step that was drawn.
  /// While a correlation gives way to another, by the time that each path has been in the regime. Valid until
  /// the next call.
  const Lanes& price(std::size_t regime, std::size_t asset, const BlockState& block, NoiseCache& noise);

  /// The independent part of those that drive its variance. Valid until the next call.
  const Lanes& variance(std::size_t regime, std::size_t asset, NoiseCache& noise);

 private:
  static constexpr std::size_t kNoRow = ~std::size_t{0};

  /// Some rows of the product of a correlation's factor and the numbers of the step.
  struct Correlated {
    std::size_t first = kNoRow;
    std::vector<Lanes> rows;  // from asset `first` on
  };

  bool needs_rows(std::size_t regime) const;
  const Lanes& correlated(std::size_t regime, std::size_t asset);
  void blend(std::size_t regime, std::size_t asset, const BlockState& block, NoiseCache& noise);

  const ScenarioEngine* engine_;
  Move move_{};
  std::vector<const Lanes*> own_,
      left_;                            // [asset] independent normals; those of the correlation that was left
  std::vector<Correlated> correlated_;  // [regime]
  Lanes price_{}, variance_{};
};

}  // namespace unhedged::world
