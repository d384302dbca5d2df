/// @file
/// The CPython in a process: where it is, and how it lays out what the Python stacks are made of.
///
///     a file that the process maps ──▶ its symbols ──▶ the version ──▶ the layout
///     (the program, libpython3.so)     _PyRuntime, …    Py_Version      a table, or its own word
///
/// CPython promises no layout, but does not change it within a minor version. Known are 3.11, 3.12
/// and 3.13 on 64 bits, final releases with a global interpreter lock.
///
/// Thread safety: all may be called by several threads at once.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace workbench::stacks {

/// Offsets in bytes, from the beginning of the struct that is named first.
struct PythonLayout {
  std::uint64_t runtime_interpreters;  ///< _PyRuntimeState.interpreters.head

  std::uint64_t interpreter_next;     ///< PyInterpreterState.next
  std::uint64_t interpreter_threads;  ///< PyInterpreterState.threads.head

  std::uint64_t thread_next;       ///< PyThreadState.next
  std::uint64_t thread_native_id;  ///< PyThreadState.native_thread_id
  /// PyThreadState.current_frame; before 3.13, PyThreadState.cframe
  std::uint64_t thread_frame;
  /// _PyCFrame.current_frame: before 3.13, one step more
  std::optional<std::uint64_t> cframe_frame;

  std::uint64_t frame_previous;     ///< _PyInterpreterFrame.previous
  std::uint64_t frame_code;         ///< _PyInterpreterFrame.f_executable; before 3.13, f_code
  std::uint64_t frame_instruction;  ///< _PyInterpreterFrame.instr_ptr; before 3.13, prev_instr
  std::uint64_t frame_owner;        ///< _PyInterpreterFrame.owner

  std::uint64_t code_file;             ///< PyCodeObject.co_filename
  std::uint64_t code_function;         ///< PyCodeObject.co_qualname
  std::uint64_t code_lines;            ///< PyCodeObject.co_linetable
  std::uint64_t code_first_line;       ///< PyCodeObject.co_firstlineno
  std::uint64_t code_first_traceable;  ///< PyCodeObject._co_firsttraceable
  std::uint64_t code_instructions;     ///< PyCodeObject.co_code_adaptive

  std::uint64_t object_type;  ///< PyObject.ob_type

  std::uint64_t bytes_size;  ///< PyBytesObject.ob_size
  std::uint64_t bytes_data;  ///< PyBytesObject.ob_sval

  std::uint64_t text_length;      ///< PyASCIIObject.length
  std::uint64_t text_state;       ///< PyASCIIObject.state
  std::uint64_t text_ascii_data;  ///< sizeof(PyASCIIObject)
  std::uint64_t text_wide_data;   ///< sizeof(PyCompactUnicodeObject)
};

struct PythonInterpreter {
  std::uint64_t runtime = 0;     ///< the address of _PyRuntime
  std::uint64_t code_type = 0;   ///< that of PyCode_Type: what is no code has another type
  std::uint64_t text_type = 0;   ///< that of PyUnicode_Type
  std::uint64_t bytes_type = 0;  ///< that of PyBytes_Type
  PythonLayout layout{};
};

/// Empty if there is none that we know, or it may not be read. `thread`: any thread of the process
/// that has not ended.
std::optional<PythonInterpreter> python_in(pid_t thread);

}  // namespace workbench::stacks
