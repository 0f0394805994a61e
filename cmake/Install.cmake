include(GNUInstallDirs)
install(TARGETS unhedged_app RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios margin_models configs DESTINATION ${CMAKE_INSTALL_DATADIR}/unhedged)
