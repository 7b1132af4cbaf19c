// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/writer.h"

#include "core/base/assert.h"

#include <msgpack/pack.hpp>

#include <limits>

namespace kith::wire {

namespace {

// What msgpack-c writes to. Its packer always takes the shortest form.
struct Sink {
    Bytes& out;

    void write(const char* data, std::size_t size) { append(out, as_bytes({data, size})); }
};

std::uint32_t count_of(std::size_t size) {
    KITH_ASSERT(size <= std::numeric_limits<std::uint32_t>::max());
    return static_cast<std::uint32_t>(size);
}

template <class Write>
void pack(Bytes& out, Write&& write) {
    Sink sink{out};
    msgpack::packer<Sink> packer(sink);
    write(packer);
}

}  // namespace

Writer& Writer::uint(std::uint64_t value) {
    pack(out_, [value](auto& packer) { packer.pack_uint64(value); });
    return *this;
}

Writer& Writer::boolean(bool value) {
    pack(out_, [value](auto& packer) { value ? packer.pack_true() : packer.pack_false(); });
    return *this;
}

Writer& Writer::nil() {
    pack(out_, [](auto& packer) { packer.pack_nil(); });
    return *this;
}

Writer& Writer::bin(ByteView bytes) {
    pack(out_, [size = count_of(bytes.size())](auto& packer) { packer.pack_bin(size); });
    return raw(bytes);
}

Writer& Writer::text(std::string_view text) {
    pack(out_, [size = count_of(text.size())](auto& packer) { packer.pack_str(size); });
    return raw(as_bytes(text));
}

Writer& Writer::array(std::size_t count) {
    pack(out_, [size = count_of(count)](auto& packer) { packer.pack_array(size); });
    return *this;
}

Writer& Writer::map(std::size_t pairs) {
    pack(out_, [size = count_of(pairs)](auto& packer) { packer.pack_map(size); });
    return *this;
}

Writer& Writer::raw(ByteView encoded) {
    append(out_, encoded);
    return *this;
}

}  // namespace kith::wire
