// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/json.h"

#include "core/api/writer.h"
#include "core/base/limits.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace kith::api {

// Values in the order of the text. A container is followed by its content and knows where that
// ends; in an object every value is preceded by a node for its name.
struct JsonTree {
    using Kind = Value::Kind;

    struct Node {
        Kind kind = Kind::Null;
        std::uint32_t begin = 0;  // text: offset into `text`; containers: number of elements
        std::uint32_t end = 0;    // text: end offset; containers: index behind the content

        union {
            bool boolean;
            std::int64_t integer;
            std::uint64_t number;
            double real = 0;
        };
    };

    std::vector<Node> nodes;
    std::string text;

    // Index of what follows the value at `index`.
    std::uint32_t after(std::uint32_t index) const {
        const Node& node = nodes[index];
        const bool container = node.kind == Kind::Array || node.kind == Kind::Object;
        return container ? node.end : index + 1;
    }

    std::string_view text_of(std::uint32_t index) const {
        const Node& node = nodes[index];
        return std::string_view(text).substr(node.begin, node.end - node.begin);
    }
};

namespace {

using Kind = Value::Kind;

// Receives the events of nlohmann's tokenizer; its member names are part of that interface.
class TreeBuilder {
  public:
    explicit TreeBuilder(JsonTree& tree) : tree_(tree) {}

    bool too_deep() const { return too_deep_; }

    bool null() { return add(Kind::Null), true; }

    bool boolean(bool value) { return add(Kind::Boolean).boolean = value, true; }

    bool number_integer(std::int64_t value) { return add(Kind::Integer).integer = value, true; }

    bool number_unsigned(std::uint64_t value) { return add(Kind::Unsigned).number = value, true; }

    bool number_float(double value, const std::string&) {
        return add(Kind::Real).real = value, true;
    }

    bool string(std::string& value) { return add_text(value), true; }

    bool binary(std::vector<std::uint8_t>&) { return false; }

    bool start_object(std::size_t) { return begin(Kind::Object); }

    bool key(std::string& name) {
        const std::uint32_t open = open_.back();
        add_text(name);
        // The name is no element: the value that follows is counted.
        --tree_.nodes[open].begin;
        return true;
    }

    bool end_object() { return end(); }

    bool start_array(std::size_t) { return begin(Kind::Array); }

    bool end_array() { return end(); }

    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) {
        return false;
    }

  private:
    JsonTree::Node& add(Kind kind) {
        if (!open_.empty()) ++tree_.nodes[open_.back()].begin;
        JsonTree::Node& node = tree_.nodes.emplace_back();
        node.kind = kind;
        return node;
    }

    void add_text(const std::string& value) {
        JsonTree::Node& node = add(Kind::Text);
        node.begin = static_cast<std::uint32_t>(tree_.text.size());
        tree_.text += value;
        node.end = static_cast<std::uint32_t>(tree_.text.size());
    }

    bool begin(Kind kind) {
        too_deep_ = open_.size() >= json_depth;
        if (too_deep_) return false;
        add(kind);
        open_.push_back(static_cast<std::uint32_t>(tree_.nodes.size() - 1));
        return true;
    }

    bool end() {
        tree_.nodes[open_.back()].end = static_cast<std::uint32_t>(tree_.nodes.size());
        open_.pop_back();
        return true;
    }

    JsonTree& tree_;
    std::vector<std::uint32_t> open_;
    bool too_deep_ = false;
};

}  // namespace

Document::Document(std::unique_ptr<JsonTree> tree) : tree_(std::move(tree)) {}

Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text) {
    if (text.size() > limits::api_line) return fail(Code::TooLarge, "longer than 1 MiB");
    auto tree = std::make_unique<JsonTree>();
    TreeBuilder builder(*tree);
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
        if (builder.too_deep()) return fail(Code::Malformed, "nested too deeply");
        return fail(Code::Malformed, "not JSON");
    }
    return Document(std::move(tree));
}

Value::Kind Value::kind() const {
    return tree_ == nullptr ? Kind::None : tree_->nodes[index_].kind;
}

Value::operator bool() const {
    return kind() != Kind::None && kind() != Kind::Null;
}

std::optional<bool> Value::boolean() const {
    if (kind() != Kind::Boolean) return std::nullopt;
    return tree_->nodes[index_].boolean;
}

std::optional<std::uint64_t> Value::unsigned_number() const {
    if (kind() != Kind::Unsigned) return std::nullopt;
    return tree_->nodes[index_].number;
}

std::optional<std::int64_t> Value::integer() const {
    if (kind() == Kind::Integer) return tree_->nodes[index_].integer;
    const auto number = unsigned_number();
    if (!number || *number > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

std::optional<double> Value::real() const {
    if (kind() == Kind::Real) return tree_->nodes[index_].real;
    if (kind() == Kind::Unsigned) return static_cast<double>(tree_->nodes[index_].number);
    if (kind() == Kind::Integer) return static_cast<double>(tree_->nodes[index_].integer);
    return std::nullopt;
}

std::optional<std::string_view> Value::text() const {
    if (kind() != Kind::Text) return std::nullopt;
    return tree_->text_of(index_);
}

Value Value::operator[](std::string_view name) const {
    if (!is_object()) return {};
    for (const Element member : *this) {
        if (member.name == name) return member.value;
    }
    return {};
}

std::size_t Value::size() const {
    return is_object() || is_array() ? tree_->nodes[index_].begin : 0;
}

Value::Iterator Value::begin() const {
    if (!is_object() && !is_array()) return end();
    return {tree_, index_ + 1, is_object()};
}

Value::Iterator Value::end() const {
    if (!is_object() && !is_array()) return {tree_, index_, false};
    return {tree_, tree_->nodes[index_].end, is_object()};
}

Element Value::Iterator::operator*() const {
    if (!named_) return {{}, Value(tree_, index_)};
    return {tree_->text_of(index_), Value(tree_, index_ + 1)};
}

Value::Iterator& Value::Iterator::operator++() {
    index_ = tree_->after(named_ ? index_ + 1 : index_);
    return *this;
}

namespace {

void write_scalar(Writer& out, Value value) {
    switch (value.kind()) {
        case Kind::Boolean:
            return out.boolean(*value.boolean());
        case Kind::Integer:
            return out.integer(*value.integer());
        case Kind::Unsigned:
            return out.unsigned_number(*value.unsigned_number());
        case Kind::Real:
            return out.real(*value.real());
        case Kind::Text:
            return out.text(*value.text());
        default:
            return out.raw("null");
    }
}

}  // namespace

std::string Value::dump() const {
    std::string text;
    Writer out(text);

    // Containers that are open, with what is left of each: at most json_depth.
    struct Open {
        Iterator at;
        Iterator end;
        bool object;
    };

    std::vector<Open> open;
    const auto write = [&](Value value) {
        if (value.is_object() || value.is_array()) {
            value.is_object() ? out.begin_object() : out.begin_array();
            open.push_back({value.begin(), value.end(), value.is_object()});
        } else {
            write_scalar(out, value);
        }
    };
    write(*this);
    while (!open.empty()) {
        Open& top = open.back();
        if (top.at == top.end) {
            top.object ? out.end_object() : out.end_array();
            open.pop_back();
            continue;
        }
        const Element element = *top.at;
        ++top.at;
        if (top.object) out.name(element.name);
        write(element.value);
    }
    return text;
}

}  // namespace kith::api
