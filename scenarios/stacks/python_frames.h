/// @file
/// The Python stack of each thread of a process that runs CPython (python_interpreter.h says which
/// versions): in which function, file and line it is, and who called that.
///
///     _PyRuntime ──▶ interpreter ──▶ thread ──▶ frame ──▶ code ──▶ names, table of lines
///                      │ next         │ next     │ previous
///                      ▼              ▼          ▼
///
/// It is read from outside, out of the memory of the process, which is neither stopped nor asked.
/// What is said of a thread is true if the process stands still, or if at least the thread sleeps
/// all the while. Of a thread that runs, the frames may be missing, or be those of several moments.
/// Whatever lies in that memory, the walk comes to an end: the type of each object is checked, and
/// the steps are counted.
///
/// Thread safety: may be called by several threads at once.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace workbench::stacks {

/// The names are UTF-8. What is not Unicode in them, as may be in the name of a file, is U+FFFD.
struct ScriptFrame {
  std::string function{};  ///< its qualified name: `Pool.run`, `main.<locals>.<lambda>`
  std::string file{};      ///< as Python has it: it may be relative, or `<string>`
  int line = 0;            ///< 0: the instruction belongs to no line

  bool operator==(const ScriptFrame&) const = default;
};

/// The frames of each thread, innermost first, by the number of the thread. A thread that is in no
/// Python function, or whose frames cannot be read, is left out. Empty if it is no CPython that we
/// know, or it may not be read.
std::map<pid_t, std::vector<ScriptFrame>> python_frames(pid_t process);

}  // namespace workbench::stacks
