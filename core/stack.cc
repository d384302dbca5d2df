#include "core/stack.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <boost/stacktrace/frame.hpp>
#include <boost/stacktrace/safe_dump_to.hpp>
#include <cstring>
#include <mutex>
#include <typeinfo>
#include <unordered_map>

namespace workbench {
namespace {

constexpr std::size_t kFrames = 64;
constexpr std::size_t kThrows = 8;

struct Throw {
  const void* object = nullptr;
  const std::type_info* type = nullptr;
  std::array<boost::stacktrace::frame::native_frame_ptr_t, kFrames> frames{};
};

// The last few throws of this thread. More than one, because the handler of an exception may itself
// throw and catch others before it asks for the first one's stack.
struct RecentThrows {
  std::array<Throw, kThrows> slots;
  std::size_t next = 0;
};
thread_local RecentThrows recent_throws;
thread_local int without_stacks = 0;  // how many there are of them

// An exception_ptr is one pointer to the thrown object (Itanium C++ ABI, as GCC and Clang have it).
const void* thrown_object(const std::exception_ptr& exception) {
  static_assert(sizeof(exception) == sizeof(void*));
  const void* object = nullptr;
  std::memcpy(&object, static_cast<const void*>(&exception), sizeof object);
  return object;
}

// Inlined, so that the first frame is that of __cxa_throw in every build.
[[gnu::always_inline]] inline void note_throw(const void* object, const void* type) {
  auto& slot = recent_throws.slots.at(recent_throws.next++ % kThrows);
  slot.object = object;
  slot.type = static_cast<const std::type_info*>(type);
  const auto frames = boost::stacktrace::safe_dump_to(0, slot.frames.data(), sizeof slot.frames);
  if (frames < slot.frames.size()) slot.frames.at(frames) = nullptr;
}

// `f<A, B<C>>(D<E>) at x.cc:7` as `f<>(D<>) at x.cc:7`: the arguments of a template are often
// longer than everything else in a trace. Leaves names with an operator in them as they are.
std::string without_template_arguments(const std::string& frame) {
  if (frame.find("operator") != std::string::npos) return frame;
  std::string shorter;
  int depth = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const bool arrow = frame[i] == '>' && i > 0 && frame[i - 1] == '-';
    if (frame[i] == '>' && !arrow) --depth;
    if (depth == 0) shorter += frame[i];
    if (frame[i] == '<') ++depth;
  }
  return depth == 0 ? shorter : frame;
}

}  // namespace

WithoutStacks::WithoutStacks() { ++without_stacks; }
WithoutStacks::~WithoutStacks() { --without_stacks; }

Stack stack_at_throw(const std::exception_ptr& exception) {
  const void* object = thrown_object(exception);
  if (object == nullptr) return {};
  for (const Throw& slot : recent_throws.slots) {
    // The type, too: the object may be another one at an address that was in use before.
    if (slot.object != object || *slot.type != *exception.__cxa_exception_type()) continue;
    Stack stack;
    for (const void* address : slot.frames) {
      if (address == nullptr) break;
      stack.push_back(reinterpret_cast<std::uintptr_t>(address));
    }
    if (!stack.empty()) stack.erase(stack.begin());  // __cxa_throw itself
    return stack;
  }
  return {};
}

std::vector<std::string> resolve(const Stack& stack) {
  static std::mutex mutex;
  static std::unordered_map<std::uintptr_t, std::string> known;
  const std::lock_guard lock(mutex);
  std::vector<std::string> lines;
  lines.reserve(stack.size());
  for (const std::uintptr_t address : stack) {
    std::string& line = known[address];
    if (line.empty()) {
      // One back, into the call: what follows it may be another line, or another function.
      const boost::stacktrace::frame frame(
          reinterpret_cast<const void*>(address - 1));  // NOLINT(performance-no-int-to-ptr)
      line = without_template_arguments(boost::stacktrace::to_string(frame));
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace workbench

// The functions that every `throw` of the program comes through. GCC declares them by itself, with
// `void*` for the type_info. Their names are the ABI's:
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)

namespace {

template <class Function>
Function* next_definition_of(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" void* __cxa_allocate_exception(std::size_t size) noexcept {
  static auto* const real = next_definition_of<void*(std::size_t)>("__cxa_allocate_exception");
  void* object = real(size);
  for (auto& slot : workbench::recent_throws.slots) {
    if (slot.object == object) slot.object = nullptr;  // that one is gone
  }
  return object;
}

extern "C" [[noreturn]] void __cxa_throw(void* object, void* type, void (*destroy)(void*)) {
  static auto* const real = next_definition_of<void(void*, void*, void (*)(void*))>("__cxa_throw");
  if (workbench::without_stacks == 0) workbench::note_throw(object, type);
  real(object, type, destroy);
  __builtin_unreachable();
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
