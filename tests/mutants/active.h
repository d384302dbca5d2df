/// @file
/// Which mutant this process is.
#pragma once

namespace workbench::mutants {

/// Its number in the table; -1: none, the right code.
inline int active = -1;

}  // namespace workbench::mutants
