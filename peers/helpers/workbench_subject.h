// What a pool in C++17 needs to be a subject of the workbench (docs/pages/subject_protocol.md).
// Copy this file beside it. Its workers call action(task). Its caller writes down what it receives,
// with result(task, value) or failed(task, why); then returned(), or error(why) if the pool threw.
#pragma once
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <stdexcept>
#include <string>
#include <thread>
namespace workbench_subject {
inline std::string get(std::string name) { return std::getenv(("WORKBENCH_" + name).c_str()); }
inline std::size_t tasks() { return std::stoul(get("TASKS")); }
inline int workers() { return std::stoi(get("WORKERS")); }
inline void sleep(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }
inline std::ofstream account() { return std::ofstream(get("ACCOUNT"), std::ios::app); }
inline bool strikes(int fault, int times) {
  const std::string directory = get("STRIKES") + "/" + std::to_string(fault) + ".";
  int n = 0;
  while (n < times && !std::filesystem::create_directory(directory + std::to_string(n))) ++n;
  return n < times;
}
inline void suffer(const char* at, std::size_t task) {
  for (int i = 0; i < std::stoi(get("FAULTS")); ++i) {
    const auto fault = [i](auto part) { return get("FAULT_" + std::to_string(i) + "_" + part); };
    const std::string kind = fault("KIND"), only = fault("TASK"), times = fault("TIMES");
    if (fault("AT") != at || (!only.empty() && only != std::to_string(task))) continue;
    if (!times.empty() && !strikes(i, std::stoi(times))) continue;
    account() << R"({"struck": )" << i << R"(, "task": )" << task << "}\n";
    if (kind == "throw") throw std::runtime_error(fault("MESSAGE"));
    if (kind == "throw-nonstandard") throw 42;
    if (kind == "exit") std::exit(std::stoi(fault("CODE")));
    if (kind == "abort") std::raise(SIGABRT);
    if (kind == "segfault") std::raise(SIGSEGV);
    if (kind == "kill") std::raise(SIGKILL);
    if (kind == "sleep-forever") sleep(36'000'000);
    if (kind == "slow") sleep(std::stoi(fault("MS")));
    while (fault("KIND") == "spin-forever") continue;  // an empty loop could be optimized away
  }
}
inline long action(std::size_t task) {
  account() << R"({"begun": )" << task << "}\n";  // one write a line, when its stream is closed
  suffer("in-action", task);
  sleep(std::stoi(get("TASK_MS")));
  return 4 * static_cast<long>(task) + 3;
}
inline void result(std::size_t task, long value) {
  account() << R"({"result": )" << task << R"(, "outcome": "ok", "value": )" << value << "}\n";
}
inline void error(std::string why, const std::string& begin = "{") {
  for (char& c : why) c = std::iscntrl(static_cast<unsigned char>(c)) ? ' ' : c;
  account() << begin << R"("error": )" << std::quoted(why) << "}\n";
}
inline void failed(std::size_t task, const std::string& why) {
  error(why, R"({"result": )" + std::to_string(task) + R"(, "outcome": "failed", )");
}
inline void returned() { account() << "{\"returned\": true}\n"; }
}  // namespace workbench_subject
