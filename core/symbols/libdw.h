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

/// A function of a library, by its name: becomes whatever pointer it is wanted as. Throws
/// std::runtime_error if the library has none of this name. Null without a library.
class LoadedFunction {
 public:
  LoadedFunction(void* library, const char* name);

  template <class Function>
  operator Function*() const {
    return reinterpret_cast<Function*>(address_);
  }

 private:
  void* address_;
};

struct Libdw {
  void* library;  ///< null: not installed, and then so is each of these

  decltype(&::dwarf_attr) dwarf_attr = LoadedFunction(library, "dwarf_attr");
  decltype(&::dwarf_attr_integrate) dwarf_attr_integrate =
      LoadedFunction(library, "dwarf_attr_integrate");
  decltype(&::dwarf_diecu) dwarf_diecu = LoadedFunction(library, "dwarf_diecu");
  decltype(&::dwarf_diename) dwarf_diename = LoadedFunction(library, "dwarf_diename");
  decltype(&::dwarf_filesrc) dwarf_filesrc = LoadedFunction(library, "dwarf_filesrc");
  decltype(&::dwarf_formstring) dwarf_formstring = LoadedFunction(library, "dwarf_formstring");
  decltype(&::dwarf_formudata) dwarf_formudata = LoadedFunction(library, "dwarf_formudata");
  decltype(&::dwarf_getscopes) dwarf_getscopes = LoadedFunction(library, "dwarf_getscopes");
  decltype(&::dwarf_getscopes_die) dwarf_getscopes_die =
      LoadedFunction(library, "dwarf_getscopes_die");
  decltype(&::dwarf_getsrc_die) dwarf_getsrc_die = LoadedFunction(library, "dwarf_getsrc_die");
  decltype(&::dwarf_getsrcfiles) dwarf_getsrcfiles = LoadedFunction(library, "dwarf_getsrcfiles");
  decltype(&::dwarf_haspc) dwarf_haspc = LoadedFunction(library, "dwarf_haspc");
  decltype(&::dwarf_lineno) dwarf_lineno = LoadedFunction(library, "dwarf_lineno");
  decltype(&::dwarf_linesrc) dwarf_linesrc = LoadedFunction(library, "dwarf_linesrc");
  decltype(&::dwarf_tag) dwarf_tag = LoadedFunction(library, "dwarf_tag");
  decltype(&::dwfl_addrmodule) dwfl_addrmodule = LoadedFunction(library, "dwfl_addrmodule");
  decltype(&::dwfl_begin) dwfl_begin = LoadedFunction(library, "dwfl_begin");
  decltype(&::dwfl_build_id_find_debuginfo) dwfl_build_id_find_debuginfo =
      LoadedFunction(library, "dwfl_build_id_find_debuginfo");
  decltype(&::dwfl_end) dwfl_end = LoadedFunction(library, "dwfl_end");
  decltype(&::dwfl_getmodules) dwfl_getmodules = LoadedFunction(library, "dwfl_getmodules");
  decltype(&::dwfl_linux_proc_find_elf) dwfl_linux_proc_find_elf =
      LoadedFunction(library, "dwfl_linux_proc_find_elf");
  decltype(&::dwfl_linux_proc_report) dwfl_linux_proc_report =
      LoadedFunction(library, "dwfl_linux_proc_report");
  decltype(&::dwfl_module_addrdie) dwfl_module_addrdie =
      LoadedFunction(library, "dwfl_module_addrdie");
  decltype(&::dwfl_module_addrname) dwfl_module_addrname =
      LoadedFunction(library, "dwfl_module_addrname");
  decltype(&::dwfl_module_getsym_info) dwfl_module_getsym_info =
      LoadedFunction(library, "dwfl_module_getsym_info");
  decltype(&::dwfl_module_getsymtab) dwfl_module_getsymtab =
      LoadedFunction(library, "dwfl_module_getsymtab");
  decltype(&::dwfl_module_info) dwfl_module_info = LoadedFunction(library, "dwfl_module_info");
  decltype(&::dwfl_module_nextcu) dwfl_module_nextcu =
      LoadedFunction(library, "dwfl_module_nextcu");
  decltype(&::dwfl_offline_section_address) dwfl_offline_section_address =
      LoadedFunction(library, "dwfl_offline_section_address");
  decltype(&::dwfl_report_end) dwfl_report_end = LoadedFunction(library, "dwfl_report_end");
};

/// Loaded by the first call.
const Libdw& libdw();

}  // namespace workbench
