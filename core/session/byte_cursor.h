// SPDX-License-Identifier: GPL-3.0-or-later
// Walks over fixed fields of stored rows and signed bodies. Reading past the end gives zeros and
// stays a failure, so a decoder asks once, at its end.
#pragma once

#include "core/base/bytes.h"
#include "core/base/time.h"

#include <array>
#include <cstdint>

namespace kith::session {

class ByteCursor {
  public:
    explicit ByteCursor(ByteView bytes) : left_(bytes) {}

    /// Empty after the end.
    ByteView take(std::size_t count) {
        if (count > left_.size()) {
            failed_ = true;
            left_ = {};
            return {};
        }
        const ByteView taken = left_.first(count);
        left_ = left_.subspan(count);
        return taken;
    }

    template <class T>
    T be() {
        const ByteView taken = take(sizeof(T));
        return taken.empty() ? T{0} : read_be<T>(taken);
    }

    std::uint8_t u8() { return be<std::uint8_t>(); }

    std::uint32_t u32() { return be<std::uint32_t>(); }

    std::uint64_t u64() { return be<std::uint64_t>(); }

    /// Microseconds since 1970, as stored by put_time().
    Timestamp time() { return Timestamp(Duration(static_cast<Duration::rep>(u64()))); }

    /// A PublicBytes or SecretBytes; zeros after the end.
    template <class T>
    T fixed() {
        static constexpr std::array<std::uint8_t, T::size_bytes> zeros{};
        const ByteView taken = take(T::size_bytes);
        return T::copy_of(taken.empty() ? ByteView(zeros) : taken);
    }

    /// A flag: anything but 0 and 1 is a failure.
    bool flag() {
        const std::uint8_t value = u8();
        if (value > 1) failed_ = true;
        return value == 1;
    }

    void require(bool condition) {
        if (!condition) failed_ = true;
    }

    bool ok() const { return !failed_; }

    /// Everything was there, and nothing is left.
    bool done() const { return !failed_ && left_.empty(); }

  private:
    ByteView left_;
    bool failed_ = false;
};

inline void put_time(Bytes& out, Timestamp time) {
    append_be<std::uint64_t>(out, static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

}  // namespace kith::session
