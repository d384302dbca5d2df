# One test of the report's script and page. Without node, the packages of scenarios/report/web
# (`npm ci` there installs them), or chromium it is skipped.
#
# Requires: CHECK, and
#   script   PACKAGES, SCRATCH             the script is what its source makes, and its types are right
#   report   WORKBENCH, REPORT             writes the report that the other tests look at
#   states   PACKAGES, REPORT, SCRATCH     what the script makes of recorded runs
#   valid    PACKAGES, REPORT              the page is valid HTML
#   page     PACKAGES, REPORT, WORKBENCH   the page in a browser
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  message("${text}")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "exit code ${status}: ${ARGN}")
  endif()
endfunction()

find_program(node node)
find_program(chromium chromium)
if(NOT CHECK STREQUAL report)
  if(NOT node)
    message("skipped: there is no node")
    return()
  elseif(NOT EXISTS ${PACKAGES}/node_modules/esbuild)
    message("skipped: its packages are not there; `npm ci` in scenarios/report/web installs them")
    return()
  elseif(CHECK STREQUAL page AND NOT chromium)
    message("skipped: there is no chromium")
    return()
  endif()
endif()

set(modules ${PACKAGES}/node_modules)
if(CHECK STREQUAL script)
  file(READ ${PACKAGES}/package.json package)
  string(JSON build GET ${package} scripts build)
  separate_arguments(build UNIX_COMMAND "${build}")
  list(POP_FRONT build)  # esbuild
  list(TRANSFORM build REPLACE "--outfile=.*" "--outfile=${SCRATCH}/report.js")
  file(MAKE_DIRECTORY ${SCRATCH})
  execute_process(COMMAND ${modules}/.bin/esbuild ${build} --log-level=warning
                  WORKING_DIRECTORY ${PACKAGES} COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${SCRATCH}/report.js ${PACKAGES}/report.js
                  RESULT_VARIABLE differs)
  if(differs)
    message(FATAL_ERROR "report.js is not what its source makes: `npm run build` in scenarios/report/web")
  endif()
  run(${modules}/.bin/tsc --noEmit -p ${PACKAGES})
elseif(CHECK STREQUAL report)
  cmake_path(GET REPORT PARENT_PATH directory)
  execute_process(COMMAND ${WORKBENCH} report --output ${directory} ${SCENARIOS}
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
elseif(CHECK STREQUAL states)
  run(${modules}/.bin/esbuild ${CMAKE_CURRENT_LIST_DIR}/state_test.ts --bundle --platform=node
      --format=esm --log-level=warning --outfile=${SCRATCH}/state_test.mjs)
  set(ENV{REPORT} ${REPORT})
  run(${node} --test ${SCRATCH}/state_test.mjs)
elseif(CHECK STREQUAL valid)
  run(${modules}/.bin/html-validate --config ${CMAKE_CURRENT_LIST_DIR}/html_validate.json ${REPORT})
else()
  set(ENV{CHROMIUM} ${chromium})
  run(${node} ${CMAKE_CURRENT_LIST_DIR}/page_test.mjs ${REPORT} ${WORKBENCH} ${PACKAGES})
endif()
