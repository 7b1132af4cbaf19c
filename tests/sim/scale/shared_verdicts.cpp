// SPDX-License-Identifier: GPL-3.0-or-later
// In a network of processes each node checks what it gets; here one process is all nodes, and most
// of its time went into checks of the same bytes once more for the next node. The functions below
// are libsodium's and pure: for the same input they give the same answer, which this program
// remembers for all. No node calls them less often for it, and a wrong signature stays wrong.
// KITH_SCALE_NO_MEMO computes everything: the digests of both runs must be the same.
#include <dlfcn.h>
#include <sodium.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <vector>

namespace kith::sim {
namespace {

using Digest = std::array<unsigned char, 32>;

// One place for each digest, which the newest takes: bounded, and what is lost is computed again.
// For any thread.
template <class Answer>
class Memo {
  public:
    /// The answer to this input, by `compute` unless it is remembered.
    template <class Compute>
    Answer answer(const Digest& input, Compute&& compute) {
        if (const auto known = find(input)) return *known;
        const Answer fresh = compute();
        put(input, fresh);
        return fresh;
    }

    void put(const Digest& input, const Answer& answer) {
        const std::size_t number = number_of(input);
        const std::lock_guard lock(locks_[number % locks_.size()]);
        places_[number] = {true, input, answer};
    }

  private:
    struct Place {
        bool used = false;
        Digest input{};
        Answer answer{};
    };

    static constexpr std::size_t places = 1U << 19U;

    static std::size_t number_of(const Digest& input) {
        std::size_t number = 0;
        std::memcpy(&number, input.data(), sizeof number);
        return number % places;
    }

    std::optional<Answer> find(const Digest& input) {
        const std::size_t number = number_of(input);
        const std::lock_guard lock(locks_[number % locks_.size()]);
        const Place& place = places_[number];
        if (!place.used || place.input != input) return std::nullopt;
        return place.answer;
    }

    std::vector<Place> places_ = std::vector<Place>(places);
    std::array<std::mutex, 64> locks_;
};

bool remembers() {
    static const bool out =
        std::getenv("KITH_SCALE_NO_MEMO") == nullptr;  // NOLINT(concurrency-mt-unsafe)
    return out;
}

// The function that this program's own definition hides.
template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

class Input {
  public:
    Input() { crypto_generichash_init(&state_, nullptr, 0, sizeof(Digest)); }

    Input& add(const unsigned char* bytes, std::size_t size) {
        crypto_generichash_update(&state_, bytes, size);
        return *this;
    }

    Digest digest() {
        Digest out;
        crypto_generichash_final(&state_, out.data(), out.size());
        return out;
    }

  private:
    crypto_generichash_state state_{};
};

using Bytes32 = std::array<unsigned char, 32>;
using Pair = std::array<unsigned char, 96>;  // public, secret

struct Product {
    Bytes32 point;
    int status;
};

// 32 bytes need no hash of their own.
Digest of_key(const unsigned char* bytes) {
    Digest out;
    std::memcpy(out.data(), bytes, out.size());
    return out;
}

Digest of_text(const unsigned char* signature,
               const unsigned char* text,
               unsigned long long size,
               const unsigned char* key) {
    return Input().add(signature, 64).add(key, 32).add(text, size).digest();
}

struct Memos {
    Memo<int> verdicts;
    Memo<int> points;
    Memo<Product> products;
    Memo<Product> agreement_keys;
    Memo<Pair> signing_keys;
};

Memos& memos() {
    static Memos all;
    return all;
}

// Before main(), so that the figure of memory a node leaves it out.
[[maybe_unused]] const Memos& made_early = memos();

}  // namespace
}  // namespace kith::sim

using namespace kith::sim;

extern "C" int crypto_sign_verify_detached(const unsigned char* signature,
                                           const unsigned char* text,
                                           unsigned long long size,
                                           const unsigned char* key) {
    static auto* const compute =
        real<decltype(crypto_sign_verify_detached)>("crypto_sign_verify_detached");
    if (!remembers()) return compute(signature, text, size, key);
    return memos().verdicts.answer(of_text(signature, text, size, key),
                                   [&] { return compute(signature, text, size, key); });
}

// What is signed with a key pair verifies.
extern "C" int crypto_sign_detached(unsigned char* signature,
                                    unsigned long long* signature_size,
                                    const unsigned char* text,
                                    unsigned long long size,
                                    const unsigned char* secret) {
    static auto* const compute = real<decltype(crypto_sign_detached)>("crypto_sign_detached");
    const int status = compute(signature, signature_size, text, size, secret);
    if (remembers()) memos().verdicts.put(of_text(signature, text, size, secret + 32), 0);
    return status;
}

extern "C" int crypto_core_ed25519_is_valid_point(const unsigned char* point) {
    static auto* const compute =
        real<decltype(crypto_core_ed25519_is_valid_point)>("crypto_core_ed25519_is_valid_point");
    if (!remembers()) return compute(point);
    return memos().points.answer(of_key(point), [&] { return compute(point); });
}

extern "C" int crypto_scalarmult_ed25519_noclamp(unsigned char* out,
                                                 const unsigned char* scalar,
                                                 const unsigned char* point) {
    static auto* const compute =
        real<decltype(crypto_scalarmult_ed25519_noclamp)>("crypto_scalarmult_ed25519_noclamp");
    if (!remembers()) return compute(out, scalar, point);
    const Digest input = Input().add(scalar, 32).add(point, 32).digest();
    const Product product = memos().products.answer(input, [&] {
        Product fresh{};
        fresh.status = compute(fresh.point.data(), scalar, point);
        return fresh;
    });
    std::memcpy(out, product.point.data(), product.point.size());
    return product.status;
}

extern "C" int crypto_scalarmult_base(unsigned char* out, const unsigned char* scalar) {
    static auto* const compute = real<decltype(crypto_scalarmult_base)>("crypto_scalarmult_base");
    if (!remembers()) return compute(out, scalar);
    const Product product = memos().agreement_keys.answer(of_key(scalar), [&] {
        Product fresh{};
        fresh.status = compute(fresh.point.data(), scalar);
        return fresh;
    });
    std::memcpy(out, product.point.data(), product.point.size());
    return product.status;
}

extern "C" int crypto_sign_seed_keypair(unsigned char* key,
                                        unsigned char* secret,
                                        const unsigned char* seed) {
    static auto* const compute =
        real<decltype(crypto_sign_seed_keypair)>("crypto_sign_seed_keypair");
    if (!remembers()) return compute(key, secret, seed);
    const Pair pair = memos().signing_keys.answer(of_key(seed), [&] {
        Pair fresh{};
        compute(fresh.data(), fresh.data() + 32, seed);
        return fresh;
    });
    std::memcpy(key, pair.data(), 32);
    std::memcpy(secret, pair.data() + 32, 64);
    return 0;
}
