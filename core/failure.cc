#include "core/failure.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <typeinfo>

#include "core/this_worker.h"

namespace workbench {
namespace {

std::string demangled(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
  return status == 0 ? name.get() : type.name();
}

// The message of the exception being handled. Not only a std::exception has one: a program may also
// throw a text or a number.
std::string message_of_current() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (const std::string& text) {
    return text;
  } catch (const char* text) {
    return text == nullptr ? "" : text;
  } catch (int number) {
    return std::to_string(number);
  } catch (...) {
    return {};
  }
}

}  // namespace

std::string Failure::headline() const { return what.empty() ? type : type + ": " + what; }

Failure current_failure(std::optional<TaskId> task) {
  const std::exception_ptr exception = std::current_exception();
  const std::type_info* type = abi::__cxa_current_exception_type();
  return {.task = task,
          .worker = this_worker_id(),
          .type = type == nullptr ? "unknown" : demangled(*type),
          .what = message_of_current(),
          .stack = stack_at_throw(exception),
          .exception = exception};
}

}  // namespace workbench
