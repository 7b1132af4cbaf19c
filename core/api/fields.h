// SPDX-License-Identifier: GPL-3.0-or-later
// From one list of members to a writer and a reader. Included by the .cpp files of this folder
// only:
//
//   template <>
//   struct Fields<Receipt> : Object {
//       static constexpr std::string_view type = "receipt";
//       static void list(auto& self, auto& member) {
//           member("id", self.id);
//           member("device", self.device);                     // optional: absent when empty
//       }
//   };
//   KITH_API_OBJECT(Receipt)
#pragma once

#include "core/api/codec.h"
#include "core/api/time_text.h"

#include <array>
#include <concepts>
#include <map>
#include <type_traits>

namespace kith::api {

template <class T>
struct Fields;

/// An object of schema v1: Fields<T> names its `type`. What a newer version adds is ignored.
struct Object {
    static constexpr bool strict = false;
};

/// A part of an object, without a type of its own.
struct Part : Object {
    static constexpr std::string_view type = "";
};

/// Parameters of a method: a name or value that this version does not know is refused, since it
/// would change what the caller gets.
struct Parameters {
    static constexpr bool strict = true;
    static constexpr std::string_view type = "";
};

struct NoParameters : Parameters {
    static void list(auto&, auto&) {}
};

struct WhoParameter : Parameters {
    static void list(auto& self, auto& member) { member("who", self.who); }
};

/// Names of an enum in the order of its values; the first, Unknown, has none.
template <class E>
struct EnumNames;

template <class E>
E enum_value(std::string_view name) {
    for (std::size_t i = 1; i < std::size(EnumNames<E>::names); ++i) {
        if (EnumNames<E>::names[i] == name) return static_cast<E>(i);
    }
    return E{};
}

template <class T>
concept Plain = std::is_class_v<T>;

/// Writes the members of one object.
class MemberWriter {
  public:
    explicit MemberWriter(Writer& out) : out_(out) {}

    template <class T>
    void operator()(std::string_view name, const T& value) {
        out_.name(name);
        put(value);
    }

    template <class T>
    void operator()(std::string_view name, const std::optional<T>& value) {
        if (value) (*this)(name, *value);
    }

    /// A member that the reader may leave at the value it has in a new struct.
    template <class T>
    void preset(std::string_view name, const T& value) {
        (*this)(name, value);
    }

    /// A list that is absent when empty.
    template <class T>
    void if_any(std::string_view name, const std::vector<T>& value) {
        if (!value.empty()) (*this)(name, value);
    }

  private:
    void put(const std::string& value) { out_.text(value); }

    void put(bool value) { out_.boolean(value); }

    void put(std::uint64_t value) { out_.unsigned_number(value); }

    void put(std::int64_t value) { out_.integer(value); }

    void put(double value) { out_.real(value); }

    void put(Timestamp value) { out_.time(value); }

    void put(const std::map<std::string, std::string>& value) {
        out_.begin_object();
        for (const auto& [name, text] : value)
            (*this)(name, text);
        out_.end_object();
    }

    template <class E>
    requires std::is_enum_v<E>

    void put(E value) { out_.text(to_string(value)); }

    template <Plain T>
    void put(const T& value) {
        write(out_, value);
    }

    template <class T>
    void put(const std::vector<T>& value) {
        out_.begin_array();
        for (const T& item : value)
            put(item);
        out_.end_array();
    }

    Writer& out_;
};

/// Reads the members of one object and remembers the first that is wrong.
class MemberReader {
  public:
    /// `strict` refuses enum values that this version does not know.
    MemberReader(Value object, bool strict) : object_(object), strict_(strict) {}

    const std::string& complaint() const { return complaint_; }

    /// How many members of the list are present.
    std::size_t present() const { return present_; }

    template <class T>
    void operator()(std::string_view name, T& out) {
        if (const Value value = find(name)) {
            take(name, value, out);
        } else {
            complain(name, "is missing");
        }
    }

    template <class T>
    void operator()(std::string_view name, std::optional<T>& out) {
        if (const Value value = find(name)) take(name, value, out.emplace());
    }

    template <class T>
    void preset(std::string_view name, T& out) {
        if (const Value value = find(name)) take(name, value, out);
    }

    template <class T>
    void if_any(std::string_view name, std::vector<T>& out) {
        preset(name, out);
    }

  private:
    Value find(std::string_view name) {
        const Value value = object_[name];
        if (value.kind() != Value::Kind::None) ++present_;
        return value;
    }

    void complain(std::string_view name, std::string_view what) {
        if (complaint_.empty()) complaint_.append("\"").append(name).append("\" ").append(what);
    }

    template <class T>
    void take(std::string_view name, Value value, T& out) {
        if (!get(value, out)) complain(name, wanted(out));
    }

    template <class T, class U>
    static bool assign(const std::optional<U>& from, T& to) {
        if (from) to = T(*from);
        return from.has_value();
    }

    static bool get(Value value, std::string& out) { return assign(value.text(), out); }

    static bool get(Value value, bool& out) { return assign(value.boolean(), out); }

    static bool get(Value value, std::uint64_t& out) {
        return assign(value.unsigned_number(), out);
    }

    static bool get(Value value, std::int64_t& out) { return assign(value.integer(), out); }

    static bool get(Value value, double& out) { return assign(value.real(), out); }

    static bool get(Value value, Timestamp& out) {
        const auto text = value.text();
        if (!text) return false;
        const auto time = parse_rfc3339(*text);
        if (time) out = *time;
        return time.has_value();
    }

    static bool get(Value value, std::map<std::string, std::string>& out) {
        for (const Element member : value) {
            if (!get(member.value, out[std::string(member.name)])) return false;
        }
        return value.is_object();
    }

    template <class E>
    requires std::is_enum_v<E>

    bool get(Value value, E& out) {
        const auto text = value.text();
        if (!text) return false;
        out = enum_value<E>(*text);
        return out != E{} || !strict_;
    }

    template <Plain T>
    static bool get(Value value, T& out) {
        Outcome<T> inner = read<T>(value);
        if (!inner) return false;
        out = *std::move(inner);
        return true;
    }

    template <class T>
    bool get(Value value, std::vector<T>& out) {
        for (const Element element : value) {
            if (!get(element.value, out.emplace_back())) return false;
        }
        return value.is_array();
    }

    static std::string_view wanted(const std::string&) { return "must be a text"; }

    static std::string_view wanted(bool) { return "must be true or false"; }

    static std::string_view wanted(std::uint64_t) { return "must be a whole number from 0"; }

    static std::string_view wanted(std::int64_t) { return "must be a whole number"; }

    static std::string_view wanted(double) { return "must be a number"; }

    static std::string_view wanted(Timestamp) {
        return "must be a time such as 2026-11-22T15:04:05Z";
    }

    template <class T>
    static std::string_view wanted(const T&) {
        return "has a value that is not allowed here";
    }

    Value object_;
    bool strict_;
    std::string complaint_;
    std::size_t present_ = 0;
};

/// Collects names of members; optional ones end in "?".
class MemberNames {
  public:
    const std::vector<std::string>& names() const { return names_; }

    void operator()(std::string_view name, const auto&) { names_.emplace_back(name); }

    template <class T>
    void operator()(std::string_view name, const std::optional<T>&) {
        preset(name, 0);
    }

    void preset(std::string_view name, const auto&) { names_.push_back(std::string(name) + "?"); }

    void if_any(std::string_view name, const auto& value) { preset(name, value); }

  private:
    std::vector<std::string> names_;
};

/// "expires_mss" is no parameter of that method: says so, with the names that are.
Outcome<> refuse_unknown(Value object, const std::vector<std::string>& names);

template <class T>
void write(Writer& out, const T& value) {
    out.begin_object();
    if constexpr (!Fields<T>::type.empty()) {
        out.name("v");
        out.unsigned_number(1);
        out.name("type");
        out.text(Fields<T>::type);
    }
    MemberWriter member(out);
    Fields<T>::list(value, member);
    out.end_object();
}

template <class T>
std::vector<std::string> member_names() {
    MemberNames names;
    T example{};
    Fields<T>::list(example, names);
    return names.names();
}

template <class T>
Outcome<T> read(Value value) {
    constexpr bool strict = Fields<T>::strict;
    // A method without parameters may be called without "params".
    if (value && !value.is_object()) return failure(Problem::Parameters, "an object was expected");
    T out{};
    MemberReader member(value, strict);
    Fields<T>::list(out, member);
    if (!member.complaint().empty()) return failure(Problem::Parameters, member.complaint());
    if (strict && member.present() < value.size()) {
        KITH_CHECK(refuse_unknown(value, member_names<T>()));
    }
    return out;
}

#define KITH_API_OBJECT(T)                                \
    template void write<T>(Writer & out, const T& value); \
    template Outcome<T> read<T>(Value value);             \
    template std::vector<std::string> member_names<T>();

/// For an object that another .cpp file of this folder defines.
#define KITH_API_ELSEWHERE(T)                                    \
    extern template void write<T>(Writer & out, const T& value); \
    extern template Outcome<T> read<T>(Value value);

#define KITH_API_ENUM(E, ...)                                          \
    template <>                                                        \
    struct EnumNames<E> {                                              \
        static constexpr std::string_view names[] = {"", __VA_ARGS__}; \
    };                                                                 \
    std::string_view to_string(E value) {                              \
        return EnumNames<E>::names[static_cast<std::size_t>(value)];   \
    }

}  // namespace kith::api
