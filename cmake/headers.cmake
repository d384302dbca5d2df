# In the tree a header is named "core/task.h"; for others it is <workbench/core/task.h>, also where
# headers include each other, so that a file of the user's own of the same name does not hide it.

# Rewrites the includes of the headers under a folder.
function(rename_includes folder)
  file(GLOB_RECURSE headers "${folder}/*.h")
  foreach(header IN LISTS headers)
    file(READ "${header}" text)
    string(REGEX REPLACE "#include \"((core|naive|reactor)/[^\"]+)\"" "#include <workbench/\\1>"
           text "${text}")
    file(WRITE "${header}" "${text}")
  endforeach()
endfunction()
