/// @file
/// Keeps a program that nobody trusts from doing harm.
///
///     workbench ──▶ first process of its namespaces ──▶ watchdog ──▶ run
///     trusted       `isolated`: sees no other process,               `confine`: limits, no
///                   writes nowhere, has no network                   descriptors, user nobody
///
/// Namespaces need a kernel that gives them to this user. In most containers it does not: then the
/// limits alone hold, and that is said.
///
/// Thread safety: none. Requires: the calling process has no other threads.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace workbench::scenarios {

/// Calls `life` in a process of its own, and waits for its end. In it, `directory` is empty, and
/// the one place that can be written to. Returns why it could not be isolated: then `life` was
/// called nevertheless, in a process of its own. Empty: it is isolated. Throws AskedToEnd.
std::string isolated(const std::filesystem::path& directory, const std::function<void()>& life);

/// For a process that is about to carry out what nobody trusts: limits what it can use, and closes
/// all descriptors but 0, 1, 2 and `keep`. If it is root, it becomes nobody; where this program is
/// in a directory that only root may search, it may still read every file. After so many seconds of
/// processor time it is killed.
void confine(int keep, int seconds);

}  // namespace workbench::scenarios
