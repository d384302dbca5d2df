/// @file
/// First in, first out, with whole batches in and out at the price of one item.
///
///     │ · │ · │ c │ d │ e │      taken items stay in front until they outnumber the others
///               ▲
///             first
///
/// A vector rather than a deque: all of it can be handed over without touching an item.
///
/// Thread safety: none.
#pragma once

#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace workbench::threads {

template <class T>
class Fifo {
 public:
  bool empty() const { return size() == 0; }
  std::size_t size() const { return items_.size() - first_; }
  T& front() { return items_[first_]; }

  void push(T item) { items_.push_back(std::move(item)); }

  void push_all(std::vector<T> items) {
    if (empty()) {
      items_ = std::move(items);
      first_ = 0;
    } else {
      push_all(items.begin(), items.end());
    }
  }

  /// Moves the items out of a range.
  template <class Iterator>
  void push_all(Iterator begin, Iterator end) {
    items_.insert(items_.end(), std::make_move_iterator(begin), std::make_move_iterator(end));
  }

  T pop() {
    T item = std::move(items_[first_++]);
    drop_taken();
    return item;
  }

  std::vector<T> pop_all() {
    if (first_ == 0) return std::exchange(items_, {});
    return pop_some(size());
  }

  /// Requires: there are so many.
  std::vector<T> pop_some(std::size_t count) {
    const auto begin = items_.begin() + static_cast<std::ptrdiff_t>(first_);
    std::vector<T> some(std::make_move_iterator(begin),
                        std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(count)));
    first_ += count;
    drop_taken();
    return some;
  }

 private:
  void drop_taken() {
    if (first_ == items_.size()) {
      items_.clear();
      first_ = 0;
    } else if (first_ > items_.size() / 2) {
      items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
  }

  std::vector<T> items_;
  std::size_t first_ = 0;
};

}  // namespace workbench::threads
