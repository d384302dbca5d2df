#include "core/failure.h"

#include <cxxabi.h>  // abi::__forced_unwind: of GCC's library, also under Clang

#include <cstdlib>
#include <memory>
#include <new>
#include <typeinfo>
#include <utility>

#include "core/one_line.h"
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
// throw a text or a number. (Of a forced unwinding there is no object that the reference could be
// bound to, and UndefinedBehaviorSanitizer would say so.)
__attribute__((no_sanitize("null"))) std::string message_of_current() {
  try {
    throw;
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (const std::exception& error) {
    const char* text = error.what();
    return text == nullptr ? "" : text;
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

std::string type_of_current() {
  if (!std::current_exception()) return "unknown";  // of another language
  return demangled(*abi::__cxa_current_exception_type());
}

std::string headline_of(const std::string& type, const std::string& what) {
  if (type.empty()) return what;  // a pool of another language has told its text alone
  return what.empty() ? type : type + ": " + what;
}

void add_current_to(std::string& causes) {
  if (!causes.empty()) causes += "; ";
  causes += headline_of(type_of_current(), message_of_current());
}

// What is nested in the exception being handled (std::throw_with_nested), and in that one, and so
// on.
std::string causes_of_current() {
  constexpr int kMost = 20;  // a chain may be a circle
  std::string causes;
  std::exception_ptr next = std::current_exception();
  for (int depth = 0; depth < kMost && next; ++depth) {
    try {
      std::rethrow_exception(std::exchange(next, {}));
    } catch (const std::exception& error) {
      const auto* nested = dynamic_cast<const std::nested_exception*>(&error);
      if (nested != nullptr) next = nested->nested_ptr();
      if (depth > 0) add_current_to(causes);
    } catch (const std::nested_exception& nested) {  // of something that is no std::exception
      next = nested.nested_ptr();
      if (depth > 0) add_current_to(causes);
    } catch (...) {
      if (depth > 0) add_current_to(causes);
    }
  }
  return causes;
}

}  // namespace

std::string Failure::headline() const {
  const std::string because = cause.empty() ? "" : " (because of " + cause + ")";
  return on_one_line(headline_of(type, what) + because);
}

Failure current_failure(std::optional<TaskId> task) {
  const std::exception_ptr exception = std::current_exception();
  // First its stack: to look at the exception, we throw it again, and others perhaps.
  Stack stack = stack_at_throw(exception);
  std::string what = message_of_current();  // from here an unwinding that is no exception goes on
  return {.task = task,
          .worker = this_worker_id(),
          .type = type_of_current(),
          .what = std::move(what),
          .cause = causes_of_current(),
          .stack = std::move(stack),
          .exception = exception};
}

std::optional<Failure> current_failure_if_possible(std::optional<TaskId> task) {
  try {
    return current_failure(task);
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }
}

}  // namespace workbench
