// SPDX-License-Identifier: GPL-3.0-or-later
// One end of a pair of devices with its sessions and its store.
#pragma once

#include "core/session/session_set.h"
#include "tests/unit/session/session_pair.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace kith::session::test {

/// What one end does with its sessions: the least that core/node must do, without the store.
class End {
  public:
    End(const Side& side, const Side& peer, Random& random)
        : side_(side), peer_(peer), random_(random), set_(side.did(), peer.did()) {}

    /// Sends on the active session and begins one if there is none. A text "reset.." begins one
    /// whatever there is, as the first payload of a reset would.
    Sealed send(const std::string& text, Timestamp now = start) {
        if (set_.active() == nullptr || is_reset(text)) {
            auto keys = peer_.published(false);
            auto session = Session::initiate(side_.own(), keys, random_, now).value();
            store(set_.begin(std::move(session), now));
        }
        return set_.seal(as_bytes(text), side_.signed_list(), random_, now).value();
    }

    Result<std::string> receive(const Sealed& sealed, Timestamp now = start) {
        auto payload =
            sealed.form == WireForm::Init ? take_init(sealed.d, now) : take_ratchet(sealed, now);
        KITH_TRY(const Bytes bytes, std::move(payload));
        read.push_back(text_of(bytes));
        return read.back();
    }

    /// Everything anew from what was stored.
    void restart() {
        set_ = SessionSet::decode(set_.encode(), side_.did(), peer_.did()).value();
        for (const auto& [key, row] : rows_) {
            EXPECT_TRUE(set_.restore_skipped(key.first, key.second, row));
        }
    }

    SessionSet& set() { return set_; }

    const SessionId& active() const { return set_.active()->id(); }

    std::vector<std::string> read;

  private:
    static bool is_reset(const std::string& text) { return text.starts_with("reset"); }

    Result<Bytes> take_ratchet(const Sealed& sealed, Timestamp now) {
        KITH_TRY(auto opened, set_.open(ratchet_kind, sealed.mac, sealed.d, random_, now));
        store(opened.change);
        return std::move(opened.payload);
    }

    Result<Bytes> take_init(const Bytes& bytes, Timestamp now) {
        KITH_TRY(const Init init, decode_init(bytes));
        if (set_.find(init.keys) != nullptr) {
            KITH_TRY(auto opened, set_.open_init(init, random_, now));
            store(opened.change);
            return std::move(opened.payload);
        }
        const auto known = responder_public(
            side_.party(), side_.keys_for(init), peer_.party(), init.keys.ephemeral);
        if (seen_.contains(init_id(known.transcript()))) return fail(Code::Replayed, "seen");
        KITH_TRY(auto accepted, side_.accept(peer_, init, random_, now));
        Bytes payload = accepted.first.payload;
        const bool reset = is_reset(text_of(payload));
        KITH_TRY(const auto admitted, set_.admit(std::move(accepted), reset, std::nullopt, now));
        store(admitted.change);
        seen_.insert(init_id(known.transcript()));
        return payload;
    }

    /// Does to the rows what a change says; they must then be exactly the keys of the set.
    void store(const SessionSet::Change& change) {
        for (const SkippedId id : change.skipped.removed) {
            EXPECT_EQ(rows_.erase({change.session, id}), 1U);
        }
        for (const SkippedId id : change.skipped.added) {
            rows_[{change.session, id}] = set_.skipped_row(change.session, id);
        }
        for (const SessionId& gone : change.erased) {
            std::erase_if(rows_, [&](const auto& row) { return row.first.first == gone; });
        }
        EXPECT_EQ(rows_.size(), set_.skipped_count());
    }

    const Side& side_;
    const Side& peer_;
    Random& random_;
    SessionSet set_;
    std::set<InitId> seen_;
    std::map<std::pair<SessionId, SkippedId>, Bytes> rows_;
};

}  // namespace kith::session::test
