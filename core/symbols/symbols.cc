// Names, files and lines for the addresses of a stack, out of the debug information of the program.
//
// One address may stand for several functions: where the compiler has put a function in the place
// of a call (inlining), the debug information says which one, and where the call was. A person
// wants to see all of them, the innermost first, as if nothing had been inlined.
#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/stack.h"

namespace workbench {
namespace {

// How long is the name of an operator that stands here and has a `<` or `>` that begins or ends no
// list of template arguments? 0: none stands here.
std::size_t operator_at(const std::string& name, std::size_t at) {
  constexpr std::array<std::string_view, 13> kLongestFirst{
      "operator<=>", "operator<<=", "operator>>=", "operator->*", "operator->",
      "operator<<",  "operator>>",  "operator<=",  "operator>=",  "operator<",
      "operator>",   "->*",         "->"};
  const bool in_a_word = at > 0 && (std::isalnum(static_cast<unsigned char>(name[at - 1])) != 0 ||
                                    name[at - 1] == '_');
  for (const std::string_view each : kLongestFirst) {
    const bool is_word = each.front() == 'o';
    if (name.compare(at, each.size(), each) == 0 && !(is_word && in_a_word)) return each.size();
  }
  return 0;
}

// The root of the source tree: the path of this file, as the compiler was given it, without the
// part that we know.
std::string_view source_root() {
  constexpr std::string_view kThisFile = "core/symbols.cc";
  const std::string_view path = __FILE__;
  return path.ends_with(kThisFile) ? path.substr(0, path.size() - kThisFile.size()) : "";
}

// `f() at /home/me/tree/x.cc:7` as `f() at x.cc:7`.
std::string with_relative_path(std::string frame) {
  const std::string before = std::string(" at ") + std::string(source_root());
  const std::size_t at = source_root().empty() ? std::string::npos : frame.rfind(before);
  if (at != std::string::npos) frame.erase(at + 4, source_root().size());
  return frame;
}

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
  return status == 0 ? text.get() : name;
}

std::string name_of(Dwarf_Die& function) {
  Dwarf_Attribute attribute{};
  if (dwarf_attr_integrate(&function, DW_AT_linkage_name, &attribute) != nullptr) {
    const char* mangled = dwarf_formstring(&attribute);
    if (mangled != nullptr) return demangled(mangled);
  }
  const char* name = dwarf_diename(&function);
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
  dwarf_formudata(dwarf_attr(&die, name, &attribute), &value);
  return value;
}

// Where the call stands that this inlined function has replaced.
Place call_of(Dwarf_Die& inlined) {
  Dwarf_Die unit{};
  Dwarf_Files* files = nullptr;
  if (dwarf_diecu(&inlined, &unit, nullptr, nullptr) == nullptr ||
      dwarf_getsrcfiles(&unit, &files, nullptr) != 0) {
    return {};
  }
  const char* file = dwarf_filesrc(files, number_of(inlined, DW_AT_call_file), nullptr, nullptr);
  return {file == nullptr ? "" : file, static_cast<int>(number_of(inlined, DW_AT_call_line))};
}

// What the debug information says of the running program.
class Symbols {
 public:
  Symbols() { load(); }

  std::vector<std::string> frames_at(Dwarf_Addr address) {
    Dwfl_Module* module = dwfl_addrmodule(info_.get(), address);
    if (module == nullptr) return {fmt::format("{:#x}", address)};
    std::vector<std::string> frames = functions_at(module, address);
    if (frames.empty()) frames.push_back(symbol_at(module, address));
    return frames;
  }

  bool knows(Dwarf_Addr address) const { return dwfl_addrmodule(info_.get(), address) != nullptr; }

  // Looks again which libraries are loaded. Only what is on this machine: a traceback asks no
  // server.
  void load() {
    static const Dwfl_Callbacks callbacks{.find_elf = dwfl_linux_proc_find_elf,
                                          .find_debuginfo = dwfl_build_id_find_debuginfo,
                                          .section_address = dwfl_offline_section_address,
                                          .debuginfo_path = nullptr};
    info_.reset(dwfl_begin(&callbacks));
    dwfl_linux_proc_report(info_.get(), getpid());
    dwfl_report_end(info_.get(), nullptr, nullptr);
  }

 private:
  struct End {
    void operator()(Dwfl* info) const { dwfl_end(info); }
  };

  // The translation unit that an address belongs to, and the address as the unit has it.
  struct Unit {
    Dwarf_Die* die = nullptr;
    Dwarf_Addr address = 0;
  };

  static Unit unit_of(Dwfl_Module* module, Dwarf_Addr address) {
    Dwarf_Addr bias = 0;
    Dwarf_Die* unit = dwfl_module_addrdie(module, address, &bias);
    if (unit != nullptr) return {unit, address - bias};
    // That was by a table which not every compiler writes (Clang does not). So look into each unit.
    while ((unit = dwfl_module_nextcu(module, unit, &bias)) != nullptr) {
      if (dwarf_haspc(unit, address - bias) == 1) return {unit, address - bias};
    }
    return {};
  }

  static Place place_of(const Unit& unit) {
    Place place;
    Dwarf_Line* line = unit.die == nullptr ? nullptr : dwarf_getsrc_die(unit.die, unit.address);
    if (line == nullptr) return place;
    const char* file = dwarf_linesrc(line, nullptr, nullptr);
    if (file != nullptr) place.file = file;
    dwarf_lineno(line, &place.line);
    return place;
  }

  // The function at an address, and before it those that are inlined there.
  static std::vector<std::string> functions_at(Dwfl_Module* module, Dwarf_Addr address) {
    std::vector<std::string> frames;
    const Unit unit = unit_of(module, address);
    if (unit.die == nullptr) return frames;
    Place place = place_of(unit);
    for (Dwarf_Die& scope : scopes_around(unit)) {
      const int tag = dwarf_tag(&scope);
      if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
      frames.push_back(name_of(scope) + place.describe());
      if (tag == DW_TAG_subprogram) break;
      place = call_of(scope);
    }
    return frames;
  }

  // The scopes that contain an address, innermost first, as they are in the machine code.
  static std::vector<Dwarf_Die> scopes_around(const Unit& unit) {
    Dwarf_Die* scopes = nullptr;
    const int count = dwarf_getscopes(unit.die, unit.address, &scopes);
    const std::unique_ptr<Dwarf_Die, void (*)(void*)> inner(scopes, std::free);
    if (count <= 0) return {};
    // Outwards from an inlined function, these were the scopes of its definition; we want those of
    // its call.
    Dwarf_Die innermost = scopes[0];
    Dwarf_Die* around = nullptr;
    const int all = dwarf_getscopes_die(&innermost, &around);
    const std::unique_ptr<Dwarf_Die, void (*)(void*)> outer(around, std::free);
    if (all <= 0) return {};
    return {around, around + all};
  }

  // By the table of symbols: without debug information, a function and its library are all that is
  // known.
  static std::string symbol_at(Dwfl_Module* module, Dwarf_Addr address) {
    const char* symbol = dwfl_module_addrname(module, address);
    const std::string name = symbol == nullptr ? fmt::format("{:#x}", address) : demangled(symbol);
    const Place place = place_of(unit_of(module, address));
    if (!place.file.empty()) return name + place.describe();
    const char* file = nullptr;
    dwfl_module_info(module, nullptr, nullptr, nullptr, nullptr, nullptr, &file, nullptr);
    return fmt::format("{} in {}", name, file == nullptr ? "?" : file);
  }

  std::unique_ptr<Dwfl, End> info_;
};

}  // namespace

std::string without_long_template_arguments(const std::string& name) {
  constexpr std::size_t kLine = 80;
  std::string shorter;
  std::vector<std::size_t> open;  // where in `shorter` each list begins that is not closed yet
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (const std::size_t size = operator_at(name, i)) {
      shorter.append(name, i, size);
      i += size - 1;
      continue;
    }
    if (name[i] == '>' && !open.empty()) {
      const std::size_t begin = open.back();
      open.pop_back();
      if (shorter.size() - begin > kLine) shorter.replace(begin, std::string::npos, "...");
    }
    shorter += name[i];
    if (name[i] == '<') open.push_back(shorter.size());
  }
  return open.empty() ? shorter : name;
}

std::vector<std::string> resolve(const Stack& stack) {
  static std::mutex mutex;
  static Symbols symbols;
  static std::unordered_map<std::uintptr_t, std::vector<std::string>> known;
  const std::lock_guard lock(mutex);
  // A library may have been loaded since the last time.
  const bool all_known = std::all_of(stack.begin(), stack.end(), [](std::uintptr_t address) {
    return known.contains(address) || symbols.knows(address - 1);
  });
  if (!all_known) symbols.load();
  std::vector<std::string> lines;
  lines.reserve(stack.size());
  for (const std::uintptr_t address : stack) {
    auto frames = known.find(address);
    if (frames == known.end()) {
      // A return address points behind the call, perhaps into the next line or even the next
      // function. One byte before it is still inside the call.
      std::vector<std::string> found = symbols.frames_at(address - 1);
      for (std::string& frame : found) {
        frame = with_relative_path(without_long_template_arguments(frame));
      }
      frames = known.emplace(address, std::move(found)).first;
    }
    lines.insert(lines.end(), frames->second.begin(), frames->second.end());
  }
  return lines;
}

}  // namespace workbench
