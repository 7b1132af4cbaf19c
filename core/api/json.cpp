// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/json.h"

#include "core/api/writer.h"
#include "core/base/limits.h"

#include <simdjson.h>

#include <string>
#include <vector>

namespace kith::api {

// Values in the order of the text. A container is followed by its content and knows where that
// ends; in an object every value is preceded by a node for its name.
struct JsonTree {
    using Kind = Value::Kind;

    struct Node {  // NOLINT(cppcoreguidelines-pro-type-member-init): one of the union is
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

// Copies what simdjson has parsed: its own tree lives only as long as its parser, which is large.
class TreeBuilder {
  public:
    explicit TreeBuilder(JsonTree& tree) : tree_(tree) {}

    /// Some value was nested more deeply than json_depth.
    bool too_deep() const { return too_deep_; }

    // Recurses once more than json_depth at most: the parser has seen to it.
    // NOLINTNEXTLINE(misc-no-recursion)
    void add(const simdjson::dom::element& value) {
        using Type = simdjson::dom::element_type;
        switch (value.type()) {
            case Type::OBJECT: {
                const std::uint32_t open = begin(Kind::Object);
                for (const auto member : as<simdjson::dom::object>(value)) {
                    add_text(member.key);
                    add(member.value);
                    ++tree_.nodes[open].begin;
                }
                return end(open);
            }
            case Type::ARRAY: {
                const std::uint32_t open = begin(Kind::Array);
                for (const auto element : as<simdjson::dom::array>(value)) {
                    add(element);
                    ++tree_.nodes[open].begin;
                }
                return end(open);
            }
            case Type::INT64:
                return add_integer(as<std::int64_t>(value));
            case Type::UINT64:
                add_node(Kind::Unsigned).number = as<std::uint64_t>(value);
                return;
            case Type::DOUBLE:
                add_node(Kind::Real).real = as<double>(value);
                return;
            case Type::BOOL:
                add_node(Kind::Boolean).boolean = as<bool>(value);
                return;
            case Type::STRING:
                return add_text(as<std::string_view>(value));
            case Type::NULL_VALUE:
                add_node(Kind::Null);
                return;
        }
    }

  private:
    // Of the type that the element has said it is.
    template <class T>
    static T as(const simdjson::dom::element& value) {
        T out{};
        [[maybe_unused]] const auto error = value.get(out);
        return out;
    }

    JsonTree::Node& add_node(Kind kind) {
        JsonTree::Node& node = tree_.nodes.emplace_back();
        node.kind = kind;
        return node;
    }

    void add_integer(std::int64_t value) {
        if (value < 0) {
            add_node(Kind::Integer).integer = value;
        } else {
            add_node(Kind::Unsigned).number = static_cast<std::uint64_t>(value);
        }
    }

    void add_text(std::string_view value) {
        JsonTree::Node& node = add_node(Kind::Text);
        node.begin = static_cast<std::uint32_t>(tree_.text.size());
        tree_.text += value;
        node.end = static_cast<std::uint32_t>(tree_.text.size());
    }

    std::uint32_t begin(Kind kind) {
        if (++depth_ > json_depth) too_deep_ = true;
        add_node(kind);
        return static_cast<std::uint32_t>(tree_.nodes.size() - 1);
    }

    void end(std::uint32_t open) {
        --depth_;
        tree_.nodes[open].end = static_cast<std::uint32_t>(tree_.nodes.size());
    }

    JsonTree& tree_;
    std::size_t depth_ = 0;
    bool too_deep_ = false;
};

}  // namespace

Document::Document(std::unique_ptr<JsonTree> tree) : tree_(std::move(tree)) {}

Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text) {
    if (text.size() > limits::api_line) return fail(Code::TooLarge, "longer than 1 MiB");
    simdjson::dom::parser parser;
    // It does not count a container that is empty.
    if (parser.allocate(text.size(), json_depth + 1) != simdjson::SUCCESS) {
        return fail(Code::TooLarge, "no memory for it");
    }
    simdjson::dom::element root;
    const auto error = parser.parse(text.data(), text.size()).get(root);
    if (error && error != simdjson::DEPTH_ERROR) return fail(Code::Malformed, "not JSON");
    auto tree = std::make_unique<JsonTree>();
    TreeBuilder builder(*tree);
    if (!error) builder.add(root);
    if (error || builder.too_deep()) return fail(Code::Malformed, "nested too deeply");
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
