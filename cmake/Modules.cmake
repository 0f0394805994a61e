# unhedged_add_module(name SOURCES ... KERNELS ... USES modules... PRIVATE_LIBS third parties...)
#
# A kernel source is compiled once per instruction set, each time inside a namespace of that name
# (UNHEDGED_ISA); the program chooses at run time (engine/core/isa.hpp). On processors that are not x86-64 all
# copies are the baseline, and no other is ever chosen.
set(UNHEDGED_AVX2_FLAGS -mavx2 -mfma)
set(UNHEDGED_AVX512_FLAGS -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512)

include(CheckCXXCompilerFlag)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
  foreach(isa AVX2 AVX512)
    string(REPLACE ";" " " flags "${UNHEDGED_${isa}_FLAGS}")
    check_cxx_compiler_flag("${flags}" UNHEDGED_COMPILES_${isa})
    if(NOT UNHEDGED_COMPILES_${isa})
      message(FATAL_ERROR "${CMAKE_CXX_COMPILER} does not take ${flags}, which the ${isa} copies of the kernels are "
        "compiled with; g++ from 12 and clang from 14 do. (The processor the program runs on need not have ${isa}.)")
    endif()
  endforeach()
else()
  message(STATUS "${CMAKE_SYSTEM_PROCESSOR}: kernels for the baseline only")
  set(UNHEDGED_AVX2_FLAGS -O0)  # they are linked and never run
  set(UNHEDGED_AVX512_FLAGS -O0)
endif()

function(unhedged_add_kernels module isa)
  cmake_parse_arguments(arg "" "" "SOURCES;FLAGS" ${ARGN})
  add_library(unhedged_${module}_${isa} OBJECT ${arg_SOURCES})
  target_include_directories(unhedged_${module}_${isa} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(unhedged_${module}_${isa} PRIVATE UNHEDGED_ISA=${isa})
  # Kernels are optimised in every build type: unoptimised they would be a hundred times slower.
  target_compile_options(unhedged_${module}_${isa} PRIVATE -O3 ${arg_FLAGS})
  target_link_libraries(unhedged_${module}_${isa} PRIVATE unhedged_options unhedged_warnings)
  target_sources(unhedged_${module} PRIVATE $<TARGET_OBJECTS:unhedged_${module}_${isa}>)
endfunction()

function(unhedged_add_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;KERNELS;USES;PRIVATE_LIBS" ${ARGN})
  add_library(unhedged_${name} STATIC ${arg_SOURCES})
  add_library(unhedged::${name} ALIAS unhedged_${name})
  target_include_directories(unhedged_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  list(TRANSFORM arg_USES PREPEND unhedged::)
  target_link_libraries(unhedged_${name} PUBLIC ${arg_USES}
    PRIVATE unhedged_options unhedged_warnings ${arg_PRIVATE_LIBS})
  if(arg_KERNELS)
    unhedged_add_kernels(${name} baseline SOURCES ${arg_KERNELS})
    unhedged_add_kernels(${name} avx2 SOURCES ${arg_KERNELS} FLAGS ${UNHEDGED_AVX2_FLAGS})
    unhedged_add_kernels(${name} avx512 SOURCES ${arg_KERNELS} FLAGS ${UNHEDGED_AVX512_FLAGS})
  endif()
endfunction()
