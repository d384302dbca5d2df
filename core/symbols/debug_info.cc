#include "core/symbols/debug_info.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <dwarf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "core/symbols/libdw.h"

namespace workbench {

LoadedFunction::LoadedFunction(void* library, const char* name)
    : address_(library == nullptr ? nullptr : dlsym(library, name)) {
  if (library != nullptr && address_ == nullptr) throw std::runtime_error(name);
}

const Libdw& libdw() {
  static const Libdw functions = [] {
    try {
      return Libdw{.library = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL)};
    } catch (const std::runtime_error&) {  // a release that has not all of them is as good as none
      return Libdw{.library = nullptr};
    }
  }();
  return functions;
}

namespace {

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
  return status == 0 ? text.get() : name;
}

std::string name_of(Dwarf_Die& function) {
  Dwarf_Attribute attribute{};
  if (libdw().dwarf_attr_integrate(&function, DW_AT_linkage_name, &attribute) != nullptr) {
    const char* mangled = libdw().dwarf_formstring(&attribute);
    if (mangled != nullptr) return demangled(mangled);
  }
  const char* name = libdw().dwarf_diename(&function);
  return name == nullptr ? "?" : name;
}

struct Place {
  std::string file{};
  int line = 0;

  std::string describe() const { return file.empty() ? "" : fmt::format(" at {}:{}", file, line); }
};

Dwarf_Word number_of(Dwarf_Die& die, unsigned name) {
  Dwarf_Attribute attribute{};
  Dwarf_Word value = 0;
  libdw().dwarf_formudata(libdw().dwarf_attr(&die, name, &attribute), &value);
  return value;
}

// Where the call stands that this inlined function has replaced.
Place call_of(Dwarf_Die& inlined) {
  Dwarf_Die unit{};
  Dwarf_Files* files = nullptr;
  if (libdw().dwarf_diecu(&inlined, &unit, nullptr, nullptr) == nullptr ||
      libdw().dwarf_getsrcfiles(&unit, &files, nullptr) != 0) {
    return {};
  }
  const char* file =
      libdw().dwarf_filesrc(files, number_of(inlined, DW_AT_call_file), nullptr, nullptr);
  return {file == nullptr ? "" : file, static_cast<int>(number_of(inlined, DW_AT_call_line))};
}

// The translation unit that an address belongs to, and the address as the unit has it.
struct Unit {
  Dwarf_Die* die = nullptr;
  Dwarf_Addr address = 0;
};

Unit unit_of(Dwfl_Module* module, Dwarf_Addr address) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = libdw().dwfl_module_addrdie(module, address, &bias);
  if (unit != nullptr) return {unit, address - bias};
  // That was by a table which not every compiler writes (Clang does not). So look into each unit.
  while ((unit = libdw().dwfl_module_nextcu(module, unit, &bias)) != nullptr) {
    if (libdw().dwarf_haspc(unit, address - bias) == 1) return {unit, address - bias};
  }
  return {};
}

Place place_of(const Unit& unit) {
  Place place;
  Dwarf_Line* line =
      unit.die == nullptr ? nullptr : libdw().dwarf_getsrc_die(unit.die, unit.address);
  if (line == nullptr) return place;
  const char* file = libdw().dwarf_linesrc(line, nullptr, nullptr);
  if (file != nullptr) place.file = file;
  libdw().dwarf_lineno(line, &place.line);
  return place;
}

// The scopes that contain an address, innermost first, as they are in the machine code.
std::vector<Dwarf_Die> scopes_around(const Unit& unit) {
  Dwarf_Die* scopes = nullptr;
  const int count = libdw().dwarf_getscopes(unit.die, unit.address, &scopes);
  const std::unique_ptr<Dwarf_Die, void (*)(void*)> inner(scopes, std::free);
  if (count <= 0) return {};
  // Outwards from an inlined function, these were the scopes of its definition; we want those of
  // its call.
  Dwarf_Die innermost = scopes[0];
  Dwarf_Die* around = nullptr;
  const int all = libdw().dwarf_getscopes_die(&innermost, &around);
  const std::unique_ptr<Dwarf_Die, void (*)(void*)> outer(around, std::free);
  if (all <= 0) return {};
  return {around, around + all};
}

// The function at an address, and before it those that are inlined there.
std::vector<std::string> functions_at(Dwfl_Module* module, Dwarf_Addr address) {
  std::vector<std::string> frames;
  const Unit unit = unit_of(module, address);
  if (unit.die == nullptr) return frames;
  Place place = place_of(unit);
  for (Dwarf_Die& scope : scopes_around(unit)) {
    const int tag = libdw().dwarf_tag(&scope);
    if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
    frames.push_back(name_of(scope) + place.describe());
    if (tag == DW_TAG_subprogram) break;
    place = call_of(scope);
  }
  return frames;
}

// A process in a container has another root. And a device that is mapped is not to be opened.
int open_as_seen_by(pid_t process, const char* path) {
  const std::string file = fmt::format("/proc/{}/root{}", process, path);
  struct stat status {};
  if (stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return -1;
  return open(file.c_str(), O_RDONLY | O_CLOEXEC);
}

int find_elf(Dwfl_Module* module, void** process, const char* name, Dwarf_Addr base, char** file,
             Elf** elf) {
  if (*process != nullptr && name[0] == '/') {
    const int fd = open_as_seen_by(*static_cast<const pid_t*>(*process), name);
    if (fd >= 0) *file = strdup(name);
    if (fd >= 0) return fd;
  }
  return libdw().dwfl_linux_proc_find_elf(module, process, name, base, file, elf);
}

// Tells `find_elf` which process a module belongs to.
int note_process(Dwfl_Module* /*module*/, void** slot, const char* /*name*/, Dwarf_Addr /*base*/,
                 void* process) {
  *slot = process;
  return DWARF_CB_OK;
}

struct SymbolSearch {
  std::string_view name;
  std::optional<std::uintptr_t> address{};
};

int look_for(Dwfl_Module* module, void** /*slot*/, const char* /*name*/, Dwarf_Addr /*base*/,
             void* argument) {
  auto& search = *static_cast<SymbolSearch*>(argument);
  const int count = libdw().dwfl_module_getsymtab(module);
  for (int i = 1; i < count; ++i) {
    GElf_Sym symbol{};
    GElf_Addr address = 0;
    const char* name =
        libdw().dwfl_module_getsym_info(module, i, &symbol, &address, nullptr, nullptr, nullptr);
    if (name == nullptr || symbol.st_shndx == SHN_UNDEF || search.name != name) continue;
    search.address = address;
    return DWARF_CB_ABORT;
  }
  return DWARF_CB_OK;
}

}  // namespace

void DebugInfo::End::operator()(Dwfl* info) const { libdw().dwfl_end(info); }

void DebugInfo::load() {
  if (libdw().library == nullptr) return;
  static const Dwfl_Callbacks callbacks{.find_elf = find_elf,
                                        .find_debuginfo = libdw().dwfl_build_id_find_debuginfo,
                                        .section_address = libdw().dwfl_offline_section_address,
                                        .debuginfo_path = nullptr};
  info_.reset(libdw().dwfl_begin(&callbacks));
  libdw().dwfl_linux_proc_report(info_.get(), process_);
  libdw().dwfl_report_end(info_.get(), nullptr, nullptr);
  libdw().dwfl_getmodules(info_.get(), note_process, &process_, 0);
}

Dwfl_Module* DebugInfo::module_of(std::uintptr_t address) const {
  return info_ ? libdw().dwfl_addrmodule(info_.get(), address) : nullptr;
}

bool DebugInfo::knows(std::uintptr_t address) const { return module_of(address) != nullptr; }

bool DebugInfo::is_of_system(std::uintptr_t address) const {
  Dwfl_Module* module = module_of(address);
  const char* file = module == nullptr
                         ? nullptr
                         : libdw().dwfl_module_info(module, nullptr, nullptr, nullptr, nullptr,
                                                    nullptr, nullptr, nullptr);
  if (file == nullptr || *file != '/') return true;
  const std::string_view path = file;
  const bool is_local = path.starts_with("/usr/local/");
  return !is_local && (path.starts_with("/usr/") || path.starts_with("/lib"));
}

std::optional<std::uintptr_t> DebugInfo::address_of(std::string_view name) const {
  SymbolSearch search{.name = name};
  if (info_) libdw().dwfl_getmodules(info_.get(), look_for, &search, 0);
  return search.address;
}

std::vector<std::string> DebugInfo::frames_at(std::uintptr_t address) const {
  Dwfl_Module* module = module_of(address);
  if (module == nullptr) return {fmt::format("{:#x}", address)};
  std::vector<std::string> frames = functions_at(module, address);
  if (!frames.empty()) return frames;
  const Place place = place_of(unit_of(module, address));
  if (place.file.empty()) return {symbol_at(address)};
  const char* symbol = libdw().dwfl_module_addrname(module, address);
  return {(symbol == nullptr ? fmt::format("{:#x}", address) : demangled(symbol)) +
          place.describe()};
}

std::string DebugInfo::symbol_at(std::uintptr_t address) const {
  Dwfl_Module* module = module_of(address);
  if (module == nullptr) return fmt::format("{:#x}", address);
  const char* symbol = libdw().dwfl_module_addrname(module, address);
  const char* file = nullptr;
  libdw().dwfl_module_info(module, nullptr, nullptr, nullptr, nullptr, nullptr, &file, nullptr);
  return fmt::format("{} in {}",
                     symbol == nullptr ? fmt::format("{:#x}", address) : demangled(symbol),
                     file == nullptr ? "?" : file);
}

}  // namespace workbench
