#include "scenarios/stacks/python_interpreter.h"

#include <fcntl.h>
#include <gelf.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include "core/posix/unique_fd.h"
#include "scenarios/hang_proof/holders.h"
#include "scenarios/hang_proof/proc.h"
#include "scenarios/stacks/other_memory.h"

namespace workbench::stacks {
namespace {

namespace fs = std::filesystem;

// From the headers of CPython 3.11: cpython/code.h, cpython/pystate.h, cpython/unicodeobject.h,
// internal/pycore_frame.h, internal/pycore_interp.h, internal/pycore_runtime.h.
constexpr PythonLayout kLayout311{.runtime_interpreters = 40,
                                  .interpreter_next = 0,
                                  .interpreter_threads = 16,
                                  .thread_next = 8,
                                  .thread_native_id = 160,
                                  .thread_frame = 56,
                                  .cframe_frame = 8,
                                  .frame_previous = 48,
                                  .frame_code = 32,
                                  .frame_instruction = 56,
                                  .frame_owner = 69,
                                  .code_file = 112,
                                  .code_function = 128,
                                  .code_lines = 136,
                                  .code_first_line = 72,
                                  .code_first_traceable = 168,
                                  .code_instructions = 184,
                                  .object_type = 8,
                                  .bytes_size = 16,
                                  .bytes_data = 32,
                                  .text_length = 16,
                                  .text_state = 32,
                                  .text_ascii_data = 48,
                                  .text_wide_data = 72};

// From the same headers of CPython 3.12.
constexpr PythonLayout kLayout312{.runtime_interpreters = 40,
                                  .interpreter_next = 0,
                                  .interpreter_threads = 72,
                                  .thread_next = 8,
                                  .thread_native_id = 144,
                                  .thread_frame = 56,
                                  .cframe_frame = 0,
                                  .frame_previous = 8,
                                  .frame_code = 0,
                                  .frame_instruction = 56,
                                  .frame_owner = 70,
                                  .code_file = 112,
                                  .code_function = 128,
                                  .code_lines = 136,
                                  .code_first_line = 68,
                                  .code_first_traceable = 176,
                                  .code_instructions = 192,
                                  .object_type = 8,
                                  .bytes_size = 16,
                                  .bytes_data = 32,
                                  .text_length = 16,
                                  .text_state = 32,
                                  .text_ascii_data = 40,
                                  .text_wide_data = 56};

// Since 3.13 _PyRuntime begins with the offsets of its own build, for whoever reads from outside:
// _Py_DebugOffsets in internal/pycore_runtime.h, here with the names that it has there.
struct DebugOffsets {
  using Offset = std::uint64_t;
  std::array<char, 8> cookie;
  std::uint64_t version, free_threaded;
  struct {
    Offset size, finalizing, interpreters_head;
  } runtime_state;
  struct {
    Offset size, id, next, threads_head, gc, imports_modules, sysdict, builtins, ceval_gil,
        gil_runtime_state, gil_runtime_state_enabled, gil_runtime_state_locked,
        gil_runtime_state_holder;
  } interpreter_state;
  struct {
    Offset size, prev, next, interp, current_frame, thread_id, native_thread_id, datastack_chunk,
        status;
  } thread_state;
  struct {
    Offset size, previous, executable, instr_ptr, localsplus, owner;
  } interpreter_frame;
  struct {
    Offset size, filename, name, qualname, linetable, firstlineno, argcount, localsplusnames,
        localspluskinds, co_code_adaptive;
  } code_object;
  struct {
    Offset size, ob_type;
  } pyobject;
  struct {
    Offset size, tp_name, tp_repr, tp_flags;
  } type_object;
  struct {
    Offset size, ob_item, ob_size;
  } tuple_object, list_object;
  struct {
    Offset size, ma_keys, ma_values;
  } dict_object;
  struct {
    Offset size, ob_fval;
  } float_object;
  struct {
    Offset size, lv_tag, ob_digit;
  } long_object;
  struct {
    Offset size, ob_size, ob_sval;
  } bytes_object;
  struct {
    Offset size, state, length, asciiobject_size;
  } unicode_object;
};

std::optional<PythonLayout> layout_said_by(const DebugOffsets& offsets, std::uint32_t version) {
  constexpr std::string_view kCookie = "xdebugpy";
  const std::string_view cookie(offsets.cookie.data(), offsets.cookie.size());
  if (cookie != kCookie || offsets.version != version) return std::nullopt;
  if (offsets.free_threaded != 0) return std::nullopt;
  // Two are not said. Between the two fields of the code lies only `void* co_extra`, and
  // PyCompactUnicodeObject adds a length and a pointer to PyASCIIObject.
  constexpr std::uint64_t kTwoWords = 16;
  const auto& code = offsets.code_object;
  const auto& text = offsets.unicode_object;
  return PythonLayout{.runtime_interpreters = offsets.runtime_state.interpreters_head,
                      .interpreter_next = offsets.interpreter_state.next,
                      .interpreter_threads = offsets.interpreter_state.threads_head,
                      .thread_next = offsets.thread_state.next,
                      .thread_native_id = offsets.thread_state.native_thread_id,
                      .thread_frame = offsets.thread_state.current_frame,
                      .cframe_frame = std::nullopt,
                      .frame_previous = offsets.interpreter_frame.previous,
                      .frame_code = offsets.interpreter_frame.executable,
                      .frame_instruction = offsets.interpreter_frame.instr_ptr,
                      .frame_owner = offsets.interpreter_frame.owner,
                      .code_file = code.filename,
                      .code_function = code.qualname,
                      .code_lines = code.linetable,
                      .code_first_line = code.firstlineno,
                      .code_first_traceable = code.co_code_adaptive - kTwoWords,
                      .code_instructions = code.co_code_adaptive,
                      .object_type = offsets.pyobject.ob_type,
                      .bytes_size = offsets.bytes_object.ob_size,
                      .bytes_data = offsets.bytes_object.ob_sval,
                      .text_length = text.length,
                      .text_state = text.state,
                      .text_ascii_data = text.asciiobject_size,
                      .text_wide_data = text.asciiobject_size + kTwoWords};
}

std::optional<PythonLayout> layout_of(std::uint32_t version, const OtherMemory& memory,
                                      std::uint64_t runtime) {
  // Major, minor, micro, and then the level: patchlevel.h. Before a release all may still change.
  constexpr std::uint32_t kFinal = 0xf;
  if ((version >> 4 & 0xf) != kFinal) return std::nullopt;
  switch (version >> 16) {
    case 0x030b:
      return kLayout311;
    case 0x030c:
      return kLayout312;
    case 0x030d:
      return layout_said_by(memory.at<DebugOffsets>(runtime), version);
    default:
      return std::nullopt;
  }
}

// Opens the file that is mapped, whatever has become of its path, and also if the process has
// another root than we have. Not everybody may use the first way.
posix::UniqueFd open_mapped(pid_t thread, const hang_proof::Mapping& mapping, bool is_program) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;  // the path may be that of a fifo now
  const fs::path directory = hang_proof::directory_of(thread);
  std::ostringstream range;
  range << std::hex << mapping.begin << '-' << mapping.end;
  posix::UniqueFd file(open((directory / "map_files" / range.str()).c_str(), kFlags));
  if (file) return file;
  const fs::path path = is_program ? directory / "exe" : directory / ("root" + mapping.path);
  return posix::UniqueFd(open(path.c_str(), kFlags));
}

constexpr std::string_view kVersion = "Py_Version";
constexpr std::string_view kRuntime = "_PyRuntime";
constexpr std::string_view kCodeType = "PyCode_Type";
constexpr std::string_view kTextType = "PyUnicode_Type";
constexpr std::string_view kBytesType = "PyBytes_Type";
constexpr std::array kNeeded{kVersion, kRuntime, kCodeType, kTextType, kBytesType};

using Addresses = std::map<std::string_view, std::uint64_t>;

// The distance from the addresses in the file to those in the process.
std::optional<std::uint64_t> bias_of(Elf* elf, std::uint64_t loaded_at) {
  std::size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf, static_cast<int>(i), &segment) == nullptr) return std::nullopt;
    if (segment.p_type == PT_LOAD) return loaded_at - (segment.p_vaddr - segment.p_offset);
  }
  return std::nullopt;
}

// Adds those of the needed symbols that the file defines for others. What is known stays: as for
// the dynamic linker, the first definition holds for all.
void add_symbols(Addresses& addresses, const posix::UniqueFd& file, std::uint64_t loaded_at) {
  elf_version(EV_CURRENT);
  const std::unique_ptr<Elf, int (*)(Elf*)> elf(elf_begin(file.get(), ELF_C_READ, nullptr),
                                                elf_end);
  const auto bias = bias_of(elf.get(), loaded_at);
  if (!bias) return;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf.get(), section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_DYNSYM) continue;
    Elf_Data* const data = elf_getdata(section, nullptr);
    GElf_Sym symbol;
    for (int i = 0; gelf_getsym(data, i, &symbol) != nullptr; ++i) {
      const char* const name = elf_strptr(elf.get(), header.sh_link, symbol.st_name);
      if (name == nullptr || symbol.st_shndx == SHN_UNDEF) continue;
      const auto* const needed = std::find(kNeeded.begin(), kNeeded.end(), name);
      if (needed != kNeeded.end()) addresses.emplace(*needed, *bias + symbol.st_value);
    }
  }
}

// The interpreter is in the program, or in a library of its own. (The program is the first of all
// in the list of mappings.)
Addresses addresses_in(pid_t thread) {
  constexpr std::string_view kBegin = "00000000";
  constexpr std::string_view kLibrary = "libpython3";
  std::error_code gone;
  const fs::path program = fs::read_symlink(hang_proof::directory_of(thread) / "exe", gone);
  Addresses addresses;
  for (const hang_proof::Mapping& mapping : hang_proof::mappings_of(thread)) {
    const bool is_program = mapping.path == program;
    const bool is_library = fs::path(mapping.path).filename().native().starts_with(kLibrary);
    if (mapping.offset != kBegin || !(is_program || is_library)) continue;
    add_symbols(addresses, open_mapped(thread, mapping, is_program), mapping.begin);
  }
  return addresses;
}

}  // namespace

std::optional<PythonInterpreter> python_in(pid_t thread) try {
  const Addresses addresses = addresses_in(thread);
  if (addresses.size() != kNeeded.size()) return std::nullopt;
  const OtherMemory memory(thread);
  const std::uint64_t runtime = addresses.at(kRuntime);
  const auto layout = layout_of(memory.at<std::uint32_t>(addresses.at(kVersion)), memory, runtime);
  if (!layout) return std::nullopt;
  return PythonInterpreter{.runtime = runtime,
                           .code_type = addresses.at(kCodeType),
                           .text_type = addresses.at(kTextType),
                           .bytes_type = addresses.at(kBytesType),
                           .layout = *layout};
} catch (const UnreadableMemory&) {
  return std::nullopt;
}

}  // namespace workbench::stacks
