// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_set.h"

#include "core/base/assert.h"
#include "core/base/refusal.h"

#include <algorithm>
#include <utility>

namespace kith::session {
namespace {

// What the peer said it lost: more than the sessions that can be on their way at once.
constexpr std::size_t retired_kept = 4;

template <class T>
void push_bounded(std::vector<T>& list, const T& item, std::size_t bound) {
    list.push_back(item);
    if (list.size() > bound) list.erase(list.begin());
}

auto no_session() {
    return fail(Code::NotFound, "no session with this device");
}

auto bad_mac() {
    return refuse(Code::BadSignature, "bad_mac", "of none of the sessions with this device");
}

}  // namespace

SessionSet::SessionSet(const crypto::DeviceId& own, const crypto::DeviceId& peer)
    : own_(own), peer_(peer) {}

template <class Self, class Matches>
auto SessionSet::find_in(Self& self, const Matches& matches) -> decltype(&*self.active_) {
    if (self.active_ && matches(*self.active_)) return &*self.active_;
    for (auto& old : self.old_) {
        if (matches(old.session)) return &old.session;
    }
    return nullptr;
}

const Session* SessionSet::active() const {
    return active_ ? &*active_ : nullptr;
}

const Session* SessionSet::find(const SessionId& id) const {
    return find_in(*this, [&](const Session& session) { return session.id() == id; });
}

const Session* SessionSet::find(const InitKeys& init) const {
    return find_in(*this, [&](const Session& session) { return session.facts().init == init; });
}

const Session* SessionSet::holder_of(std::uint8_t kind, const InnerTag& mac, ByteView d) const {
    return find_in(*this,
                   [&](const Session& session) { return session.mac().verify(kind, d, mac); });
}

Session* SessionSet::mutable_session(const Session* session) {
    return find_in(*this, [&](const Session& own) { return &own == session; });
}

SessionSet::Change SessionSet::begin(Session session, Timestamp now) {
    KITH_ASSERT(session.facts().peer == peer_);
    Change change;
    change.session = session.id();
    retire_active(now, change);
    active_.emplace(std::move(session));
    return change;
}

Result<Sealed> SessionSet::seal(ByteView payload,
                                const identity::SignedDeviceList& own_list,
                                Random& random,
                                Timestamp now) {
    if (!active_) return no_session();
    return active_->seal(payload, own_list, random, now);
}

Result<SessionSet::Opened> SessionSet::open(
    std::uint8_t kind, const InnerTag& mac, ByteView d, Random& random, Timestamp now) {
    Session* session = mutable_session(holder_of(kind, mac, d));
    if (session == nullptr) return bad_mac();
    return open_on(*session, d, WireForm::Ratchet, random, now);
}

Result<SessionSet::Opened> SessionSet::open_init(const Init& init, Random& random, Timestamp now) {
    Session* session = mutable_session(find(init.keys));
    if (session == nullptr || session->facts().role != Role::Responder || init.device != peer_) {
        return no_session();
    }
    return open_on(*session, init.ratchet, WireForm::Init, random, now);
}

Result<SessionSet::Opened> SessionSet::open_on(
    Session& session, ByteView wire, WireForm form, Random& random, Timestamp now) {
    KITH_TRY(Session::Opened opened, session.open(wire, form, random, now));
    Opened result;
    result.payload = std::move(opened.payload);
    result.change.session = session.id();
    result.change.skipped = std::move(opened.skipped);
    if (active_ && &session == &*active_) note_winner(result.change);
    return result;
}

Result<SessionSet::Admitted> SessionSet::admit(Session::Accepted accepted,
                                               bool carries_reset,
                                               const std::optional<SessionId>& lost,
                                               Timestamp now) {
    KITH_ASSERT(accepted.session.facts().peer == peer_);
    const Incoming incoming{accepted.session.id(), carries_reset};
    if (find(incoming.id) != nullptr) return fail(Code::Replayed, "duplicate");
    const Session::Facts* current = active_ ? &active_->facts() : nullptr;
    const bool retired = std::ranges::find(retired_, incoming.id) != retired_.end();

    Admitted admitted;
    admitted.admission = session::admit(current, incoming, retired, replacements_, now);
    if (admitted.admission == Admission::Hold) {
        return fail(Code::RateLimited, "sessions replaced too often");
    }
    admitted.change.session = incoming.id;
    admitted.change.skipped = std::move(accepted.first.skipped);
    if (lost) push_bounded(retired_, *lost, retired_kept);
    if (admitted.admission == Admission::Old) {
        keep_old(std::move(accepted.session), now, admitted.change);
        return admitted;
    }
    if (is_replacement(current, incoming, now)) {
        push_bounded(replacements_, now, replacements_a_day);
    }
    retire_active(now, admitted.change);
    active_.emplace(std::move(accepted.session));
    return admitted;
}

Result<InnerTag> SessionSet::tag(std::uint8_t kind, ByteView d) const {
    if (!active_) return no_session();
    return active_->mac().tag(kind, d);
}

Result<> SessionSet::verify(std::uint8_t kind, ByteView d, const InnerTag& mac) const {
    if (holder_of(kind, mac, d) == nullptr) return bad_mac();
    return success();
}

Healing SessionSet::healing(Timestamp now) const {
    return active_ ? active_->healing(now) : Healing::None;
}

std::vector<SessionSet::Change> SessionSet::expire(Timestamp now) {
    Change gone;
    std::erase_if(old_, [&](const Old& old) {
        if (now - old.since < old_session_age) return false;
        gone.erased.push_back(old.session.id());
        return true;
    });
    if (active_ && !active_->facts().acknowledged &&
        now - active_->facts().created >= unanswered_age) {
        gone.erased.push_back(active_->id());
        active_.reset();
    }
    std::vector<Change> changes;
    if (!gone.erased.empty()) changes.push_back(std::move(gone));
    const auto expire_keys = [&](Session& session) {
        Change change;
        change.session = session.id();
        session.skipped().expire(now, change.skipped);
        if (!change.skipped.empty()) changes.push_back(std::move(change));
    };
    if (active_) expire_keys(*active_);
    for (Old& old : old_)
        expire_keys(old.session);
    return changes;
}

void SessionSet::retire_active(Timestamp now, Change& change) {
    if (!active_) return;
    Session before = *std::move(active_);
    active_.reset();
    keep_old(std::move(before), now, change);
}

void SessionSet::keep_old(Session session, Timestamp now, Change& change) {
    old_.push_back(Old{std::move(session), now});
    if (old_.size() <= old_sessions) return;
    change.erased.push_back(old_.front().session.id());
    old_.erase(old_.begin());
}

void SessionSet::note_winner(Change& change) {
    std::erase_if(old_, [&](Old& old) {
        if (++old.messages < old_session_messages) return false;
        change.erased.push_back(old.session.id());
        return true;
    });
}

std::vector<SessionSet::Progress> SessionSet::progress() const {
    std::vector<Progress> all;
    const auto add = [&](const Session& session) {
        const RatchetState& state = session.ratchet().state();
        all.push_back({session.id(), state.chain, state.received});
    };
    if (active_) add(*active_);
    for (const Old& old : old_)
        add(old.session);
    return all;
}

std::size_t SessionSet::skipped_count() const {
    std::size_t count = active_ ? active_->ratchet().skipped().size() : 0;
    for (const Old& old : old_)
        count += old.session.ratchet().skipped().size();
    return count;
}

Bytes SessionSet::skipped_row(const SessionId& session, SkippedId id) const {
    const Session* found = find(session);
    KITH_ASSERT(found != nullptr);
    return found->ratchet().skipped().encode_row(id);
}

Result<> SessionSet::restore_skipped(const SessionId& session, SkippedId id, ByteView row) {
    Session* found = mutable_session(find(session));
    if (found == nullptr) return no_session();
    return found->skipped().restore_row(id, row);
}

}  // namespace kith::session
