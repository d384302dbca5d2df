# `find_package(workbench)` gives others workbench::core, ::naive and ::reactor; pkg-config knows
# `workbench`. They are the component `development` of the installation.
include(CMakePackageConfigHelpers)

foreach(layer core naive reactor)
  install(DIRECTORY ${layer} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/workbench
          COMPONENT development
          FILES_MATCHING PATTERN "*.h" PATTERN "demo" EXCLUDE PATTERN "simulated" EXCLUDE)
endforeach()
install(CODE "include(${CMAKE_CURRENT_SOURCE_DIR}/cmake/headers.cmake)
  rename_includes(\"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}/workbench\")"
        COMPONENT development)
# For pools of others: they need none of our libraries.
add_library(workbench_subject INTERFACE)
add_library(workbench::subject ALIAS workbench_subject)
set_target_properties(workbench_subject PROPERTIES EXPORT_NAME subject)
target_compile_features(workbench_subject INTERFACE cxx_std_17)
target_include_directories(workbench_subject INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/peers/helpers>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/workbench/subject>)
install(FILES peers/helpers/workbench_subject.h COMPONENT development
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/workbench/subject)
install(FILES cmake/workbench-subject.cmake COMPONENT development
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/workbench)

install(TARGETS workbench_core workbench_naive workbench_reactor workbench_subject EXPORT workbench
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT workbench NAMESPACE workbench:: COMPONENT development
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/workbench FILE workbench-targets.cmake)
configure_package_config_file(cmake/workbench-config.cmake.in
                              ${CMAKE_CURRENT_BINARY_DIR}/workbench-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/workbench)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/workbench-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
# Its way to the prefix, so that it is right wherever the files are installed or moved to.
string(REGEX REPLACE "[^/]+" ".." pkg_config_up ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
configure_file(cmake/workbench.pc.in workbench.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/workbench.pc COMPONENT development
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/workbench-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/workbench-config-version.cmake
        COMPONENT development DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/workbench)
