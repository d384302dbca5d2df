#include "scenarios/hang_proof/self_acting.h"

#include <linux/io_uring.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/exit.h"
#include "scenarios/hang_proof/proc.h"

namespace workbench::hang_proof {
namespace {

// The program catches this signal. Could somebody outside send it, in order to wake the program?
bool comes_from_outside(int signal) {
  switch (signal) {
    case SIGINT:   // every Python program catches it: none could be proved to hang
    case SIGCHLD:  // sent by its children, and by what it traces (tracees_of)
    case SIGPIPE:  // these are caused by what a thread does itself
    case SIGXFSZ:
    case SIGXCPU:
    case SIGVTALRM:  // these count the time for which it runs
    case SIGPROF:
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP:
    case SIGSYS:
    case SIGABRT:
      return false;
    default:
      return signal < __SIGRTMIN || signal >= SIGRTMIN;  // the C library uses those between
  }
}

WakerReach signals_of(const std::string& status) {
  const std::string word = word_behind(status, "SigCgt:");
  if (word.empty()) return WakerReach::unknown("its signals cannot be read");
  const std::uint64_t caught = std::strtoull(word.c_str(), nullptr, 16);
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if ((caught >> (signal - 1) & 1) == 0 || !comes_from_outside(signal)) continue;
    return WakerReach::outside("it catches " + signal_name(signal) + ", which anybody may send");
  }
  return {};
}

// Its calls are filtered, and more than ours: then somebody may answer them in the kernel's place,
// and make it wait for as long as they like.
WakerReach supervisor_of(const std::string& status) {
  const std::string ours = text_of("/proc/self/status");
  for (const char* key : {"Seccomp:", "Seccomp_filters:"}) {
    if (word_behind(status, key) != word_behind(ours, key)) {
      return WakerReach::unknown("its system calls are filtered (seccomp)");
    }
  }
  return {};
}

WakerReach timers_of(pid_t process) {
  const auto timers = directory_of(process) / "timers";
  if (!std::filesystem::exists(timers)) return WakerReach::unknown("its timers cannot be read");
  return text_of(timers).empty() ? WakerReach{} : WakerReach::outside("it has a timer");
}

// With io_uring or AIO the kernel works for a process in the background. While every thread of the
// process sleeps, the kernel may signal an eventfd, write to a pipe or wake a futex.
WakerReach rings_of(pid_t process) {
  const std::string mapped = text_of(directory_of(living_thread_of(process)) / "maps");
  if (mapped.empty()) return WakerReach::unknown("its memory map cannot be read");
  if (mapped.find("anon_inode:[io_uring]") != std::string::npos) {
    return WakerReach::outside("it has an io_uring, which acts for it");
  }
  const bool has_aio = mapped.find("/[aio]") != std::string::npos;
  return has_aio ? WakerReach::outside("the kernel reads and writes for it (io_setup)")
                 : WakerReach{};
}

// Some descriptors send a signal although no flag of theirs says so: a directory in which something
// changes (F_NOTIFY of fcntl(2)), a message queue to which something comes (mq_notify(3)).
WakerReach signals_of_file(pid_t process, const Holder& holder, const std::string& object) {
  constexpr std::uint64_t kMessageQueues = 0x19800202;  // mqueue_fs.h of the kernel
  const bool is_file = object.starts_with('/') || object.starts_with("memory ");
  if (!is_file || object.starts_with("/dev/")) return {};
  const auto link = directory_of(holder.thread) / "fd" / std::to_string(holder.fd);
  std::error_code error;
  if (std::filesystem::is_directory(link, error)) {
    const auto owner = owner_of_signals(process, holder.fd);
    if (!owner) return WakerReach::unknown("who gets the signals of " + object + " cannot be read");
    if (*owner != 0)
      return WakerReach::outside("it gets a signal when something changes in " + object);
  }
  struct statfs system {};
  const bool known = statfs(link.c_str(), &system) == 0;
  if (known && static_cast<std::uint64_t>(system.f_type) == kMessageQueues) {
    return WakerReach::outside("a signal may tell it of a message in " + object);
  }
  return {};
}

WakerReach descriptors_of(pid_t process, const Holders& holders) {
  WakerReach worst = holders.signals_from_outside();
  for (const auto& [object, all] : holders.all_inside()) {
    const auto ours = [&](const Holder& holder) { return holder.process == process; };
    if (std::none_of(all.begin(), all.end(), ours)) continue;
    if (object == "anon_inode:[io_uring]")
      return WakerReach::outside("it has an io_uring, which acts for it");
    if (object == "anon_inode:[userfaultfd]") {
      return WakerReach::outside("its page faults are served by somebody (userfaultfd)");
    }
    for (const std::string_view device :
         {"anon_inode:kvm", "/dev/kvm", "/dev/vfio", "/dev/vhost"}) {
      if (object.starts_with(device)) return WakerReach::outside(object + " may act for it");
    }
    const auto signals = [&](const Holder& holder) { return ours(holder) && holder.signals; };
    if (std::any_of(all.begin(), all.end(), signals)) {
      return WakerReach::outside("it gets a signal when something happens to " + object);
    }
    for (const Holder& holder : all) {
      if (ours(holder)) worst.add(signals_of_file(process, holder, object));
    }
  }
  return worst;
}

}  // namespace

WakerReach alarm_of(Tracee& tracee) {
  const std::uint64_t address = tracee.scratch();
  itimerval timer{};
  itimerval before{};
  // The address is one of the other process; we never use it as a pointer of our own.
  auto* const there = reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr)
  const iovec far{.iov_base = there, .iov_len = sizeof timer};
  const auto transfer = [&](auto how, itimerval& value) {
    const iovec near{.iov_base = &value, .iov_len = sizeof value};
    return how(tracee.thread(), &near, 1, &far, 1, 0) == static_cast<ssize_t>(sizeof value);
  };
  if (!transfer(process_vm_readv, before)) return WakerReach::unknown("its alarm cannot be read");
  const long failed = tracee.call(SYS_getitimer, {ITIMER_REAL, address});
  const bool read = transfer(process_vm_readv, timer);
  transfer(process_vm_writev, before);
  if (failed != 0 || !read) return WakerReach::unknown("its alarm cannot be read");
  if (timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0) return {};
  return WakerReach::outside("an alarm comes in " + std::to_string(timer.it_value.tv_sec) + " s");
}

// For a thread that has never had to do with a ring, the kernel knows none to look into.
std::optional<pid_t> user_of_a_ring(FrozenTree& tree) {
  constexpr unsigned kRegisteredRing = 1U << 4U;  // IORING_ENTER_REGISTERED_RING
  const auto results = tree.call_in_each(SYS_io_uring_enter, {0, 0, 0, kRegisteredRing, 0, 0});
  for (std::size_t i = 0; i < results.size(); ++i) {
    const long result = results[i];
    const bool never = result == -EINVAL || result == -ENOSYS || result == -EPERM;
    if (!never) return tree.threads()[i].thread();
  }
  return std::nullopt;
}

WakerReach tracees_of(const std::vector<pid_t>& tree) {
  const auto is_inside = [&](pid_t process) {
    return std::find(tree.begin(), tree.end(), process) != tree.end();
  };
  for (const pid_t process : all_processes()) {
    if (is_inside(process)) continue;
    const auto threads = directory_of(process) / "task";
    for (const int thread : numbers_in(threads)) {
      // The kernel names the thread that traces, so look for it among the threads of each.
      const std::string status = text_of(threads / std::to_string(thread) / "status");
      const std::string tracer = word_behind(status, "TracerPid:");
      if (tracer.empty() || tracer == "0") continue;
      const auto has_tracer = [&](pid_t each) {
        return std::filesystem::exists(directory_of(each) / "task" / tracer);
      };
      if (std::any_of(tree.begin(), tree.end(), has_tracer)) {
        return WakerReach::outside("it traces process " + std::to_string(process));
      }
    }
  }
  return {};
}

WakerReach acting_for(pid_t process, const Holders& holders) {
  const std::string status = text_of(directory_of(process) / "task" /
                                     std::to_string(living_thread_of(process)) / "status");
  WakerReach unknown_reach;
  for (WakerReach reach : {timers_of(process), signals_of(status), supervisor_of(status),
                           rings_of(process), descriptors_of(process, holders)}) {
    if (reach.kind == WakerReach::Kind::outside) return reach;
    if (!reach.inside()) unknown_reach = std::move(reach);
  }
  return unknown_reach;
}

}  // namespace workbench::hang_proof
