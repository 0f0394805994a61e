#pragma once
#include "tests/support/catch.hpp"
#if __has_include(<catch2/catch_test_macros.hpp>)
using Catch::Approx;
#else
using Catch::Detail::Approx;
#endif
