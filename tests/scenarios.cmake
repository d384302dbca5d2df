# One test for each expectation of the catalogue: scenario.<scenario>.<subject>.<runtime>. The
# catalogue is asked when the tests are run, so that there is one place where expectations stand.
set(list ${CMAKE_CURRENT_BINARY_DIR}/scenario_tests.cmake)
add_custom_command(OUTPUT ${list}
  COMMAND ${CMAKE_COMMAND} -DWORKBENCH=$<TARGET_FILE:workbench> -DOUTPUT=${list}
          -P ${CMAKE_CURRENT_SOURCE_DIR}/list_scenarios.cmake
  DEPENDS workbench list_scenarios.cmake
  COMMENT "Listing the scenarios' expectations"
  VERBATIM)
add_custom_target(scenario_tests ALL DEPENDS ${list})
# Where only some other target was built, there is no list yet.
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/include_scenario_tests.cmake "include(${list} OPTIONAL)\n")
set_property(DIRECTORY APPEND PROPERTY
  TEST_INCLUDE_FILES ${CMAKE_CURRENT_BINARY_DIR}/include_scenario_tests.cmake)

# One test for each peer: what its file expects of it. Who is not there is skipped.
# A sanitizer would see nothing of them: they are built without.
if(WORKBENCH_SANITIZE)
  return()
endif()
file(GLOB peers RELATIVE ${PROJECT_SOURCE_DIR}/peers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/peers/*.toml)
foreach(file IN LISTS peers)
  file(STRINGS ${PROJECT_SOURCE_DIR}/peers/${file} name REGEX "^name ")
  string(REGEX REPLACE ".*\"(.*)\".*" "\\1" name "${name}")
  add_test(NAME peer.${name}
           COMMAND workbench compare --subjects ${PROJECT_BINARY_DIR}/peers --subject ${name})
  set_tests_properties(peer.${name} PROPERTIES
    LABELS "scenario;no-tsan" TIMEOUT 300 SKIP_REGULAR_EXPRESSION "skipped ${name}:")
endforeach()
