# Writes a C++ file that says which folder of the sources includes which, read off their includes.
#   cmake -DOUTPUT=folder_uses.cc -DROOT=<source dir> -P embed_layers.cmake
set(folders core naive reactor)
file(GLOB rooms LIST_DIRECTORIES true RELATIVE ${ROOT} ${ROOT}/scenarios/*)
foreach(room IN LISTS rooms)
  if(IS_DIRECTORY ${ROOT}/${room})
    list(APPEND folders ${room})
  endif()
endforeach()

set(entries "")
foreach(from IN LISTS folders)
  file(GLOB_RECURSE sources ${ROOT}/${from}/*.h ${ROOT}/${from}/*.cc)
  set(includes "")
  foreach(source IN LISTS sources)
    file(STRINGS ${source} lines REGEX "^#include \"")
    list(APPEND includes ${lines})
  endforeach()
  foreach(to IN LISTS folders)
    set(uses ${includes})
    list(FILTER uses INCLUDE REGEX "^#include \"${to}/")
    list(LENGTH uses count)
    if(count GREATER 0 AND NOT from STREQUAL to)
      string(APPEND entries "      {\"${from}\", \"${to}\", ${count}},\n")
    endif()
  endforeach()
endforeach()

file(WRITE ${OUTPUT}.new "#include \"scenarios/report/graphs/layers.h\"

namespace workbench::scenarios {

const std::vector<FolderUse>& folder_uses() {
  static const std::vector<FolderUse> uses{
${entries}  };
  return uses;
}

}  // namespace workbench::scenarios
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
