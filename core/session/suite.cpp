// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/suite.h"

#include <algorithm>

namespace kith::session {
namespace {

bool knows(const SuiteOffer& offer, Suite suite) {
    return suite == Suite::Classic || (offer.capabilities & identity::capability_suite_2) != 0;
}

bool takes(const SuiteOffer& offer, Suite suite) {
    return knows(offer, suite) && static_cast<std::uint16_t>(suite) >= offer.lowest;
}

}  // namespace

Result<Suite> choose_suite(const SuiteOffer& own, const SuiteOffer& peer, Suite pinned) {
    for (const Suite suite : {Suite::PostQuantum, Suite::Classic}) {
        if (!knows(own, suite) || !knows(peer, suite)) continue;
        // The highest that both know is the only answer: anything below it is a downgrade.
        if (!takes(own, suite) || !takes(peer, suite) || suite < pinned) break;
        return suite;
    }
    return fail(Code::Refused, "bad_suite: none that both sides accept");
}

Result<> check_suite(Suite used, const SuiteOffer& own, const SuiteOffer& peer, Suite pinned) {
    KITH_TRY(const Suite wanted, choose_suite(own, peer, pinned));
    if (used != wanted) return fail(Code::Refused, "bad_suite: not the one both lists ask for");
    return success();
}

}  // namespace kith::session
