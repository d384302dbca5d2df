/// @file
/// Values as bytes. Trivially copyable types are copied as they are, others are saved by cereal.
///
/// One item on the wire is its length (8 bytes) and its bytes. Both ends are the same program on
/// the same machine, so byte order and layout agree.
///
/// Thread safety: free functions without state.
#pragma once

#include <array>
#include <cereal/archives/binary.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <istream>
#include <ostream>
#include <span>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <string_view>
#include <type_traits>

namespace workbench::processes {

namespace detail {

// Whether a type only points to its data, which the other process does not have; or has such types
// as template arguments, as std::optional<const char*> and std::vector<std::string_view> do.
template <class T>
inline constexpr bool kPoints = std::is_pointer_v<T> || std::is_member_pointer_v<T>;
template <class T>
inline constexpr bool kPoints<std::reference_wrapper<T>> = true;
template <class T, std::size_t n>
inline constexpr bool kPoints<std::span<T, n>> = true;
template <class Char, class Traits>
inline constexpr bool kPoints<std::basic_string_view<Char, Traits>> = true;
template <class T, std::size_t n>
inline constexpr bool kPoints<std::array<T, n>> = kPoints<T>;
template <template <class...> class Template, class... Arguments>
inline constexpr bool kPoints<Template<Arguments...>> = (kPoints<Arguments> || ...);

template <class T>
inline constexpr bool kPlainOrSerializable =
    std::is_trivially_copyable_v<T> ||
    (cereal::traits::is_output_serializable<T, cereal::BinaryOutputArchive>::value &&
     cereal::traits::is_input_serializable<T, cereal::BinaryInputArchive>::value);

// What T is made for to ship; by default T itself. The reactor's Reply ships a result.
template <class T>
struct Shipped {
  using type = T;
};
template <class T>
requires requires { typename T::Shipped; }
struct Shipped<T> {
  using type = typename T::Shipped;
};

template <class T>
concept ShippableItself =
    !kPoints<T> && std::is_default_constructible_v<T> && kPlainOrSerializable<T>;

}  // namespace detail

/// Types whose values can travel between processes. A pointer or a view cannot, because it would
/// point into the wrong process. Any other type can, if it has a default constructor and is
/// trivially copyable, or if cereal can save and load it. A pointer inside of a struct is not
/// found: do not send such a struct unless it has a `serialize`.
template <class T>
concept Shippable =
    detail::ShippableItself<typename detail::Shipped<T>::type> && detail::ShippableItself<T>;

namespace detail {

// Streams over a string, because cereal wants streams and the standard ones would copy.
class AppendTo : public std::streambuf {
 public:
  explicit AppendTo(std::string& out) : out_(out) {}

 protected:
  std::streamsize xsputn(const char* data, std::streamsize size) override {
    out_.append(data, static_cast<std::size_t>(size));
    return size;
  }
  int_type overflow(int_type byte) override {
    out_.push_back(traits_type::to_char_type(byte));
    return byte;
  }

 private:
  std::string& out_;
};

class ReadFrom : public std::streambuf {
 public:
  explicit ReadFrom(std::string_view in) {
    char* begin = const_cast<char*>(in.data());  // a get area is never written to
    setg(begin, begin, begin + in.size());
  }
};

}  // namespace detail

/// Appends one item to `out`. If the type's own saving throws, so does this, and `out` is
/// unchanged.
template <Shippable T>
void append_item(std::string& out, const T& value) {
  const std::size_t start = out.size();
  out.append(sizeof(std::uint64_t), '\0');
  try {
    if constexpr (std::is_trivially_copyable_v<T>) {
      out.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      detail::AppendTo buffer(out);
      std::ostream stream(&buffer);
      cereal::BinaryOutputArchive archive(stream);
      archive(value);
    }
  } catch (...) {
    out.resize(start);
    throw;
  }
  const std::uint64_t size = out.size() - start - sizeof size;
  std::memcpy(out.data() + start, &size, sizeof size);
}

/// One item as bytes.
template <Shippable T>
std::string item_of(const T& value) {
  std::string bytes;
  append_item(bytes, value);
  return bytes;
}

/// Takes one item off the front of `in`. Throws std::runtime_error if the bytes there are no item.
template <Shippable T>
T read_item(std::string_view& in) {
  std::uint64_t size = 0;
  if (in.size() < sizeof size) throw std::runtime_error("message too short");
  std::memcpy(&size, in.data(), sizeof size);
  in.remove_prefix(sizeof size);
  if (in.size() < size) throw std::runtime_error("message too short");
  const std::string_view bytes = in.substr(0, size);
  in.remove_prefix(size);
  T value{};
  if constexpr (std::is_trivially_copyable_v<T>) {
    if (size != sizeof value) throw std::runtime_error("message of the wrong size");
    std::memcpy(static_cast<void*>(&value), bytes.data(), sizeof value);
  } else {
    detail::ReadFrom buffer(bytes);
    std::istream stream(&buffer);
    cereal::BinaryInputArchive archive(stream);
    archive(value);
  }
  return value;
}

}  // namespace workbench::processes
