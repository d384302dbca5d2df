/// @file
/// What becomes of a run whose pool is not ours: what its program has written down, and the verdict
/// on how it has ended. Mistakes of who has brought the pool here are told from those of the pool.
#pragma once

#include "scenarios/model/run_record.h"
#include "scenarios/run/run_spec.h"
#include "scenarios/subjects/outside/account.h"

namespace workbench::scenarios {

/// Writes into the record what the account says: results, strikes, tasks that were begun again, and
/// what is wrong with it.
void note_account(const Account& account, const RunSpec& spec, RunRecord& record);

/// If a pool tells an error although nothing was done to it, that is a mistake of who has brought
/// it here: its module was not found, say. Notes it, and returns whether it is so.
bool note_what_nobody_injected(const RunSpec& spec, RunRecord& record);

/// The verdict on a program that has ended by itself. The record has its exit code or its signal,
/// and the account. Notes the mistakes that show only at the end.
Verdict verdict_on_program(const Account& account, const RunSpec& spec, RunRecord& record);

}  // namespace workbench::scenarios
