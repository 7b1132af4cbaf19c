// SPDX-License-Identifier: GPL-3.0-or-later
// Every object of schema v1 is a plain struct with one list of its members, from which both the
// writer and the reader follow (fields.h). Rules of v1: `"v":1` and `"type"` first; absent, never
// null; times RFC 3339; unknown members of results ignored, of parameters refused.
// docs/spec/control-api.md#schema
#pragma once

#include "core/api/failure.h"
#include "core/api/json.h"
#include "core/api/writer.h"

#include <string>
#include <vector>

namespace kith::api {

/// The parameters or result of a method that has none: `{}`.
struct Nothing {
    friend bool operator==(const Nothing&, const Nothing&) = default;
};

/// Writes one object. Defined for every struct of this folder.
template <class T>
void write(Writer& out, const T& value);

/// Reads one object. Problem::Parameters names the member that is missing, unknown or wrong.
template <class T>
Outcome<T> read(Value value);

/// A list is a JSON array in a result, and one object a line on the standard output.
template <class T>
void write(Writer& out, const std::vector<T>& list) {
    out.begin_array();
    for (const T& item : list)
        write(out, item);
    out.end_array();
}

template <class T>
struct Decoder {
    static Outcome<T> decode(Value value) { return read<T>(value); }
};

template <class T>
struct Decoder<std::vector<T>> {
    static Outcome<std::vector<T>> decode(Value value) {
        if (!value.is_array()) return failure(Problem::Parameters, "a list was expected");
        std::vector<T> list;
        for (const Element element : value) {
            KITH_TRY(T item, read<T>(element.value));
            list.push_back(std::move(item));
        }
        return list;
    }
};

/// Reads an object, or a list of them when T is a vector.
template <class T>
Outcome<T> decode(Value value) {
    return Decoder<T>::decode(value);
}

/// Names of the members of T in their order; those that may be left out end in "?".
template <class T>
std::vector<std::string> member_names();

template <class T>
std::string to_json(const T& value) {
    std::string out;
    Writer writer(out);
    write(writer, value);
    return out;
}

}  // namespace kith::api
