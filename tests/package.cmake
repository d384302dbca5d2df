# Makes the Debian packages of a build, and looks into them.
#
# Requires: BUILD_DIR, WORK_DIR.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK_DIR})

execute_process(COMMAND ${CMAKE_CPACK_COMMAND} --config ${BUILD_DIR}/CPackConfig.cmake -B ${WORK_DIR}
                COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
foreach(package IN ITEMS libworkbench-dev workbench)
  file(GLOB file ${WORK_DIR}/${package}_*.deb)
  execute_process(COMMAND dpkg-deb --contents ${file} OUTPUT_VARIABLE ${package}
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()
foreach(expected IN ITEMS include/workbench/reactor/reactor.h libworkbench_core.a workbench.pc
                          workbench-config.cmake)
  if(NOT libworkbench-dev MATCHES "${expected}")
    message(FATAL_ERROR "not in libworkbench-dev: ${expected}")
  endif()
endforeach()
if(NOT workbench MATCHES "/usr/bin/workbench")
  message(FATAL_ERROR "the program is not in its package")
endif()
