// Two transfers between the same two accounts, each way one. Each thread locks the account that it
// takes from, and then waits for the one that the other thread has: a circular wait.
#include <barrier>
#include <mutex>
#include <thread>

namespace {

struct BankAccount {
  std::mutex mutex;
  int balance = 100;
};

std::barrier both_have_one(2);  // makes sure of what would happen one day

void transfer(BankAccount& from, BankAccount& to, int amount) {
  const std::lock_guard one(from.mutex);
  both_have_one.arrive_and_wait();
  const std::lock_guard two(to.mutex);
  from.balance -= amount;
  to.balance += amount;
}

}  // namespace

int main() {
  BankAccount ann;
  BankAccount bob;
  std::thread other([&] { transfer(bob, ann, 5); });
  transfer(ann, bob, 10);
  other.join();
}
