# Language, warnings and sanitizers, as two interface targets every module links.
# (-Wrestrict of g++ 12 reports string concatenations that are sound, GCC bug 105651.)
option(UNHEDGED_BUILD_TESTS "Build the tests" ON)
option(UNHEDGED_WERROR "Treat warnings as errors" ON)
option(UNHEDGED_FUZZ "Build the fuzzers of tests/fuzz as well; needs clang and -fsanitize=fuzzer-no-link" OFF)
set(UNHEDGED_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

# Results must not depend on where in a vector a path sits: no contraction behind our back, and never
# -ffast-math. The last two flags change no value; they let loops with selects and roots vectorise.
add_library(unhedged_options INTERFACE)
target_compile_options(unhedged_options INTERFACE -ffp-contract=off -fno-math-errno -fno-trapping-math)

# The program is the same whatever folder it is built in: messages name sources from the root of the tree.
target_compile_options(unhedged_options INTERFACE "-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=")

add_library(unhedged_warnings INTERFACE)
target_compile_options(unhedged_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-psabi $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${UNHEDGED_WERROR}>:-Werror>)

if(UNHEDGED_SANITIZE)
  # g++ sees uninitialised reads in libstdc++ and Catch2 that sanitizers' own instrumentation brings about; clang tells
  # of loops that their checks keep from being vectorised.
  target_compile_options(unhedged_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    $<$<CXX_COMPILER_ID:Clang>:-Wno-pass-failed>)
  target_compile_options(unhedged_options INTERFACE -fsanitize=${UNHEDGED_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(unhedged_options INTERFACE -fsanitize=${UNHEDGED_SANITIZE})
endif()
