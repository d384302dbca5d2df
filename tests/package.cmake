# Makes the Debian packages of a build, and looks into them.
#
# Requires: BUILD_DIR, WORK_DIR.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK_DIR})

execute_process(COMMAND ${CMAKE_CPACK_COMMAND} --config ${BUILD_DIR}/CPackConfig.cmake -B ${WORK_DIR}
                COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
foreach(package IN ITEMS libworkbench-dev workbench workbench-peers)
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
foreach(expected IN ITEMS /usr/bin/workbench workbench/workbench_refuse_start.so)
  if(NOT workbench MATCHES "${expected}")
    message(FATAL_ERROR "not in workbench: ${expected}")
  endif()
endforeach()
foreach(expected IN ITEMS cpp_packaged_task.toml peers/cpp/packaged_task
                          helpers/workbench_subject.py)
  if(NOT workbench-peers MATCHES "${expected}")
    message(FATAL_ERROR "not in workbench-peers: ${expected}")
  endif()
endforeach()

# The program finds its peers where they are installed.
set(root ${WORK_DIR}/root)
foreach(package IN ITEMS workbench workbench-peers)
  file(GLOB file ${WORK_DIR}/${package}_*.deb)
  execute_process(COMMAND dpkg-deb --extract ${file} ${root} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
execute_process(
  COMMAND ${root}/usr/bin/workbench compare worker-is-not-started two-callers --all-subjects
          --subject cpp-packaged-task
  COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
