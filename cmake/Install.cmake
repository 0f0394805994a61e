# What an installation and the wheel hold: bin/unhedged, and share/unhedged beside it, where the program looks.
include(GNUInstallDirs)
if(UNHEDGED_PROGRAM)
  get_filename_component(program "${UNHEDGED_PROGRAM}" ABSOLUTE BASE_DIR "${PROJECT_SOURCE_DIR}")
  install(PROGRAMS "${program}" DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME unhedged COMPONENT program)
else()
  install(TARGETS unhedged_app RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
endif()
install(DIRECTORY scenarios margin_models configs DESTINATION ${CMAKE_INSTALL_DATADIR}/unhedged COMPONENT program)
