# The revision that goes into result files: asked of git at every build, written only when it changes.
add_custom_target(unhedged_revision
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DTARGET=${PROJECT_BINARY_DIR}/generated/revision.inc
          -P ${PROJECT_SOURCE_DIR}/cmake/WriteRevision.cmake
  BYPRODUCTS ${PROJECT_BINARY_DIR}/generated/revision.inc
  VERBATIM)
