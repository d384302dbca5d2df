# Runs one recipe of docs/pages/ci.md, tests/ci/<RECIPE>.sh, in a project that has a test which
# hangs. The tool that runs the test must fail with its own exit code, and what `workbench watch`
# says must come out.
#
# Requires: WORKBENCH, RECIPE, WORK_DIR, and what is expected: CODE, and SAID, a list of regular
# expressions. May be given: NEEDS, a command without which the recipe is skipped.
cmake_minimum_required(VERSION 3.25)

if(NEEDS)
  separate_arguments(needs UNIX_COMMAND "${NEEDS}")
  execute_process(COMMAND ${needs} RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(NOT status EQUAL 0)
    message("skipped: `${NEEDS}` does not work here")
    return()
  endif()
endif()

cmake_path(GET WORKBENCH PARENT_PATH directory)
set(ENV{PATH} "${directory}:$ENV{PATH}")
set(ENV{GITHUB_STEP_SUMMARY} ${WORK_DIR}/summary.md)
set(ENV{npm_config_update_notifier} false)  # it would ask the network
foreach(variable IN ITEMS MAKEFLAGS MAKELEVEL)  # of a make that runs these tests
  unset(ENV{${variable}})
endforeach()

file(REMOVE_RECURSE ${WORK_DIR})
file(COPY ${CMAKE_CURRENT_LIST_DIR}/ci/project/ DESTINATION ${WORK_DIR})
file(COPY_FILE ${CMAKE_CURRENT_LIST_DIR}/foreign/hung/accounts.cc ${WORK_DIR}/hangs.cc)
file(COPY_FILE ${CMAKE_CURRENT_LIST_DIR}/foreign/hung/atomics_wait.js ${WORK_DIR}/worker_test.js)

# An outer clock may strike before the watchdog has begun. Then it is set again, and later.
set(ENV{SECONDS_AT_MOST} 2)
set(is_too_early TRUE)
while(is_too_early)
  execute_process(COMMAND sh ${CMAKE_CURRENT_LIST_DIR}/ci/${RECIPE}.sh
                  WORKING_DIRECTORY ${WORK_DIR}
                  RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  set(is_too_early FALSE)
  if(RECIPE STREQUAL timeout AND NOT text MATCHES workbench)
    set(is_too_early TRUE)
    math(EXPR longer "2 * $ENV{SECONDS_AT_MOST}")
    set(ENV{SECONDS_AT_MOST} ${longer})
  endif()
endwhile()

foreach(file IN ITEMS summary.md watch.xml)
  if(EXISTS ${WORK_DIR}/${file})
    file(READ ${WORK_DIR}/${file} written)
    string(APPEND text "\n---- ${file}\n${written}")
  endif()
endforeach()
message("${text}")
if(NOT status EQUAL CODE)
  message(FATAL_ERROR "exit code ${status} in place of ${CODE}")
endif()
foreach(expected IN LISTS SAID)
  if(NOT text MATCHES "${expected}")
    message(FATAL_ERROR "this is missing: ${expected}")
  endif()
endforeach()
