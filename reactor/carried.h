/// @file
/// How a result travels from its worker to the report.
///
/// On its way a result is moved from place to place: queues grow, lists are handed over. If one of
/// these moves threw, the result would be lost between two places. So a result whose moves may
/// throw is put into a box, in its worker, where an exception is a failure of its task like any
/// other. From then on only the box is moved.
///
/// Thread safety: plain values.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace workbench::reactor {

template <class Result>
inline constexpr bool kMovesNeverThrow =
    std::is_nothrow_move_constructible_v<Result>&& std::is_nothrow_move_assignable_v<Result>;

/// A result on its way, if its moves never throw: the result itself.
template <class Result, bool in_a_box = !kMovesNeverThrow<Result>>
class Carried {
 public:
  Carried() = default;
  explicit Carried(Result result) : result_(std::move(result)) {}

  Result& get() { return result_; }
  const Result& get() const { return result_; }

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(result_);
  }

 private:
  Result result_;
};

/// The others: a box with the result. A copy has a box of its own.
template <class Result>
class Carried<Result, true> {
  static_assert(std::is_move_constructible_v<Result>,
                "this result cannot be moved: let the action return a std::unique_ptr to it");

 public:
  Carried() = default;
  explicit Carried(Result result) : box_(std::make_unique<Result>(std::move(result))) {}
  Carried(const Carried& other)
      : box_(other.box_ ? std::make_unique<Result>(*other.box_) : nullptr) {}
  Carried& operator=(const Carried& other) {
    *this = Carried(other);
    return *this;
  }
  Carried(Carried&&) noexcept = default;
  Carried& operator=(Carried&&) noexcept = default;
  ~Carried() = default;

  Result& get() { return *box_; }
  const Result& get() const { return *box_; }

  /// Saves (cereal).
  template <class Archive>
  void save(Archive& archive) const {
    archive(*box_);
  }
  /// Loads (cereal).
  template <class Archive>
  void load(Archive& archive) {
    box_ = std::make_unique<Result>();
    archive(*box_);
  }

 private:
  std::unique_ptr<Result> box_;
};

}  // namespace workbench::reactor
