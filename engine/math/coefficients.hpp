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

inline constexpr double noise_polynomial[] = {
    0x1.40d931ff65f6dp+0,   0x1.4ffddea50b6f3p-2,   0x1.0b9a93ae20426p-6,  -0x1.b0d8d42c92417p-9,
    -0x1.7b901ea2908cap-13, 0x1.13bb020f1d13fp-14,  0x1.9ed04999c90a4p-19, -0x1.b96b19b5521dbp-20,
    0x1.70f60de56e9f2p-24,  -0x1.2371a3f6f73f6p-25, 0x1.a088ee26e16f8p-26, -0x1.c78e2d5a81d43p-28,
    0x1.1824955623351p-30,  -0x1.b04ec77eecc1cp-34, 0x1.a46bebb19d23dp-38, -0x1.db96621cfb16ep-43,
    0x1.e01425d6047aap-49,
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
