# `find_package(workbench)` gives others workbench::core, ::naive and ::reactor. Components:
# `development` for these libraries, `tools` for the workbench itself.
#
# In the tree a header is named "core/task.h"; installed it is <workbench/core/task.h>, also where
# headers include each other, so that a file of the user's own of the same name does not hide it.
include(CMakePackageConfigHelpers)

foreach(layer core naive reactor)
  install(DIRECTORY ${layer} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/workbench
          COMPONENT development FILES_MATCHING PATTERN "*.h" PATTERN "demo" EXCLUDE)
endforeach()
install(CODE "set(include_directory ${CMAKE_INSTALL_INCLUDEDIR})" COMPONENT development)
install(CODE [[
  file(GLOB_RECURSE headers "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${include_directory}/workbench/*.h")
  foreach(header IN LISTS headers)
    file(READ "${header}" text)
    string(REGEX REPLACE "#include \"((core|naive|reactor)/[^\"]+)\"" "#include <workbench/\\1>"
           text "${text}")
    file(WRITE "${header}" "${text}")
  endforeach()
]] COMPONENT development)
install(TARGETS workbench_core workbench_naive workbench_reactor EXPORT workbench
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(TARGETS workbench RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
install(EXPORT workbench NAMESPACE workbench:: COMPONENT development
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/workbench FILE workbench-targets.cmake)
configure_package_config_file(cmake/workbench-config.cmake.in
                              ${CMAKE_CURRENT_BINARY_DIR}/workbench-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/workbench)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/workbench-config-version.cmake
                                 COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/workbench-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/workbench-config-version.cmake
        COMPONENT development DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/workbench)
