#include "core/stack.h"

#include <dlfcn.h>
#include <unwind.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <typeinfo>

namespace workbench {
namespace {

constexpr std::size_t kFrames = 64;
constexpr std::size_t kThrows = 8;

struct Throw {
  const void* object = nullptr;
  const std::type_info* type = nullptr;
  std::array<std::uintptr_t, kFrames> frames{};  // 0: no more
};

// The last few throws of this thread. More than one, because the handler of an exception may itself
// throw and catch others before it asks for the first one's stack.
struct RecentThrows {
  std::array<Throw, kThrows> slots;
  std::size_t next = 0;
};
thread_local RecentThrows recent_throws;
thread_local int without_stacks = 0;  // how many WithoutStacks objects this thread has

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
  struct {
    std::array<std::uintptr_t, kFrames>& frames;
    std::size_t count;
  } walk{slot.frames, 0};
  _Unwind_Backtrace(
      [](_Unwind_Context* context, void* argument) {
        auto& [frames, count] = *static_cast<decltype(walk)*>(argument);
        if (count == frames.size()) return _URC_END_OF_STACK;
        frames.at(count++) = _Unwind_GetIP(context);
        return _URC_NO_REASON;
      },
      &walk);
  if (walk.count < kFrames) slot.frames.at(walk.count) = 0;
}

// Passed the other hook a moment ago?
bool was_just_noted(const void* object) {
  const auto& recent = recent_throws;
  return recent.next > 0 && recent.slots.at((recent.next - 1) % kThrows).object == object;
}

}  // namespace

WithoutStacks::WithoutStacks() { ++without_stacks; }
WithoutStacks::~WithoutStacks() { --without_stacks; }

Stack stack_at_throw(const std::exception_ptr& exception) {
  const void* object = thrown_object(exception);
  if (object == nullptr) return {};
  for (const Throw& slot : recent_throws.slots) {
    // Compare the type, too: the address may belong to a later exception by now.
    if (slot.object != object || *slot.type != *exception.__cxa_exception_type()) continue;
    Stack stack;
    for (const std::uintptr_t address : slot.frames) {
      if (address == 0) break;
      stack.push_back(address);
    }
    if (!stack.empty()) stack.erase(stack.begin());  // the hook itself
    return stack;
  }
  return {};
}

}  // namespace workbench

// ---- the hook -------------------------------------------------------------------------------
//
// Every `throw` of the program calls `__cxa_throw`. There are two ways to get in between, because
// no one of them fits every program:
//
//     linked with libstdc++.so    Ours is found before the library's, also by the library itself
//                                 (std::vector::at throws there), and calls the next one.
//     linked with libstdc++.a     The library's definition wins, since ours is weak. But the linker
//                                 is told to --wrap it: calls go to `__wrap___cxa_throw` first.
//
// In a program of the first kind that is wrapped, too, a throw passes both; it is noted once. And
// others who do the same can be before or behind us: nobody is left out.
//
// The compiler declares these functions by itself, with `void*` for the type_info. Their names are
// the ABI's and the linker's:
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
// What --wrap makes of the names of the library's own definitions; null if nothing is wrapped.
[[gnu::weak]] void* __real___cxa_allocate_exception(std::size_t size) noexcept;
[[gnu::weak]] void __real___cxa_throw(void* object, void* type, void (*destroy)(void*));
void __cxa_rethrow();
}

namespace {

template <class Function>
Function* next_definition_of(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// In libstdc++.a it stands in the same file as __cxa_throw. So that file is linked, and a weak
// definition without a next one is never left alone.
[[gnu::used]] void (*const the_librarys_own)() = &__cxa_rethrow;

void forget(const void* object) {
  for (auto& slot : workbench::recent_throws.slots) {
    if (slot.object == object) slot.object = nullptr;  // that exception is gone
  }
}

// Inlined, so that the first frame is that of the hook in every build.
[[gnu::always_inline]] inline void note(const void* object, const void* type) {
  if (workbench::without_stacks == 0 && !workbench::was_just_noted(object)) {
    workbench::note_throw(object, type);
  }
}

}  // namespace

extern "C" {

[[gnu::weak]] void* __cxa_allocate_exception(std::size_t size) noexcept {
  static auto* const next = next_definition_of<void*(std::size_t)>("__cxa_allocate_exception");
  void* object = next(size);
  forget(object);
  return object;
}

[[gnu::weak, noreturn]] void __cxa_throw(void* object, void* type, void (*destroy)(void*)) {
  static auto* const next = next_definition_of<void(void*, void*, void (*)(void*))>("__cxa_throw");
  note(object, type);
  next(object, type, destroy);
  __builtin_unreachable();
}

[[gnu::used]] void* __wrap___cxa_allocate_exception(std::size_t size) noexcept {
  auto* const real = __real___cxa_allocate_exception;
  void* object = real != nullptr ? real(size) : __cxa_allocate_exception(size);
  forget(object);
  return object;
}

[[gnu::used, noreturn]] void __wrap___cxa_throw(void* object, void* type, void (*destroy)(void*)) {
  note(object, type);
  if (__real___cxa_throw != nullptr) __real___cxa_throw(object, type, destroy);
  __cxa_throw(object, type, destroy);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
