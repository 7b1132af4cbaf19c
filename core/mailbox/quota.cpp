// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/quota.h"

#include "core/base/assert.h"

#include <array>

namespace kith::mailbox {

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
constexpr std::uint64_t pool_percent = 6;

// Own mailboxes have no quota: what bounds them is the disk.
constexpr std::uint64_t boundless = ~std::uint64_t{0};

constexpr std::array<ClassTerms, 3> classes{{
    {boundless, false, 2 * mebibyte, 512, 65536, days(30)},
    {64 * mebibyte, true, 64 * mebibyte* pool_percent / 100, 128, 65536, days(14)},
    {8 * mebibyte, true, 8 * mebibyte* pool_percent / 100, 64, 16384, days(14)},
}};

}  // namespace

const ClassTerms& terms_of(LeaseClass lease_class) {
    const auto place = static_cast<std::size_t>(lease_class);
    KITH_ASSERT(place < classes.size());
    return classes[place];
}

std::uint64_t ceiling(LeaseClass lease_class, std::uint64_t quota) {
    return terms_of(lease_class).shared ? quota / 4 : boundless;
}

std::uint64_t guaranteed_share(LeaseClass lease_class,
                               std::uint64_t quota,
                               std::size_t capabilities) {
    if (!terms_of(lease_class).shared || capabilities == 0) return 0;
    return quota / 4 / capabilities;
}

std::uint64_t stranger_pool(LeaseClass lease_class, std::uint64_t quota) {
    const ClassTerms& terms = terms_of(lease_class);
    return terms.shared ? quota / 100 * pool_percent : terms.pool_bytes;
}

std::uint32_t places_of(std::size_t envelope_size) {
    return static_cast<std::uint32_t>((envelope_size + stranger_place - 1) / stranger_place);
}

}  // namespace kith::mailbox
