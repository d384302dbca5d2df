/// @file
/// What the debug information of a process says about the addresses in its code: which function,
/// and where in the source.
///
/// One address may stand for several functions: where the compiler has put a function in the place
/// of a call (inlining), the debug information says which one, and where the call was. A person
/// wants to see all of them, the innermost first, as if nothing had been inlined.
///
/// Only what is on this machine is read; no server is asked. A library of elfutils does the work
/// (libdw.h); without it nothing is known of any address.
///
/// Thread safety: none.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct Dwfl;
struct Dwfl_Module;

namespace workbench {

class DebugInfo {
 public:
  /// Of this process, or of another one that we may look into.
  explicit DebugInfo(pid_t process) : process_(process) { load(); }

  /// Looks again which libraries are loaded.
  void load();

  /// Is it one of a program or library of the system, which lie under /usr and /lib? Or of none.
  bool is_of_system(std::uintptr_t address) const;

  /// Is the address one of the program or of its libraries?
  bool knows(std::uintptr_t address) const;

  /// `function at file:line`, or `function in library` where there is no debug information. An
  /// address that is not known stands for itself.
  std::vector<std::string> frames_at(std::uintptr_t address) const;

  /// By the table of symbols alone: fast, but without lines and inlined functions.
  std::string symbol_at(std::uintptr_t address) const;

  /// Where a variable or function of this name lies, if a library or the program exports it.
  std::optional<std::uintptr_t> address_of(std::string_view name) const;

  /// For libdwfl. Null if it is not installed.
  Dwfl* handle() const { return info_.get(); }

 private:
  struct End {
    void operator()(Dwfl* info) const;
  };

  Dwfl_Module* module_of(std::uintptr_t address) const;

  pid_t process_;
  std::unique_ptr<Dwfl, End> info_;
};

}  // namespace workbench
