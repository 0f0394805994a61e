// A static library needs a source of its own; the kernels are compiled once per instruction set.
#include "tests/performance/limit.hpp"
