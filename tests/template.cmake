# cmake -DWORKBENCH=<program with the template in it> -P template.cmake
#
# A pool from the template completes every scenario in which nothing goes wrong. It runs once.
cmake_minimum_required(VERSION 3.25)
set(scenarios no-fault tasks-are-slow)
execute_process(COMMAND ${WORKBENCH} compare ${scenarios} second-run --subject my-pool
                OUTPUT_VARIABLE matrix RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "exit code ${code}\n${matrix}")
endif()
foreach(scenario IN LISTS scenarios)
  if(NOT matrix MATCHES "\n${scenario} +threads +[?] completed\n")
    message(FATAL_ERROR "${scenario} is not completed\n${matrix}")
  endif()
endforeach()
if(NOT matrix MATCHES "\nsecond-run +threads +- not applicable\n")
  message(FATAL_ERROR "it is not said that it runs once\n${matrix}")
endif()
