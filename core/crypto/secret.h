// SPDX-License-Identifier: GPL-3.0-or-later
// Secret bytes: wiped when they go, never copied by accident, never printed, compared in constant
// time. `expose()` is the one way out, so `grep expose` finds every place that reads a secret.
//
// Two kinds: SecretBytes lies where its owner lies and costs no allocation (ratchet state, derived
// keys); RootSecret lies in guarded, locked memory of its own (long-lived root keys).
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"

#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace kith::crypto {

/// Overwrites `bytes`; never optimised away.
void wipe(MutableByteView bytes);

/// Equality whose time depends on the lengths only.
bool constant_time_equal(ByteView a, ByteView b);

/// Wipes somebody else's buffer when the scope ends.
class WipeGuard {
  public:
    explicit WipeGuard(MutableByteView bytes) : bytes_(bytes) {}

    WipeGuard(const WipeGuard&) = delete;
    WipeGuard& operator=(const WipeGuard&) = delete;

    ~WipeGuard() { wipe(bytes_); }

  private:
    MutableByteView bytes_;
};

/// N secret bytes that mean one thing. Move-only; the moved-from object holds zeros. There is no
/// default constructor: a key of zeros is never made by forgetting.
template <std::size_t N, class Tag>
class SecretBytes {
  public:
    static constexpr std::size_t size_bytes = N;

    /// nullopt unless `bytes` is exactly N long. The caller wipes its own copy.
    static std::optional<SecretBytes> from(ByteView bytes) {
        if (bytes.size() != N) return std::nullopt;
        return copy_of(bytes);
    }

    /// Requires: bytes.size() >= N; takes the first N.
    static SecretBytes copy_of(ByteView bytes) {
        SecretBytes out;
        std::memcpy(out.bytes_.data(), bytes.data(), N);
        return out;
    }

    /// Made in place by `fill(MutableByteView)`, so that no second copy exists.
    template <class Fill>
    static SecretBytes made_by(Fill&& fill) {
        SecretBytes out;
        std::forward<Fill>(fill)(MutableByteView(out.bytes_));
        return out;
    }

    SecretBytes(SecretBytes&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }

    SecretBytes& operator=(SecretBytes&& other) noexcept {
        if (this != &other) {
            bytes_ = other.bytes_;
            wipe(other.bytes_);
        }
        return *this;
    }

    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;

    ~SecretBytes() { wipe(bytes_); }

    /// The second copy that a state copy needs; named, so that it can be found.
    SecretBytes clone() const { return copy_of(bytes_); }

    std::span<const std::uint8_t, N> expose() const { return bytes_; }

    static constexpr std::size_t size() { return N; }

    /// Part of a longer output as a secret of its own: `okm.template part<ChainKey>(32)`.
    template <class Secret>
    Secret part(std::size_t offset) const {
        return Secret::copy_of(ByteView(bytes_).subspan(offset, Secret::size_bytes));
    }

    friend bool operator==(const SecretBytes& a, const SecretBytes& b) {
        return constant_time_equal(a.bytes_, b.bytes_);
    }

    friend std::ostream& operator<<(std::ostream&, const SecretBytes&) = delete;

  private:
    SecretBytes() = default;

    std::array<std::uint8_t, N> bytes_{};
};

/// Guarded memory: its own pages between inaccessible ones, locked, left out of core dumps. Throws
/// std::bad_alloc when there is none.
struct GuardedFree {
    void operator()(std::uint8_t* memory) const;
};

using GuardedMemory = std::unique_ptr<std::uint8_t[], GuardedFree>;
GuardedMemory guarded_memory(std::size_t size);

/// As SecretBytes, for root keys: about four pages and 20 us each, so for the few that live as long
/// as the process. A moved-from object may only be destroyed or assigned to.
template <std::size_t N, class Tag>
class RootSecret {
  public:
    static constexpr std::size_t size_bytes = N;

    /// nullopt unless `bytes` is exactly N long. The caller wipes its own copy.
    static std::optional<RootSecret> from(ByteView bytes) {
        if (bytes.size() != N) return std::nullopt;
        return copy_of(bytes);
    }

    /// Requires: bytes.size() >= N; takes the first N.
    static RootSecret copy_of(ByteView bytes) {
        RootSecret out;
        std::memcpy(out.memory_.get(), bytes.data(), N);
        return out;
    }

    template <class Fill>
    static RootSecret made_by(Fill&& fill) {
        RootSecret out;
        std::forward<Fill>(fill)(MutableByteView(out.memory_.get(), N));
        return out;
    }

    RootSecret clone() const { return copy_of(expose()); }

    std::span<const std::uint8_t, N> expose() const {
        return std::span<const std::uint8_t, N>(memory_.get(), N);
    }

    static constexpr std::size_t size() { return N; }

    friend bool operator==(const RootSecret& a, const RootSecret& b) {
        return constant_time_equal(a.expose(), b.expose());
    }

    friend std::ostream& operator<<(std::ostream&, const RootSecret&) = delete;

  private:
    RootSecret() : memory_(guarded_memory(N)) {}

    GuardedMemory memory_;
};

/// A fresh random secret: `draw_secret<BeaconSeed>(random)`.
template <class Secret>
Secret draw_secret(Random& random) {
    return Secret::made_by([&random](MutableByteView out) { random.fill(out); });
}

/// Fresh random public bytes: an id or a nonce.
template <class Public>
Public draw_public(Random& random) {
    Public out;
    random.fill(out.mutable_view());
    return out;
}

}  // namespace kith::crypto
