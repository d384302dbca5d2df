// What a pool in C++ needs to be a subject of the workbench: docs/pages/subject_protocol.md says
// more. Copy this file beside the pool. It wants C++17 and POSIX, and no library.
//
//     for (task = 0; task < tasks(); ++task) result(task, values[task]);  // of action(task)
//     returned();  // or, in a `catch`: error(), when the run of the pool has thrown instead
// For a task that the pool calls failed, in a `catch`: failed(task).
#pragma once
#include <cxxabi.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

namespace workbench_subject {

inline std::string setting(const std::string& name) {
  const char* value = std::getenv(("WORKBENCH_" + name).c_str());
  return value == nullptr ? "" : value;
}
inline std::int64_t number(const std::string& name) { return std::stoll(setting(name)); }
inline std::size_t tasks() { return std::stoul(setting("TASKS")); }
inline int workers() { return std::stoi(setting("WORKERS")); }
inline void sleep(std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

inline void write(const std::string& line) {  // one write a line
  static const int account = open(setting("ACCOUNT").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (::write(account, (line + '\n').data(), line.size() + 1) < 0) std::abort();
}

inline bool strikes(const std::string& fault, const std::string& times) {
  for (int strike = 0; strike < std::atoi(times.c_str()); ++strike) {
    const auto directory = setting("STRIKES") + '/' + fault + '.' + std::to_string(strike);
    if (mkdir(directory.c_str(), 0700) == 0) return true;
  }
  return times.empty();
}

inline void suffer(const std::string& fault) {
  const std::string kind = setting(fault + "KIND");
  if (kind == "throw") throw std::runtime_error(setting(fault + "MESSAGE"));
  if (kind == "throw-nonstandard") throw 42;
  if (kind == "exit") std::exit(std::stoi(setting(fault + "CODE")));
  if (kind == "abort") std::raise(SIGABRT);
  if (kind == "segfault") std::raise(SIGSEGV);
  if (kind == "kill") std::raise(SIGKILL);
  if (kind == "sleep-forever") sleep(36'000'000);
  if (kind == "slow") sleep(number(fault + "MS"));
  for (volatile bool forever = kind == "spin-forever"; forever;) continue;
}

/// What the workers call for each task, in whichever thread they are.
inline std::int64_t action(std::size_t task) {
  const std::string self = std::to_string(task);
  write(R"({"begun": )" + self + '}');
  for (int i = 0; i < number("FAULTS"); ++i) {
    const std::string fault = std::to_string(i), name = "FAULT_" + fault + '_';
    const std::string only = setting(name + "TASK");
    if (!only.empty() && only != self) continue;
    if (!strikes(fault, setting(name + "TIMES"))) continue;
    write(R"({"struck": )" + fault + R"(, "task": )" + self + '}');
    suffer(name);
  }
  sleep(number("TASK_MS"));
  return 4 * static_cast<std::int64_t>(task) + 3;
}

inline std::string quoted(const std::string& text) {
  std::string json;
  for (const char c : text) {
    const bool special = c == '"' || c == '\\' || (c >= 0 && c < ' ');
    if (special) json += "\\u00" + std::to_string(c / 16);
    json += special ? "0123456789abcdef"[c % 16] : c;
  }
  return '"' + json + '"';
}

inline std::string told(const char* what) {  // of the exception that is being handled
  const char* type = abi::__cxa_current_exception_type()->name();
  return R"("error": )" + quoted(what) + R"(, "type": )" +
         quoted(abi::__cxa_demangle(type, nullptr, nullptr, nullptr)) + '}';
}
inline std::string told(const std::exception_ptr& thrown) try {
  std::rethrow_exception(thrown);
} catch (const std::exception& exception) {
  return told(exception.what());
} catch (...) {
  return told("");
}

inline void result(std::size_t task, std::int64_t value) {
  const std::string self = std::to_string(task), text = std::to_string(value);
  write(R"({"result": )" + self + R"(, "outcome": "ok", "value": )" + text + '}');
}
inline void failed(std::size_t task, std::exception_ptr thrown = std::current_exception()) {
  write(R"({"result": )" + std::to_string(task) + R"(, "outcome": "failed", )" + told(thrown));
}
inline void error(std::exception_ptr thrown = std::current_exception()) {
  write('{' + told(thrown));
}
inline void returned() { write(R"({"returned": true})"); }

}  // namespace workbench_subject
