# cmake -DWORKBENCH=<program with the template in it> -P template.cmake
#
# A pool from the template completes every scenario in which nothing goes wrong.
cmake_minimum_required(VERSION 3.25)
set(scenarios no-fault second-run tasks-are-slow)
execute_process(COMMAND ${WORKBENCH} compare ${scenarios} --subject my-pool
                OUTPUT_VARIABLE matrix RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "exit code ${code}\n${matrix}")
endif()
foreach(scenario IN LISTS scenarios)
  if(NOT matrix MATCHES "\n${scenario} +threads +[?] completed\n")
    message(FATAL_ERROR "${scenario} is not completed\n${matrix}")
  endif()
endforeach()
