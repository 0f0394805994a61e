# Cross-compiling for 64-bit ARM on Debian: the compiler is that of the package g++-aarch64-linux-gnu, what is linked
# with stands in a folder that tools/arm_root.sh unpacks (UNHEDGED_SYSROOT), and tests run in qemu-user.
#   UNHEDGED_SYSROOT=build/arm/root cmake --preset arm
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
get_filename_component(root "$ENV{UNHEDGED_SYSROOT}" ABSOLUTE)
if(NOT EXISTS "${root}/usr")
  message(FATAL_ERROR "UNHEDGED_SYSROOT must name the folder that tools/arm_root.sh has made")
endif()
set(CMAKE_SYSROOT "${root}")
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L "${root}")
