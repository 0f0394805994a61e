# unhedged_add_module(name SOURCES ... KERNELS ... USES modules... PRIVATE_LIBS third parties...)
#
# A kernel source is compiled once per instruction set, each time inside a namespace of that name
# (UNHEDGED_ISA); the program chooses at run time (engine/core/isa.hpp).
set(UNHEDGED_AVX2_FLAGS -mavx2 -mfma)
set(UNHEDGED_AVX512_FLAGS -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512)

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
