# Every third party, in one place. A module names the ones it owns in its own CMakeLists.txt and links
# them PRIVATE. The distribution's packages are listed in tools/packages.txt.
find_package(Threads REQUIRED)
find_package(TBB REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(yaml-cpp REQUIRED)
if(CMAKE_CROSSCOMPILING)  # find_package would ask the compiler wrapper of this machine
  find_path(HDF5_INCLUDE_DIRS hdf5.h PATH_SUFFIXES hdf5/serial REQUIRED)
  find_library(HDF5_LIBRARIES hdf5 PATH_SUFFIXES hdf5/serial REQUIRED)
  find_library(HDF5_HL_LIBRARIES hdf5_hl PATH_SUFFIXES hdf5/serial REQUIRED)
else()
  find_package(HDF5 REQUIRED COMPONENTS C HL)
endif()
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Boost 1.66 REQUIRED)  # headers only: Sobol sequences

option(UNHEDGED_MPI "Let the processes that mpirun starts share a run, where MPI is installed" ON)
set(UNHEDGED_HAS_MPI FALSE)
if(UNHEDGED_MPI AND NOT UNHEDGED_SANITIZE)  # what MPI leaves allocated is not ours
  find_package(MPI QUIET COMPONENTS C)
  set(UNHEDGED_HAS_MPI ${MPI_C_FOUND})
endif()
if(UNHEDGED_HAS_MPI)
  message(STATUS "MPI: ${MPI_C_LIBRARIES}")
else()
  message(STATUS "MPI: none; mpirun cannot share a run among processes of this program")
endif()

# Eigen and the header-only parts of others do not meet our warnings.
foreach(target Eigen3::Eigen CLI11::CLI11 nlohmann_json::nlohmann_json)
  get_target_property(directories ${target} INTERFACE_INCLUDE_DIRECTORIES)
  set_target_properties(${target} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${directories}")
endforeach()

if(NOT TARGET unhedged_hdf5)
  add_library(unhedged_hdf5 INTERFACE)
  target_include_directories(unhedged_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
  target_link_libraries(unhedged_hdf5 INTERFACE ${HDF5_HL_LIBRARIES} ${HDF5_LIBRARIES})
endif()

# yaml-cpp before 0.8 exports a plain name.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
