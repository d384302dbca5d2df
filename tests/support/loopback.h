/// @file
/// Hosts of a fleet, played on the loopback interface.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace workbench::testing {

/// A port of 127.0.0.1 that is ours, and that refuses: nobody listens. Nobody else can get it.
class RefusingHost {
 public:
  RefusingHost() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd_, any, size) != 0 || getsockname(fd_, any, &size) != 0) fail("bind");
    port_ = ntohs(address.sin_port);
  }
  RefusingHost(const RefusingHost&) = delete;
  ~RefusingHost() { close(fd_); }

  /// Its line in a file of hosts.
  std::string line() const { return "127.0.0.1 " + std::to_string(port_) + "\n"; }

 protected:
  [[noreturn]] static void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  int fd() const { return fd_; }

 private:
  int fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port_ = 0;
};

/// Accepts (the kernel does, as soon as it listens) and never says a word.
class SilentHost : public RefusingHost {
 public:
  SilentHost() {
    if (listen(fd(), SOMAXCONN) != 0) fail("listen");
  }

  /// Waits for the next who has connected. It is closed with the test.
  int meet() const { return accept4(fd(), nullptr, nullptr, SOCK_CLOEXEC); }
};

/// Greets whoever connects.
class GreetingHost : public SilentHost {
 public:
  explicit GreetingHost(std::string greeting)
      : greeter_([this, greeting = std::move(greeting)] {
          for (int guest = meet(); guest >= 0; guest = meet()) {
            send(guest, greeting.data(), greeting.size(), MSG_NOSIGNAL);
            close(guest);
          }
        }) {}
  ~GreetingHost() {
    shutdown(fd(), SHUT_RDWR);  // ends the wait for the next guest
    greeter_.join();
  }

 private:
  std::thread greeter_;
};

}  // namespace workbench::testing
