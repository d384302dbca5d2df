/// @file
/// A function that can be left in the middle, and entered again at the same place.
///
/// The C++ runtime keeps, for each thread, which exceptions are being handled. Here each fiber has
/// its own: otherwise `std::current_exception` in one fiber would find the exception of another.
///
/// Thread safety: none; a fiber stays on the thread that made it.
#pragma once

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace workbench::simulated {

class Fiber {
 public:
  /// `body` must not throw. It begins at the first `resume`.
  explicit Fiber(std::function<void()> body) : body_(std::move(body)) {}
  Fiber(const Fiber&) = delete;

  /// Goes on in the fiber until it yields or ends. Called from outside of it.
  void resume();
  /// Goes back to where `resume` was called. Called from inside of it.
  void yield();

  bool begun() const { return begun_; }
  bool ended() const { return ended_; }

 private:
  struct Exceptions {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };

  boost::context::fiber make();
  void run();

  std::function<void()> body_;
  boost::context::fiber inside_;
  boost::context::fiber outside_;
  Exceptions exceptions_;
  bool begun_ = false;
  bool ended_ = false;
  // For AddressSanitizer, which must be told of every change to another stack.
  void* bottom_ = nullptr;
  const void* outer_bottom_ = nullptr;
  std::size_t outer_size_ = 0;
};

}  // namespace workbench::simulated
