// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/display.h"

#include "core/base/limits.h"
#include "core/base/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <memory>

namespace kith::text {
namespace {

constexpr std::size_t max_marks = 4;  // combining marks on one base; more is a tower
constexpr std::size_t max_name = 64;
constexpr std::size_t max_line = 400;
constexpr std::size_t max_log = 2000;
constexpr std::size_t max_text_lines = 2000;

constexpr char32_t joiner = 0x200D;
constexpr char32_t text_style = 0xFE0E;
constexpr char32_t emoji_style = 0xFE0F;
constexpr char32_t keycap = 0x20E3;
constexpr char32_t ellipsis = 0x2026;

enum class Class { Keep, Mark, Blank, Control, Remove, Replace };

const utf8proc_property_t& property(char32_t code) {
    return *utf8proc_get_property(static_cast<utf8proc_int32_t>(code));
}

// Letters and symbols that draw nothing: a name of them would be an empty place.
bool draws_nothing(char32_t code) {
    constexpr std::array blank_letters{0x115FU, 0x1160U, 0x3164U, 0xFFA0U, 0x2800U};
    return std::ranges::find(blank_letters, code) != blank_letters.end();
}

bool is_pictograph(char32_t code) {
    return property(code).boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool is_skin_tone(char32_t code) {
    return code >= 0x1F3FB && code <= 0x1F3FF;
}

Class classify(char32_t code) {
    const utf8proc_property_t& entry = property(code);
    switch (entry.category) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
        case UTF8PROC_CATEGORY_PC:
        case UTF8PROC_CATEGORY_PD:
        case UTF8PROC_CATEGORY_PS:
        case UTF8PROC_CATEGORY_PE:
        case UTF8PROC_CATEGORY_PI:
        case UTF8PROC_CATEGORY_PF:
        case UTF8PROC_CATEGORY_PO:
        case UTF8PROC_CATEGORY_SM:
        case UTF8PROC_CATEGORY_SC:
        case UTF8PROC_CATEGORY_SK:
        case UTF8PROC_CATEGORY_SO:
            return Class::Keep;
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
            // Variation selectors and their kind draw nothing of their own.
            return entry.ignorable ? Class::Remove : Class::Mark;
        case UTF8PROC_CATEGORY_ZS:
            return Class::Blank;
        case UTF8PROC_CATEGORY_CC:
            return code < 0x20 || code == 0x7F ? Class::Control : Class::Replace;
        case UTF8PROC_CATEGORY_CF:
            return Class::Remove;
        default:  // unassigned, private, surrogates, line and paragraph separators
            return Class::Replace;
    }
}

std::u32string decode(std::string_view text) {
    std::u32string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Step step = decode_utf8(text, at);
        out.push_back(step.code_point);
        at += step.length;
    }
    return out;
}

std::string encode(std::u32string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char32_t code : text)
        append_utf8(out, code);
    return out;
}

void append_control(std::u32string& out, char32_t code, Symbols symbols) {
    if (code == '\t') {
        out += U"    ";
    } else if (symbols == Symbols::Ascii) {
        constexpr std::u32string_view digits = U"0123456789abcdef";
        out += U"\\x";
        out.push_back(digits[code >> 4]);
        out.push_back(digits[code & 0xFU]);
    } else {
        out.push_back(code == 0x7F ? 0x2421 : 0x2400 + code);
    }
}

// True when a joiner may follow what was written: a pictograph, with style and skin tone or not.
bool ends_in_pictograph(std::u32string_view out) {
    while (!out.empty() && (out.back() == emoji_style || is_skin_tone(out.back())))
        out.remove_suffix(1);
    return !out.empty() && is_pictograph(out.back());
}

// Joiners and styles stay where they make an emoji and nowhere else.
bool belongs_to_emoji(char32_t code, char32_t next, std::u32string_view out) {
    if (out.empty()) return false;
    if (code == joiner) return is_pictograph(next) && ends_in_pictograph(out);
    if (code != text_style && code != emoji_style) return false;
    const char32_t last = out.back();
    const bool keycap_base = (last >= '0' && last <= '9') || last == '#' || last == '*';
    return is_pictograph(last) || (keycap_base && next == keycap);
}

std::u32string filter(std::u32string_view text, Kind kind, Symbols symbols) {
    std::u32string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char32_t code = text[i];
        const char32_t next = i + 1 < text.size() ? text[i + 1] : U' ';
        if (code == '\r' && next == '\n') continue;
        if (code == '\n') {
            out.push_back(kind == Kind::Text ? U'\n' : U' ');
            continue;
        }
        switch (classify(code)) {
            case Class::Keep:
                out.push_back(kind == Kind::Name && draws_nothing(code) ? replacement_character
                                                                        : code);
                break;
            case Class::Mark:
                out.push_back(code);
                break;
            case Class::Blank:
                out.push_back(U' ');
                break;
            case Class::Control:
                append_control(out, code, symbols);
                break;
            case Class::Remove:
                if (belongs_to_emoji(code, next, out)) out.push_back(code);
                break;
            case Class::Replace:
                out.push_back(replacement_character);
                break;
        }
    }
    return out;
}

// Marks without a base, and those beyond max_marks, go.
std::u32string limit_marks(std::u32string_view text) {
    std::u32string out;
    out.reserve(text.size());
    bool base = false;
    std::size_t marks = 0;
    for (const char32_t code : text) {
        if (classify(code) == Class::Mark) {
            if (base && marks++ < max_marks) out.push_back(code);
            continue;
        }
        out.push_back(code);
        if (classify(code) == Class::Remove) continue;  // a style inside an emoji
        base = code != U' ' && code != U'\n';
        marks = 0;
    }
    return out;
}

std::u32string compose(const std::u32string& text) {
    const std::string bytes = encode(text);
    utf8proc_uint8_t* composed = nullptr;
    const auto length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(bytes.data()),
                     static_cast<utf8proc_ssize_t>(bytes.size()),
                     &composed,
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(composed, &std::free);
    if (length < 0) return {};
    return decode({reinterpret_cast<const char*>(composed), static_cast<std::size_t>(length)});
}

std::u32string trimmed(std::u32string_view text) {
    const std::size_t begin = text.find_first_not_of(U' ');
    if (begin == std::u32string_view::npos) return {};
    return std::u32string(text.substr(begin, text.find_last_not_of(U' ') - begin + 1));
}

// A cut leaves no half of an emoji that a second look would take apart.
void cut(std::u32string& text, std::size_t length) {
    text.resize(length);
    while (!text.empty() && classify(text.back()) == Class::Remove)
        text.pop_back();
}

std::size_t width(char32_t code) {
    const int cells = utf8proc_charwidth(static_cast<utf8proc_int32_t>(code));
    return cells > 0 ? static_cast<std::size_t>(cells) : 0;
}

// Keeps what measures at most `limit`, the ellipsis included.
template <class Measure>
void shorten(std::u32string& text, std::size_t limit, Measure measure) {
    std::size_t total = 0;
    std::size_t fits = 0;  // code points before which an ellipsis still has room
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (total + measure(ellipsis) <= limit) fits = i;
        total += measure(text[i]);
        if (total <= limit) continue;
        cut(text, fits);
        text.push_back(ellipsis);
        return;
    }
}

std::size_t utf8_length(char32_t code) {
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

void limit_lines(std::u32string& text) {
    std::size_t lines = 1;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != U'\n' || ++lines <= max_text_lines) continue;
        cut(text, i);
        text.push_back(ellipsis);
        return;
    }
}

std::u32string as_name(std::u32string text) {
    text = trimmed(limit_marks(compose(text)));
    if (text.size() > max_name) {
        cut(text, max_name);
        text = trimmed(text);
    }
    return text.empty() ? U"?" : text;
}

}  // namespace

std::string display(std::string_view text, Kind kind, Symbols symbols) {
    std::u32string shown = filter(decode(text), kind, symbols);
    if (kind == Kind::Name) return encode(as_name(std::move(shown)));
    shown = limit_marks(shown);
    switch (kind) {
        case Kind::Text:
            limit_lines(shown);
            shorten(shown, limits::text, utf8_length);
            break;
        case Kind::Log:
            shorten(shown, max_log, width);
            break;
        default:
            shorten(shown, max_line, width);
    }
    return encode(shown);
}

std::size_t columns(std::string_view displayed) {
    std::size_t total = 0;
    for (const char32_t code : decode(displayed))
        total += width(code);
    return total;
}

std::string tagged(std::string_view name, std::string_view tag) {
    return display(name, Kind::Name) + "⟨" + display(tag, Kind::Name) + "⟩";
}

}  // namespace kith::text
