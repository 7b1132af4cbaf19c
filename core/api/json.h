// SPDX-License-Identifier: GPL-3.0-or-later
// One parsed JSON text, bounded in size and depth.
//
// The one door to simdjson, which json.cpp uses. A Document is one flat list in the order of the
// text: it needs no parser to live on, and an object of a newer daemon is written again as it came.
// docs/spec/control-api.md#lines
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace kith::api {

/// Nesting of objects and arrays in one line. Our deepest result has 5 levels. Beyond: Malformed.
inline constexpr std::size_t json_depth = 8;

/// What a Document holds; opaque.
struct JsonTree;

/// A value inside a Document, or nothing. Cheap to copy; valid as long as the Document lives,
/// also when it is moved. Asking for what is not there gives nothing, never an error.
class Value {
  public:
    enum class Kind : std::uint8_t {
        None,
        Null,
        Boolean,
        Integer,
        Unsigned,
        Real,
        Text,
        Array,
        Object
    };

    Value() = default;

    Kind kind() const;

    /// True unless absent or null: peers may write null for what is absent, we never do.
    explicit operator bool() const;

    bool is_object() const { return kind() == Kind::Object; }

    bool is_array() const { return kind() == Kind::Array; }

    std::optional<bool> boolean() const;
    /// Whole numbers only; nothing when out of range.
    std::optional<std::uint64_t> unsigned_number() const;
    std::optional<std::int64_t> integer() const;
    std::optional<double> real() const;
    /// Valid UTF-8.
    std::optional<std::string_view> text() const;

    /// The member of that name, the first if there are several; nothing if this is no object.
    Value operator[](std::string_view name) const;

    /// Members of an object or elements of an array.
    std::size_t size() const;

    class Iterator;
    /// Over elements of an array, or over members of an object. Empty for everything else.
    Iterator begin() const;
    Iterator end() const;

    /// Written again, members in their order, escaped as docs/spec/control-api.md#escaping says.
    std::string dump() const;

  private:
    friend class Document;

    Value(const JsonTree* tree, std::uint32_t index) : tree_(tree), index_(index) {}

    const JsonTree* tree_ = nullptr;
    std::uint32_t index_ = 0;
};

/// One element; `name` is empty in arrays.
struct Element;

class Value::Iterator {
  public:
    Element operator*() const;
    Iterator& operator++();

    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

  private:
    friend class Value;

    Iterator(const JsonTree* tree, std::uint32_t index, bool named)
        : tree_(tree), index_(index), named_(named) {}

    const JsonTree* tree_;
    std::uint32_t index_;
    bool named_;
};

struct Element {
    std::string_view name;
    Value value;
};

/// Owns a parsed text. Move-only.
class Document {
  public:
    /// Malformed: not one JSON value, invalid UTF-8, deeper than json_depth. TooLarge: longer than
    /// limits::api_line. Time and memory are linear in the text.
    static Result<Document> parse(std::string_view text);

    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();

    Value root() const { return {tree_.get(), 0}; }

  private:
    explicit Document(std::unique_ptr<JsonTree> tree);

    std::unique_ptr<JsonTree> tree_;
};

}  // namespace kith::api
