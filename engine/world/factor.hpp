#pragma once
#include <cstddef>
#include <cstdint>

/// Who draws a random number: the one place that lays out random::Stream::factor.
namespace unhedged::world {

/// Assets, and names of common jumps, have numbers below these.
inline constexpr std::size_t kMostAssets = 1024, kMostStreams = 2048;

/// A user of random numbers, within 23 bits. The low 12 are whose they are:
///   0 .. 1023      an asset's own
///   1024 .. 2047   the order flow of an asset
///   2048 .. 4095   a stream of common jumps
/// and the 11 above tell apart what one user draws many of: the events of a step, or the venues of an asset.
/// Numbers are part of what a seed means: never move one. Users of different purposes (random::Purpose) may
/// share one.
class Factor {
 public:
  /// expects  asset < kMostAssets, venue < 2^10, stream < kMostStreams, transition < 2^23
  static constexpr Factor asset(std::size_t asset) { return Factor(asset); }
  static constexpr Factor order_flow(std::size_t asset) { return Factor(asset | kFlow); }
  static constexpr Factor common_jumps(std::size_t stream) { return Factor(stream + kStream); }
  /// How many common jumps a step brings; the purpose has no other user.
  static constexpr Factor common_count(std::size_t stream) { return Factor(stream); }
  static constexpr Factor venue(std::size_t asset, std::size_t venue) {
    return Factor(asset | venue << kOwnerBits);
  }
  static constexpr Factor transition(std::size_t index) { return Factor(index); }
  /// The driver that all variances share.
  static constexpr Factor common_variance() { return Factor(kCommonVariance); }

  /// Of all that a path has one of: how long orders decided at a grid time are on their way.
  static constexpr Factor whole_path() { return Factor(0); }

  constexpr std::uint32_t number() const { return number_; }

  /// Event `event` of this user in a step: what of its number the factor holds.
  constexpr Factor of_event(unsigned event) const {
    return Factor(number_ | (event % kEvents) << kOwnerBits);
  }

  /// The rest goes above the 40 bits of a path.
  static constexpr std::uint64_t path_of_event(std::uint64_t path, unsigned event) {
    return path | static_cast<std::uint64_t>(event / kEvents) << kPathBits;
  }

 private:
  static constexpr unsigned kOwnerBits = 12, kPathBits = 40, kEvents = 1u << 11;
  static constexpr std::size_t kFlow = 1024, kStream = 2048, kCommonVariance = std::size_t{1} << 22;

  explicit constexpr Factor(std::size_t number) : number_(static_cast<std::uint32_t>(number)) {}

  std::uint32_t number_;
};

}  // namespace unhedged::world
