/// @file
/// A first-in, first-out list. A whole vector can be put in or taken out at the cost of one item.
///
///     │ · │ · │ c │ d │ e │      places of taken items stay in front until they are the majority
///               ▲
///             first
///
/// It is a std::vector and not a std::deque: a vector can be moved without touching its items.
///
/// Thread safety: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "core/posix/large_pages.h"

namespace workbench::threads {

template <class T>
class Fifo {
 public:
  bool empty() const { return size() == 0; }
  std::size_t size() const { return items_.size() - first_; }
  T& front() { return items_[first_]; }

  void push(T item) {
    make_room(1);
    items_.push_back(std::move(item));
  }

  void push_all(std::vector<T> items) {
    if (empty()) {
      items_ = std::move(items);
      first_ = 0;
    } else {
      push_all(std::span(items));
    }
  }

  /// Moves the items out of a range.
  template <class Items>
  void push_all(Items items) {
    make_room(items.size());
    items_.insert(items_.end(), std::make_move_iterator(items.begin()),
                  std::make_move_iterator(items.end()));
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

  /// Requires: there are at least `count` items.
  std::vector<T> pop_some(std::size_t count) {
    const auto begin = items_.begin() + taken();
    std::vector<T> some(std::make_move_iterator(begin),
                        std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(count)));
    first_ += count;
    drop_taken();
    return some;
  }

 private:
  void make_room(std::size_t count) {
    if (items_.capacity() - items_.size() >= count) return;
    std::vector<T> larger;
    larger.reserve(std::max(2 * size(), size() + count));
    use_large_pages(larger);
    larger.insert(larger.end(), std::make_move_iterator(items_.begin() + taken()),
                  std::make_move_iterator(items_.end()));
    items_ = std::move(larger);
    first_ = 0;
  }

  std::ptrdiff_t taken() const { return static_cast<std::ptrdiff_t>(first_); }

  void drop_taken() {
    if (first_ == items_.size()) {
      items_.clear();
      first_ = 0;
    } else if (first_ > items_.size() / 2) {
      items_.erase(items_.begin(), items_.begin() + taken());
      first_ = 0;
    }
  }

  std::vector<T> items_;
  std::size_t first_ = 0;
};

}  // namespace workbench::threads
