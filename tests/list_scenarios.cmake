# cmake -DWORKBENCH=<program> -DOUTPUT=<file> -P list_scenarios.cmake
#
# Writes a CTest file with one test for each expectation that `workbench list --json` names.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND ${WORKBENCH} list --json OUTPUT_VARIABLE json COMMAND_ERROR_IS_FATAL ANY)
set(tests "")
string(JSON scenarios LENGTH "${json}" scenarios)
math(EXPR last_scenario "${scenarios} - 1")
foreach(i RANGE ${last_scenario})
  string(JSON name GET "${json}" scenarios ${i} name)
  string(JSON expectations LENGTH "${json}" scenarios ${i} expect)
  if(expectations EQUAL 0)  # it is for pools from outside, whose own files say what is expected
    continue()
  endif()
  math(EXPR last_expectation "${expectations} - 1")
  foreach(j RANGE ${last_expectation})
    foreach(key subject runtime verdict)
      string(JSON ${key} GET "${json}" scenarios ${i} expect ${j} ${key})
    endforeach()
    set(labels scenario)
    if(verdict STREQUAL "hang")
      list(APPEND labels hang)
    elseif(verdict MATCHES "^(completed|reported|stopped)$")
      list(APPEND labels clean-stop)
    endif()
    string(APPEND tests
      "add_test([[scenario.${name}.${subject}.${runtime}]] [[${WORKBENCH}]] run ${name}"
      " --subject ${subject} --runtime ${runtime})\n"
      "set_tests_properties([[scenario.${name}.${subject}.${runtime}]] PROPERTIES"
      " LABELS \"${labels}\" TIMEOUT 120)\n")
  endforeach()
endforeach()
file(WRITE ${OUTPUT} "${tests}")
