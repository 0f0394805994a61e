#pragma once
/// Polynomial coefficients, lowest power first. Written by tools/fit_elementary.py; do not edit.

namespace unhedged::math {

inline constexpr double exp_polynomial[] = {
    0x1.0000000000000p+0,  0x1.0000000000000p+0,  0x1.0000000000011p-1,  0x1.555555555555ap-3,
    0x1.555555554f0bap-5,  0x1.111111110f21ep-7,  0x1.6c16c1880029fp-10, 0x1.a01a01b1461c5p-13,
    0x1.a01991a10d9aep-16, 0x1.71ddf56d8deb5p-19, 0x1.28b4101c77212p-22, 0x1.af632a0f7e2cep-26,
};

inline constexpr double log_polynomial[] = {
    0x1.0000000000000p+0, 0x1.55555555555aep-2, 0x1.999999997aba9p-3, 0x1.249249453e87dp-3,
    0x1.c71c4fdccc154p-4, 0x1.7466a0d9e3403p-4, 0x1.3998f57ff39a3p-4, 0x1.2f55c6f339484p-4,
};

inline constexpr double quantile_polynomial[] = {
    0x1.40d931ff626f0p+0,   0x1.4ffddeaa25e3cp-2,   0x1.0b9a8ec14c55fp-6,   -0x1.b0d7e2242b7bdp-9,
    -0x1.7bc145c2c7e03p-13, 0x1.147dc1851da64p-14,  0x1.7edd8aff9adcbp-19,  -0x1.7ee24158ca727p-20,
    -0x1.f4797d0b77334p-25, 0x1.3744006e09949p-25,  -0x1.2b75b8265d1eap-30, 0x1.00084e06f4cf6p-33,
    -0x1.250b70ddb4c28p-32, 0x1.0ef408e31ccc6p-34,  -0x1.3b2ec902afe69p-39, -0x1.907bcfa2dbda6p-40,
    0x1.742ed72066e11p-42,  -0x1.500d00fe3490ep-45, 0x1.64bbefecf2dc0p-49,  -0x1.ad250ab872b58p-54,
    0x1.c823db1d3e6bfp-60,
};

inline constexpr double tail_polynomial[] = {
    0x1.d2e35e20a984bp-1,   -0x1.f716925b3ccdfp-5, -0x1.fc4369a2259bcp-8,  0x1.51ed3c2d1056fp-11,
    -0x1.59cf820a110e7p-14, 0x1.e053fa012838cp-17, -0x1.9b783bb8b3fccp-19, 0x1.908a2ce90b6c7p-21,
    -0x1.a6ed6ac417716p-23, 0x1.dd0fb74f12a0bp-25, -0x1.187abd1f45fe0p-26, 0x1.341e02233948cp-28,
    -0x1.807b1a53b2958p-30, 0x1.af7e13e336f30p-31, -0x1.217efdbd07961p-32,
};

inline constexpr double mills_polynomial[] = {
    0x1.89d3abe1f95adp-1,   -0x1.54ad03f27c9f6p-1, 0x1.fb31653877102p-2,   -0x1.410ed5f877227p-2,
    0x1.51f6329ef8a28p-3,   -0x1.1b1c254bf88f2p-4, 0x1.54b4d4fa44a5ap-6,   -0x1.88590fa3b28edp-9,
    -0x1.a2503f18c56bdp-11, 0x1.1daf36efc7b3fp-11, -0x1.f21190fe04b85p-15, -0x1.a176eba64dc84p-15,
    0x1.17c76e4a30c7ap-16,  0x1.0b92f9a886cd6p-18, -0x1.720acc47f0eebp-19, -0x1.7166f49e0fde8p-22,
    0x1.bdcfa6a5a1a1fp-22,  0x1.85a2b86c5ac59p-25, -0x1.b7f4c4679698bp-25, -0x1.fbc84315714f8p-28,
    0x1.43448ae432f1ep-29,
};

}  // namespace unhedged::math
