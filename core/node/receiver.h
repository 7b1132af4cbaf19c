// SPDX-License-Identifier: GPL-3.0-or-later
// Any inner message to its effect, exactly once.
//
//   mac -> session opens -> payload -> known id? receipt again : effect + dedup rows + receipt
//
// All of it joins one batch; the receipt leaves when that batch is synced (receipts.h). A message
// that was read before does not open any more: its exact bytes are found among Seen, so its receipt
// can be said again. What does not open gets no answer at all.
//
//   Table::Seen   SeenAs::key    value: SeenAs::from || the message id; without the id when no
//                                receipt is owed for it, because it was one
//
// Specification: docs/spec/message.md#receiving.
#pragma once

#include "core/message/inner.h"
#include "core/message/payload.h"
#include "core/node/contact_book.h"
#include "core/node/daily_caps.h"
#include "core/node/delivery_log.h"
#include "core/node/gap_book.h"
#include "core/node/known_lists.h"
#include "core/node/list_exchange.h"
#include "core/node/owed_receipts.h"
#include "core/node/prekey_stock.h"
#include "core/node/receipts.h"
#include "core/node/reputation_book.h"

#include <array>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

namespace kith::node {

/// Who sent a message, as the link and the session have proven it.
struct Origin {
    crypto::AccountKey account;
    crypto::DeviceId device;
    crypto::DeviceSigningKey signing;
    crypto::DeviceDhKey dh;
};

/// What finds an inner message that was read before: its mac, which covers all of it but who it
/// says it is from; that stands in the row. The first half of the iid of an INIT, which covers all
/// and leaves `from` empty. docs/decisions/0020-seen-by-mac.md says why.
struct SeenAs {
    std::array<std::uint8_t, 16> key{};
    std::optional<crypto::DeviceId> from;

    static SeenAs of(const message::Inner& inner, ByteView bytes);
    /// The row; `id` empty: no receipt is owed.
    Bytes row(ByteView id) const;
    /// The id of such a row; nullopt: of another device. A mac that it sends was copied, not made.
    std::optional<Bytes> id_in(ByteView row) const;
};

/// What became of an inner message that a mailbox kept.
enum class MailVerdict {
    Stored,  ///< its effect has joined the open batch
    Known,   ///< read before; its receipt is owed again
    Junk,    ///< nobody's, not for us, or lost with its session: it may be deleted
    NotNow,  ///< nothing changed: leave it where it is and come back
};

/// Decides what control messages do. Implemented by ContactFlow.
class ControlHandler {
  public:
    ControlHandler() = default;
    ControlHandler(const ControlHandler&) = delete;
    ControlHandler& operator=(const ControlHandler&) = delete;
    virtual ~ControlHandler() = default;

    /// Puts the effect of a control message into the step.
    virtual Result<> on_control(Transaction& step,
                                const Origin& origin,
                                const message::Content& content) = 0;
};

/// Decides which handshakes of people who are no contacts are opened. Implemented by ContactDesk.
class StrangerDoor {
  public:
    StrangerDoor() = default;
    StrangerDoor(const StrangerDoor&) = delete;
    StrangerDoor& operator=(const StrangerDoor&) = delete;
    virtual ~StrangerDoor() = default;

    /// An INIT that came over a link. False: it is not to be opened now; what is to be said is
    /// said.
    virtual bool admit(const Origin& origin,
                       const message::Inner& inner,
                       ByteView bytes,
                       PeerLink& link,
                       std::uint32_t n) = 0;
    /// An INIT out of an envelope. nullopt: it is to be opened.
    virtual std::optional<MailVerdict> admit_mail(const Origin& origin,
                                                  const message::Inner& inner,
                                                  ByteView bytes) = 0;
    /// A session of this account is held here and nothing may be said in it yet.
    virtual bool waits(const crypto::AccountKey& account) const = 0;
};

class Receiver {
  public:
    /// Texts kept of somebody whom we have asked; of other people who are no contacts as many as
    /// their tier has unread. Beyond: BUSY, nothing is opened.
    static constexpr std::uint64_t stranger_texts = 20;
    /// Handshakes of one device that open, whoever it is. What comes by mail waits for the next
    /// day.
    static constexpr std::uint32_t opened_a_day = 5;

    struct Parts {
        const Profile& profile;
        ContactBook& contacts;
        KnownLists& lists;
        MessageLog& log;
        DeliveryLog& deliveries;
        Outbox& outbox;
        PrekeyStock& prekeys;
        store::Store& store;
        store::SessionTable& sessions;
        Receipts& receipts;
        OwedReceipts& owed;
        Sender& sender;
        GapBook& gaps;
        ListExchange& list_exchange;
        Commits& commits;
        ControlHandler& control;
        ReputationBook& reputation;
        Random& random;
        const Clock& clock;
    };

    explicit Receiver(Parts parts) : parts_(parts) {}

    /// Called when a session with this device cannot be read and a new one is due.
    void on_session_lost(std::function<void(const Origin&)> handler) {
        session_lost_ = std::move(handler);
    }

    /// Called with our messages that a device has receipted, once that is synced.
    using OnOutcome = std::function<void(
        const crypto::MessageId&, const crypto::AccountKey& chat, const DeviceOutcome&)>;

    void on_outcome(OnOutcome handler) { outcome_ = std::move(handler); }

    /// Who asks before a stranger's handshake is opened; nullptr: nobody.
    void set_door(StrangerDoor* door) { door_ = door; }

    /// A message and what reading it has changed.
    struct Read {
        message::Payload payload;
        Transaction step;
    };

    /// Opens the INIT of a stranger. The session is in memory, marked to be stored with the open
    /// batch: the caller joins the step in this turn, or erases the session with it.
    Result<Read> open_first(const Origin& origin, ByteView bytes);

    /// From MSG.
    void take_message(PeerLink& link, std::uint32_t n, ByteView inner);
    /// Out of an envelope: who sent it is proven by the session alone. What it changes joins the
    /// open batch in this turn.
    MailVerdict take_mail(ByteView inner, const message::Receipt::Via& via);
    /// From ACK.
    void take_receipts(PeerLink& link, ByteView inner);

    /// Whether texts of a contact would be taken now.
    bool has_credit(const crypto::AccountKey& account) const;
    /// Texts that were left with mailboxes may be collected. True: there are some.
    bool forget_left_mail(const crypto::AccountKey& account);

    /// Called with the `dep` field of each message: where its sender says it left envelopes.
    using OnNote = std::function<void(Transaction&, const Origin&, ByteView note)>;

    void on_note(OnNote handler) { note_ = std::move(handler); }

  private:
    static Origin origin_of(const PeerLink& link);
    /// The store's trouble, not the message's: it is worth coming back for.
    static bool of_the_store(Code code);
    /// Who an inner message says it is from, as far as its device is known. nullopt: nobody.
    std::optional<Origin> origin_of(const message::Inner& inner);
    std::optional<Origin> origin_of(const crypto::AccountKey& account,
                                    const crypto::DeviceId& device) const;
    /// Everything but the receipt, once. Only the store's own errors: the message was not taken up,
    /// and nobody may be told that it was.
    Result<> apply_new(Transaction& step,
                       const Origin& origin,
                       const message::Payload& payload,
                       const SeenAs& seen);
    Result<Read> read(const Origin& origin, const message::Inner& inner);
    Result<Read> read_ratchet(const Origin& origin, const message::Inner& inner);
    Result<Read> read_init(const Origin& origin, const message::Inner& inner);
    Result<Read> begin(const Origin& origin,
                       const session::Init& init,
                       const identity::ListedDevice& listed,
                       session::SessionSet& set);
    Result<> apply(Transaction& step, const Origin& origin, const message::Payload& payload);
    Result<> show(Transaction& step, const Origin& origin, const message::Payload& payload);
    Result<> receipted(Transaction& step, const Origin& origin, const message::Receipt& receipt);
    /// What did not open and never did: perhaps the session is lost, perhaps it is a trick.
    void unreadable(const Origin& origin, const Error& error);
    /// The id whose receipt is owed, empty for none; nullopt: these exact bytes were never read.
    Result<std::optional<Bytes>> find_seen(const SeenAs& seen) const;
    /// False: these exact bytes were never stored.
    bool repeat_receipt(PeerLink& link, std::uint32_t n, const SeenAs& seen);
    bool too_many_from_stranger(const Origin& origin) const;

    // --- Mail: receiver_mail.cpp

    /// Read before; its receipt is owed again.
    MailVerdict known_mail(const Origin& origin,
                           ByteView bytes,
                           const Bytes& owed,
                           const message::Receipt::Via& via);
    /// What a stranger's mail meets before anything is opened; nullopt: it may come in.
    std::optional<MailVerdict> turned_away(const Origin& origin,
                                           const message::Inner& inner,
                                           ByteView bytes);
    MailVerdict unreadable_mail(const Origin& origin, const Error& error);

    // --- Limits of contacts: receiver_limits.cpp

    /// Look: over the unread credit, taken only if it is no text. Refused: said, if it is to be.
    enum class Limit { Take, Look, Refused };

    bool is_contact(const crypto::AccountKey& account) const;
    Limit limit(const Origin& origin, PeerLink& link, std::uint32_t n, ByteView bytes);
    /// Opening this message can be taken back.
    bool may_look(const Origin& origin, const message::Inner& inner) const;
    void refuse_text(PeerLink& link, std::uint32_t n, ByteView bytes);
    /// Whether a message that was looked at comes in; else it is as if it had not been opened.
    bool looked(const Origin& origin,
                PeerLink& link,
                std::uint32_t n,
                ByteView bytes,
                const message::Payload& payload);
    Limit mail_limit(const Origin& origin, const message::Inner& inner, ByteView bytes);
    void leave_mail(const Origin& origin, ByteView bytes);
    bool looked_at_mail(const Origin& origin, ByteView bytes, const message::Payload& payload);

    /// Neither a contact nor somebody whom we have asked.
    bool is_stranger(const crypto::AccountKey& account) const;

    Parts parts_;
    StrangerDoor* door_ = nullptr;
    DailyCaps<crypto::DeviceId> opened_{opened_a_day};
    std::function<void(const Origin&)> session_lost_;
    OnOutcome outcome_;
    OnNote note_;
    // Whose a device is never changes: its id is a hash of it.
    std::unordered_map<crypto::DeviceId, crypto::AccountKey> account_of_;
    // What stays with mailboxes until our user has read: the first message of each device, and all
    // behind it.
    using LeftMail = std::pair<crypto::InnerId, crypto::AccountKey>;
    std::unordered_map<crypto::DeviceId, LeftMail> mail_left_;
};

}  // namespace kith::node
