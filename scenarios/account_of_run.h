/// @file
/// From what the caller of a pool received to a verdict.
#pragma once

#include "scenarios/record.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {

/// Runs the subject, puts its results into order and counts them. What it throws that is none of a
/// pool's own errors becomes an account, too.
Account account_of_run(const Subject& subject, const Stage& stage);

/// The verdict on a run that has returned.
Verdict verdict_of(const Account& account);

/// The ledger of a run that gave no account: what its caller had in hand (`ok`, as the board was
/// read), and what it had not.
void count_results(const Scenario& scenario, Account& account);

}  // namespace workbench::scenarios
