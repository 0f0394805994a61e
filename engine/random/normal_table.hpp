#pragma once
#include <cstdint>

/// The normal distribution's inverse in the body, as cubics in the distance from the nearer end.
namespace unhedged::random {

/// Distances of 2^21 to 2^31, in units of 2^-32, are covered; of each octave a 128th by one cubic.
inline constexpr int kFirstOctave = 21, kEndOctave = 31, kPieceBits = 7;

/// The leading bits of a double that pick its cubic are these of the exponent and kPieceBits of the fraction:
/// four, which tell the octaves covered apart. What is not covered picks some other cubic, or none.
inline constexpr int kRowShift = 52 - kPieceBits - 2;
inline constexpr std::uint64_t kRowMask = ((std::uint64_t{16} << kPieceBits) - 1) << 2;

/// Four coefficients for each piece, lowest power first, as they are at x in the rows from
///   (bits of x >> kRowShift) & kRowMask
/// on: the cubic in x is the normal z < 0 with Phi(z) = x 2^-32. The same bits on every processor.
/// accuracy: absolute 4e-12, a 200th of what one bit of a word is worth
const double* normal_table();

}  // namespace unhedged::random
