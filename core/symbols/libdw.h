/// @file
/// The functions of elfutils' libdw that read debug information, from a library that is loaded when
/// they are first needed.
///
/// Why is it not simply linked? A fork copies every mapping of its parent. So each worker process
/// would pay for libdw and the four libraries below it, an eighth of its start and end, although
/// only a traceback in the parent uses them. And where libdw is not installed, a program runs all
/// the same, and a traceback has addresses instead of names.
///
/// Thread safety: the table does not change; of its functions libdw promises none.
#pragma once

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

namespace workbench {

/// Is called as the function that a header declares. Null if the library has none of this name.
template <class Declared>
class LoadedFunction {
 public:
  LoadedFunction(void* library, const char* name);
  operator Declared*() const { return function_; }

 private:
  Declared* function_;
};

struct Libdw {
  void* library;  ///< null: not installed, and then so is each of these

  LoadedFunction<decltype(::dwarf_attr)> dwarf_attr{library, "dwarf_attr"};
  LoadedFunction<decltype(::dwarf_attr_integrate)> dwarf_attr_integrate{library,
                                                                        "dwarf_attr_integrate"};
  LoadedFunction<decltype(::dwarf_diecu)> dwarf_diecu{library, "dwarf_diecu"};
  LoadedFunction<decltype(::dwarf_diename)> dwarf_diename{library, "dwarf_diename"};
  LoadedFunction<decltype(::dwarf_filesrc)> dwarf_filesrc{library, "dwarf_filesrc"};
  LoadedFunction<decltype(::dwarf_formstring)> dwarf_formstring{library, "dwarf_formstring"};
  LoadedFunction<decltype(::dwarf_formudata)> dwarf_formudata{library, "dwarf_formudata"};
  LoadedFunction<decltype(::dwarf_getscopes)> dwarf_getscopes{library, "dwarf_getscopes"};
  LoadedFunction<decltype(::dwarf_getscopes_die)> dwarf_getscopes_die{library,
                                                                      "dwarf_getscopes_die"};
  LoadedFunction<decltype(::dwarf_getsrc_die)> dwarf_getsrc_die{library, "dwarf_getsrc_die"};
  LoadedFunction<decltype(::dwarf_getsrcfiles)> dwarf_getsrcfiles{library, "dwarf_getsrcfiles"};
  LoadedFunction<decltype(::dwarf_haspc)> dwarf_haspc{library, "dwarf_haspc"};
  LoadedFunction<decltype(::dwarf_lineno)> dwarf_lineno{library, "dwarf_lineno"};
  LoadedFunction<decltype(::dwarf_linesrc)> dwarf_linesrc{library, "dwarf_linesrc"};
  LoadedFunction<decltype(::dwarf_tag)> dwarf_tag{library, "dwarf_tag"};
  LoadedFunction<decltype(::dwfl_addrmodule)> dwfl_addrmodule{library, "dwfl_addrmodule"};
  LoadedFunction<decltype(::dwfl_begin)> dwfl_begin{library, "dwfl_begin"};
  LoadedFunction<decltype(::dwfl_build_id_find_debuginfo)> dwfl_build_id_find_debuginfo{
      library, "dwfl_build_id_find_debuginfo"};
  LoadedFunction<decltype(::dwfl_end)> dwfl_end{library, "dwfl_end"};
  LoadedFunction<decltype(::dwfl_getmodules)> dwfl_getmodules{library, "dwfl_getmodules"};
  LoadedFunction<decltype(::dwfl_linux_proc_find_elf)> dwfl_linux_proc_find_elf{
      library, "dwfl_linux_proc_find_elf"};
  LoadedFunction<decltype(::dwfl_linux_proc_report)> dwfl_linux_proc_report{
      library, "dwfl_linux_proc_report"};
  LoadedFunction<decltype(::dwfl_module_addrdie)> dwfl_module_addrdie{library,
                                                                      "dwfl_module_addrdie"};
  LoadedFunction<decltype(::dwfl_module_addrname)> dwfl_module_addrname{library,
                                                                        "dwfl_module_addrname"};
  LoadedFunction<decltype(::dwfl_module_getsym_info)> dwfl_module_getsym_info{
      library, "dwfl_module_getsym_info"};
  LoadedFunction<decltype(::dwfl_module_getsymtab)> dwfl_module_getsymtab{library,
                                                                          "dwfl_module_getsymtab"};
  LoadedFunction<decltype(::dwfl_module_info)> dwfl_module_info{library, "dwfl_module_info"};
  LoadedFunction<decltype(::dwfl_module_nextcu)> dwfl_module_nextcu{library, "dwfl_module_nextcu"};
  LoadedFunction<decltype(::dwfl_offline_section_address)> dwfl_offline_section_address{
      library, "dwfl_offline_section_address"};
  LoadedFunction<decltype(::dwfl_report_end)> dwfl_report_end{library, "dwfl_report_end"};
};

/// Loaded by the first call.
const Libdw& libdw();

}  // namespace workbench
