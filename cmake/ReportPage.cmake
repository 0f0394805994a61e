# unhedged_page_texts(target): what the page of `unhedged report` is made of becomes part of the target: the sources in
# engine/app/page and the charting library. The library's version and hash stand in engine/app/page/package-lock.json;
# npm fetches it into build/page once, and checks the hash. Later builds need neither npm nor a network.
set(UNHEDGED_PAGE_SOURCES ${PROJECT_SOURCE_DIR}/engine/app/page)
set(UNHEDGED_PAGE_LIBRARY ${PROJECT_SOURCE_DIR}/build/page/node_modules/echarts)

function(unhedged_fetch_page_library)
  set(folder ${PROJECT_SOURCE_DIR}/build/page)
  set(lock ${UNHEDGED_PAGE_SOURCES}/package-lock.json)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${lock})
  file(READ ${lock} wanted)
  if(EXISTS ${folder}/fetched.json AND EXISTS ${UNHEDGED_PAGE_LIBRARY}/dist/echarts.min.js)
    file(READ ${folder}/fetched.json fetched)
    if(fetched STREQUAL wanted)
      return()
    endif()
  endif()
  find_program(UNHEDGED_NPM npm)
  if(NOT UNHEDGED_NPM)
    message(FATAL_ERROR "The charting library of the report is fetched with npm, which is not there. ./bootstrap build "
      "installs it; or install the package npm.")
  endif()
  message(STATUS "Fetching the charting library of the report")
  file(MAKE_DIRECTORY ${folder})
  file(COPY ${UNHEDGED_PAGE_SOURCES}/package.json ${lock} DESTINATION ${folder})
  execute_process(COMMAND ${UNHEDGED_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
    WORKING_DIRECTORY ${folder} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(failed)
    message(FATAL_ERROR "npm could not fetch the charting library of the report:\n${said}")
  endif()
  file(WRITE ${folder}/fetched.json "${wanted}")
endfunction()

function(unhedged_page_texts target)
  unhedged_fetch_page_library()
  set(made ${PROJECT_BINARY_DIR}/generated/page_texts.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/WritePageTexts.cmake)
  file(GLOB sources CONFIGURE_DEPENDS ${UNHEDGED_PAGE_SOURCES}/*.html ${UNHEDGED_PAGE_SOURCES}/*.css ${UNHEDGED_PAGE_SOURCES}/*.js)
  add_custom_command(OUTPUT ${made}
    COMMAND ${CMAKE_COMMAND} -DSOURCES=${UNHEDGED_PAGE_SOURCES} -DLIBRARY=${UNHEDGED_PAGE_LIBRARY} -DTARGET=${made} -P ${script}
    DEPENDS ${script} ${sources} ${UNHEDGED_PAGE_SOURCES}/package-lock.json
    VERBATIM)
  # Standard C++ only has to take literals of 65536 characters; the compilers in use take any.
  set_source_files_properties(${made} PROPERTIES COMPILE_OPTIONS "-Wno-overlength-strings")
  target_sources(${target} PRIVATE ${made})
endfunction()
