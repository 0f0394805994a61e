#pragma once
#include "engine/world/noise_cache.hpp"
#include "engine/world/state.hpp"

namespace unhedged::world {

/// A step from one grid time to the next.
struct Move {
  std::uint32_t step;
  double dt;  ///< years
};

/// A part of the world with a state of its own, made for one block and one asset or stream.
class Component {
 public:
  virtual ~Component() = default;

  /// Puts every lane where the regime of today starts.
  virtual void start(BlockState& block, const NoiseCache& noise) = 0;

  /// A lane has just changed from regime `from` to block.regime.
  virtual void enter(std::size_t lane, std::size_t from, std::uint32_t step, BlockState& block,
                     const NoiseCache& noise) = 0;

  /// A step begins; nothing has moved yet, but orders have been absorbed.
  virtual void open(const BlockState&) {}

  /// After the diffusions have moved; what the block showed at the start of the step acts during it.
  void move(const Move& move, BlockState& block, NoiseCache& noise) {
    if (move.dt != dt_) prepare(*block.scenario, dt_ = move.dt);
    advance(move, block, noise);
  }

  /// Whether it moves prices; what does not follows where they have gone, and moves after all that does.
  virtual bool moves_prices() const { return false; }

  /// Adds to what can be seen: BlockAsset::jump_variance starts from that of the plain jumps.
  virtual void show(BlockState&) {}

 protected:
  /// Makes what steps of one length have in common; called before the first of them, and whenever the length
  /// changes.
  virtual void prepare(const Scenario&, double) {}
  virtual void advance(const Move& move, BlockState& block, NoiseCache& noise) = 0;

 private:
  double dt_ = 0;  // the length that is prepared for
};

}  // namespace unhedged::world
