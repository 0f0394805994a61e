# unhedged_add_tests(folder SOURCES ... [TIMEOUT seconds]): one program per folder; every test case becomes
# a CTest test with the folder as its label. A semicolon in the name of a test case would cut it in two that match nothing;
# such a test fails.
find_package(Catch2 REQUIRED)  # version 2 and 3 both work, see tests/support/catch.hpp
include(Catch)

add_library(unhedged_test_support STATIC
  tests/support/main.cpp tests/support/run_yaml.cpp tests/support/statistics.cpp tests/support/world_block.cpp)
target_include_directories(unhedged_test_support PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(unhedged_test_support PUBLIC unhedged::config unhedged::output unhedged::simulation
  unhedged_options unhedged_warnings)
if(TARGET Catch2::Catch2WithMain)
  target_link_libraries(unhedged_test_support PUBLIC Catch2::Catch2WithMain)
else()
  target_link_libraries(unhedged_test_support PUBLIC Catch2::Catch2)
endif()

function(unhedged_add_tests folder)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  list(TRANSFORM arg_SOURCES PREPEND ${folder}/)
  add_executable(unhedged_${folder}_tests ${arg_SOURCES})
  target_link_libraries(unhedged_${folder}_tests PRIVATE unhedged_test_support)
  target_compile_definitions(unhedged_${folder}_tests PRIVATE UNHEDGED_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  catch_discover_tests(unhedged_${folder}_tests TEST_PREFIX "${folder}: "
    PROPERTIES LABELS ${folder} TIMEOUT ${arg_TIMEOUT} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
               FAIL_REGULAR_EXPRESSION "No test cases matched")
endfunction()
