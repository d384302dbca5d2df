#include "core/simulated/fiber.h"

#include <cxxabi.h>

#include <boost/context/preallocated.hpp>
#include <boost/context/stack_context.hpp>
#include <memory>
#include <utility>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace workbench::simulated {
namespace {

constexpr std::size_t kStackSize = std::size_t{256} << 10U;

// Stacks are used again and again: an exploration makes millions of fibers.
class StackPool {
 public:
  boost::context::stack_context allocate() const {
    auto& free = free_stacks();
    if (free.empty()) free.push_back(std::make_unique_for_overwrite<char[]>(kStackSize));
    boost::context::stack_context stack;
    stack.size = kStackSize;
    stack.sp = free.back().release() + kStackSize;  // the stack grows downwards
    free.pop_back();
    return stack;
  }
  void deallocate(boost::context::stack_context& stack) const noexcept {
    free_stacks().emplace_back(static_cast<char*>(stack.sp) - kStackSize);
  }

 private:
  static std::vector<std::unique_ptr<char[]>>& free_stacks() {
    static thread_local std::vector<std::unique_ptr<char[]>> stacks;
    return stacks;
  }
};

// AddressSanitizer must be told of every change to another stack: before it, and after it.
void leaving([[maybe_unused]] void** fake_stack, [[maybe_unused]] const void* bottom,
             [[maybe_unused]] std::size_t size) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(fake_stack, bottom, size);
#endif
}
void arrived([[maybe_unused]] void* fake_stack, [[maybe_unused]] const void** from,
             [[maybe_unused]] std::size_t* size) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake_stack, from, size);
#endif
}

}  // namespace

// Makes the stack, and what runs on it from the first `resume` on.
boost::context::fiber Fiber::make() {
  const auto stack = StackPool{}.allocate();
  bottom_ = static_cast<char*>(stack.sp) - stack.size;
  return {std::allocator_arg, boost::context::preallocated(stack.sp, stack.size, stack),
          StackPool{}, [this](boost::context::fiber&& outside) {
            arrived(nullptr, &outer_bottom_, &outer_size_);
            outside_ = std::move(outside);
            run();
            // null: nobody comes back to this stack, so AddressSanitizer may forget it.
            leaving(nullptr, outer_bottom_, outer_size_);
            return std::move(outside_);
          }};
}

void Fiber::run() {
  body_();
  body_ = nullptr;  // destroyed here, on the fiber, as a thread destroys its own
  ended_ = true;
}

void Fiber::resume() {
  if (!begun_) inside_ = make();
  begun_ = true;
  // Let the C++ runtime see the exceptions of the fiber instead of ours.
  auto& globals = *reinterpret_cast<Exceptions*>(abi::__cxa_get_globals());
  const Exceptions ours = std::exchange(globals, exceptions_);
  void* fake_stack = nullptr;
  leaving(&fake_stack, bottom_, kStackSize);
  inside_ = std::move(inside_).resume();  // returns when the fiber yields or ends
  arrived(fake_stack, nullptr, nullptr);
  exceptions_ = std::exchange(globals, ours);
}

void Fiber::yield() {
  void* fake_stack = nullptr;
  leaving(&fake_stack, outer_bottom_, outer_size_);
  outside_ = std::move(outside_).resume();  // returns at the next `resume` of this fiber
  arrived(fake_stack, &outer_bottom_, &outer_size_);
}

}  // namespace workbench::simulated
